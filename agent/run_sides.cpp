#include <algorithm>
#include <list>
#include <optional>

#include <fmt/format.h>

#include "agent/client_impl.h"
#include "agent/messages.h"
#include "core/time.h"
#include "host/clock.h"

namespace sriov::agent {
namespace {

using RunResponse = capnp::Response<rpc::Side::RunResults>;

constexpr std::int64_t kPollNs = 100 * kNsPerMs;
/// Beyond warm-up and window: connecting, the last round trips, a slow machine.
constexpr std::int64_t kMarginNs = 60 * kNsPerSecond;
constexpr std::int64_t kStopTimeoutNs = 20 * kNsPerSecond;

/// One side under way. Continuations refer to it, so its address must not change.
struct Running {
  PreparedSide* side = nullptr;
  WorkloadSpec spec;
  std::int64_t start_ns = 0;  ///< When it is to be asked to run.
  bool started = false;
  std::string doing;
  std::int64_t deadline_ns = 0;
  std::optional<RunResponse> response;  ///< What came, not yet looked at.
  std::optional<kj::Exception> broken;  ///< Or why nothing will come.
  std::optional<Result<WorkloadReport>> result;
  kj::Promise<void> done = nullptr;
  kj::Promise<void> stopping = nullptr;
};

class Runs {
 public:
  explicit Runs(EventLoop::State& loop) : loop_(loop) {}

  void add(const SideRun& run);
  void wait(const std::function<bool()>& should_stop);
  [[nodiscard]] std::vector<Result<WorkloadReport>> take();

 private:
  [[nodiscard]] bool all_done() const;
  [[nodiscard]] bool any_failed() const;
  void start_due();
  void start(Running& running);
  void sleep();
  void settle();
  void stop_rest();
  [[nodiscard]] std::int64_t until_next() const;

  EventLoop::State& loop_;
  std::list<Running> runs_;
  kj::Own<kj::PromiseFulfiller<void>> wake_;
};

void Runs::add(const SideRun& run) {
  Running& running = runs_.emplace_back();
  running.spec = run.spec;
  running.start_ns = monotonic_ns() + run.delay_ns;
  running.side = dynamic_cast<PreparedSide*>(run.side);
  if (running.side == nullptr) {
    running.result = fail("this side was not prepared on an agent");
    return;
  }
  running.doing = "running " + run.spec.workload;
  running.deadline_ns = running.start_ns + run.spec.warmup_ns + run.spec.duration_ns + kMarginNs;
}

void Runs::start_due() {
  for (Running& run : runs_)
    if (!run.started && !run.result && monotonic_ns() >= run.start_ns) start(run);
}

void Runs::start(Running& running) {
  running.started = true;
  const auto sent = running.side->connection().guarded(running.doing, [&]() -> Result<void> {
    auto request = running.side->side().runRequest();
    write_spec(running.spec, request.initSpec());
    kj::Promise<RunResponse> promise = request.send();
    running.done = promise
                       .then(
                           [this, &running](RunResponse&& response) {
                             running.response.emplace(kj::mv(response));
                             if (wake_) wake_->fulfill();
                           },
                           [this, &running](kj::Exception&& exception) {
                             running.broken.emplace(kj::mv(exception));
                             if (wake_) wake_->fulfill();
                           })
                       .eagerlyEvaluate(nullptr);
    return {};
  });
  if (!sent) running.result = tl::unexpected(sent.error());
}

void Runs::wait(const std::function<bool()>& should_stop) {
  bool stopping = false;
  while (true) {
    if (!stopping) start_due();
    settle();
    if (all_done()) return;
    if (!stopping && (any_failed() || (should_stop && should_stop()))) {
      stop_rest();
      stopping = true;
    }
    sleep();
  }
}

bool Runs::all_done() const {
  return std::all_of(runs_.begin(), runs_.end(), [](const Running& run) { return run.result.has_value(); });
}

bool Runs::any_failed() const {
  return std::any_of(runs_.begin(), runs_.end(),
                     [](const Running& run) { return run.result && !run.result->has_value(); });
}

/// Not longer than to the next side's start.
std::int64_t Runs::until_next() const {
  std::int64_t wait_ns = kPollNs;
  for (const Running& run : runs_)
    if (!run.started && !run.result) wait_ns = std::min(wait_ns, run.start_ns - monotonic_ns());
  return std::max<std::int64_t>(wait_ns, 0);
}

/// Until some side has news, or it is time to ask should_stop again.
void Runs::sleep() {
  auto news = kj::newPromiseAndFulfiller<void>();
  wake_ = kj::mv(news.fulfiller);
  try {
    loop_.io.provider->getTimer()
        .afterDelay(until_next() * kj::NANOSECONDS)
        .exclusiveJoin(kj::mv(news.promise))
        .wait(loop_.io.waitScope);
  } catch (const kj::Exception&) {
    // A broken stream is seen by the sides that were on it.
  }
  wake_ = nullptr;
}

void Runs::settle() {
  for (Running& run : runs_) {
    if (run.result) continue;
    Connection& connection = run.side->connection();
    if (run.response) {
      run.result = connection.guarded(run.doing, [&]() -> Result<WorkloadReport> {
        SRIOV_TRY(check<rpc::WorkloadReport>(run.response->getOutcome()));
        return read_report(run.response->getOutcome().getValue());
      });
      run.response.reset();
    } else if (run.broken) {
      run.result = tl::unexpected(connection.explain(run.doing, *run.broken));
    } else if (monotonic_ns() > run.deadline_ns) {
      run.result = fail(run.doing + ": the agent did not finish in time", connection.endpoint());
    }
  }
}

void Runs::stop_rest() {
  for (Running& run : runs_) {
    if (run.result) continue;
    if (!run.started) {
      run.result = fail(run.doing + ": it was stopped before its turn came", run.side->connection().endpoint());
      continue;
    }
    run.deadline_ns = monotonic_ns() + kStopTimeoutNs;
    const auto asked = run.side->connection().guarded("stopping a workload", [&]() -> Result<void> {
      kj::Promise<capnp::Response<rpc::Side::StopResults>> promise = run.side->side().stopRequest().send();
      run.stopping = promise.ignoreResult().then([] {}, [](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
      return {};
    });
    if (!asked) run.result = tl::unexpected(asked.error());
  }
}

std::vector<Result<WorkloadReport>> Runs::take() {
  std::vector<Result<WorkloadReport>> results;
  for (Running& run : runs_) results.push_back(std::move(*run.result));
  return results;
}

}  // namespace

std::vector<Result<WorkloadReport>> run_sides(EventLoop& loop, const std::vector<SideRun>& sides,
                                              const std::function<bool()>& should_stop) {
  Runs runs(loop.state());
  for (const SideRun& side : sides) runs.add(side);
  runs.wait(should_stop);
  return runs.take();
}

}  // namespace sriov::agent
