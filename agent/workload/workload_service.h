// The WorkloadServer interface of workload_control.capnp: one run for one client.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "agent/session.h"
#include "agent/workers.h"
#include "agent/workload/workload_control.capnp.h"
#include "agent/workload/workload_server.h"
#include "workloads/engine/partial_report.h"

namespace sriov::agent {

/// One side of one run, and what is known of it at any time.
class WatchedRun {
 public:
  WatchedRun(std::shared_ptr<LocalSide> side, IntervalObserver observer);

  /// Blocking; once only. Never fails: a failure is part of the outcome.
  [[nodiscard]] SideOutcome run(const WorkloadSpec& spec);
  void stop() { side_->stop(); }
  [[nodiscard]] std::uint16_t port() const { return side_->port(); }

 private:
  std::shared_ptr<LocalSide> side_;
  std::mutex mutex_;
  PartialReport so_far_;
};

/// The client being served and how far it has come; shared by the service, the loop that serves it and the run's
/// thread.
struct ServedClient {
  enum class Stage { greeted, prepared, running };

  std::string peer;
  WorkloadServerConfig config;
  WorkloadServerEvents* events = nullptr;
  Stage stage = Stage::greeted;
  std::int64_t since_ns = 0;  ///< When that stage began.
  WorkloadSpec spec;
  std::shared_ptr<WatchedRun> run;
  std::atomic<bool> is_gone{false};
  std::atomic<std::int64_t> ended_ns{0};  ///< When the run ended; 0 = not yet.

  void enter(Stage next);
};

/// `workers` must outlive it.
[[nodiscard]] rpc::WorkloadServer::Client make_workload_service(std::shared_ptr<ServedClient> client, Workers& workers);

}  // namespace sriov::agent
