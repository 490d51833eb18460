#include "micro/place.h"

#include <sched.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace sriov {

Result<MicroPlace> choose_place(Host host, std::optional<int> cpu, bool unsafe) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return fail_errno("cannot ask for CPUs", errno);
  const auto last_but = [&](int other) {
    for (int i = CPU_SETSIZE - 1; i >= 0; --i)
      if (i != other && CPU_ISSET(static_cast<unsigned>(i), &allowed)) return i;
    return -1;
  };
  MicroPlace place;
  place.host = std::move(host);
  place.unsafe = unsafe;
  place.cpu = cpu.value_or(last_but(-1));
  if (place.cpu < 0 || place.cpu >= CPU_SETSIZE || !CPU_ISSET(static_cast<unsigned>(place.cpu), &allowed))
    return fail_usage(fmt::format("CPU {} is not there, or this process may not use it", place.cpu), "--cpu");
  place.other_cpu = last_but(place.cpu);
  return place;
}

}  // namespace sriov
