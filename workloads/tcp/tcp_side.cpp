#include "workloads/tcp/tcp_side.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/time.h"
#include "host/clock.h"
#include "workloads/engine/report_builder.h"
#include "workloads/engine/socket.h"

namespace sriov {
namespace {

SocketOptions options_of(const TcpProfile& profile, const WorkloadSpec& spec) {
  SocketOptions options = socket_options(spec);
  options.no_delay = options.no_delay || profile.always_no_delay;
  options.zero_copy = options.zero_copy || profile.always_zero_copy;
  return options;
}

int connections(const TcpProfile& profile, const WorkloadSpec& spec) {
  return spec.streams * profile.connections_per_stream;
}

Result<void> check(const TcpProfile& profile, const WorkloadSpec& spec) {
  auto valid = validate_spec(spec, profile.describe.limits);
  if (valid && profile.describe.check != nullptr) valid = profile.describe.check(spec);
  if (!valid) return tl::unexpected(valid.error().at(profile.describe.name));
  return {};
}

/// The report, or what the caller should know instead: a stop before any traffic is not an error.
Result<WorkloadReport> report_of(const TcpProfile& profile, const WorkloadSpec& spec, std::vector<Stream>& streams,
                                 const RunClock& clock, bool is_client) {
  WorkloadReport report = build_report(profile.describe.measures, streams, clock, profile.describe.roles(is_client));
  add_note(report, socket_buffer_note(streams.front().socket.get(), spec.socket_buffer_bytes));
  return report;
}

class TcpServer : public WorkloadSide {
 public:
  explicit TcpServer(const TcpProfile& profile) : profile_(profile) {}

  Result<std::uint16_t> prepare(const WorkloadSpec& spec) override {
    SRIOV_TRY(check(profile_, spec));
    auto listener = listen_tcp(spec.bind_address, spec.port, connections(profile_, spec), options_of(profile_, spec));
    if (!listener) return tl::unexpected(listener.error().at(where()));
    listener_ = std::move(*listener);
    SRIOV_ASSIGN(const SocketAddress address, local_address(listener_.get()));
    return address.port();
  }

  Result<WorkloadReport> run(const WorkloadSpec& spec, const StopFlag& stop) override {
    Halt halt(stop);
    std::vector<Stream> streams;
    if (auto accepted = accept_streams(spec, halt, streams); !accepted) {
      if (accepted.error().kind == ErrorKind::interrupted) return empty_report(profile_.describe.measures);
      return tl::unexpected(accepted.error().at(where()));
    }
    listener_.close();
    assign_cpus(streams, spec.server_cpus);
    RunClock clock(watcher(observer(), profile_.describe.measures, profile_.describe.roles(false)));
    const auto ran = run_streams(streams, clock, halt,
                                 [this](Stream& stream, RunClock& shared, const Halt& stopping) -> Result<StreamEnd> {
                                   return serve(stream, shared, stopping);
                                 });
    if (!ran) return tl::unexpected(ran.error().at(where()));
    return report_of(profile_, spec, streams, clock, false);
  }

 private:
  [[nodiscard]] std::string where() const { return fmt::format("{} server", profile_.describe.name); }

  Result<void> accept_streams(const WorkloadSpec& spec, const Halt& halt, std::vector<Stream>& streams) {
    if (!listener_.is_open()) return fail("run() without a successful prepare()");
    const Patience patience{monotonic_ns() + kAcceptNs, &halt};
    const auto wanted = static_cast<std::size_t>(connections(profile_, spec));
    while (streams.size() < wanted) {
      auto accepted = accept_tcp(listener_.get(), options_of(profile_, spec), patience);
      if (!accepted && accepted.error().kind == ErrorKind::failed && monotonic_ns() >= patience.deadline_ns)
        return fail(
            fmt::format("{} of {} streams connected within {}", streams.size(), wanted, format_seconds(kAcceptNs)), "",
            "see the client's error; check that the path is up in both directions");
      if (!accepted) return tl::unexpected(accepted.error());
      const std::string peer = accepted->peer.text();
      auto hello = greet(accepted->socket.get(), spec, streams, patience);
      if (!hello) return tl::unexpected(hello.error().at("connection from " + peer));
      streams.emplace_back(std::move(*hello), std::move(accepted->socket), peer, spec, true);
    }
    return {};
  }

  static std::string format_seconds(std::int64_t ns) { return fmt::format("{} s", ns / kNsPerSecond); }

  /// Reads the client's hello and answers it.
  [[nodiscard]] Result<Hello> greet(int socket, const WorkloadSpec& spec, const std::vector<Stream>& streams,
                                    const Patience& patience) const {
    const Patience soon{std::min(patience.deadline_ns, monotonic_ns() + 2 * kNsPerSecond), patience.halt};
    std::array<std::byte, kHelloBytes> bytes{};
    const auto prefix = std::span(bytes).first<kHelloPrefixBytes>();
    SRIOV_TRY(read_exact(socket, prefix, soon));
    if (auto known = check_hello_prefix(prefix); !known) {
      (void)write_all(socket, encode(Answer::other_version), soon);
      return tl::unexpected(known.error());
    }
    SRIOV_TRY(read_exact(socket, std::span(bytes).subspan(kHelloPrefixBytes), soon));
    SRIOV_ASSIGN(Hello hello, decode_hello(bytes));
    const Answer answer = judge(hello, spec, streams);
    SRIOV_TRY(write_all(socket, encode(answer), soon));
    if (answer == Answer::other_workload)
      return fail(fmt::format("the client runs '{}', this side {}", hello.workload, profile_.describe.name), "",
                  "give both sides the same workload");
    if (answer == Answer::other_plan)
      return fail(fmt::format("the client announced stream {} of {} with {} byte messages: not what this side expects",
                              hello.stream + 1, hello.streams, hello.message_bytes),
                  "", "give both sides the same options, and one client to a server");
    return hello;
  }

  [[nodiscard]] Answer judge(const Hello& hello, const WorkloadSpec& spec, const std::vector<Stream>& streams) const {
    if (hello.workload != profile_.describe.name) return Answer::other_workload;
    WorkloadSpec announced = spec;
    announced.message_bytes = hello.message_bytes;
    announced.rate_bps = hello.rate_bps;
    announced.warmup_ns = hello.warmup_ns;
    announced.duration_ns = hello.duration_ns;
    const bool twice = std::any_of(streams.begin(), streams.end(),
                                   [&](const Stream& stream) { return stream.hello.stream == hello.stream; });
    const bool fits = hello.streams == static_cast<std::uint32_t>(connections(profile_, spec)) &&
                      hello.message_bytes == spec.message_bytes && validate_spec(announced, profile_.describe.limits);
    return fits && !twice ? Answer::welcome : Answer::other_plan;
  }

  /// Waits for the client's go, which starts this side's clock, and then does the workload's part.
  [[nodiscard]] Result<StreamEnd> serve(Stream& stream, RunClock& clock, const Halt& halt) const {
    if (profile_.server_setup) {
      SRIOV_TRY(profile_.server_setup(stream, halt));
      send_mark(stream.socket.get(), Mark::go);
    }
    std::array<std::byte, 1> go{};
    // The client may still be connecting its other streams.
    auto told = read_exact(stream.socket.get(), go, {monotonic_ns() + kAcceptNs + kSilenceNs, &halt});
    if (!told && told.error().kind == ErrorKind::interrupted) return StreamEnd::stopped;
    if (!told) return lost_peer(told.error().what);
    if (go[0] == static_cast<std::byte>(Mark::stopped)) return StreamEnd::peer_stopped;
    stream.meter.open(clock.start(monotonic_ns()), stream.timing());
    return profile_.server_body(stream, clock, halt);
  }

  const TcpProfile& profile_;
  Fd listener_;
};

class TcpClient : public WorkloadSide {
 public:
  explicit TcpClient(const TcpProfile& profile) : profile_(profile) {}

  Result<std::uint16_t> prepare(const WorkloadSpec& spec) override {
    SRIOV_TRY(check(profile_, spec));
    return std::uint16_t{0};
  }

  Result<WorkloadReport> run(const WorkloadSpec& spec, const StopFlag& stop) override {
    SRIOV_TRY(check(profile_, spec));
    Halt halt(stop);
    std::vector<Stream> streams;
    if (auto connected = connect_streams(spec, halt, streams); !connected) {
      if (connected.error().kind == ErrorKind::interrupted) return empty_report(profile_.describe.measures);
      return tl::unexpected(connected.error().at(where()));
    }
    assign_cpus(streams, spec.client_cpus);
    RunClock clock(watcher(observer(), profile_.describe.measures, profile_.describe.roles(true)));
    const auto ran = run_streams(streams, clock, halt,
                                 [this](Stream& stream, RunClock& shared, const Halt& stopping) -> Result<StreamEnd> {
                                   if (profile_.client_setup) SRIOV_TRY(set_up(stream, stopping));
                                   send_mark(stream.socket.get(), Mark::go);
                                   stream.meter.open(shared.start(monotonic_ns()), stream.timing());
                                   return profile_.client_body(stream, shared, stopping);
                                 });
    if (!ran) return tl::unexpected(ran.error().at(where()));
    return report_of(profile_, spec, streams, clock, true);
  }

 private:
  [[nodiscard]] std::string where() const { return fmt::format("{} client", profile_.describe.name); }

  Result<void> connect_streams(const WorkloadSpec& spec, const Halt& halt, std::vector<Stream>& streams) const {
    SRIOV_ASSIGN(const SocketAddress server, parse_address(spec.address, spec.port));
    const auto count = static_cast<std::uint32_t>(connections(profile_, spec));
    for (std::uint32_t i = 0; i < count; ++i) {
      auto socket = connect_socket(SOCK_STREAM, server, spec.bind_address, options_of(profile_, spec),
                                   {monotonic_ns() + kConnectNs, &halt});
      if (!socket) return tl::unexpected(socket.error());
      Hello hello{std::string(profile_.describe.name),
                  i,
                  count,
                  spec.message_bytes,
                  spec.rate_bps,
                  spec.warmup_ns,
                  spec.duration_ns};
      SRIOV_TRY(write_all(socket->get(), encode(hello), {monotonic_ns() + kConnectNs, &halt}));
      streams.emplace_back(std::move(hello), std::move(*socket), server.text(), spec, true);
      if (profile_.client_measures_latency) streams.back().latency_ns.emplace();
    }
    for (const Stream& stream : streams) {
      std::array<std::byte, kAnswerBytes> bytes{};
      auto answered = read_exact(stream.socket.get(), bytes, {monotonic_ns() + kAcceptNs, &halt});
      if (!answered) return tl::unexpected(explain(answered.error(), stream));
      if (auto welcome = decode_answer(bytes); !welcome) return tl::unexpected(welcome.error().at(name_of(stream)));
    }
    return {};
  }

  /// Its own part, and then the server's.
  [[nodiscard]] Result<void> set_up(Stream& stream, const Halt& halt) const {
    SRIOV_TRY(profile_.client_setup(stream, halt));
    std::array<std::byte, 1> ready{};
    return read_exact(stream.socket.get(), ready, {monotonic_ns() + kSilenceNs, &halt});
  }

  static Error explain(Error error, const Stream& stream) {
    if (error.kind == ErrorKind::interrupted) return error;
    error.what = "the server did not answer the greeting: " + error.what;
    error.hint = "see the server's error; it may serve another client or another workload";
    return error.at(name_of(stream));
  }

  const TcpProfile& profile_;
};

}  // namespace

std::unique_ptr<WorkloadSide> make_server_side(const TcpProfile& profile) {
  return std::make_unique<TcpServer>(profile);
}

std::unique_ptr<WorkloadSide> make_client_side(const TcpProfile& profile) {
  return std::make_unique<TcpClient>(profile);
}

}  // namespace sriov
