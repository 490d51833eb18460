#include "agent/workload/workload_service.h"

#include <utility>

#include "agent/messages.h"
#include "host/clock.h"

namespace sriov::agent {
namespace {

// Capabilities are destroyed through kj::Own, which knows the whole object.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

SideOutcome run_and_tell(ServedClient& client) {
  SideOutcome outcome = client.run->run(client.spec);
  if (client.is_gone && !outcome.failed()) outcome.failure = Error{"the client went away", "", "", {}};
  client.events->ended(client.peer, client.spec, outcome);
  client.ended_ns = monotonic_ns();
  return outcome;
}

class RunService final : public rpc::WorkloadRun::Server {
 public:
  RunService(std::shared_ptr<ServedClient> client, Workers& workers)
      : shared_client_(std::move(client)), client_(*shared_client_), workers_(workers) {}

  kj::Promise<void> run(RunContext context) override {
    const auto asked = read_spec(context.getParams().getSpec());
    if (client_.stage != ServedClient::Stage::prepared || !asked) {
      const Error refusal = asked ? Error{"this connection has had its run", "", "", ErrorKind::failed} : asked.error();
      write_error(refusal, context.getResults().initFailure());
      return kj::READY_NOW;
    }
    client_.enter(ServedClient::Stage::running);
    client_.events->begins(client_.peer, client_.spec);
    // All of it on the run's thread: it is wanted here too when nobody waits for the answer any more.
    auto done = workers_.run([client = shared_client_] { return run_and_tell(*client); });
    return done.then([context](kj::Own<SideOutcome> outcome) mutable {
      auto results = context.getResults();
      if (outcome->failed()) write_error(outcome->failure, results.initFailure());
      if (outcome->has_report) write_report(outcome->report, results.initReport());
    });
  }

  kj::Promise<void> stop(StopContext) override {
    client_.run->stop();
    return kj::READY_NOW;
  }

 private:
  std::shared_ptr<ServedClient> shared_client_;
  ServedClient& client_;
  Workers& workers_;
};

class WorkloadService final : public rpc::WorkloadServer::Server {
 public:
  WorkloadService(std::shared_ptr<ServedClient> client, Workers& workers)
      : shared_client_(std::move(client)), client_(*shared_client_), workers_(workers) {}

  kj::Promise<void> prepare(PrepareContext context) override {
    auto spec = read_spec(context.getParams().getSpec());
    if (spec && client_.stage != ServedClient::Stage::greeted)
      spec = fail("this connection has prepared its run before");
    if (!spec) {
      write_error(spec.error(), context.getResults().initOutcome().initFailure());
      return kj::READY_NOW;
    }
    client_.enter(ServedClient::Stage::prepared);
    // Where to listen is this side's own business.
    spec->address.clear();
    spec->bind_address = client_.config.bind_address;
    spec->port = client_.config.data_port;
    auto prepared = workers_.run([spec = *spec] { return LocalSide::prepare(spec, true); });
    return prepared.then(
        [this, context, spec = *spec](kj::Own<Result<std::shared_ptr<LocalSide>>> returned_side) mutable {
          const auto& side = *returned_side;
          auto results = context.getResults();
          if (!side) {
            write_error(side.error(), results.initOutcome().initFailure());
            return;
          }
          client_.spec = spec;
          client_.run = std::make_shared<WatchedRun>(
              *side,
              [events = client_.events, spec](const WorkloadInterval& interval) { events->interval(spec, interval); });
          results.initOutcome().initValue().setPort(client_.run->port());
          results.setRun(kj::heap<RunService>(shared_client_, workers_));
        });
  }

 private:
  std::shared_ptr<ServedClient> shared_client_;
  ServedClient& client_;
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

void ServedClient::enter(Stage next) {
  stage = next;
  since_ns = monotonic_ns();
}

rpc::WorkloadServer::Client make_workload_service(std::shared_ptr<ServedClient> client, Workers& workers) {
  return kj::heap<WorkloadService>(std::move(client), workers);
}

}  // namespace sriov::agent
