#include "report/figure_metric.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {
namespace {

bool has_value(const std::vector<const ComparisonTable*>& tables, const std::string& metric) {
  return std::ranges::any_of(tables, [&](const ComparisonTable* table) {
    const ComparisonRow* row = table->row(metric);
    return row != nullptr && std::ranges::any_of(row->cells, [](const auto& cell) { return cell.summary.has_value(); });
  });
}

}  // namespace

Result<std::string> choose_metric(const std::vector<const ComparisonTable*>& tables, const std::string& wanted) {
  std::vector<std::string> names;
  for (const ComparisonTable* table : tables)
    for (const ComparisonRow& row : table->rows) names.push_back(row.metric);
  if (wanted.empty()) {
    for (const char* usual : {"throughput_bps", "transactions_per_s"})
      if (has_value(tables, usual)) return std::string(usual);
    for (const std::string& name : names)
      if (has_value(tables, name)) return name;
    return fail("no metric of the run has a value", {}, "", ErrorKind::not_enough_data);
  }
  if (std::ranges::find(names, wanted) == names.end()) {
    const std::string near = nearest(wanted, names);
    return fail_usage(fmt::format("no metric '{}' in this run", wanted), "--metric",
                      near.empty() ? "sriov-bench compare --json lists them" : "did you mean " + near + "?");
  }
  if (!has_value(tables, wanted))
    return fail(fmt::format("'{}' could not be known in any trial", wanted), "--metric", "sriov-bench compare says why",
                ErrorKind::not_enough_data);
  return wanted;
}

std::vector<const ComparisonTable*> telling_tables(const std::vector<const ComparisonTable*>& tables,
                                                   const std::string& metric) {
  if (metric != "throughput_bps") return tables;
  std::vector<const ComparisonTable*> out;
  std::ranges::copy_if(tables, std::back_inserter(out),
                       [](const ComparisonTable* table) { return !has_value({table}, "transactions_per_s"); });
  return out.empty() ? tables : out;
}

}  // namespace sriov
