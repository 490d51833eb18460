#include "report/condition.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {

Cell parse_condition(std::string_view condition) {
  Cell cell;
  std::string factor;
  for (const std::string& word : split(condition, ' ')) {
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos && equals > 0) {
      factor = word.substr(0, equals);
      cell[factor] = word.substr(equals + 1);
    } else if (!factor.empty()) {
      cell[factor] += " " + word;
    }
  }
  return cell;
}

bool has_levels(const Cell& cell, const Cell& wanted) {
  return std::ranges::all_of(wanted, [&](const auto& level) {
    const auto found = cell.find(level.first);
    return found != cell.end() && found->second == level.second;
  });
}

std::string levels_text(const Cell& cell) {
  std::vector<std::string> levels;
  for (const auto& [factor, level] : cell) levels.push_back(level);
  return levels.empty() ? "all trials" : join(levels, ", ");
}

Result<std::vector<const ComparisonTable*>> tables_under(const Comparison& comparison, const std::string& condition) {
  const Cell wanted = parse_condition(condition);
  if (wanted.empty() && !trim(condition).empty())
    return fail_usage(fmt::format("'{}' is no condition", condition), "--condition", "write FACTOR=LEVEL");
  std::vector<const ComparisonTable*> tables;
  std::vector<std::string> names;
  for (const ComparisonTable& table : comparison.tables) {
    if (has_levels(parse_condition(table.condition), wanted)) tables.push_back(&table);
    names.push_back("'" + table.condition + "'");
  }
  if (tables.empty())
    return fail_usage(fmt::format("no trial has the condition '{}'", condition), "--condition",
                      "there are " + join(names, ", "));
  return tables;
}

}  // namespace sriov
