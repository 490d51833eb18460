#include "collector/interrupts/interrupts_text.h"

#include <algorithm>

#include "collector/text_scan.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr std::size_t kMostCpus = 8192;

/// "           CPU0       CPU2": the ids; empty when it is not such a header.
std::vector<std::int64_t> parse_header(std::string_view header) {
  std::vector<std::int64_t> cpus;
  TextScan scan(header);
  for (scan.skip_blanks(); !scan.at_end(); scan.skip_blanks()) {
    const std::string_view word = scan.word();
    const auto id = word.starts_with("CPU") ? to_int(word.substr(3)) : std::nullopt;
    if (!id || *id < 0 || cpus.size() == kMostCpus) return {};
    cpus.push_back(*id);
  }
  return cpus;
}

std::size_t line_size(std::string_view text, std::size_t at) {
  const std::size_t feed = text.find('\n', at);
  return (feed == std::string_view::npos ? text.size() : feed + 1) - at;
}

/// The name before the colon; empty when there is none.
std::string_view line_name(std::string_view prefix) {
  const std::string_view name = trim(prefix.substr(0, prefix.size() - 1));
  return name.find_first_of(" \t") == std::string_view::npos ? name : std::string_view();
}

}  // namespace

InterruptsTable::Change InterruptsTable::update(std::string_view text) {
  const bool same_header =
      !incomplete_ && text.substr(0, header_size_) == std::string_view(previous_).substr(0, header_size_);
  bool changed = false;
  if (same_header && update_lines(text, changed)) return changed ? Change::values : Change::none;
  rebuild(text);
  return Change::layout;
}

/// False when the lines are not those of before.
bool InterruptsTable::update_lines(std::string_view text, bool& changed) {
  bool moved = text.size() != previous_.size();
  std::size_t at = header_size_;
  for (Line& line : lines_) {
    const std::string_view before = std::string_view(previous_).substr(line.at, line.size);
    if (text.substr(at, line.size) != before) {
      const std::string_view now = text.substr(at, at < text.size() ? line_size(text, at) : 0);
      if (!update_values(line, now)) return false;
      changed = true;
      moved = moved || at != line.at || now.size() != line.size;
      if (!moved) std::copy(now.begin(), now.end(), previous_.begin() + static_cast<std::ptrdiff_t>(at));
      line.size = now.size();
    }
    line.at = at;
    at += line.size;
  }
  if (at != text.size()) return false;
  if (moved) previous_.assign(text);
  return true;
}

/// False when the line is another one than before.
bool InterruptsTable::update_values(const Line& line, std::string_view text) {
  if (line.row < 0) return false;
  const std::string_view prefix = std::string_view(previous_).substr(line.at, line.prefix_size);
  if (!text.starts_with(prefix)) return false;
  const InterruptsRow& row = rows_[static_cast<std::size_t>(line.row)];
  TextScan scan(text.substr(prefix.size()));
  std::int64_t* value = values_.data() + row.first_value;
  for (std::size_t i = 0; i < row.value_count; ++i) {
    scan.skip_blanks();
    const auto count = scan.number();
    if (!count) return false;
    value[i] = *count;
  }
  return trim(scan.rest()) == row.description;
}

void InterruptsTable::rebuild(std::string_view text) {
  lines_.clear();
  rows_.clear();
  values_.clear();
  previous_.reserve(text.size() + text.size() / 4);
  previous_.assign(text);
  header_size_ = line_size(text, 0);
  cpus_ = parse_header(trim(text.substr(0, header_size_)));
  incomplete_ = cpus_.empty();
  if (incomplete_) return;
  for (std::size_t at = header_size_; at < text.size(); at += lines_.back().size)
    add_line(text.substr(at, line_size(text, at)), at);
}

void InterruptsTable::add_line(std::string_view text, std::size_t at) {
  Line& line = lines_.emplace_back();
  line.at = at;
  line.size = text.size();
  line.prefix_size = text.find(':') + 1;  // 0 without a colon.
  const std::string_view name =
      line.prefix_size == 0 ? std::string_view() : line_name(text.substr(0, line.prefix_size));
  if (name.empty()) return;
  line.row = static_cast<std::ptrdiff_t>(rows_.size());
  InterruptsRow& row = rows_.emplace_back();
  row.name = name;
  row.first_value = values_.size();
  TextScan scan(text.substr(line.prefix_size));
  for (scan.skip_blanks(); values_.size() - row.first_value <= cpus_.size(); scan.skip_blanks()) {
    const auto count = scan.number();
    if (!count) break;
    values_.push_back(*count);
  }
  row.description = trim(scan.rest());
  row.value_count = values_.size() - row.first_value;
  row.per_cpu = row.value_count != 1 || !row.description.empty() || row.is_numbered();
  if (!row.per_cpu || row.value_count == cpus_.size()) return;
  incomplete_ = true;
  values_.resize(row.first_value);
  row.value_count = 0;
}

}  // namespace sriov
