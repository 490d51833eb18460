// One controller a testbed: two at once would measure each other.
#pragma once

#include <string>

#include "core/result.h"
#include "host/file.h"

namespace sriov {

/// Holds a testbed until it goes. The kernel drops the lock with the process, so a crash leaves none behind.
class TestbedLock {
 public:
  /// Locks `testbed` in the state directory (Journal::directory()). `purpose` is what the refused one is told:
  /// "run vf-vs-netfront". Errors say who holds it.
  [[nodiscard]] static Result<TestbedLock> take(const std::string& testbed, const std::string& purpose);

 private:
  explicit TestbedLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace sriov
