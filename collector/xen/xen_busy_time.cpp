#include "collector/xen/xen_busy_time.h"

#include "core/sample_block.h"
#include "core/time.h"

namespace sriov {

std::int64_t SteadyReading::hold(std::int64_t now) {
  constexpr std::int64_t kClocksApartNs = 10 * kNsPerMs;
  held_back_ns_ = now < last_ && last_ - now < kClocksApartNs ? last_ - now : 0;
  last_ = now + held_back_ns_;
  return last_;
}

void BusyTime::update(std::int64_t now_ns, std::span<const std::int64_t> idle_ns, std::span<const XenDomain> domains) {
  if (last_idle_.size() < idle_ns.size()) last_idle_.resize(idle_ns.size(), kAbsent);
  for (std::size_t i = 0; i < idle_ns.size(); ++i) {
    const bool was_online = has_last_ && last_idle_[i] != kAbsent && idle_ns[i] != kAbsent;
    if (was_online) read_busy_ns_ += (now_ns - last_ns_) - (idle_ns[i] - last_idle_[i]);
    last_idle_[i] = idle_ns[i];
  }
  busy_ns_ = steady_busy_.hold(read_busy_ns_);
  for (const XenDomain& domain : domains) {
    const auto [last, is_new] = last_domains_.try_emplace(domain.domid, 0);
    // A domain that appears later was made since; one whose time fell is another with the same number.
    const bool began_since = is_new || domain.cpu_ns < last->second;
    if (has_last_) domains_ns_ += domain.cpu_ns - (began_since ? 0 : last->second);
    last->second = domain.cpu_ns;
  }
  last_ns_ = now_ns;
  has_last_ = true;
}

}  // namespace sriov
