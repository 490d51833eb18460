#include "agent/workers.h"

#include <chrono>

namespace sriov::agent {

Workers::Presence::Presence(std::shared_ptr<Count> count) : count_(std::move(count)) {
  const std::lock_guard lock(count_->mutex);
  ++count_->running;
}

Workers::Presence::~Presence() {
  if (!count_) return;
  const std::lock_guard lock(count_->mutex);
  --count_->running;
  count_->idle.notify_all();
}

bool Workers::wait_idle(std::int64_t timeout_ns) {
  std::unique_lock lock(count_->mutex);
  return count_->idle.wait_for(lock, std::chrono::nanoseconds(timeout_ns), [&] { return count_->running == 0; });
}

}  // namespace sriov::agent
