#include "collector/perf/perf_list_text.h"

#include "core/text.h"

namespace sriov {
namespace {

constexpr std::string_view kWhere = "option events";
constexpr std::size_t kMostEvents = 256;

/// Takes the list apart in one pass.
class ListParser {
 public:
  Result<std::vector<std::vector<std::string>>> parse(std::string_view text) {
    for (const char c : text) SRIOV_TRY(take(c));
    if (in_terms_) return fail_usage("a slash is missing at the end of '" + event_ + "'", std::string(kWhere));
    if (in_braces_) return fail_usage("a brace is not closed", std::string(kWhere), "{cycles,instructions}");
    SRIOV_TRY(end_event());
    return std::move(groups_);
  }

 private:
  Result<void> take(char c) {
    if (c == '/') in_terms_ = !in_terms_;
    if (in_terms_ || (c != ',' && c != '{' && c != '}')) {
      event_ += c;
      return {};
    }
    if (c == '{') {
      if (in_braces_ || after_group_ || !trim(event_).empty())
        return fail_usage("a brace opens in the middle of a name", std::string(kWhere),
                          "{cycles,instructions},page-faults");
      in_braces_ = true;
      groups_.emplace_back();
      return {};
    }
    if (c == '}' && !in_braces_) return fail_usage("a brace closes that was not opened", std::string(kWhere));
    SRIOV_TRY(end_event());
    after_group_ = c == '}';
    if (c == '}') in_braces_ = false;
    return {};
  }

  Result<void> end_event() {
    const std::string name(trim(event_));
    event_.clear();
    if (after_group_) {
      after_group_ = false;
      if (!name.empty()) return fail_usage("'" + name + "' follows a brace without a comma", std::string(kWhere));
      return {};
    }
    if (name.empty()) return fail_usage("an event's name is empty", std::string(kWhere));
    if (++events_ > kMostEvents) return fail_usage("more than 256 events", std::string(kWhere));
    if (in_braces_)
      groups_.back().push_back(name);
    else
      groups_.push_back({name});
    return {};
  }

  std::vector<std::vector<std::string>> groups_;
  std::string event_;
  std::size_t events_ = 0;
  bool in_terms_ = false;
  bool in_braces_ = false;
  bool after_group_ = false;
};

}  // namespace

Result<std::vector<std::vector<std::string>>> parse_perf_list(std::string_view text) {
  return ListParser().parse(text);
}

bool split_pmu_event(std::string_view text, std::string& pmu, std::string& terms) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || slash == 0 || text.size() < slash + 2 || text.back() != '/') return false;
  const std::string_view inside = text.substr(slash + 1, text.size() - slash - 2);
  if (inside.empty() || inside.find('/') != std::string_view::npos) return false;
  pmu = text.substr(0, slash);
  terms = inside;
  return pmu.find_first_of(". ") == std::string::npos;
}

}  // namespace sriov
