#include "testbed/xen/small_pages.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "core/keyed_lines.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"

namespace sriov::xen {
namespace {

constexpr int kLeftFreeMib = 16;  // For the guest to go on with meanwhile.
constexpr int kNearMib = 8;       // Balloons stop a little above what they are asked for.
constexpr std::int64_t kPollNs = 500 * kNsPerMs;

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
    sleep_until_ns(monotonic_ns() + kPollNs);
  }
}

Result<int> free_mib(Shell& guest) {
  SRIOV_ASSIGN(const std::string text, guest.read("/proc/meminfo"));
  const std::string amount = keyed_value(text, "MemFree");  // "1830120 kB"
  const auto kib = to_int(amount.substr(0, amount.find(' ')));
  if (kib && *kib >= 0) return static_cast<int>(*kib / 1024);
  return fail("/proc/meminfo has no MemFree", guest.name());
}

}  // namespace

Result<void> map_in_small_pages(Xl& xl, Shell& guest, const std::string& domain, int memory_mib,
                                const std::function<bool()>& should_stop, std::int64_t timeout_ns) {
  SRIOV_ASSIGN(const int free_now_mib, free_mib(guest));
  const int kept_mib = memory_mib - std::max(0, free_now_mib - kLeftFreeMib);
  SRIOV_TRY(bring_to(xl, domain, kept_mib, should_stop, timeout_ns));
  return bring_to(xl, domain, memory_mib, should_stop, timeout_ns);
}

}  // namespace sriov::xen
