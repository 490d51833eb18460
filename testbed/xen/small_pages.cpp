#include "testbed/xen/small_pages.h"

#include <cstdlib>

#include <fmt/format.h>

#include "core/text.h"
#include "host/clock.h"

namespace sriov::xen {
namespace {

constexpr double kKeptShare = 0.6;  // Below it the small guests of a lab run out of memory.
constexpr int kNearMib = 8;         // Balloons stop a little above what they are asked for.
constexpr std::int64_t kPoll_ns = 500'000'000;

Result<void> bring_to(Xl& xl, const std::string& domain, int memory_mib, const std::function<bool()>& should_stop,
                      std::int64_t timeout_ns) {
  SRIOV_TRY(xl.set_memory(domain, memory_mib));
  const std::int64_t deadline = monotonic_ns() + timeout_ns;
  while (true) {
    SRIOV_ASSIGN(const int now_mib, xl.memory_mib(domain));
    if (std::abs(now_mib - memory_mib) <= kNearMib) return {};
    if (should_stop && should_stop())
      return fail("stopped while its memory changed", domain, {}, ErrorKind::interrupted);
    if (monotonic_ns() > deadline)
      return fail_environment(fmt::format("its memory stays at {} MiB and does not become {} MiB within {}", now_mib,
                                          memory_mib, format_duration(timeout_ns)),
                              domain, "its kernel needs a balloon driver (CONFIG_XEN_BALLOON) and free memory");
    sleep_until_ns(monotonic_ns() + kPoll_ns);
  }
}

}  // namespace

Result<void> map_in_small_pages(Xl& xl, const std::string& domain, int memory_mib,
                                const std::function<bool()>& should_stop, std::int64_t timeout_ns) {
  SRIOV_TRY(bring_to(xl, domain, static_cast<int>(memory_mib * kKeptShare), should_stop, timeout_ns));
  return bring_to(xl, domain, memory_mib, should_stop, timeout_ns);
}

}  // namespace sriov::xen
