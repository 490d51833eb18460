#include "runner/run.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analyzers/trial/environment_changes.h"
#include "core/text.h"
#include "core/time.h"
#include "core/version.h"
#include "host/clock.h"
#include "host/file.h"
#include "runner/experiment_file.h"
#include "runner/live_samples.h"
#include "runner/plan.h"
#include "runner/repetition_rule.h"
#include "runner/traffic.h"
#include "runner/trial_run.h"
#include "store/store.h"
#include "testbed/lock.h"
#include "workloads/workload.h"

namespace sriov {
namespace {

constexpr std::int64_t kReadyTimeoutNs = 30 * kNsPerSecond;
constexpr std::int64_t kFetchEveryNs = kNsPerSecond;  // Seldom enough to cost little, often enough to look alive.
constexpr int kMostAttempts = 2;
constexpr int kMostLostTrials = 3;  // In a row: the testbed is beyond repair then.

/// What the store has of the plan.
struct Done {
  int ok = 0;
  int invalid = 0;
  int failed = 0;
  std::map<int, int> attempts;  ///< Of planned trials that are not finished: index -> attempts made.
  std::set<int> finished;
};

Done read_done(const std::vector<TrialSummary>& trials) {
  Done done;
  for (const TrialSummary& trial : trials) {
    const TrialRecord& record = trial.record;
    const int index = record.planned.index;
    if (record.status == TrialStatus::ok) ++done.ok;
    if (record.status == TrialStatus::invalid) ++done.invalid;
    const bool last = record.status != TrialStatus::failed || record.attempt >= kMostAttempts;
    if (last && record.status == TrialStatus::failed) ++done.failed;
    if (last) done.finished.insert(index);
    done.attempts[index] = std::max(done.attempts[index], record.attempt);
  }
  return done;
}

class Run {
 public:
  Run(const Experiment& experiment, Testbed& testbed, const RunOptions& options)
      : experiment_(experiment), testbed_(testbed), options_(options) {
    outcome_.directory = options.directory;
  }
  ~Run() {
    // What cannot be put back here, agents put back when they lose us.
    (void)knobs_.restore(testbed_.endpoints());
    testbed_.down();
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  Run(Run&&) = delete;
  Run& operator=(Run&&) = delete;

  Result<RunOutcome> carry_out() {
    SRIOV_TRY(plan_repetitions(experiment_.repetitions));
    SRIOV_TRY(open_existing());
    if (static_cast<int>(done_.finished.size()) == outcome_.planned) {
      SRIOV_ASSIGN(const bool longer, extend_plan());
      if (!longer) return finish();
    }
    SRIOV_TRY(bring_up());
    SRIOV_TRY(check_programs());
    SRIOV_TRY(create_store());
    if (const auto kept = keep_environment(); !kept) return stop(kept.error());
    if (const auto begun = begin_live(); !begun) return stop(begun.error());
    auto ran = run_trials();
    while (ran && !stopping()) {
      const auto longer = extend_plan();
      if (!longer) return stop(longer.error());
      if (!*longer) break;
      ran = run_trials();
    }
    live_.reset();
    if (const auto restored = knobs_.restore(testbed_.endpoints()); !restored) (void)event("", restored.error().text());
    if (!stopping()) keep_environment_changes();
    if (!ran) return stop(ran.error());
    return finish();
  }

 private:
  bool stopping() const { return options_.should_stop && options_.should_stop(); }
  void report(const std::string& stage, double fraction) const {
    if (options_.progress) options_.progress({stage, fraction});
  }

  /// Resuming reads what is there; a new run must not find one.
  Result<void> open_existing() {
    const bool there = exists(options_.directory + "/run.sqlite");
    if (!options_.resume) {
      if (!there) return {};
      return fail_usage("it holds a run already", options_.directory,
                        "add --resume to finish it, or choose another directory with -o");
    }
    if (!there) return fail_usage("there is no run to resume", options_.directory, "leave --resume out to begin one");
    SRIOV_ASSIGN(store_, Store::open_for_append(options_.directory));
    remove_live_samples(options_.directory);  // It may have been killed.
    SRIOV_ASSIGN(const RunInfo info, store_->info());
    SRIOV_ASSIGN(const Experiment before,
                 parse_experiment(info.experiment_toml, options_.directory + "/experiment.toml", {}));
    const std::string difference = first_difference(before, experiment_);
    if (!difference.empty())
      return fail_usage("the experiment is not the one that was begun: " + difference, options_.directory,
                        "resume with the same file and --set options, or begin a new run");
    SRIOV_TRY(plan_repetitions(std::max(experiment_.repetitions, info.planned_trials / cells())));
    SRIOV_ASSIGN(const std::vector<TrialSummary> trials, store_->trials());
    done_ = read_done(trials);
    outcome_.ok = done_.ok;
    outcome_.invalid = done_.invalid;
    outcome_.failed = done_.failed;
    return {};
  }

  Result<void> bring_up() {
    TestbedOptions wanted;
    const Needs needs = needs_of(plan_);
    wanted.guests = needs.guests;
    wanted.guest_pairs = needs.guest_pairs;
    wanted.ipv6 = needs.ipv6;
    wanted.paths = levels_of(experiment_, "path");
    wanted.settings = experiment_.testbed_settings;
    wanted.should_stop = [this] { return stopping(); };
    const Progress progress = [this](const Stage& stage) {
      report(fmt::format("testbed {}: {}", experiment_.testbed, stage.name), stage.fraction);
    };
    auto up = testbed_.up(loop_, wanted, progress);
    if (!up && stopping()) up = fail(kInterrupted, "", "nothing was run", ErrorKind::interrupted);
    return up;
  }

  /// Workloads that other programs carry are prepared once on their endpoints, and let go: a program that is missing
  /// there is told now, not by one failed trial after another.
  Result<void> check_programs() {
    std::set<std::string> seen;
    for (const PlannedTrial& planned : plan_) {
      const WorkloadSpec& spec = planned.workload;
      const std::string_view program = WorkloadRegistry::instance().make(spec.workload)->needs();
      if (program.empty() || !seen.insert(spec.workload + " " + route_of(planned)).second) continue;
      report(fmt::format("looking for {} on the endpoints", program), -1);
      SRIOV_ASSIGN(const PathSetup setup, testbed_.prepare(planned.path, planned.settings));
      SRIOV_TRY(Traffic::prepare(testbed_.endpoints(), setup, spec, {}));
    }
    return {};
  }

  Result<void> create_store() {
    if (store_) return {};
    const auto facts = nlohmann::json::parse(testbed_.facts(), nullptr, false);
    RunInfo info;
    info.name = experiment_.name;
    info.description = experiment_.description;
    info.testbed = experiment_.testbed;
    info.emulated = testbed_.is_emulated();
    if (facts.is_object()) info.accelerator = facts.value("accelerator", "");
    info.tool_version = std::string(kVersion);
    info.experiment_toml = experiment_.source;
    info.planned_trials = outcome_.planned;
    info.started_unix_ns = unix_ns();
    SRIOV_ASSIGN(store_, Store::create(options_.directory, info));
    return {};
  }

  Result<void> keep_environment() {
    SRIOV_TRY(store_->put_environment("", testbed_.facts()));
    for (const Endpoint& endpoint : testbed_.endpoints()) {
      report(fmt::format("reading the environment of {}", endpoint.name), -1);
      const auto json = endpoint.agent->environment();
      if (!json) {
        SRIOV_TRY(event(endpoint.name, "its environment could not be read: " + json.error().text()));
        continue;
      }
      SRIOV_TRY(store_->put_environment(endpoint.name, *json));
      environments_[endpoint.name] = *json;
    }
    return {};
  }

  /// That samples were fetched meanwhile is part of how the run was measured.
  Result<void> begin_live() {
    if (!options_.live) return {};
    SRIOV_TRY(event("", fmt::format("{} every {} while a trial runs", kLiveEvent, format_duration(kFetchEveryNs))));
    SRIOV_ASSIGN(const RunInfo info, store_->info());
    live_.emplace(options_.directory, info, [this](const std::string& text) { (void)event("", text); });
    return {};
  }

  /// What is another at the end than it was at the beginning may have changed what was measured.
  void keep_environment_changes() {
    for (const Endpoint& endpoint : testbed_.endpoints()) {
      const auto begin = environments_.find(endpoint.name);
      if (begin == environments_.end()) continue;
      const auto end = endpoint.agent->environment();
      if (!end) continue;  // An agent that is gone was told of with the trial that it failed.
      const auto changes = environment_changes(begin->second, *end);
      for (const EnvironmentChange& change : changes)
        (void)event(endpoint.name, "changed during the run: " + change.text());
      if (!changes.empty()) (void)store_->put_environment(endpoint.name, with_changes(begin->second, changes));
    }
  }

  Result<void> event(const std::string& endpoint, const std::string& text, std::int64_t at_unix_ns = unix_ns()) {
    if (options_.on_event) options_.on_event(endpoint.empty() ? text : endpoint + ": " + text);
    return store_->put_event(at_unix_ns, endpoint, text);
  }

  TrialContext context(const PlannedTrial& planned) {
    TrialContext context;
    context.experiment = &experiment_;
    context.testbed = &testbed_;
    context.loop = &loop_;
    context.knobs = &knobs_;
    context.should_stop = [this] { return stopping(); };
    const std::string stage =
        fmt::format("trial {}/{}: {}", planned.place.index + 1, plan_.size(), to_string(planned.place.cell));
    context.on_progress = [this, stage](double fraction) {
      report(stage, (static_cast<double>(done_.finished.size()) + fraction) / static_cast<double>(plan_.size()));
    };
    context.on_skipped = [this](const std::string& endpoint, const CollectorStatus& status) {
      if (const std::string note = status.text(); told_.emplace(endpoint, note).second) (void)event(endpoint, note);
    };
    context.on_complaint = [this](const std::string& endpoint, const Complaint& complaint) {
      (void)event(endpoint, complaint.text(), unix_ns_of(complaint.at_ns));
    };
    if (live_) {
      context.fetch_every_ns = kFetchEveryNs;
      context.on_sampling = [this](const TrialRecord& record) { live_->begin(record); };
      context.on_samples = [this](const std::vector<SampleBlock>& rows) { live_->add(rows); };
    }
    return context;
  }

  Result<void> run_trials() {
    int lost_in_a_row = 0;
    for (const PlannedTrial& planned : plan_) {
      if (done_.finished.count(planned.place.index) != 0) continue;
      SRIOV_ASSIGN(const TrialStatus status, run_planned(planned));
      lost_in_a_row = status == TrialStatus::failed ? lost_in_a_row + 1 : 0;
      if (lost_in_a_row >= kMostLostTrials)
        return fail(fmt::format("{} trials failed in a row, twice each", kMostLostTrials), "",
                    "see sriov-bench show for the reasons; --resume goes on");
    }
    return {};
  }

  [[nodiscard]] int cells() const { return static_cast<int>(plan_.size()) / repetitions_; }

  /// More repetitions only add blocks at the end of a plan.
  Result<void> plan_repetitions(int repetitions) {
    Experiment longer = experiment_;
    longer.repetitions = repetitions_ = repetitions;
    SRIOV_ASSIGN(plan_, make_plan(longer));
    outcome_.planned = static_cast<int>(plan_.size());
    return {};
  }

  /// Whether the intervals seen ask for more repetitions; they are in the plan then.
  Result<bool> extend_plan() {
    if (experiment_.ci_half_width_percent <= 0 || !store_) return false;
    SRIOV_ASSIGN(std::vector<TrialSummary> trials, store_->trials());
    const RepetitionAdvice advice = advise_repetitions(experiment_, latest_attempts(std::move(trials)), repetitions_);
    if (advice.repetitions <= repetitions_) {
      if (!advice.why.empty())
        SRIOV_TRY(event("", "repetitions end at " + std::to_string(repetitions_) + ": " + advice.why));
      return false;
    }
    SRIOV_TRY(event("", fmt::format("repetitions: {} to {}: {}", repetitions_, advice.repetitions, advice.why)));
    SRIOV_TRY(plan_repetitions(advice.repetitions));
    SRIOV_TRY(store_->set_planned_trials(outcome_.planned));
    return true;
  }

  /// All attempts of one planned trial, each stored.
  Result<TrialStatus> run_planned(const PlannedTrial& planned) {
    for (int attempt = done_.attempts[planned.place.index] + 1;; ++attempt) {
      const TrialContext shared = context(planned);
      shared.on_progress(0);
      TrialRecord record = attempt_trial(shared, planned, attempt);
      if (record.reason == kInterrupted || stopping())
        return fail("interrupted", "", "--resume finishes the run", ErrorKind::interrupted);
      if (const auto stored = store_->put_trial(record); !stored)
        return tl::unexpected(stored.error().at("the trial could not be stored"));
      if (options_.on_trial) options_.on_trial(record);
      if (record.status != TrialStatus::failed || attempt >= kMostAttempts) {
        count(record.status);
        done_.finished.insert(planned.place.index);
        if (record.status == TrialStatus::failed) SRIOV_TRY(recover());
        return record.status;
      }
      SRIOV_TRY(event("", fmt::format("trial {} failed and is repeated: {}", planned.place.index + 1, record.reason)));
      SRIOV_TRY(recover());
    }
  }

  TrialRecord attempt_trial(const TrialContext& shared, const PlannedTrial& planned, int attempt) {
    const std::string route = route_of(planned);
    if (ready_.count(route) == 0) {
      const auto ready = wait_until_ready(shared, planned, kReadyTimeoutNs);
      if (!ready) return failed_record(planned, attempt, ready.error().text());
      ready_.insert(route);
    }
    return run_trial(shared, planned, attempt);
  }

  /// Trials of the same route need the same lanes to carry packets.
  static std::string route_of(const PlannedTrial& planned) {
    const TrialSettings& settings = planned.settings;
    return fmt::format("{} with {} by IPv{}, {} lanes", planned.path, to_string(settings.partner), settings.ip_version,
                       settings.lanes());
  }

  static TrialRecord failed_record(const PlannedTrial& planned, int attempt, const std::string& reason) {
    TrialRecord record;
    record.planned = planned.place;
    record.attempt = attempt;
    record.status = TrialStatus::failed;
    record.reason = reason;
    record.setup.path = planned.path;
    record.started_unix_ns = unix_ns();
    record.begin_ns = record.end_ns = monotonic_ns();
    return record;
  }

  Result<void> recover() {
    ready_.clear();
    // A driver that was loaded anew, or another guest, has its own values again.
    if (const auto restored = knobs_.restore(testbed_.endpoints()); !restored) (void)event("", restored.error().text());
    report("recovering the testbed", -1);
    const auto recovered = testbed_.recover();
    if (recovered) return store_->put_environment("", testbed_.facts());  // It may be other guests now.
    Error error = recovered.error().at("the testbed is lost");
    error.hint = "--resume finishes the run";
    return tl::unexpected(error);
  }

  void count(TrialStatus status) {
    if (status == TrialStatus::ok) ++outcome_.ok;
    if (status == TrialStatus::invalid) ++outcome_.invalid;
    if (status == TrialStatus::failed) ++outcome_.failed;
  }

  /// Stopped midway: what is stored stays.
  Result<RunOutcome> stop(const Error& why) {
    outcome_.stopped_because = why.text();
    (void)store_->put_event(unix_ns(), "", "stopped: " + outcome_.stopped_because);  // A full disk is told anyway.
    return outcome_;
  }

  Result<RunOutcome> finish() {
    outcome_.complete = true;
    SRIOV_ASSIGN(const RunInfo info, store_->info());
    if (info.finished_unix_ns == 0) SRIOV_TRY(store_->set_finished(unix_ns()));
    return outcome_;
  }

  const Experiment& experiment_;
  Testbed& testbed_;
  const RunOptions& options_;
  std::vector<PlannedTrial> plan_;
  int repetitions_ = experiment_.repetitions;  ///< Of the plan.
  agent::EventLoop loop_;
  std::optional<Store> store_;
  std::optional<LiveSamples> live_;  ///< With options_.live, from the first trial on.
  Done done_;
  std::map<std::string, std::string> environments_;     ///< By endpoint, as they were at the beginning.
  std::set<std::string> ready_;                         ///< Routes seen to carry packets since the last recovery.
  std::set<std::pair<std::string, std::string>> told_;  ///< Endpoint and what of its collectors was told, once.
  RunOutcome outcome_;
  KnobKeeper knobs_{[this](const std::string& endpoint, const std::string& text) { (void)event(endpoint, text); }};
};

}  // namespace

Result<RunOutcome> run_experiment(const Experiment& experiment, Testbed& testbed, const RunOptions& options) {
  SRIOV_TRY(testbed.probe());
  SRIOV_ASSIGN(const TestbedLock lock, TestbedLock::take(experiment.testbed, "run " + experiment.name));
  Run run(experiment, testbed, options);
  return run.carry_out();
}

}  // namespace sriov
