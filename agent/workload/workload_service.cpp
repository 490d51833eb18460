#include "agent/workload/workload_service.h"

#include <utility>

#include "agent/messages.h"
#include "host/clock.h"

namespace sriov::agent {
namespace {

// Capabilities are destroyed through kj::Own, which knows the whole object.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

SideOutcome run_and_tell(Visit& visit) {
  SideOutcome outcome = visit.run->run(visit.spec);
  if (visit.client_is_gone && !outcome.failed()) outcome.failure = Error{"the client went away", "", "", {}};
  visit.events->ended(visit.peer, visit.spec, outcome);
  visit.ended_ns = monotonic_ns();
  return outcome;
}

class RunService final : public rpc::WorkloadRun::Server {
 public:
  RunService(std::shared_ptr<Visit> visit, Workers& workers)
      : shared_visit_(std::move(visit)), visit_(*shared_visit_), workers_(workers) {}

  kj::Promise<void> run(RunContext context) override {
    const auto asked = read_spec(context.getParams().getSpec());
    if (visit_.stage != Visit::Stage::prepared || !asked) {
      const Error refusal = asked ? Error{"this connection has had its run", "", "", ErrorKind::failed} : asked.error();
      write_error(refusal, context.getResults().initFailure());
      return kj::READY_NOW;
    }
    visit_.enter(Visit::Stage::running);
    visit_.events->begins(visit_.peer, visit_.spec);
    // All of it on the run's thread: it is wanted here too when nobody waits for the answer any more.
    auto done = workers_.run([visit = shared_visit_] { return run_and_tell(*visit); });
    return done.then([context](kj::Own<SideOutcome> outcome) mutable {
      auto results = context.getResults();
      if (outcome->failed()) write_error(outcome->failure, results.initFailure());
      if (outcome->has_report) write_report(outcome->report, results.initReport());
    });
  }

  kj::Promise<void> stop(StopContext) override {
    visit_.run->stop();
    return kj::READY_NOW;
  }

 private:
  std::shared_ptr<Visit> shared_visit_;
  Visit& visit_;
  Workers& workers_;
};

class WorkloadService final : public rpc::WorkloadServer::Server {
 public:
  WorkloadService(std::shared_ptr<Visit> visit, Workers& workers)
      : shared_visit_(std::move(visit)), visit_(*shared_visit_), workers_(workers) {}

  kj::Promise<void> prepare(PrepareContext context) override {
    auto spec = read_spec(context.getParams().getSpec());
    if (spec && visit_.stage != Visit::Stage::greeted) spec = fail("this connection has prepared its run before");
    if (!spec) {
      write_error(spec.error(), context.getResults().initOutcome().initFailure());
      return kj::READY_NOW;
    }
    visit_.enter(Visit::Stage::prepared);
    // Where to listen is this side's own business.
    spec->address.clear();
    spec->bind_address = visit_.config.bind_address;
    spec->port = visit_.config.data_port;
    auto prepared = workers_.run([spec = *spec] { return LocalSide::prepare(spec, true); });
    return prepared.then(
        [this, context, spec = *spec](kj::Own<Result<std::shared_ptr<LocalSide>>> returned_side) mutable {
          const auto& side = *returned_side;
          auto results = context.getResults();
          if (!side) {
            write_error(side.error(), results.initOutcome().initFailure());
            return;
          }
          visit_.spec = spec;
          visit_.run = std::make_shared<WatchedRun>(
              *side,
              [events = visit_.events, spec](const WorkloadInterval& interval) { events->interval(spec, interval); });
          results.initOutcome().initValue().setPort(visit_.run->port());
          results.setRun(kj::heap<RunService>(shared_visit_, workers_));
        });
  }

 private:
  std::shared_ptr<Visit> shared_visit_;
  Visit& visit_;
  Workers& workers_;
};

}  // namespace

WatchedRun::WatchedRun(std::shared_ptr<LocalSide> side, IntervalObserver observer) : side_(std::move(side)) {
  side_->observe([this, observer = std::move(observer)](const WorkloadInterval& interval) {
    {
      const std::lock_guard lock(mutex_);
      so_far_.add(interval);
    }
    if (observer) observer(interval);
  });
}

SideOutcome WatchedRun::run(const WorkloadSpec& spec) {
  auto report = side_->run(spec);
  if (report) return {std::move(*report), true, {}};
  const std::lock_guard lock(mutex_);
  return {so_far_.report(), !so_far_.empty(), report.error()};
}

void Visit::enter(Stage next) {
  stage = next;
  since_ns = monotonic_ns();
}

rpc::WorkloadServer::Client make_workload_service(std::shared_ptr<Visit> visit, Workers& workers) {
  return kj::heap<WorkloadService>(std::move(visit), workers);
}

}  // namespace sriov::agent
