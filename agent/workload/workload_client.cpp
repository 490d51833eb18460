#include "agent/workload/workload_client.h"

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "agent/messages.h"
#include "agent/workload/workload_connection.h"
#include "agent/workload/workload_service.h"
#include "core/time.h"
#include "core/version.h"
#include "host/clock.h"
#include "workloads/engine/socket.h"

namespace sriov::agent {
namespace {

using Word = WorkloadGreeting::Word;

constexpr std::int64_t kPollLoopNs = 50 * kNsPerMs;
constexpr std::int64_t kGreetNs = 5 * kNsPerSecond;
constexpr std::int64_t kPrepareNs = 15 * kNsPerSecond;
constexpr std::int64_t kOtherSideNs =
    kSilenceNs + 5 * kNsPerSecond;  // A side may notice only then that its peer is lost.
constexpr std::int64_t kStoppedSideNs = 5 * kNsPerSecond;
constexpr std::int64_t kAloneNs = 1 * kNsPerSecond;  // Traffic without a control connection.

/// Returns the server's version.
Result<std::string> greet(int socket) {
  SRIOV_TRY(send_greeting(socket, Word::hello, std::string(kVersion)));
  auto answer = receive_greeting(socket, kGreetNs);
  if (!answer)
    return fail("what answers there is no workload server: " + answer.error().what, "",
                "start `sriov-bench workload server` there, or give its --port");
  if (answer->word == Word::busy)
    return fail("the server is busy " + answer->text, "", "it serves one client at a time: try again later");
  if (answer->word != Word::welcome || answer->protocol != kAgentProtocol)
    return fail(fmt::format("the server is of another version ({}, protocol {}; this is {}, protocol {})", answer->text,
                            answer->protocol, kVersion, kAgentProtocol),
                "", "install the same version on both machines");
  return answer->text;
}

Error without_control_characters(Error error) {
  for (std::string* text : {&error.what, &error.where, &error.hint}) *text = printable(*text);
  return error;
}

/// The connection and its calls. Continuations refer to it.
class WorkloadCaller {
 public:
  WorkloadCaller(int socket, const std::function<bool()>& should_stop)
      : should_stop_(should_stop),
        stream_(io_.lowLevelProvider->wrapSocketFd(socket)),
        network_(*stream_, capnp::rpc::twoparty::Side::CLIENT),
        rpc_system_(capnp::makeRpcClient(network_)),
        gone_promise_(network_.onDisconnect()
                          .then([this] { gone_ = true; }, [this](kj::Exception&&) { gone_ = true; })
                          .eagerlyEvaluate(nullptr)) {}
  ~WorkloadCaller() {
    if (run_) run_->stop();
    (void)workers_.wait_idle(kStoppedSideNs);
  }
  WorkloadCaller(const WorkloadCaller&) = delete;
  WorkloadCaller& operator=(const WorkloadCaller&) = delete;

  /// Returns the port of the server's data.
  Result<std::uint16_t> prepare_server(const WorkloadSpec& spec);
  void start(std::shared_ptr<WatchedRun> run, const WorkloadSpec& spec);
  WorkloadCallOutcome wait();

 private:
  using RunResponse = capnp::Response<rpc::WorkloadRun::RunResults>;

  void tick() { io_.provider->getTimer().afterDelay(kPollLoopNs * kj::NANOSECONDS).wait(io_.waitScope); }
  void stop_both();
  void read_server(RunResponse& response);
  void lose_server(const std::string& why);
  void watch_server();

  const std::function<bool()>& should_stop_;
  kj::AsyncIoContext io_ = kj::setupAsyncIo();
  kj::Own<kj::AsyncIoStream> stream_;
  capnp::TwoPartyVatNetwork network_;
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> rpc_system_;
  bool gone_ = false;
  kj::Promise<void> gone_promise_;
  std::optional<rpc::WorkloadRun::Client> server_run_;
  std::shared_ptr<WatchedRun> run_;
  Workers workers_;
  std::optional<SideOutcome> client_;
  std::optional<SideOutcome> server_;
  kj::Promise<void> client_done_ = nullptr;
  kj::Promise<void> server_done_ = nullptr;
  kj::Promise<void> stop_sent_ = nullptr;
  bool stopped_ = false;
  std::int64_t alone_since_ns_ = 0;
};

Result<std::uint16_t> WorkloadCaller::prepare_server(const WorkloadSpec& spec) {
  capnp::MallocMessageBuilder message(8);
  auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
  vat.setSide(capnp::rpc::twoparty::Side::SERVER);
  auto request = rpc_system_.bootstrap(vat).castAs<rpc::WorkloadServer>().prepareRequest();
  write_spec(spec, request.initSpec());
  std::optional<capnp::Response<rpc::WorkloadServer::PrepareResults>> response;
  std::optional<std::string> broken;
  auto promise =
      request.send()
          .then([&](capnp::Response<rpc::WorkloadServer::PrepareResults>&& got) { response.emplace(kj::mv(got)); },
                [&](kj::Exception&& error) { broken = error.getDescription().cStr(); })
          .eagerlyEvaluate(nullptr);
  const std::int64_t deadline_ns = monotonic_ns() + kPrepareNs;
  while (!response && !broken) {
    if (should_stop_()) return fail("stopped before any traffic", "", "", ErrorKind::interrupted);
    if (monotonic_ns() > deadline_ns) return fail("the server did not answer in time");
    tick();
  }
  if (broken) return fail("the server closed the connection: " + printable(*broken));
  if (auto prepared = check<rpc::Port>(response->getOutcome()); !prepared)
    return tl::unexpected(without_control_characters(prepared.error()).at("server"));
  server_run_.emplace(response->getRun());
  return response->getOutcome().getValue().getPort();
}

void WorkloadCaller::start(std::shared_ptr<WatchedRun> run, const WorkloadSpec& spec) {
  run_ = std::move(run);
  auto request = server_run_->runRequest();
  write_spec(spec, request.initSpec());
  kj::Promise<RunResponse> sent = request.send();
  server_done_ = sent.then([this](RunResponse&& response) { read_server(response); },
                           [this](kj::Exception&& error) { lose_server(error.getDescription().cStr()); })
                     .eagerlyEvaluate(nullptr);
  client_done_ = workers_.run([watched = run_, spec] { return watched->run(spec); })
                     .then([this](kj::Own<SideOutcome> outcome) { client_ = kj::mv(*outcome); })
                     .eagerlyEvaluate(nullptr);
}

void WorkloadCaller::read_server(RunResponse& response) {
  SideOutcome outcome;
  outcome.failure = without_control_characters(read_error(response.getFailure()));
  if (response.hasReport()) {
    auto report = read_report(response.getReport());
    if (!report) return lose_server(report.error().what);
    outcome.report = std::move(*report);
    outcome.report.note = printable(outcome.report.note);
    outcome.has_report = true;
  }
  server_ = std::move(outcome);
}

void WorkloadCaller::lose_server(const std::string& why) {
  if (server_) return;
  server_.emplace();
  server_->failure = Error{"the server went away before its report: " + printable(why), "", "see the server", {}};
}

void WorkloadCaller::stop_both() {
  if (std::exchange(stopped_, true)) return;
  run_->stop();
  if (!gone_ && !server_)
    stop_sent_ =
        server_run_->stopRequest().send().ignoreResult().then([] {}, [](kj::Exception&&) {}).eagerlyEvaluate(nullptr);
}

/// Traffic that goes on although the server cannot report on it any more is of no use.
void WorkloadCaller::watch_server() {
  const bool is_alone = !client_ && server_ && server_->failed();
  if (!is_alone) return;
  if (alone_since_ns_ == 0) alone_since_ns_ = monotonic_ns();
  if (monotonic_ns() - alone_since_ns_ > kAloneNs) stop_both();
}

WorkloadCallOutcome WorkloadCaller::wait() {
  std::int64_t client_ended_ns = 0;
  while (!client_ || !server_) {
    tick();
    if (should_stop_() || (client_ && client_->failed())) stop_both();
    if (gone_ && !server_) lose_server("its connection closed");
    watch_server();
    if (client_ && client_ended_ns == 0) client_ended_ns = monotonic_ns();
    const std::int64_t patience_ns = stopped_ ? kStoppedSideNs : kOtherSideNs;
    if (client_ && !server_ && monotonic_ns() - client_ended_ns > patience_ns) lose_server("it did not answer in time");
  }
  return {std::move(*client_), std::move(*server_), ""};
}

}  // namespace

Result<WorkloadCallOutcome> call_workload_server(const WorkloadCall& call, const std::function<bool()>& should_stop) {
  WorkloadSpec spec = call.spec;
  SRIOV_ASSIGN(const SocketAddress server, parse_address(spec.address, spec.port));
  SRIOV_ASSIGN(std::shared_ptr<LocalSide> side, LocalSide::prepare(spec, false));
  SRIOV_ASSIGN(const Fd socket,
               connect_socket(SOCK_STREAM, server, spec.bind_address, {}, {monotonic_ns() + kConnectNs, nullptr}));
  const auto version = greet(socket.get());
  if (!version) return tl::unexpected(version.error().at(server.text()));
  try {
    WorkloadCaller caller(socket.get(), should_stop);
    auto port = caller.prepare_server(spec);
    if (!port) return tl::unexpected(port.error().at(server.text()));
    spec.port = *port;
    if (call.begins) call.begins();
    caller.start(std::make_shared<WatchedRun>(std::move(side), call.interval), spec);
    WorkloadCallOutcome outcome = caller.wait();
    outcome.server_version = *version;
    return outcome;
  } catch (const kj::Exception& error) {
    return fail("the connection broke: " + printable(error.getDescription().cStr()), server.text());
  }
}

}  // namespace sriov::agent
