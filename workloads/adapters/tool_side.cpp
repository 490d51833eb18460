// Both sides of a workload that another tool carries.
#include <poll.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "workloads/adapters/listening.h"
#include "workloads/adapters/tool_message.h"
#include "workloads/adapters/tool_report.h"
#include "workloads/adapters/tool_workload.h"
#include "workloads/engine/report_builder.h"
#include "workloads/engine/socket.h"

namespace sriov {
namespace {

using Kind = ToolMessage::Kind;

constexpr std::int64_t kListenNs = 10 * kNsPerSecond;
constexpr std::int64_t kSlackNs = 25 * kNsPerSecond;  // What a tool takes beside its time: setting up, printing.
constexpr std::int64_t kLastDatagramsNs = 100 * kNsPerMs;
constexpr std::int64_t kPrintNs = 5 * kNsPerSecond;      // What a tool may take to end by itself.
constexpr std::int64_t kInterruptNs = 1 * kNsPerSecond;  // Likewise, when interrupted.
constexpr std::int64_t kTalkNs = 5 * kNsPerSecond;

Result<void> check_installed(std::string_view program, const ToolProfile& profile) {
  if (!find_program(std::string(program)).empty()) return {};
  return fail_environment(fmt::format("{} is not installed here", program), std::string(profile.describe.name),
                          std::string(profile.install));
}

std::int64_t planned_ns(const ToolRun& run) { return run.timing.warmup_ns + run.timing.duration_ns + kSlackNs; }

Patience talk(const Halt* halt = nullptr) { return {monotonic_ns() + kTalkNs, halt}; }

/// Whether the other side has said something, or is gone: within `wait_ns`.
bool has_spoken(int control, std::int64_t wait_ns) {
  pollfd waiting{control, POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(wait_ns / kNsPerMs)) > 0;
}

/// What ended a run before its time.
enum class Early { no, own_stop, peer_stop };

std::string early_note(Early early, const std::optional<ToolWindow>& window, const WorkloadSpec& spec) {
  if (early == Early::no) return {};
  const char* whose = early == Early::own_stop ? "this side was" : "the peer was";
  if (!window) return fmt::format("the run ended early because {} asked to stop: before its window", whose);
  return fmt::format("the run ended early because {} asked to stop: {} of {} counted", whose,
                     format_duration(window->end_ns - window->begin_ns), format_duration(spec.duration_ns));
}

/// Tells the other side why this one gives up, and gives up.
tl::unexpected<Error> give_up(int control, const Error& error) {
  ToolMessage message;
  message.kind = Kind::failed;
  message.text = error.what;
  (void)send_message(control, message, talk());  // The peer may be what failed.
  return tl::unexpected(error);
}

class ToolServer : public WorkloadSide {
 public:
  explicit ToolServer(const ToolProfile& profile) : profile_(profile) {}

  Result<std::uint16_t> prepare(const WorkloadSpec& spec) override {
    SRIOV_TRY(check_tool_spec(profile_, spec));
    SRIOV_TRY(check_installed(profile_.server_tool, profile_));
    auto listener = listen_tcp(spec.bind_address, spec.port, 1, {});
    if (!listener) return tl::unexpected(listener.error().at(where()));
    listener_ = std::move(*listener);
    SRIOV_ASSIGN(const SocketAddress address, local_address(listener_.get()));
    return address.port();
  }

  Result<WorkloadReport> run(const WorkloadSpec& spec, const StopFlag& stop) override {
    const Halt halt(stop);
    auto accepted = accept(spec, halt);
    if (!accepted && accepted.error().kind == ErrorKind::interrupted) return empty_report(profile_.describe.measures);
    if (!accepted) return tl::unexpected(accepted.error().at(where()));
    listener_.close();
    ToolReport report(profile_, spec, profile_.describe.roles(false));
    for (const ToolRun& one : profile_.runs(spec)) {
      auto early = serve(spec, one, stop, report);
      if (!early) return tl::unexpected(early.error().at(where()));
      if (*early != Early::no) break;
    }
    return report.build(observer());
  }

 private:
  [[nodiscard]] std::string where() const { return fmt::format("{} server", profile_.describe.name); }

  /// The client's control connection, greeted.
  Result<void> accept(const WorkloadSpec& spec, const Halt& halt) {
    if (!listener_.is_open()) return fail("run() without a successful prepare()");
    auto accepted = accept_tcp(listener_.get(), {}, {monotonic_ns() + kAcceptNs, &halt});
    if (!accepted) return tl::unexpected(accepted.error());
    control_ = std::move(accepted->socket);
    std::array<std::byte, kHelloBytes> bytes{};
    const auto prefix = std::span(bytes).first<kHelloPrefixBytes>();
    SRIOV_TRY(read_exact(control_.get(), prefix, talk(&halt)));
    if (auto known = check_hello_prefix(prefix); !known) {
      (void)write_all(control_.get(), encode(Answer::other_version), talk(&halt));
      return tl::unexpected(known.error().at("connection from " + accepted->peer.text()));
    }
    SRIOV_TRY(read_exact(control_.get(), std::span(bytes).subspan(kHelloPrefixBytes), talk(&halt)));
    SRIOV_ASSIGN(const Hello hello, decode_hello(bytes));
    Answer answer = Answer::welcome;
    const bool same_plan = hello.message_bytes == spec.message_bytes && hello.warmup_ns == spec.warmup_ns &&
                           hello.duration_ns == spec.duration_ns;
    if (!same_plan) answer = Answer::other_plan;
    if (hello.workload != profile_.describe.name) answer = Answer::other_workload;
    SRIOV_TRY(write_all(control_.get(), encode(answer), talk(&halt)));
    if (answer == Answer::welcome) return {};
    return fail(fmt::format("the client runs '{}' with {} byte messages: not what this side expects", hello.workload,
                            hello.message_bytes),
                "", "give both sides the same workload and options");
  }

  /// One run, from the tool's start to its last words.
  Result<Early> serve(const WorkloadSpec& spec, const ToolRun& run, const StopFlag& stop, ToolReport& report) {
    auto port = find_free_port(spec.bind_address, spec.port == 0 ? std::uint16_t{0} : next_port(spec.port));
    if (!port) return give_up(control_.get(), port.error());
    SRIOV_ASSIGN(const ToolStart start, profile_.server(spec, *port, run));
    auto tool = ToolProcess::start({start.words, spec.server_cpus, start.log});
    if (!tool) return give_up(control_.get(), tool.error());
    if (auto ready = wait_until_listening(*tool, *port, stop); !ready) return give_up(control_.get(), ready.error());
    ToolMessage message;
    message.port = *port;
    SRIOV_TRY(send_message(control_.get(), message, talk()));
    bool stopping = false;
    auto done = wait_for_client(*tool, run, stop, stopping);
    if (!done) return give_up(control_.get(), done.error());
    const std::int64_t told_ns = monotonic_ns();
    SRIOV_TRY(end(*tool, done->stopped));
    auto reading = start.read(tool->output(done->stopped), done->told);
    if (!reading) return tl::unexpected(reading.error());
    const Early early = !done->stopped ? Early::no : stopping ? Early::own_stop : Early::peer_stop;
    if (run.is_warmup)
      report.add_total(reading->total);
    else
      add(spec, *done, told_ns, std::move(*reading), *tool, report);
    if (early != Early::no) report.add_note(early_note(early, run.is_warmup ? std::nullopt : window_, spec));
    return early;
  }

  static std::uint16_t next_port(std::uint16_t port) {
    return static_cast<std::uint16_t>(port == 65535 ? 1024 : port + 1);
  }

  Result<void> wait_until_listening(ToolProcess& tool, std::uint16_t port, const StopFlag& stop) const {
    constexpr std::int64_t kLookNs = 5 * kNsPerMs;
    const std::int64_t deadline_ns = monotonic_ns() + kListenNs;
    while (!listens(tool.pid(), port, profile_.server_listens)) {
      SRIOV_TRY(tool.pump(monotonic_ns() + kLookNs, -1));
      if (tool.has_ended()) return tool_failure(profile_.server_tool, tool.output(false));
      if (stop.requested()) return {};
      if (monotonic_ns() > deadline_ns)
        return fail(fmt::format("{} does not listen on port {} after {}", profile_.server_tool, port,
                                format_duration(kListenNs)));
    }
    return {};
  }

  /// The client's word that its tool has ended. A stop here is handed on to the client, which ends the run.
  Result<ToolMessage> wait_for_client(ToolProcess& tool, const ToolRun& run, const StopFlag& stop, bool& stopping) {
    std::int64_t deadline_ns = monotonic_ns() + planned_ns(run);
    while (true) {
      if (stop.requested() && !stopping) {
        ToolMessage message;
        message.kind = Kind::stop;
        SRIOV_TRY(send_message(control_.get(), message, talk()));
        deadline_ns = monotonic_ns() + kTalkNs;
        stopping = true;
      }
      SRIOV_TRY(tool.pump(monotonic_ns() + kPollNs, control_.get()));
      if (tool.has_ended() && !profile_.server_ends_itself)
        return tool_failure(profile_.server_tool, tool.output(false));
      const bool spoken = has_spoken(control_.get(), tool.has_ended() ? kPollNs : 0);
      if (spoken) return hear_client();
      if (monotonic_ns() > deadline_ns) return fail(fmt::format("the client's {} did not end in time", profile_.tool));
    }
  }

  Result<ToolMessage> hear_client() {
    auto message = receive_message(control_.get(), talk());
    if (!message) return lost_peer(message.error().what);
    if (message->kind == Kind::done) return *message;
    if (message->kind == Kind::failed) return fail("the client gave up: " + message->text);
    return fail("the client says what only a server says");
  }

  Result<void> end(ToolProcess& tool, bool stopped) const {
    if (profile_.server_ends_itself && !stopped) {
      SRIOV_TRY(tool.pump(monotonic_ns() + kPrintNs, -1));
    } else {
      SRIOV_TRY(tool.pump(monotonic_ns() + kLastDatagramsNs, -1));
    }
    if (!profile_.server_tells) return tool.wait(0);
    if (!tool.has_ended()) tool.interrupt();
    return tool.wait(kInterruptNs);
  }

  /// The window is the client's, on this side's clock; its length is this side's own where the tool tells one.
  void add(const WorkloadSpec& /*spec*/, const ToolMessage& done, std::int64_t told_ns, ToolReading reading,
           const ToolProcess& tool, ToolReport& report) {
    std::int64_t started_ns = tool.started_ns();
    window_.reset();
    if (done.has_window) {
      window_ = ToolWindow{told_ns - done.began_ago_ns, told_ns - done.ended_ago_ns, false};
      if (reading.window) {
        window_->end_ns = window_->begin_ns + reading.window->end_ns - reading.window->begin_ns;
        started_ns = window_->begin_ns - reading.window->begin_ns;
      }
    }
    report.add_run(std::move(reading), window_, started_ns, tool.cpu());
  }

  const ToolProfile& profile_;
  Fd listener_;
  Fd control_;
  std::optional<ToolWindow> window_;
};

class ToolClient : public WorkloadSide {
 public:
  explicit ToolClient(const ToolProfile& profile) : profile_(profile) {}

  Result<std::uint16_t> prepare(const WorkloadSpec& spec) override {
    SRIOV_TRY(check_tool_spec(profile_, spec));
    SRIOV_TRY(check_installed(profile_.tool, profile_));
    return std::uint16_t{0};
  }

  Result<WorkloadReport> run(const WorkloadSpec& spec, const StopFlag& stop) override {
    SRIOV_TRY(check_tool_spec(profile_, spec));
    const Halt halt(stop);
    if (auto connected = connect(spec, halt); !connected) {
      if (connected.error().kind == ErrorKind::interrupted) return empty_report(profile_.describe.measures);
      return tl::unexpected(connected.error().at(where()));
    }
    ToolReport report(profile_, spec, profile_.describe.roles(true));
    for (const ToolRun& one : profile_.runs(spec)) {
      auto early = call(spec, one, stop, report);
      if (!early) return tl::unexpected(early.error().at(where()));
      if (*early != Early::no) break;
    }
    return report.build(observer());
  }

 private:
  [[nodiscard]] std::string where() const { return fmt::format("{} client", profile_.describe.name); }

  Result<void> connect(const WorkloadSpec& spec, const Halt& halt) {
    SRIOV_ASSIGN(const SocketAddress server, parse_address(spec.address, spec.port));
    SRIOV_ASSIGN(control_,
                 connect_socket(SOCK_STREAM, server, spec.bind_address, {}, {monotonic_ns() + kConnectNs, &halt}));
    const Hello hello{
        std::string(profile_.describe.name), 0, 1, spec.message_bytes, spec.rate_bps, spec.warmup_ns, spec.duration_ns};
    SRIOV_TRY(write_all(control_.get(), encode(hello), talk(&halt)));
    std::array<std::byte, kAnswerBytes> bytes{};
    if (auto answered = read_exact(control_.get(), bytes, {monotonic_ns() + kAcceptNs, &halt}); !answered) {
      Error error = answered.error();
      if (error.kind == ErrorKind::interrupted) return tl::unexpected(error);
      error.what = "the server did not answer the greeting: " + error.what;
      error.hint = "see the server's error; it may serve another client or another workload";
      return tl::unexpected(error.at(server.text()));
    }
    if (auto welcome = decode_answer(bytes); !welcome) return tl::unexpected(welcome.error().at(server.text()));
    return {};
  }

  Result<Early> call(const WorkloadSpec& spec, const ToolRun& run, const StopFlag& stop, ToolReport& report) {
    Early early = Early::no;
    auto port = hear_port(stop, early);
    if (!port) return tl::unexpected(port.error());
    SRIOV_ASSIGN(const ToolStart start, profile_.client(spec, *port, run));
    auto tool = ToolProcess::start({start.words, spec.client_cpus, start.log});
    if (!tool) return give_up(control_.get(), tool.error());
    if (auto watched = watch(*tool, run, stop, early); !watched) return give_up(control_.get(), watched.error());
    auto reading = start.read(tool->output(early != Early::no), {});
    if (!reading) return give_up(control_.get(), reading.error());
    const auto window = run.is_warmup ? std::nullopt : place(*reading, *tool);
    SRIOV_TRY(tell(*reading, window, early));
    if (run.is_warmup)
      report.add_total(reading->total);
    else
      report.add_run(std::move(*reading), window, tool->started_ns(), tool->cpu());
    report.add_note(early_note(early, window, spec));
    return early;
  }

  /// Waits for the server's tool.
  Result<std::uint16_t> hear_port(const StopFlag& stop, Early& early) {
    const std::int64_t deadline_ns = monotonic_ns() + kListenNs + kTalkNs;
    while (true) {
      if (stop.requested()) early = Early::own_stop;
      if (has_spoken(control_.get(), kPollNs)) {
        SRIOV_ASSIGN(const ToolMessage message, hear_server());
        if (message.kind == Kind::ready) return message.port;
        early = Early::peer_stop;
      }
      if (monotonic_ns() > deadline_ns)
        return fail(fmt::format("the server's {} did not start in time", profile_.tool));
    }
  }

  Result<ToolMessage> hear_server() {
    auto message = receive_message(control_.get(), talk());
    if (!message) return lost_peer(message.error().what);
    if (message->kind == Kind::failed) return fail("the server gave up: " + message->text);
    if (message->kind == Kind::done) return fail("the server says what only a client says");
    return *message;
  }

  /// Until the tool has ended, by itself or because one of the sides was asked to stop.
  Result<void> watch(ToolProcess& tool, const ToolRun& run, const StopFlag& stop, Early& early) {
    const std::int64_t deadline_ns = monotonic_ns() + planned_ns(run);
    while (!tool.has_ended()) {
      if (stop.requested()) early = Early::own_stop;
      if (early != Early::no) {
        tool.interrupt();
        return tool.wait(kInterruptNs);
      }
      SRIOV_TRY(tool.pump(monotonic_ns() + kPollNs, control_.get()));
      if (!tool.has_ended() && has_spoken(control_.get(), 0)) {
        SRIOV_ASSIGN(const ToolMessage message, hear_server());
        if (message.kind == Kind::stop) early = Early::peer_stop;
      }
      if (!tool.has_ended() && monotonic_ns() > deadline_ns)
        return fail(fmt::format("{} did not end {} after its time", profile_.tool, format_duration(kSlackNs)));
    }
    return {};
  }

  static std::optional<ToolWindow> place(const ToolReading& reading, const ToolProcess& tool) {
    if (!reading.window) return std::nullopt;
    const std::int64_t length_ns = reading.window->end_ns - reading.window->begin_ns;
    if (reading.window->at_end) return ToolWindow{tool.ended_ns() - length_ns, tool.ended_ns(), false};
    const std::int64_t begin_ns = tool.started_ns() + reading.window->begin_ns;
    return ToolWindow{begin_ns, begin_ns + length_ns, false};
  }

  Result<void> tell(const ToolReading& reading, const std::optional<ToolWindow>& window, Early early) const {
    ToolMessage message;
    message.kind = Kind::done;
    message.stopped = early != Early::no;
    message.has_window = window.has_value();
    const std::int64_t now_ns = monotonic_ns();
    if (window) {
      message.began_ago_ns = now_ns - window->begin_ns;
      message.ended_ago_ns = std::max<std::int64_t>(0, now_ns - window->end_ns);
    }
    message.told = {reading.peer, reading.peer_total};
    if (auto sent = send_message(control_.get(), message, talk()); !sent) return lost_peer(sent.error().what);
    return {};
  }

  const ToolProfile& profile_;
  Fd control_;
};

}  // namespace

std::unique_ptr<WorkloadSide> make_server_side(const ToolProfile& profile) {
  return std::make_unique<ToolServer>(profile);
}

std::unique_ptr<WorkloadSide> make_client_side(const ToolProfile& profile) {
  return std::make_unique<ToolClient>(profile);
}

}  // namespace sriov
