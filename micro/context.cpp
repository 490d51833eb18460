#include "micro/context.h"

#include <sched.h>

#include <cerrno>
#include <utility>

#include <fmt/format.h>

namespace sriov {

Result<MicroContext> choose_context(Host host, std::optional<int> cpu, bool unsafe) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (::sched_getaffinity(0, sizeof(allowed), &allowed) != 0) return fail_errno("cannot ask for CPUs", errno);
  const auto last_but = [&](int other) {
    for (int i = CPU_SETSIZE - 1; i >= 0; --i)
      if (i != other && CPU_ISSET(static_cast<unsigned>(i), &allowed)) return i;
    return -1;
  };
  MicroContext context;
  context.host = std::move(host);
  context.unsafe = unsafe;
  context.cpu = cpu.value_or(last_but(-1));
  if (context.cpu < 0 || context.cpu >= CPU_SETSIZE || !CPU_ISSET(static_cast<unsigned>(context.cpu), &allowed))
    return fail_usage(fmt::format("CPU {} is not there, or this process may not use it", context.cpu), "--cpu");
  context.other_cpu = last_but(context.cpu);
  return context;
}

}  // namespace sriov
