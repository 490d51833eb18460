// sriov-bench run: carries out an experiment file and shows the comparison.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/progress.h"
#include "cli/restore_command.h"
#include "cli/run_results.h"
#include "cli/subcommand.h"
#include "core/text.h"
#include "host/data_files.h"
#include "host/file.h"
#include "runner/experiment_file.h"
#include "runner/run.h"

namespace sriov::cli {
namespace {

std::string default_directory(const Experiment& experiment) {
  const std::time_t now = std::time(nullptr);
  return fmt::format("results/{}-{:%Y%m%d-%H%M%S}", experiment.name, fmt::localtime(now));
}

/// A file as given, or the name of one that ships with the tool: "smoke".
std::string experiment_path(const std::string& given) {
  if (exists(given) || given.find('/') != std::string::npos) return given;
  const auto configs = config_directory();
  if (!configs) return given;
  for (const char* suffix : {"", ".toml"}) {
    std::string shipped = fmt::format("{}/experiments/{}{}", *configs, given, suffix);
    if (exists(shipped)) return shipped;
  }
  return given;
}

class RunCommand : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description("Carries out an experiment: brings the testbed up, runs every trial, stores and compares them");
    app.add_option("file", file_, "Experiment file (TOML), or the name of a shipped one: smoke, vf-vs-netfront")
        ->required()
        ->type_name("FILE");
    app.add_option("--testbed", testbed_, "Testbed instead of the file's; see: sriov-bench list testbeds")
        ->type_name("NAME");
    app.add_option("--set", sets_, "Overrides one key: duration=2s, factors.path=vf,netfront; may be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    app.add_option("--guests", guests_, "Guests instead of the file's")->type_name("N");
    app.add_option("-o,--output", directory_, "Directory of the result (default: results/NAME-DATE-TIME)")
        ->type_name("DIR");
    app.add_flag("--resume", resume_, "Finish the run in the -o directory: only what is missing is run");
    app.add_flag(
        "--live", live_,
        "Fetch samples while a trial runs, for the dashboard's Run page; costs some CPU time on every machine");
    app.add_flag("--dry-run", dry_run_, "Print the plan and run nothing");
    app.add_flag("--json", json_, "Print the outcome (or the plan) as JSON");
    app.add_flag("-v,--verbose", verbose_, "Say every trial on a line of its own");
    app.footer(
        "Examples:\n"
        "  sriov-bench run configs/experiments/smoke.toml --testbed netns -o results/smoke\n"
        "  sriov-bench run configs/experiments/vf-vs-netfront.toml --set repetitions=3 --set factors.path=vf,netfront\n"
        "  sriov-bench run configs/experiments/vf-vs-netfront.toml -o results/first --resume\n"
        "Exit codes: 0 all trials valid, 2 usage, 3 environment lacking, 4 no valid trial, 5 stopped early or some "
        "trials\n"
        "failed or invalid (what was done is kept).");
  }

  Result<int> run() override {
    SRIOV_ASSIGN(const Experiment experiment, load_experiment(experiment_path(file_), overrides()));
    if (dry_run_) return print_plan(experiment);
    if (resume_ && directory_.empty()) return fail_usage("--resume needs the directory of the run", "", "add -o DIR");
    restore_abandoned_aloud();
    SRIOV_ASSIGN(const RunOutcome outcome, carry_out(experiment));
    return finish(outcome);
  }

 private:
  std::vector<std::string> overrides() const {
    std::vector<std::string> out = sets_;
    if (!testbed_.empty()) out.push_back("testbed=" + testbed_);
    if (!guests_.empty()) out.push_back("guests=" + guests_);
    return out;
  }

  Result<int> print_plan(const Experiment& experiment) const {
    const std::vector<TrialPlace> plan = trial_order(experiment);
    if (json_) {
      nlohmann::ordered_json trials = nlohmann::ordered_json::array();
      for (const TrialPlace& trial : plan)
        trials.push_back({{"index", trial.index}, {"repetition", trial.repetition}, {"cell", trial.cell}});
      const nlohmann::ordered_json out{{"name", experiment.name}, {"testbed", experiment.testbed}, {"trials", trials}};
      fmt::print("{}\n", out.dump(2));
      return kOk;
    }
    for (const TrialPlace& trial : plan)
      fmt::print("{:4} repetition {} {}\n", trial.index + 1, trial.repetition + 1, to_string(trial.cell));
    const auto each = experiment.warmup_ns + experiment.duration_ns;
    fmt::print(stderr, "{} trials of {} on testbed {}: at least {}\n", plan.size(), format_duration(each),
               experiment.testbed, format_duration(each * static_cast<std::int64_t>(plan.size())));
    return kOk;
  }

  Result<RunOutcome> carry_out(const Experiment& experiment) const {
    const auto testbed = Registry<Testbed>::instance().make(experiment.testbed);
    ProgressLine line;
    RunOptions options;
    options.directory = directory_.empty() ? default_directory(experiment) : directory_;
    options.resume = resume_;
    options.live = live_;
    options.should_stop = [] { return interrupted(); };
    options.progress = [&line](const Stage& stage) { line.show(stage); };
    options.on_event = [&line](const std::string& text) { line.say("sriov-bench: " + text); };
    options.on_trial = [this, &line, &experiment](const TrialRecord& record) { say_trial(line, experiment, record); };
    return run_experiment(experiment, *testbed, options);
  }

  void say_trial(ProgressLine& line, const Experiment& experiment, const TrialRecord& record) const {
    const bool fine = record.status == TrialStatus::ok;
    if (fine && !verbose_) return;
    const std::size_t planned = trial_order(experiment).size();
    line.say(fmt::format("trial {}/{}: {}: {}{}{}", record.planned.index + 1, planned, to_string(record.planned.cell),
                         to_string(record.status), fine ? "" : ": ", record.reason));
  }

  Result<int> finish(const RunOutcome& outcome) const {
    if (!outcome.stopped_because.empty()) fmt::print(stderr, "sriov-bench: stopped: {}\n", outcome.stopped_because);
    bool written = true;
    if (outcome.ok > 0) {
      const auto files = write_result_files(outcome.directory);
      written = files.has_value();
      if (!files) fmt::print(stderr, "sriov-bench: {}; sriov-bench export writes it later\n", files.error().text());
      if (!json_) SRIOV_TRY(print_comparison(outcome.directory));
    }
    if (json_)
      print_json(outcome);
    else
      fmt::print(stderr, "{} of {} trials valid, {} invalid, {} failed; result in {}\n", outcome.ok, outcome.planned,
                 outcome.invalid, outcome.failed, outcome.directory);
    if (outcome.complete && outcome.ok == 0) return kNotEnoughData;
    return outcome.ok == outcome.planned && written ? kOk : kPartial;
  }

  static void print_json(const RunOutcome& outcome) {
    const nlohmann::ordered_json out{{"directory", outcome.directory},
                                     {"planned", outcome.planned},
                                     {"ok", outcome.ok},
                                     {"invalid", outcome.invalid},
                                     {"failed", outcome.failed},
                                     {"complete", outcome.complete},
                                     {"stopped_because", outcome.stopped_because}};
    fmt::print("{}\n", out.dump(2));
  }

  std::string file_;
  std::string testbed_;
  std::string guests_;
  std::string directory_;
  std::vector<std::string> sets_;
  bool resume_ = false;
  bool live_ = false;
  bool dry_run_ = false;
  bool json_ = false;
  bool verbose_ = false;
};

const SubcommandRegistration<RunCommand> registration{"run"};

}  // namespace
}  // namespace sriov::cli
