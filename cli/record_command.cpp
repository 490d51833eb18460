// sriov-bench record: collectors alone, beside any workload of the user's.
#include <cstdio>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analyzers/recording/recording_summary.h"
#include "cli/subcommand.h"
#include "cli/terminal.h"
#include "core/text.h"
#include "core/time.h"
#include "host/shell.h"
#include "report/json/recording_json.h"
#include "report/text/render_recording.h"
#include "runner/record.h"
#include "store/store.h"

namespace sriov::cli {
namespace {

class RecordCommand : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description(
        "Samples collectors beside any workload of your own, on one time axis for all machines.\n"
        "After --, a command to record beside; its exit code becomes ours.");
    app.add_option("-o,--output", directory_, "Directory of the recording; it must not hold one")
        ->required()
        ->type_name("DIR");
    app.add_option("--on", targets_,
                   "Machine to sample: [NAME=]local:, exec:COMMAND or ssh:[user@]host[:port]; may be repeated "
                   "(default: local:)")
        ->type_name("TARGET")
        ->allow_extra_args(false);
    app.add_option("--root", root_, "Read the proc and sys folders in DIR instead of this host's")->type_name("DIR");
    app.add_option("--collectors", collectors_,
                   "Comma-separated; see: sriov-bench list collectors (default: " +
                       join(default_record_collectors(), ",") + ")")
        ->type_name("NAMES")
        ->allow_extra_args(false);
    app.add_option("--set", settings_,
                   "Option of a collector: COLLECTOR.OPTION=VALUE, such as interrupts.irqs=vf; may be repeated")
        ->type_name("OPTION")
        ->allow_extra_args(false);
    app.add_option("--interval", interval_, "Time between two rows, 1ms or more")
        ->type_name("TIME")
        ->capture_default_str();
    app.add_option("--duration", duration_,
                   "How long: 10s, 5m (default: as long as COMMAND runs; without one, until Ctrl-C)")
        ->type_name("TIME");
    app.add_flag("--json", json_, "Print the summary as JSON");
    app.footer(
        "Examples:\n"
        "  sriov-bench record -o results/iperf -- iperf3 -c 10.0.0.2 -t 30\n"
        "  sriov-bench record --on local: --on guest=ssh:root@guest1 --interval 10ms --duration 1m -o results/both\n"
        "  sriov-bench record --collectors interrupts,netdev --interval 1ms -o results/now     (Ctrl-C ends it)\n"
        "  sriov-bench export results/now --what samples | gzip > samples.csv.gz\n"
        "With --duration a COMMAND that still runs is ended (SIGTERM). The summary goes to stderr when there is a\n"
        "COMMAND, so that its output stays its own.\n"
        "Exit codes: COMMAND's when there was one, else 0; 2 usage, 3 no collector works, 5 an endpoint was lost or "
        "the\n"
        "disk is full (what was sampled until then is kept).");
  }

  bool takes_command(const Command& command) override {
    command_ = command;
    return true;
  }

  Result<int> run() override {
    SRIOV_ASSIGN(const RecordRequest request, make_request());
    if (request.command.empty() && request.duration_ns == 0)
      fmt::print(stderr, "sriov-bench: recording into {}; Ctrl-C ends it\n", directory_);
    SRIOV_ASSIGN(const RecordOutcome outcome, record(request));
    SRIOV_TRY(print_summary(outcome));
    for (const std::string& complaint : outcome.complaints) fmt::print(stderr, "warning: {}\n", complaint);
    fmt::print(stderr, "recorded in {}; sriov-bench show and export read it\n", outcome.directory);
    return exit_code_of(outcome);
  }

 private:
  Result<RecordRequest> make_request() const {
    RecordRequest request;
    request.root = root_;
    if (collectors_.empty()) request.collectors = default_record_collectors();
    for (const std::string& list : collectors_) {
      SRIOV_ASSIGN(const std::vector<std::string> names, parse_collector_names(list));
      request.collectors.insert(request.collectors.end(), names.begin(), names.end());
    }
    for (const std::string& setting : settings_) SRIOV_TRY(add_collector_option(request.collector_options, setting));
    SRIOV_ASSIGN(request.interval_ns, parse_time("--interval", interval_));
    if (request.interval_ns < kShortestIntervalNs)
      return fail_usage("an interval of " + format_duration(request.interval_ns) + " is too short", "--interval",
                        "1ms is the shortest");
    if (!duration_.empty()) {
      SRIOV_ASSIGN(request.duration_ns, parse_time("--duration", duration_));
    }
    if (!root_.empty() && !targets_.empty())
      return fail_usage("--root reads a tree on this machine, --on asks others", {}, "leave one of them out");
    SRIOV_TRY(add_endpoints(request));
    if (command_ && command_->empty()) return fail_usage("the command is missing after --");
    request.command = command_.value_or(Command{});
    request.directory = directory_;
    request.should_stop = [] { return interrupted(); };
    request.on_event = [](const std::string& text) { fmt::print(stderr, "sriov-bench: {}\n", text); };
    return request;
  }

  Result<void> add_endpoints(RecordRequest& request) const {
    std::vector<std::string> targets = targets_;
    if (targets.empty() && root_.empty()) targets.emplace_back("local:");
    for (const std::string& target : targets) {
      SRIOV_ASSIGN(RecordEndpoint endpoint, parse_record_endpoint(target));
      request.endpoints.push_back(std::move(endpoint));
    }
    return {};
  }

  static Result<std::int64_t> parse_time(const char* option, const std::string& text) {
    auto time_ns = parse_duration_ns(text);
    if (!time_ns) return tl::unexpected(time_ns.error().at(option));
    if (*time_ns <= 0) return fail_usage(fmt::format("'{}' is no time to spend", text), option, "10s, 1m, 100ms …");
    return time_ns;
  }

  Result<void> print_summary(const RecordOutcome& outcome) const {
    SRIOV_ASSIGN(const Store store, Store::open(outcome.directory));
    SRIOV_ASSIGN(const RecordingSummary summary, summarize_recording(store, outcome.trial_id));
    if (json_) return print_stdout(json_text(outcome, summary));
    if (!outcome.command_exit_code) return print_stdout(render_recording(summary, stdout_style()));
    fmt::print(stderr, "\n{}", render_recording(summary, TextStyle{}));
    return {};
  }

  static std::string json_text(const RecordOutcome& outcome, const RecordingSummary& summary) {
    nlohmann::ordered_json out{{"directory", outcome.directory},
                               {"incomplete_because", outcome.incomplete_because},
                               {"complaints", outcome.complaints}};
    out["command_exit_code"] =
        outcome.command_exit_code ? nlohmann::ordered_json(*outcome.command_exit_code) : nlohmann::ordered_json();
    out.update(nlohmann::ordered_json::parse(recording_json(summary)));
    return out.dump(2, ' ', false, nlohmann::detail::error_handler_t::replace) + "\n";
  }

  /// A command that we ended because its time was over did what was asked of it.
  int exit_code_of(const RecordOutcome& outcome) const {
    const bool time_was_over = outcome.command_was_stopped && !interrupted();
    if (outcome.command_exit_code.value_or(0) != 0 && !time_was_over) return *outcome.command_exit_code;
    return outcome.incomplete_because.empty() ? kOk : kPartial;
  }

  static constexpr std::int64_t kShortestIntervalNs = kNsPerMs;

  std::string directory_;
  std::vector<std::string> targets_;
  std::string root_;
  std::vector<std::string> collectors_;
  std::vector<std::string> settings_;
  std::string interval_ = "100ms";
  std::string duration_;
  bool json_ = false;
  std::optional<Command> command_;  ///< What stands after --, when that is there.
};

const SubcommandRegistration<RecordCommand> registration{"record"};

}  // namespace
}  // namespace sriov::cli
