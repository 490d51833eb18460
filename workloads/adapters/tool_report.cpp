#include "workloads/adapters/tool_report.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "core/time.h"
#include "host/clock.h"
#include "workloads/engine/report_builder.h"

namespace sriov {
namespace {

/// Adds `more` where both are known.
void add_known(std::optional<double>& sum, std::optional<double> more) {
  sum = sum && more ? std::optional(*sum + *more) : std::nullopt;
}

double window_s(const WorkloadReport& report) {
  return static_cast<double>(report.window_end_ns - report.window_begin_ns) / kNsPerSecond;
}

}  // namespace

void ToolReport::add_total(const ToolTotals& total) {
  add_known(total_.sent, total.sent);
  add_known(total_.received, total.received);
}

void ToolReport::add_run(ToolReading reading, std::optional<ToolWindow> window, std::int64_t started_ns,
                         const CpuTimeline& cpu) {
  add_total(reading.total);
  reading_ = std::move(reading);
  window_ = window;
  started_ns_ = started_ns;
  cpu_ = cpu;
  add_note(reading_.note);
}

void ToolReport::add_note(const std::string& note) {
  if (note.empty() || note_.find(note) != std::string::npos) return;
  note_ += (note_.empty() ? "" : "; ") + note;
}

bool ToolReport::declares(const Metric& metric) const {
  const auto& declared = profile_.describe.measures;
  return std::any_of(declared.begin(), declared.end(), [&](const Metric& one) { return one.name == metric.name; });
}

WorkloadReport ToolReport::build(const IntervalObserver& observer) const {
  WorkloadReport report;
  report.window_begin_ns = window_ ? window_->begin_ns : monotonic_ns();
  report.window_end_ns = window_ ? window_->end_ns : report.window_begin_ns;
  report.note = note_;
  if (total_.sent) report.measures.push_back(measured(measures::kTotalBytesSent, *total_.sent));
  if (total_.received) report.measures.push_back(measured(measures::kTotalBytesReceived, *total_.received));
  if (window_) {
    report.measures.insert(report.measures.end(), reading_.own.begin(), reading_.own.end());
    report.latency_ns = reading_.latency_ns;
    add_cpu(report);
    add_rates(report);
    add_intervals(report);
  }
  add_absences(report);
  for (const WorkloadInterval& interval : report.intervals)
    if (observer) observer(interval);
  return report;
}

void ToolReport::add_cpu(WorkloadReport& report) const {
  const auto used = cpu_.between(window_->begin_ns, window_->end_ns);
  if (!used) {
    report.absent.push_back({std::string(measures::kCpu.name), std::string(measures::kCpu.unit),
                             fmt::format("the CPU time of {} could not be read from /proc", profile_.tool)});
    return;
  }
  const auto total = static_cast<double>(used->total_ns);
  report.measures.push_back(measured(measures::kCpu, total));
  report.measures.push_back(measured(measures::kCpuUser, static_cast<double>(used->user_ns)));
  report.measures.push_back(measured(measures::kCpuSystem, static_cast<double>(used->system_ns)));
  const double kilobytes = (report.measure(measures::kBytesSent.name).value_or(0) +
                            report.measure(measures::kBytesReceived.name).value_or(0)) /
                           1024;
  if (declares(measures::kServiceDemand) && kilobytes > 0)
    report.measures.push_back(measured(measures::kServiceDemand, total / 1000 / kilobytes));
  const double transactions = report.measure(measures::kTransactions.name).value_or(0);
  if (declares(measures::kCpuPerTransaction) && transactions > 0)
    report.measures.push_back(measured(measures::kCpuPerTransaction, total / 1000 / transactions));
}

void ToolReport::add_rates(WorkloadReport& report) const {
  const double seconds = window_s(report);
  if (seconds <= 0) return;
  const auto sent = report.measure(measures::kBytesSent.name);
  const auto received = report.measure(measures::kBytesReceived.name);
  if (sent || received)
    report.measures.push_back(
        measured(measures::kGoodput, 8 * std::max(sent.value_or(0), received.value_or(0)) / seconds));
  const auto add = [&](const Metric& rate, const Metric& count) {
    const auto value = report.measure(count.name);
    if (value && declares(rate)) report.measures.push_back(measured(rate, *value / seconds));
  };
  add(measures::kTransactionRate, measures::kTransactions);
  if (roles_.sends) add(measures::kDatagramsSentRate, measures::kDatagramsSent);
  if (roles_.receives) add(measures::kDatagramsReceivedRate, measures::kDatagramsReceived);
  if (!roles_.sends || !declares(measures::kRateAchieved) || !sent) return;
  report.measures.push_back(measured(measures::kRateAchieved, 8 * *sent / seconds));
  if (spec_.rate_bps > 0)
    report.measures.push_back(measured(measures::kRateAsked, static_cast<double>(spec_.rate_bps)));
}

void ToolReport::add_intervals(WorkloadReport& report) const {
  for (WorkloadInterval interval : reading_.intervals) {
    interval.begin_ns += started_ns_;
    interval.end_ns += started_ns_;
    if (const auto used = cpu_.between(interval.begin_ns, interval.end_ns))
      interval.measures.push_back(measured(measures::kCpu, static_cast<double>(used->total_ns)));
    report.intervals.push_back(std::move(interval));
  }
}

void ToolReport::add_absences(WorkloadReport& report) const {
  report.absent.insert(report.absent.end(), reading_.absent.begin(), reading_.absent.end());
  for (const NotTold& missing : profile_.not_told)
    report.absent.push_back(
        {std::string(missing.metric.name), std::string(missing.metric.unit), std::string(missing.why)});
  if (!total_.sent)
    report.absent.push_back({std::string(measures::kTotalBytesSent.name), std::string(measures::kTotalBytesSent.unit),
                             fmt::format("{} does not tell it", profile_.tool)});
  if (!total_.received)
    report.absent.push_back({std::string(measures::kTotalBytesReceived.name),
                             std::string(measures::kTotalBytesReceived.unit),
                             fmt::format("{} does not tell it", profile_.tool)});
}

}  // namespace sriov
