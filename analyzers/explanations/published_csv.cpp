#include "analyzers/explanations/published_csv.h"

#include <algorithm>

#include <fmt/format.h>

namespace sriov {
namespace {

constexpr std::size_t kFields = 9;
constexpr std::string_view kHeader = "paper,year,figure,path,metric,what,value,unit,source";

/// Takes one record off the front, with its end of line; nullopt for quotes that are not closed or not followed by a
/// comma.
std::optional<std::vector<std::string>> take_record(std::string_view& text, std::size_t& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  bool closed = false;
  while (!text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c == '\n') ++line;
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (!text.empty() && text.front() == '"') {
        fields.back() += c;
        text.remove_prefix(1);
      } else {
        quoted = false;
        closed = true;
      }
    } else if (c == '\n') {
      return fields;
    } else if (c == ',') {
      fields.emplace_back();
      closed = false;
    } else if (c == '"' && fields.back().empty() && !closed) {
      quoted = true;
    } else if (c != '\r') {
      if (closed || c == '"') return std::nullopt;
      fields.back() += c;
    }
  }
  if (quoted) return std::nullopt;
  return fields;
}

}  // namespace

Result<std::vector<PublishedNumber>> parse_published_csv(std::string_view text, const std::string& where) {
  const std::string_view first = text.substr(0, text.find('\n'));
  if (first != kHeader && first != std::string(kHeader) + '\r')
    return fail(fmt::format("it does not begin with the header {}", kHeader), where);
  text.remove_prefix(std::min(text.size(), first.size() + 1));
  std::vector<PublishedNumber> out;
  std::size_t line = 2;
  while (!text.empty()) {
    const std::string place = fmt::format("{}:{}", where, line);
    auto fields = take_record(text, line);
    if (!fields) return fail("a quoted text is not closed, or goes on behind its end", place);
    if (fields->size() == 1 && fields->front().empty()) continue;
    if (fields->size() != kFields)
      return fail(fmt::format("it has {} fields instead of {}", fields->size(), kFields), place);
    auto& f = *fields;
    PublishedNumber number{std::move(f[0]), std::move(f[1]), std::move(f[2]), std::move(f[3]), std::move(f[4]),
                           std::move(f[5]), std::move(f[6]), std::move(f[7]), std::move(f[8])};
    if (number.value.empty() || number.source.empty()) return fail("it has no value or no source", place);
    out.push_back(std::move(number));
  }
  return out;
}

}  // namespace sriov
