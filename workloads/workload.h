// A workload: traffic between a server and a client. One file a workload; the engine's parts are shared.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "core/registry.h"
#include "core/result.h"
#include "core/workload_types.h"
#include "workloads/option.h"

namespace sriov {

/// Asks a running side to end early; shared with the thread that runs it.
class StopFlag {
 public:
  void request() { stopped_.store(true, std::memory_order_relaxed); }
  [[nodiscard]] bool requested() const { return stopped_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> stopped_{false};
};

/// One side of one run. Created, prepared, run once, thrown away.
class WorkloadSide {
 public:
  virtual ~WorkloadSide() = default;
  /// Who is told of every interval of run() soon after its end. Before run().
  void observe(IntervalObserver observer) { observer_ = std::move(observer); }
  /// Server: binds and listens, returns its port. Client: returns 0.
  [[nodiscard]] virtual Result<std::uint16_t> prepare(const WorkloadSpec& spec) = 0;
  /// Carries traffic for warm-up + window. Blocking; ends early (with what it has) when `stop` is requested. A server
  /// ends when its clients are done. Lost peers are errors that say which stream and after how many bytes.
  [[nodiscard]] virtual Result<WorkloadReport> run(const WorkloadSpec& spec, const StopFlag& stop) = 0;

 protected:
  [[nodiscard]] const IntervalObserver& observer() const { return observer_; }

 private:
  IntervalObserver observer_;
};

class Workload {
 public:
  virtual ~Workload() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// One sentence for `list workloads`.
  [[nodiscard]] virtual std::string_view help() const = 0;
  /// What its reports contain (counters over the window and rates), for docs/metrics.md.
  [[nodiscard]] virtual std::span<const Metric> measures() const = 0;
  /// Whose options it takes beside those of all.
  [[nodiscard]] virtual Protocol protocol() const { return Protocol::any; }
  /// True when the bulk of the bytes flows client -> server (for the path verification); rr workloads do both.
  [[nodiscard]] virtual bool client_sends() const = 0;
  [[nodiscard]] virtual bool server_sends() const = 0;
  /// Message size when the user gives none.
  [[nodiscard]] virtual std::int64_t default_message_bytes() const { return WorkloadSpec{}.message_bytes; }
  /// The program of others that carries its traffic, by the name of its package; "" when that is this program itself.
  [[nodiscard]] virtual std::string_view needs() const { return {}; }
  /// Whether it would accept `spec`, wherever it is going to run: what a controller asks, which may lack what endpoints
  /// have. By default what a client's prepare() says, where that only checks what it is told.
  [[nodiscard]] virtual Result<void> check(const WorkloadSpec& spec) const {
    SRIOV_TRY(make_client()->prepare(spec));
    return {};
  }
  /// Options beside the shared ones.
  [[nodiscard]] virtual std::span<const OwnOption> own_options() const { return {}; }
  [[nodiscard]] virtual std::unique_ptr<WorkloadSide> make_server() const = 0;
  [[nodiscard]] virtual std::unique_ptr<WorkloadSide> make_client() const = 0;
};

using WorkloadRegistry = Registry<Workload>;

}  // namespace sriov
