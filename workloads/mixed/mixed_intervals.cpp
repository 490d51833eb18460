#include "workloads/mixed/mixed_intervals.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace sriov {
namespace {

void add_latency(WorkloadInterval& sum, const WorkloadInterval& part) {
  if (!part.latency_ns) return;
  Histogram both = sum.latency_ns ? sum.latency_ns->unpack() : Histogram();
  both.merge(part.latency_ns->unpack());
  sum.latency_ns = PackedHistogram(both);
}

/// `of_parts` by part; nullptr for one that has none. At least one has.
WorkloadInterval mix(const std::vector<std::string>& parts, const std::vector<std::string>& summed,
                     const std::vector<const WorkloadInterval*>& of_parts) {
  const WorkloadInterval& first =
      **std::find_if(of_parts.begin(), of_parts.end(), [](const WorkloadInterval* part) { return part != nullptr; });
  WorkloadInterval out{first.begin_ns, first.end_ns, first.is_warmup, {}, {}};
  for (const std::string& name : summed) {
    Measure sum{name, "", 0};
    for (const WorkloadInterval* part : of_parts) {
      if (part == nullptr) continue;
      for (const Measure& measure : part->measures) {
        if (measure.name != name) continue;
        sum.unit = measure.unit;
        sum.value += measure.value;
      }
    }
    if (!sum.unit.empty()) out.measures.push_back(std::move(sum));
  }
  for (std::size_t i = 0; i < of_parts.size(); ++i) {
    if (of_parts[i] == nullptr) continue;
    for (const Measure& measure : of_parts[i]->measures)
      out.measures.push_back({name_in_part(parts[i], measure.name), measure.unit, measure.value});
    add_latency(out, *of_parts[i]);
  }
  return out;
}

/// The n-th intervals of both, each counted from its own part's beginning: one part may get going later.
bool lie_together(const WorkloadReport& one, const WorkloadReport& other, std::size_t n) {
  const WorkloadInterval& a = one.intervals[n];
  const WorkloadInterval& b = other.intervals[n];
  const std::int64_t half_ns = std::max(a.end_ns - a.begin_ns, b.end_ns - b.begin_ns) / 2;
  const std::int64_t apart_ns =
      (a.begin_ns - one.intervals.front().begin_ns) - (b.begin_ns - other.intervals.front().begin_ns);
  return a.is_warmup == b.is_warmup && std::llabs(apart_ns) <= half_ns;
}

}  // namespace

std::string name_in_part(const std::string& part, const std::string& name) { return part + "." + name; }

MixedIntervals::MixedIntervals(std::vector<std::string> parts, std::vector<std::string> summed,
                               IntervalObserver observer)
    : parts_(std::move(parts)),
      summed_(std::move(summed)),
      observer_(std::move(observer)),
      waiting_(parts_.size()),
      has_left_(parts_.size(), false) {}

void MixedIntervals::put(std::size_t part, const WorkloadInterval& interval) {
  if (!observer_) return;
  const std::scoped_lock lock(mutex_);
  waiting_[part].push_back(interval);
  tell_complete();
}

void MixedIntervals::leave(std::size_t part) {
  if (!observer_) return;
  const std::scoped_lock lock(mutex_);
  has_left_[part] = true;
  tell_complete();
}

void MixedIntervals::tell_complete() {
  while (true) {
    std::vector<const WorkloadInterval*> next(parts_.size(), nullptr);
    bool is_any = false;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (waiting_[i].empty() && !has_left_[i]) return;
      if (waiting_[i].empty()) continue;
      next[i] = &waiting_[i].front();
      is_any = true;
    }
    if (!is_any) return;
    observer_(mix(parts_, summed_, next));
    for (auto& of_part : waiting_)
      if (!of_part.empty()) of_part.pop_front();
  }
}

std::vector<WorkloadInterval> mixed_intervals(const std::vector<std::string>& parts,
                                              const std::vector<std::string>& summed,
                                              const std::vector<WorkloadReport>& reports) {
  std::size_t count = 0;
  for (const WorkloadReport& report : reports) {
    if (report.intervals.empty()) return {};
    count = std::max(count, report.intervals.size());
  }
  std::vector<WorkloadInterval> out;
  for (std::size_t n = 0; n < count; ++n) {
    std::vector<const WorkloadInterval*> of_parts(parts.size(), nullptr);
    const WorkloadReport* first = nullptr;
    for (std::size_t i = 0; i < reports.size(); ++i) {
      if (n >= reports[i].intervals.size()) continue;
      of_parts[i] = &reports[i].intervals[n];
      if (first == nullptr) first = &reports[i];
      if (!lie_together(*first, reports[i], n)) return {};
    }
    out.push_back(mix(parts, summed, of_parts));
  }
  return out;
}

}  // namespace sriov
