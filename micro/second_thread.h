// A thread on another CPU.
#pragma once

#include <functional>
#include <thread>

#include "core/result.h"
#include "micro/benchmark.h"

namespace sriov {

/// Pins the calling thread.
[[nodiscard]] Result<void> pin_to_cpu(int cpu);

/// An `environment` error where there is no second CPU.
[[nodiscard]] Result<void> check_second_cpu(const MicroContext& context);

/// Runs `body` pinned to `cpu`; joined when the object goes, after `stop`.
class SecondThread {
 public:
  SecondThread(int cpu, std::function<void()> body, std::function<void()> stop);
  SecondThread(const SecondThread&) = delete;
  SecondThread& operator=(const SecondThread&) = delete;
  SecondThread(SecondThread&&) = delete;
  SecondThread& operator=(SecondThread&&) = delete;
  ~SecondThread();

 private:
  std::function<void()> stop_;
  std::thread thread_;
};

}  // namespace sriov
