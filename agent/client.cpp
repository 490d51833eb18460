#include "agent/client.h"

#include <algorithm>
#include <csignal>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "agent/client_impl.h"
#include "agent/messages.h"
#include "core/time.h"
#include "core/version.h"
#include "host/clock.h"

namespace sriov::agent {
namespace {

constexpr std::int64_t kCallTimeoutNs = 60 * kNsPerSecond;
constexpr std::int64_t kClockTimeoutNs = 10 * kNsPerSecond;
constexpr std::int64_t kSamplesTimeoutNs = 300 * kNsPerSecond;

constexpr const char* kFetching = "fetching samples";

/// The continuations refer to it, so its address must not change.
class RequestedBlocks final : public RequestedSamples {
 public:
  using Response = capnp::Response<rpc::Agent::TakeSamplesResults>;

  RequestedBlocks(std::shared_ptr<Connection> connection, kj::Promise<Response> promise)
      : connection_(std::move(connection)),
        done_(promise
                  .then([this](Response&& response) { response_.emplace(kj::mv(response)); },
                        [this](kj::Exception&& exception) { broken_.emplace(kj::mv(exception)); })
                  .eagerlyEvaluate(nullptr)) {}
  ~RequestedBlocks() noexcept override {}
  RequestedBlocks(const RequestedBlocks&) = delete;
  RequestedBlocks& operator=(const RequestedBlocks&) = delete;

  [[nodiscard]] bool have_come() const override { return response_ || broken_; }
  [[nodiscard]] Result<std::vector<SampleBlock>> take() override {
    return connection_->guarded(kFetching, [&]() -> Result<std::vector<SampleBlock>> {
      if (!have_come()) wait();
      if (broken_) return tl::unexpected(connection_->explain(kFetching, *broken_));
      SRIOV_TRY(check<rpc::Blocks>(response_->getOutcome()));
      return read_blocks(response_->getOutcome().getValue(), connection_->endpoint());
    });
  }

 private:
  void wait() {
    EventLoop::State& loop = connection_->loop();
    loop.io.waitScope.poll();
    loop.io.provider->getTimer()
        .timeoutAfter(kSamplesTimeoutNs * kj::NANOSECONDS, kj::mv(done_))
        .wait(loop.io.waitScope);
  }

  std::shared_ptr<Connection> connection_;
  std::optional<Response> response_;
  std::optional<kj::Exception> broken_;
  kj::Promise<void> done_;  ///< Last: it ends before what it writes to.
};

class RpcClient final : public Client {
 public:
  explicit RpcClient(std::shared_ptr<Connection> connection)
      : connection_(std::move(connection)), shell_(*connection_) {}

  /// Both ends must be of the same protocol; the versions may differ in what does not matter to it.
  [[nodiscard]] Result<void> greet(std::int64_t timeout_ns);

  [[nodiscard]] const std::string& endpoint() const override { return connection_->endpoint(); }
  [[nodiscard]] const AgentInfo& info() const override { return info_; }
  [[nodiscard]] bool is_connected() const override { return connection_->is_connected(); }
  [[nodiscard]] Result<ClockOffset> clock_offset(int rounds) override;
  [[nodiscard]] Result<std::vector<CollectorStatus>> collectors() override;
  [[nodiscard]] Result<std::vector<CollectorStatus>> start_sampling(const SamplerConfig& config) override;
  [[nodiscard]] Result<std::vector<SampleBlock>> take_samples() override;
  [[nodiscard]] Result<std::unique_ptr<RequestedSamples>> request_samples() override;
  [[nodiscard]] Result<std::vector<SampleBlock>> stop_sampling() override;
  [[nodiscard]] Result<std::vector<Complaint>> take_complaints() override;
  [[nodiscard]] Result<std::unique_ptr<RemoteSide>> prepare_workload(const WorkloadSpec& spec, bool server) override;
  [[nodiscard]] Result<std::string> environment() override;
  [[nodiscard]] Shell& shell() override { return shell_; }
  [[nodiscard]] Result<void> on_disconnect(const std::vector<Command>& undo) override;
  [[nodiscard]] Result<void> clear_disconnect() override;

 private:
  std::shared_ptr<Connection> connection_;
  RemoteShell shell_;
  AgentInfo info_;
};

std::vector<CollectorStatus> read_status(capnp::List<rpc::CollectorStatus>::Reader in) {
  std::vector<CollectorStatus> status;
  for (const auto one : in) status.push_back({to_string(one.getName()), one.getWorks(), read_error(one.getWhy())});
  return status;
}

Result<void> RpcClient::greet(std::int64_t timeout_ns) {
  return connection_->guarded("greeting the agent", [&]() -> Result<void> {
    auto request = connection_->agent().helloRequest();
    request.setVersion(to_text(std::string(kVersion)));
    request.setProtocol(kAgentProtocol);
    const auto hello = connection_->wait(request.send(), timeout_ns);
    info_ = {to_string(hello.getVersion()), to_string(hello.getHostname()), to_string(hello.getKernel()),
             hello.getIsStatic()};
    if (hello.getProtocol() == kAgentProtocol) return {};
    return fail_environment(fmt::format("the agent is version {} (protocol {}), this is version {} (protocol {})",
                                        info_.version, hello.getProtocol(), kVersion, kAgentProtocol),
                            {}, "install the same version at both ends");
  });
}

Result<ClockOffset> RpcClient::clock_offset(int rounds) {
  return connection_->guarded("comparing clocks", [&]() -> Result<ClockOffset> {
    ClockOffset best{endpoint(), 0, std::numeric_limits<std::int64_t>::max(), 0};
    for (int round = 0; round < std::max(rounds, 1); ++round) {
      auto request = connection_->agent().clockRequest();
      const std::int64_t sent_ns = monotonic_ns();
      const auto response = connection_->wait(request.send(), kClockTimeoutNs);
      const std::int64_t received_ns = monotonic_ns();
      const std::int64_t half_ns = (received_ns - sent_ns + 1) / 2;
      if (half_ns < best.error_ns)
        best = {endpoint(), response.getMonotonicNs() - (sent_ns + half_ns), half_ns, received_ns};
    }
    return best;
  });
}

Result<std::vector<CollectorStatus>> RpcClient::collectors() {
  return connection_->guarded("asking for collectors", [&]() -> Result<std::vector<CollectorStatus>> {
    const auto response = connection_->wait(connection_->agent().collectorsRequest().send(), kCallTimeoutNs);
    return read_status(response.getStatus());
  });
}

Result<std::vector<CollectorStatus>> RpcClient::start_sampling(const SamplerConfig& config) {
  return connection_->guarded("starting to sample", [&]() -> Result<std::vector<CollectorStatus>> {
    auto request = connection_->agent().startSamplingRequest();
    request.setEndpoint(to_text(endpoint()));
    write_command(config.collectors, request.initCollectors(static_cast<unsigned>(config.collectors.size())));
    request.setIntervalNs(config.interval_ns);
    request.setExpectedDurationNs(config.expected_duration_ns);
    write_options(config.options, request.initOptions(option_count(config.options)));
    const auto response = connection_->wait(request.send(), kCallTimeoutNs);
    SRIOV_TRY(check<rpc::Nothing>(response.getOutcome()));
    return read_status(response.getSkipped());
  });
}

Result<std::vector<SampleBlock>> RpcClient::take_samples() {
  SRIOV_ASSIGN(const auto requested, request_samples());
  return requested->take();
}

Result<std::unique_ptr<RequestedSamples>> RpcClient::request_samples() {
  return connection_->guarded(kFetching, [&]() -> Result<std::unique_ptr<RequestedSamples>> {
    return std::make_unique<RequestedBlocks>(connection_, connection_->agent().takeSamplesRequest().send());
  });
}

Result<std::vector<SampleBlock>> RpcClient::stop_sampling() {
  return connection_->guarded(kFetching, [&]() -> Result<std::vector<SampleBlock>> {
    const auto response = connection_->wait(connection_->agent().stopSamplingRequest().send(), kSamplesTimeoutNs);
    SRIOV_TRY(check<rpc::Blocks>(response.getOutcome()));
    return read_blocks(response.getOutcome().getValue(), endpoint());
  });
}

Result<std::vector<Complaint>> RpcClient::take_complaints() {
  return connection_->guarded("asking what collectors lost", [&]() -> Result<std::vector<Complaint>> {
    const auto response = connection_->wait(connection_->agent().takeComplaintsRequest().send(), kCallTimeoutNs);
    std::vector<Complaint> out;
    const std::int64_t now_ns = monotonic_ns();
    for (const auto one : response.getComplaints())
      out.push_back({now_ns - std::clamp<std::int64_t>(one.getAgeNs(), 0, now_ns), read_error(one.getWhat()),
                     to_string(one.getCollector())});
    return out;
  });
}

Result<std::unique_ptr<RemoteSide>> RpcClient::prepare_workload(const WorkloadSpec& spec, bool server) {
  return connection_->guarded("preparing " + spec.workload, [&]() -> Result<std::unique_ptr<RemoteSide>> {
    auto request = connection_->agent().prepareWorkloadRequest();
    write_spec(spec, request.initSpec());
    request.setServer(server);
    auto response = connection_->wait(request.send(), kCallTimeoutNs);
    SRIOV_TRY(check<rpc::Port>(response.getOutcome()));
    const std::uint16_t port = response.getOutcome().getValue().getPort();
    return std::make_unique<PreparedSide>(connection_, response.getSide(), port);
  });
}

Result<std::string> RpcClient::environment() {
  return connection_->guarded("describing the machine", [&]() -> Result<std::string> {
    const auto response = connection_->wait(connection_->agent().environmentRequest().send(), kCallTimeoutNs);
    return to_string(response.getJson());
  });
}

Result<void> RpcClient::on_disconnect(const std::vector<Command>& undo) {
  return connection_->guarded("leaving undo commands", [&]() -> Result<void> {
    auto request = connection_->agent().onDisconnectRequest();
    auto batch = request.initUndo(static_cast<unsigned>(undo.size()));
    for (unsigned i = 0; i < batch.size(); ++i)
      write_command(undo[i], batch.init(i, static_cast<unsigned>(undo[i].size())));
    static_cast<void>(connection_->wait(request.send(), kCallTimeoutNs));
    return {};
  });
}

Result<void> RpcClient::clear_disconnect() {
  return connection_->guarded("clearing undo commands", [&]() -> Result<void> {
    static_cast<void>(connection_->wait(connection_->agent().clearDisconnectRequest().send(), kCallTimeoutNs));
    return {};
  });
}

}  // namespace

Result<std::unique_ptr<Client>> Client::connect(EventLoop& loop, const Target& target, const std::string& endpoint,
                                                std::int64_t timeout_ns, const std::function<bool()>& should_stop) {
  const std::int64_t deadline_ns = monotonic_ns() + timeout_ns;
  const std::string where = fmt::format("{} ({})", endpoint, target.text);
  auto peer = PeerProcess::start(target, timeout_ns, should_stop);
  if (!peer) return tl::unexpected(peer.error().at(where));
  try {
    const auto connection = std::make_shared<Connection>(loop.state(), std::move(*peer), endpoint);
    auto client = std::make_unique<RpcClient>(connection);
    auto greeted = client->greet(std::max<std::int64_t>(deadline_ns - monotonic_ns(), 1));
    if (greeted) return client;
    greeted.error().where = where;
    return tl::unexpected(std::move(greeted).error());
  } catch (const kj::Exception& error) {
    return fail(std::string("cannot set up the connection: ") + error.getDescription().cStr(), where);
  }
}

}  // namespace sriov::agent
