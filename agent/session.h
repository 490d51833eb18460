// What an agent does for its controller, without the protocol: everything that must stop when the controller is gone.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "agent/workers.h"
#include "collector/sampler.h"
#include "core/result.h"
#include "host/shell.h"
#include "workloads/workload.h"

namespace sriov::agent {

/// One prepared side of a workload with the flag that ends it.
class LocalSide {
 public:
  /// Makes and prepares it; `port` is the server's port. Blocking.
  [[nodiscard]] static Result<std::shared_ptr<LocalSide>> prepare(const WorkloadSpec& spec, bool server);
  /// As WorkloadSide::observe().
  void observe(IntervalObserver observer) { side_->observe(std::move(observer)); }
  /// Blocking; once only.
  [[nodiscard]] Result<WorkloadReport> run(const WorkloadSpec& spec);
  void stop() { stop_.request(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
  std::unique_ptr<Workload> workload_;
  std::unique_ptr<WorkloadSide> side_;
  StopFlag stop_;
  std::atomic<bool> started_{false};
  std::uint16_t port_ = 0;
};

/// What one controller has begun here. Members may be called from any thread.
class Session {
 public:
  [[nodiscard]] Result<std::vector<CollectorStatus>> start_sampling(const SamplerConfig& config);
  [[nodiscard]] Result<std::vector<SampleBlock>> take_samples();
  [[nodiscard]] Result<std::vector<SampleBlock>> stop_sampling();
  /// What collectors have to tell since the last call, that of a stopped sampling included.
  [[nodiscard]] std::vector<Complaint> take_complaints();
  /// Remembers a side so that end() can stop it.
  void watch(const std::shared_ptr<LocalSide>& side);
  void add_undo(std::vector<Command> batch);
  void clear_undo();
  /// Stops the workloads, waits a while for the workers, stops sampling and runs the undo commands, newest batch first.
  void end(Workers& workers);

 private:
  void stop_sides();
  void undo_all();

  std::mutex sampler_mutex_;  ///< Held while collectors are opened, so apart from the rest.
  std::optional<Sampler> sampler_;
  std::vector<Complaint> complaints_;  ///< Of samplings that are over; guarded by sampler_mutex_.
  std::mutex mutex_;
  std::vector<std::weak_ptr<LocalSide>> sides_;
  std::vector<std::vector<Command>> undo_;
};

}  // namespace sriov::agent
