#include "agent/service.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>

#include "agent/environment/environment.h"
#include "agent/messages.h"
#include "core/version.h"
#include "host/clock.h"
#include "host/linkage.h"

namespace sriov::agent {
namespace {

std::vector<CollectorStatus> probe_collectors() {
  std::vector<CollectorStatus> probed;
  for (const std::string& name : CollectorRegistry::instance().names()) {
    const auto works = CollectorRegistry::instance().make(name)->probe(Host{});
    probed.push_back({name, works.has_value(), works ? Error{} : works.error()});
  }
  return probed;
}

void write_statuses(const std::vector<CollectorStatus>& from, capnp::List<rpc::CollectorStatus>::Builder out) {
  for (unsigned i = 0; i < out.size(); ++i) {
    out[i].setName(to_text(from[i].name));
    out[i].setWorks(from[i].works);
    write_error(from[i].why, out[i].initWhy());
  }
}

template <class Outcome, class Value>
bool write_failure(Outcome outcome, const Result<Value>& result) {
  if (!result) write_error(result.error(), outcome.initFailure());
  return !result;
}

// Capabilities are destroyed through kj::Own, which knows the whole object.
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"

class SideService final : public rpc::Side::Server {
 public:
  SideService(std::shared_ptr<LocalSide> side, Workers& workers) : side_(std::move(side)), workers_(workers) {}
  ~SideService() noexcept(false) { side_->stop(); }
  SideService(const SideService&) = delete;
  SideService& operator=(const SideService&) = delete;

  kj::Promise<void> run(RunContext context) override {
    auto done =
        workers_.run([side = side_, spec = read_spec(context.getParams().getSpec())]() -> Result<WorkloadReport> {
          if (!spec) return tl::unexpected(spec.error());
          return side->run(*spec);
        });
    return done.then([context](kj::Own<Result<WorkloadReport>> returned_report) mutable {
      const auto& report = *returned_report;
      auto outcome = context.getResults().initOutcome();
      if (write_failure(outcome, report)) return;
      write_report(*report, outcome.initValue());
    });
  }

  kj::Promise<void> stop(StopContext) override {
    side_->stop();
    return kj::READY_NOW;
  }

 private:
  std::shared_ptr<LocalSide> side_;
  Workers& workers_;
};

class AgentService final : public rpc::Agent::Server {
 public:
  AgentService(std::shared_ptr<Session> session, Workers& workers) : session_(std::move(session)), workers_(workers) {}

  kj::Promise<void> hello(HelloContext context) override {
    utsname system{};
    ::uname(&system);
    auto results = context.getResults();
    results.setVersion(to_text(std::string(kVersion)));
    results.setProtocol(kAgentProtocol);
    results.setHostname(system.nodename);
    results.setKernel(system.release);
    results.setPid(::getpid());
    results.setIsStatic(is_statically_linked());
    return kj::READY_NOW;
  }

  kj::Promise<void> clock(ClockContext context) override {
    context.getResults().setMonotonicNs(monotonic_ns());
    return kj::READY_NOW;
  }

  kj::Promise<void> collectors(CollectorsContext context) override {
    return workers_.run(probe_collectors)
        .then([context](kj::Own<std::vector<CollectorStatus>> returned_probed) mutable {
          const auto& probed = *returned_probed;
          write_statuses(probed, context.getResults().initStatus(static_cast<unsigned>(probed.size())));
        });
  }

  kj::Promise<void> startSampling(StartSamplingContext context) override {
    SamplerConfig config;
    config.endpoint = to_string(context.getParams().getEndpoint());
    config.collectors = read_command(context.getParams().getCollectors());
    config.interval_ns = context.getParams().getIntervalNs();
    config.expected_duration_ns = context.getParams().getExpectedDurationNs();
    config.options = read_options(context.getParams().getOptions());
    auto started = workers_.run([session = session_, config] { return session->start_sampling(config); });
    return started.then([context](kj::Own<Result<std::vector<CollectorStatus>>> returned_skipped) mutable {
      const auto& skipped = *returned_skipped;
      auto results = context.getResults();
      if (write_failure(results.initOutcome(), skipped)) return;
      results.getOutcome().initValue();
      write_statuses(*skipped, results.initSkipped(static_cast<unsigned>(skipped->size())));
    });
  }

  kj::Promise<void> takeSamples(TakeSamplesContext context) override {
    return answer_blocks(context, [session = session_] { return session->take_samples(); });
  }

  kj::Promise<void> stopSampling(StopSamplingContext context) override {
    return answer_blocks(context, [session = session_] { return session->stop_sampling(); });
  }

  kj::Promise<void> takeComplaints(TakeComplaintsContext context) override {
    return workers_.run([session = session_] { return session->take_complaints(); })
        .then([context](kj::Own<std::vector<Complaint>> returned_complaints) mutable {
          const auto& complaints = *returned_complaints;
          auto out = context.getResults().initComplaints(static_cast<unsigned>(complaints.size()));
          for (unsigned i = 0; i < out.size(); ++i) {
            out[i].setCollector(to_text(complaints[i].collector));
            out[i].setAgeNs(monotonic_ns() - complaints[i].at_ns);
            write_error(complaints[i].what, out[i].initWhat());
          }
        });
  }

  kj::Promise<void> prepareWorkload(PrepareWorkloadContext context) override {
    const auto spec = read_spec(context.getParams().getSpec());
    const bool server = context.getParams().getServer();
    auto prepared = workers_.run([spec, server]() -> Result<std::shared_ptr<LocalSide>> {
      if (!spec) return tl::unexpected(spec.error());
      return LocalSide::prepare(*spec, server);
    });
    return prepared.then([this, context](kj::Own<Result<std::shared_ptr<LocalSide>>> returned_side) mutable {
      const auto& side = *returned_side;
      auto results = context.getResults();
      if (write_failure(results.initOutcome(), side)) return;
      session_->watch(*side);
      results.getOutcome().initValue().setPort((*side)->port());
      results.setSide(kj::heap<SideService>(*side, workers_));
    });
  }

  kj::Promise<void> environment(EnvironmentContext context) override {
    return workers_.run([] { return environment_json(Host{}); })
        .then([context](kj::Own<std::string> returned_json) mutable {
          const auto& json = *returned_json;
          context.getResults().setJson(to_text(json));
        });
  }

  kj::Promise<void> run(RunContext context) override {
    const Command command = read_command(context.getParams().getCommand());
    const std::int64_t timeout_ns = context.getParams().getTimeoutNs();
    auto done = workers_.run([command, timeout_ns] { return LocalShell().run(command, timeout_ns); });
    return done.then([context](kj::Own<Result<CommandOutput>> returned_output) mutable {
      const auto& output = *returned_output;
      auto outcome = context.getResults().initOutcome();
      if (write_failure(outcome, output)) return;
      auto value = outcome.initValue();
      value.setExitCode(output->exit_code);
      value.setOut(to_data(output->out));
      value.setErr(to_data(output->err));
    });
  }

  kj::Promise<void> readFile(ReadFileContext context) override {
    auto done = workers_.run([path = to_string(context.getParams().getPath())] { return LocalShell().read(path); });
    return done.then([context](kj::Own<Result<std::string>> returned_contents) mutable {
      const auto& contents = *returned_contents;
      auto outcome = context.getResults().initOutcome();
      if (write_failure(outcome, contents)) return;
      outcome.initValue().setText(to_data(*contents));
    });
  }

  kj::Promise<void> writeFile(WriteFileContext context) override {
    auto done = workers_.run(
        [path = to_string(context.getParams().getPath()), contents = to_string(context.getParams().getContents())] {
          return LocalShell().write(path, contents);
        });
    return done.then([context](kj::Own<Result<void>> returned_written) mutable {
      const auto& written = *returned_written;
      auto outcome = context.getResults().initOutcome();
      if (!write_failure(outcome, written)) outcome.initValue();
    });
  }

  kj::Promise<void> onDisconnect(OnDisconnectContext context) override {
    std::vector<Command> batch;
    for (const auto command : context.getParams().getUndo()) batch.push_back(read_command(command));
    session_->add_undo(std::move(batch));
    return kj::READY_NOW;
  }

  kj::Promise<void> clearDisconnect(ClearDisconnectContext) override {
    session_->clear_undo();
    return kj::READY_NOW;
  }

 private:
  template <class Context, class Fetch>
  kj::Promise<void> answer_blocks(Context context, Fetch fetch) {
    return workers_.run(std::move(fetch))
        .then([context](kj::Own<Result<std::vector<SampleBlock>>> returned_blocks) mutable {
          const auto& blocks = *returned_blocks;
          const std::uint64_t words = blocks ? words_of(*blocks) : 0;
          auto outcome = context.getResults(capnp::MessageSize{words, 0}).initOutcome();
          if (write_failure(outcome, blocks)) return;
          write_blocks(*blocks, outcome.initValue());
        });
  }

  std::shared_ptr<Session> session_;
  Workers& workers_;
};

}  // namespace

rpc::Agent::Client make_service(std::shared_ptr<Session> session, Workers& workers) {
  return kj::heap<AgentService>(std::move(session), workers);
}

}  // namespace sriov::agent
