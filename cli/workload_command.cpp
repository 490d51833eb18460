// sriov-bench workload: the engine alone, from this machine to another.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>

#include <fmt/format.h>

#include "agent/workload/workload_client.h"
#include "agent/workload/workload_server.h"
#include "cli/resolve.h"
#include "cli/subcommand.h"
#include "cli/terminal.h"
#include "cli/workload_json.h"
#include "cli/workload_text.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "workloads/option.h"
#include "workloads/spec.h"
#include "workloads/workload.h"

namespace sriov::cli {
namespace {

using agent::SideOutcome;

/// What the server's operator sees. The run's thread and the connections' threads print here.
class ServerOutput : public agent::WorkloadServerEvents {
 public:
  explicit ServerOutput(bool json) : json_(json) {}

  void listening(std::uint16_t port) override {
    const std::lock_guard lock(mutex_);
    fmt::print(stderr, "sriov-bench: workload server on port {}; Ctrl-C ends it\n", port);
  }
  void begins(const std::string& peer, const WorkloadSpec& spec) override {
    const std::lock_guard lock(mutex_);
    started_unix_ns_ = unix_ns();
    lines_.emplace(spec, false);
    if (!json_) print(fmt::format("from {}: {}\n", peer, describe_run(spec)));
  }
  void interval(const WorkloadSpec& /*spec*/, const WorkloadInterval& interval) override {
    const std::lock_guard lock(mutex_);
    if (!json_) print(lines_->line(interval));
  }
  void ended(const std::string& peer, const WorkloadSpec& spec, const SideOutcome& outcome) override {
    const std::lock_guard lock(mutex_);
    const RunSides sides{&spec, nullptr, &outcome};
    if (json_)
      print(json_text(run_json(sides, peer, started_unix_ns_, interrupted()), -1));
    else
      print(render_result(sides, stdout_style()) + '\n');
    all_complete_ = all_complete_ && status_of(sides, interrupted()) == "complete";
  }
  void refused(const std::string& peer, const std::string& why) override {
    const std::lock_guard lock(mutex_);
    fmt::print(stderr, "sriov-bench: turned {} away: {}\n", peer, why);
  }
  [[nodiscard]] bool all_complete() const { return all_complete_; }

 private:
  /// A reader of ours that has gone must not end the run of a client.
  static void print(const std::string& text) {
    (void)std::fwrite(text.data(), 1, text.size(), stdout);
    (void)std::fflush(stdout);
  }

  bool json_;
  std::mutex mutex_;
  std::int64_t started_unix_ns_ = 0;
  std::optional<IntervalLines> lines_;
  bool all_complete_ = true;
};

std::string flag_of(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

/// What is known of an option of any workload.
struct OptionHelp {
  std::string values;
  std::string text;
};

OptionHelp help_of(const std::string& name) {
  for (const WorkloadOption& option : shared_options())
    if (option.name == name) return {std::string(option.values), std::string(option.help)};
  for (const std::string& workload : WorkloadRegistry::instance().names())
    for (const OwnOption& option : WorkloadRegistry::instance().make(workload)->own_options())
      if (option.name == name) return {std::string(option.values), fmt::format("{} (of {})", option.help, workload)};
  return {};
}

constexpr const char* kOptionGroup = "Options of workloads (docs/workloads.md)";

/// A flag for every option that some workload has; their values as given.
class WorkloadFlags {
 public:
  void declare(CLI::App& app) {
    for (const std::string& name : workload_options()) {
      const std::string flag = flag_of(name);
      if (app.get_option_no_throw(flag) != nullptr) continue;
      const OptionHelp help = help_of(name);
      std::string& value = values_[name];
      CLI::Option* option = nullptr;
      if (help.values == "true or false") {
        option = app.add_flag(flag, value, help.text);
      } else {
        option = app.add_option(name == "total_bytes" ? flag + ",--bytes" : flag, value, help.text);
        option->type_name("(" + help.values + ")");
      }
      option->group(kOptionGroup);
      options_[name] = option;
    }
  }
  [[nodiscard]] bool is_given(const std::string& name) const {
    const auto found = options_.find(name);
    return found != options_.end() && found->second->count() > 0;
  }
  [[nodiscard]] Result<void> apply(WorkloadSpec& spec) const {
    for (const auto& [name, value] : values_) {
      if (!is_given(name)) continue;
      if (const auto set = set_workload_option(spec, name, value); !set)
        return tl::unexpected(set.error().at(flag_of(name)));
    }
    return {};
  }

 private:
  std::map<std::string, std::string> values_;
  std::map<std::string, CLI::Option*> options_;
};

class WorkloadCommand : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description("Runs one workload between two machines, without experiment, agents and collectors");
    app.require_subcommand(1);
    declare_server(*app.add_subcommand("server", "Serve clients, one after another"));
    declare_client(*app.add_subcommand("client", "Run a workload against a server"));
    app.footer(
        "Examples:\n"
        "  sriov-bench workload server\n"
        "  sriov-bench workload client tcp_stream --host 10.0.0.2 --duration 10s\n"
        "  sriov-bench workload client udp_stream --host guest1 --rate-bps 200M --message-bytes 1400 --json\n"
        "Exit codes: 0 ok, 1 failed, 2 usage, 5 partial: the peer was lost or Ctrl-C came; what was measured is "
        "printed.");
  }

  Result<int> run() override { return server_->parsed() ? serve() : call(); }

 private:
  void declare_server(CLI::App& app) {
    server_ = &app;
    app.add_option("--port", port_, "TCP port of the control connection")->capture_default_str()->type_name("PORT");
    app.add_option("--data-port", data_port_, "Port of the traffic, for firewalls (default: any that is free)")
        ->type_name("PORT");
    app.add_option("--bind", bind_, "Address to listen at (default: all)")->type_name("ADDRESS");
    app.add_flag("--once", once_, "End after the first client's run");
    app.add_flag("--json", json_, "A JSON document a client, each on a line");
    app.footer(
        "Serves until Ctrl-C. Whoever reaches the port can make this machine send and receive: bind to the address "
        "under\ntest. Example: sriov-bench workload server --bind 10.0.0.2 --once");
  }

  void declare_client(CLI::App& app) {
    client_ = &app;
    app.add_option("workload", workload_, "Name of the workload; see: sriov-bench list workloads")
        ->required()
        ->check(CLI::IsMember(WorkloadRegistry::instance().names()))
        ->type_name("WORKLOAD");
    app.add_option("--host", host_, "Name or address of the server")->required()->type_name("HOST");
    app.add_option("--port", port_, "TCP port of the server's control connection")
        ->capture_default_str()
        ->type_name("PORT");
    app.add_option("--bind", bind_, "Address of this machine to use")->type_name("ADDRESS");
    auto* four = app.add_flag("-4", only_v4_, "Only IPv4 addresses of the host");
    app.add_flag("-6", only_v6_, "Only IPv6 addresses of the host")->excludes(four);
    app.add_option("--duration", duration_,
                   "Length of the counted window (default: 10s; with --bytes, until they are sent)")
        ->type_name("TIME");
    app.add_option("--warmup", warmup_, "Traffic before the window, not counted")
        ->capture_default_str()
        ->type_name("TIME");
    app.add_flag("--json", json_, "Print one JSON document at the end");
    app.add_flag("--json-stream", json_stream_, "Print JSON lines: begin, interval …, end with that document");
    flags_.declare(app);
    app.footer(
        "Examples:\n"
        "  sriov-bench workload client tcp_rr --host 10.0.0.2 --duration 3s --message-bytes 64\n"
        "  sriov-bench workload client tcp_stream --host fd00::2 --bytes 1G --streams 4\n"
        "  sriov-bench workload client udp_stream --host guest1 --rate-bps 200M --interval 100ms --json-stream");
  }

  static Result<std::uint16_t> to_port(const char* option, std::int64_t number, std::int64_t least) {
    if (number < least || number > 65'535)
      return fail_usage(fmt::format("{} is not a port", number), option, fmt::format("{} to 65535", least));
    return static_cast<std::uint16_t>(number);
  }

  Result<int> serve() const {
    agent::WorkloadServerConfig config;
    SRIOV_ASSIGN(config.port, to_port("--port", port_, 0));
    SRIOV_ASSIGN(config.data_port, to_port("--data-port", data_port_, 0));
    config.bind_address = bind_;
    config.once = once_;
    ServerOutput output(json_);
    SRIOV_TRY(agent::serve_workloads(config, output, [] { return interrupted(); }));
    return once_ && !output.all_complete() ? kPartial : kOk;
  }

  Result<WorkloadSpec> make_spec() const {
    const auto workload = WorkloadRegistry::instance().make(workload_);
    WorkloadSpec spec;
    spec.workload = workload_;
    spec.message_bytes = workload->default_message_bytes();
    spec.bind_address = bind_;
    SRIOV_ASSIGN(spec.port, to_port("--port", port_, 1));
    SRIOV_ASSIGN(spec.warmup_ns, to_time("--warmup", warmup_));
    const bool by_bytes = flags_.is_given("total_bytes");
    if (duration_.empty()) {
      spec.duration_ns = by_bytes ? kMaxDurationNs : kDefaultDurationNs;
    } else {
      SRIOV_ASSIGN(spec.duration_ns, to_time("--duration", duration_));
    }
    SRIOV_TRY(flags_.apply(spec));
    // Finds values that are wrong for this workload before anybody is connected to.
    SRIOV_TRY(workload->check(spec));
    return spec;
  }

  static Result<std::int64_t> to_time(const char* option, const std::string& text) {
    auto time_ns = parse_duration_ns(text);
    if (!time_ns) return tl::unexpected(time_ns.error().at(option));
    return time_ns;
  }

  [[nodiscard]] Family family() const {
    if (only_v4_) return Family::v4;
    return only_v6_ ? Family::v6 : Family::any;
  }

  Result<int> call() {
    SRIOV_ASSIGN(WorkloadSpec spec, make_spec());
    SRIOV_ASSIGN(const std::vector<std::string> addresses, resolve_host(host_, family()));
    Result<agent::WorkloadCallOutcome> outcome = fail("not tried");
    for (const std::string& address : addresses) {
      spec.address = address;
      outcome = call_at(spec);
      if (outcome || interrupted()) break;
    }
    if (!outcome) return tl::unexpected(outcome.error());
    return conclude(spec, *outcome);
  }

  [[nodiscard]] bool is_text() const { return !json_ && !json_stream_; }

  Result<agent::WorkloadCallOutcome> call_at(const WorkloadSpec& spec) {
    agent::WorkloadCall call;
    call.spec = spec;
    IntervalLines lines(spec, true);
    std::int64_t origin_ns = 0;
    call.begins = [&] {
      started_unix_ns_ = unix_ns();
      if (is_text()) show(fmt::format("to {}: {}\n", spec.address, describe_run(spec)));
      if (json_stream_) show(json_text({{"event", "begin"}, {"workload", spec.workload}, {"peer", spec.address}}, -1));
    };
    call.interval = [&](const WorkloadInterval& interval) {
      if (origin_ns == 0) origin_ns = interval.begin_ns;
      if (is_text()) show(lines.line(interval));
      if (!json_stream_) return;
      nlohmann::ordered_json line{{"event", "interval"}, {"side", "client"}};
      line.update(interval_json(interval, origin_ns));
      show(json_text(line, -1));
    };
    return call_workload_server(call, [this] { return interrupted() || reader_is_gone_; });
  }

  /// From the run's thread too. When nobody reads any more, the run has no point.
  void show(const std::string& text) {
    const std::lock_guard lock(output_mutex_);
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    if (!written) reader_is_gone_ = true;
  }

  Result<int> conclude(const WorkloadSpec& spec, const agent::WorkloadCallOutcome& outcome) {
    const RunSides sides{&spec, &outcome.client, &outcome.server};
    if (!outcome.client.has_report && !outcome.server.has_report && !json_ && !json_stream_)
      return tl::unexpected(outcome.client.failed() ? outcome.client.failure : outcome.server.failure);
    if (is_text()) SRIOV_TRY(print_stdout(render_result(sides, stdout_style())));
    if (is_text() && interrupted()) SRIOV_TRY(print_stdout("ended early by a signal: this is what was measured\n"));
    const auto document = run_json(sides, spec.address, started_unix_ns_, interrupted());
    if (json_ && !json_stream_) SRIOV_TRY(print_stdout(json_text(document, 2)));
    if (json_stream_) SRIOV_TRY(print_stdout(json_text({{"event", "end"}, {"result", document}}, -1)));
    const std::string_view status = status_of(sides, interrupted());
    if (status == "complete") return kOk;
    return status == "failed" ? kFailed : kPartial;
  }

  static constexpr std::int64_t kDefaultDurationNs = 10 * kNsPerSecond;

  CLI::App* server_ = nullptr;
  CLI::App* client_ = nullptr;
  WorkloadFlags flags_;
  std::string workload_;
  std::string host_;
  std::string bind_;
  std::string duration_;
  std::string warmup_ = "0s";
  std::int64_t port_ = agent::kWorkloadPort;
  std::int64_t data_port_ = 0;
  bool once_ = false;
  bool json_ = false;
  bool json_stream_ = false;
  bool only_v4_ = false;
  bool only_v6_ = false;
  std::int64_t started_unix_ns_ = 0;
  std::mutex output_mutex_;
  std::atomic<bool> reader_is_gone_{false};
};

const SubcommandRegistration<WorkloadCommand> registration{"workload"};

}  // namespace
}  // namespace sriov::cli
