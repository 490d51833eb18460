#include "workloads/adapters/cpu_timeline.h"

#include <algorithm>
#include <cmath>

namespace sriov {

bool CpuTimeline::is_due(std::int64_t now_ns) const {
  return samples_.empty() || now_ns >= samples_.back().at_ns + period_ns_;
}

void CpuTimeline::add(std::int64_t now_ns, const ChildCpuTime& so_far) {
  samples_.push_back({now_ns, so_far});
  if (samples_.size() <= kMostSamples) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < samples_.size(); i += 2) samples_[kept++] = samples_[i];
  samples_.resize(kept);
  period_ns_ *= 2;
}

ChildCpuTime CpuTimeline::at(std::int64_t instant_ns) const {
  const auto after = std::lower_bound(samples_.begin(), samples_.end(), instant_ns,
                                      [](const Sample& sample, std::int64_t ns) { return sample.at_ns < ns; });
  if (after == samples_.begin()) return samples_.front().cpu;
  if (after == samples_.end()) return samples_.back().cpu;
  const Sample& before = *(after - 1);
  const double share =
      static_cast<double>(instant_ns - before.at_ns) / static_cast<double>(after->at_ns - before.at_ns);
  const auto mix = [share](std::int64_t a, std::int64_t b) {
    return a + std::llround(share * static_cast<double>(b - a));
  };
  return {mix(before.cpu.total_ns, after->cpu.total_ns), mix(before.cpu.user_ns, after->cpu.user_ns),
          mix(before.cpu.system_ns, after->cpu.system_ns)};
}

std::optional<ChildCpuTime> CpuTimeline::between(std::int64_t begin_ns, std::int64_t end_ns) const {
  if (samples_.size() < 2) return std::nullopt;
  const ChildCpuTime first = at(begin_ns);
  const ChildCpuTime last = at(end_ns);
  ChildCpuTime used;
  used.total_ns = std::max<std::int64_t>(0, last.total_ns - first.total_ns);
  used.user_ns = std::clamp<std::int64_t>(last.user_ns - first.user_ns, 0, used.total_ns);
  used.system_ns = used.total_ns - used.user_ns;
  return used;
}

}  // namespace sriov
