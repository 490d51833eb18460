#include "workloads/engine/partial_report.h"

#include <algorithm>
#include <string>

#include "workloads/engine/interval_book.h"
#include "workloads/engine/report_builder.h"

namespace sriov {
namespace {

void add_rate(WorkloadReport& report, const Metric& rate, std::optional<double> amount) {
  const auto window_s = static_cast<double>(report.window_end_ns - report.window_begin_ns) / 1e9;
  if (!amount || window_s <= 0) return;
  report.measures.push_back({std::string(rate.name), std::string(rate.unit), *amount / window_s});
}

}  // namespace

void PartialReport::add(const WorkloadInterval& interval) {
  if (sum_.intervals.size() < IntervalBook::kMostKept) sum_.intervals.push_back(interval);
  if (interval.is_warmup) return;
  if (!begun_) sum_.window_begin_ns = interval.begin_ns;
  begun_ = true;
  sum_.window_end_ns = interval.end_ns;
  for (const Measure& count : interval.measures) {
    const auto known = std::find_if(sum_.measures.begin(), sum_.measures.end(),
                                    [&](const Measure& measure) { return measure.name == count.name; });
    if (known == sum_.measures.end())
      sum_.measures.push_back(count);
    else
      known->value += count.value;
  }
  if (!interval.latency_ns) return;
  if (!sum_.latency_ns) sum_.latency_ns.emplace();
  sum_.latency_ns->merge(interval.latency_ns->unpack());
}

WorkloadReport PartialReport::report() const {
  WorkloadReport report = sum_;
  const double sent = report.measure(measures::kBytesSent.name).value_or(0);
  const double received = report.measure(measures::kBytesReceived.name).value_or(0);
  add_rate(report, measures::kGoodput, 8 * std::max(sent, received));
  add_rate(report, measures::kTransactionRate, report.measure(measures::kTransactions.name));
  return report;
}

}  // namespace sriov
