#include "micro/second_thread.h"

#include <sched.h>

#include <cerrno>

#include <fmt/format.h>

namespace sriov {

Result<void> pin_to_cpu(int cpu) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  CPU_SET(static_cast<unsigned>(cpu), &cpus);
  if (::sched_setaffinity(0, sizeof(cpus), &cpus) == 0) return {};
  return fail_errno(fmt::format("cannot run on CPU {}", cpu), errno);
}

Result<void> check_second_cpu(const MicroContext& context) {
  if (context.other_cpu >= 0) return {};
  return fail_environment("there is only one CPU to run on");
}

SecondThread::SecondThread(int cpu, std::function<void()> body, std::function<void()> stop)
    : stop_(std::move(stop)), thread_([cpu, run = std::move(body)] {
        static_cast<void>(pin_to_cpu(cpu));  // Where it does not go, it runs beside: dearer, and still a round trip.
        run();
      }) {}

SecondThread::~SecondThread() {
  stop_();
  thread_.join();
}

}  // namespace sriov
