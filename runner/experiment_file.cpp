#include "runner/experiment_file.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "collector/collector.h"
#include "core/text.h"
#include "core/time.h"
#include "host/file.h"
#include "runner/experiment_document.h"
#include "runner/knob_keeper.h"
#include "runner/plan.h"
#include "runner/repetition_rule.h"
#include "testbed/testbed.h"
#include "workloads/workload.h"

namespace sriov {
namespace {

constexpr std::int64_t kLeastDurationNs = kNsPerMs;
constexpr std::int64_t kLeastIntervalNs = kNsPerMs;
const std::vector<std::string> kDefaultCollectors{"interrupts", "cpu", "netdev", "xen", "self"};

tl::unexpected<Error> fail_unknown(const std::string& what, const std::string& word, const std::string& where,
                                   const std::vector<std::string>& known) {
  const std::string best = nearest(word, known);
  const std::string question = best.empty() ? "" : fmt::format("; did you mean '{}'?", best);
  const std::string hint = best.empty() ? "known: " + join(known, ", ") : "";
  return fail_usage(fmt::format("unknown {} '{}'{}", what, word, question), where, hint);
}

Result<void> check_known(const std::string& what, const std::string& word, const std::string& where,
                         const std::vector<std::string>& known) {
  if (std::find(known.begin(), known.end(), word) != known.end()) return {};
  return fail_unknown(what, word, where, known);
}

std::vector<std::string> option_names() {
  std::vector<std::string> out;
  for (const std::string_view option : workload_options()) out.emplace_back(option);
  return out;
}

/// Fills an Experiment from a document, key by key.
class Reader {
 public:
  explicit Reader(const ExperimentDocument& document) : document_(document) {}

  Result<Experiment> read() {
    SRIOV_TRY(read_top());
    SRIOV_TRY(read_testbed_settings());
    SRIOV_TRY(read_factors());
    SRIOV_TRY(read_workload_options());
    SRIOV_TRY(read_collector_options());
    SRIOV_TRY(read_knobs());
    SRIOV_TRY(check_stopping());
    SRIOV_TRY(check_cells());
    return std::move(experiment_);
  }

 private:
  using Setter = Result<void> (Reader::*)(const DocumentEntry&);

  Result<void> read_top() {
    static const std::map<std::string, Setter> kKeys{{"name", &Reader::set_name},
                                                     {"description", &Reader::set_description},
                                                     {"testbed", &Reader::set_testbed},
                                                     {"seed", &Reader::set_seed},
                                                     {"repetitions", &Reader::set_repetitions},
                                                     {"order", &Reader::set_order},
                                                     {"warmup", &Reader::set_warmup},
                                                     {"duration", &Reader::set_duration},
                                                     {"interval", &Reader::set_interval},
                                                     {"factors", &Reader::check_table},
                                                     {"collectors", &Reader::set_collectors},
                                                     {"workload", &Reader::check_table},
                                                     {"testbed_settings", &Reader::check_table},
                                                     {"collector", &Reader::check_table},
                                                     {"knobs", &Reader::check_table},
                                                     {"ci_half_width_percent", &Reader::set_half_width},
                                                     {"max_repetitions", &Reader::set_max_repetitions},
                                                     {"stop_metrics", &Reader::set_stop_metrics}};
    experiment_.name = std::filesystem::path(document_.name()).stem().string();
    experiment_.collectors = kDefaultCollectors;
    std::vector<std::string> known;
    for (const auto& [key, setter] : kKeys) known.push_back(key);
    for (const TrialSetting& setting : trial_settings()) known.emplace_back(setting.name);
    for (const DocumentEntry& entry : document_.entries("")) {
      if (const TrialSetting* setting = find_trial_setting(entry.key)) {
        SRIOV_TRY(set_setting(*setting, entry));
        continue;
      }
      const auto found = kKeys.find(entry.key);
      if (found == kKeys.end()) return fail_unknown("key", entry.key, entry.where, known);
      SRIOV_TRY((this->*found->second)(entry));
    }
    testbed_ = Registry<Testbed>::instance().make(experiment_.testbed);
    if (!testbed_)
      return fail_unknown("testbed", experiment_.testbed, document_.name(), Registry<Testbed>::instance().names());
    return {};
  }

  Result<void> set_name(const DocumentEntry& entry) {
    SRIOV_ASSIGN(experiment_.name, entry.text());
    constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    if (experiment_.name.empty() || experiment_.name.front() == '.' ||
        experiment_.name.find_first_not_of(kAllowed) != std::string::npos)
      return fail_usage(fmt::format("name '{}' cannot name a directory", experiment_.name), entry.where,
                        "use letters, digits, '.', '_' and '-'");
    return {};
  }
  Result<void> set_description(const DocumentEntry& entry) {
    SRIOV_ASSIGN(experiment_.description, entry.text());
    return {};
  }
  Result<void> set_testbed(const DocumentEntry& entry) {
    SRIOV_ASSIGN(experiment_.testbed, entry.text());
    return check_known("testbed", experiment_.testbed, entry.where, Registry<Testbed>::instance().names());
  }
  Result<void> set_setting(const TrialSetting& setting, const DocumentEntry& entry) {
    SRIOV_ASSIGN(const std::string value, entry.text());
    if (auto set = setting.set(experiment_.settings, value); !set) return tl::unexpected(set.error().at(entry.where));
    return {};
  }
  Result<void> set_seed(const DocumentEntry& entry) {
    SRIOV_ASSIGN(const std::int64_t seed, entry.integer(0, std::numeric_limits<std::int64_t>::max()));
    experiment_.seed = static_cast<std::uint64_t>(seed);
    return {};
  }
  Result<void> set_repetitions(const DocumentEntry& entry) {
    SRIOV_ASSIGN(const std::int64_t repetitions, entry.integer(1, 10'000));
    experiment_.repetitions = static_cast<int>(repetitions);
    return {};
  }
  Result<void> set_half_width(const DocumentEntry& entry) {
    SRIOV_ASSIGN(const std::string word, entry.text());
    const auto percent = to_double(word);
    if (!percent || !(*percent >= 0.01 && *percent <= 100))
      return fail_usage(fmt::format("'{}' must be a number of percent from 0.01 to 100, not '{}'", entry.path, word),
                        entry.where);
    experiment_.ci_half_width_percent = *percent;
    return {};
  }
  Result<void> set_max_repetitions(const DocumentEntry& entry) {
    SRIOV_ASSIGN(const std::int64_t repetitions, entry.integer(1, 10'000));
    experiment_.max_repetitions = static_cast<int>(repetitions);
    return {};
  }
  Result<void> set_stop_metrics(const DocumentEntry& entry) {
    SRIOV_ASSIGN(experiment_.stop_metrics, entry.texts());
    for (const std::string& metric : experiment_.stop_metrics)
      SRIOV_TRY(check_known("metric to stop by", metric, entry.where, stop_metric_names()));
    return {};
  }
  /// Repetitions by the intervals seen need two to have one, and a limit that is not below where they begin.
  Result<void> check_stopping() const {
    if (experiment_.ci_half_width_percent <= 0) return {};
    if (experiment_.repetitions < 2)
      return fail_usage("ci_half_width_percent needs at least 2 repetitions to begin with", document_.name(),
                        "set repetitions = 3 or more; from 10 on the intervals cover what they say");
    if (experiment_.max_repetitions < experiment_.repetitions)
      return fail_usage(fmt::format("max_repetitions = {} is below repetitions = {}", experiment_.max_repetitions,
                                    experiment_.repetitions),
                        document_.name());
    return {};
  }
  Result<void> set_order(const DocumentEntry& entry) {
    SRIOV_ASSIGN(const std::string order, entry.text());
    SRIOV_TRY(check_known("order", order, entry.where, {"randomized-blocks", "as-written"}));
    experiment_.randomize = order == "randomized-blocks";
    return {};
  }
  Result<void> set_warmup(const DocumentEntry& entry) { return set_time(entry, 0, experiment_.warmup_ns); }
  Result<void> set_duration(const DocumentEntry& entry) {
    return set_time(entry, kLeastDurationNs, experiment_.duration_ns);
  }
  Result<void> set_interval(const DocumentEntry& entry) {
    return set_time(entry, kLeastIntervalNs, experiment_.interval_ns);
  }
  static Result<void> set_time(const DocumentEntry& entry, std::int64_t least, std::int64_t& target) {
    SRIOV_ASSIGN(const std::string word, entry.text());
    const auto value = parse_duration_ns(word);
    if (!value) return tl::unexpected(value.error().at(entry.where + ": '" + entry.path + "'"));
    if (*value < least)
      return fail_usage(fmt::format("'{}' must be at least {}", entry.path, format_duration(least)), entry.where);
    target = *value;
    return {};
  }
  Result<void> set_collectors(const DocumentEntry& entry) {
    SRIOV_ASSIGN(experiment_.collectors, entry.texts());
    for (const std::string& collector : experiment_.collectors)
      SRIOV_TRY(check_known("collector", collector, entry.where, CollectorRegistry::instance().names()));
    return {};
  }
  // NOLINTNEXTLINE(readability-convert-member-functions-to-static): it is called through a member pointer.
  Result<void> check_table(const DocumentEntry& entry) {
    if (entry.node->is_table()) return {};
    return fail_usage(fmt::format("'{}' must be a table", entry.key), entry.where,
                      fmt::format("write [{}] on a line of its own, keys below", entry.key));
  }

  Result<void> read_testbed_settings() {
    for (const DocumentEntry& entry : document_.entries("testbed_settings")) {
      SRIOV_TRY(check_known(fmt::format("setting of testbed '{}'", experiment_.testbed), entry.key, entry.where,
                            testbed_->settings()));
      SRIOV_ASSIGN(experiment_.testbed_settings[entry.key], entry.text());
    }
    return {};
  }

  Result<void> read_factors() {
    std::vector<std::string> known = option_names();
    known.insert(known.end(), {"path", "workload"});
    for (const TrialSetting& setting : trial_settings()) known.emplace_back(setting.name);
    for (const std::string& knob : knob_names()) known.push_back(knob);
    for (const DocumentEntry& entry : document_.entries("factors")) {
      if (!parse_knob_name(entry.key)) SRIOV_TRY(check_known("factor", entry.key, entry.where, known));
      SRIOV_ASSIGN(std::vector<std::string> levels, entry.texts());
      for (const std::string& level : levels) SRIOV_TRY(check_level(entry, level));
      experiment_.factors.push_back({entry.key, std::move(levels)});
    }
    if (levels_of(experiment_, "workload").empty())
      return fail_usage("the experiment has no workload", document_.name(),
                        "add to [factors]: workload = [\"tcp_stream\"]; sriov-bench list workloads has the names");
    if (levels_of(experiment_, "path").empty())
      experiment_.factors.insert(experiment_.factors.begin(), {"path", testbed_->default_paths()});
    return {};
  }

  Result<void> check_level(const DocumentEntry& entry, const std::string& level) const {
    if (entry.key == "path")
      return check_known(fmt::format("{} path", experiment_.testbed), level, entry.where, testbed_->paths());
    if (entry.key == "workload")
      return check_known("workload", level, entry.where, WorkloadRegistry::instance().names());
    if (const TrialSetting* setting = find_trial_setting(entry.key)) {
      TrialSettings scratch;
      const auto set = setting->set(scratch, level);
      if (!set) return tl::unexpected(set.error().at(entry.where));
      return {};
    }
    if (parse_knob_name(entry.key)) return {};  // Its driver knows which values it takes.
    return check_workload_option(entry.key, level, entry.where);
  }

  static Result<void> check_workload_option(const std::string& option, const std::string& value,
                                            const std::string& where) {
    WorkloadSpec scratch;
    const auto set = set_workload_option(scratch, option, value);
    if (!set) return tl::unexpected(set.error().at(where));
    return {};
  }

  Result<void> read_workload_options() {
    const std::vector<std::string> workloads = WorkloadRegistry::instance().names();
    std::vector<std::string> known = option_names();
    known.insert(known.end(), workloads.begin(), workloads.end());
    for (const DocumentEntry& entry : document_.entries("workload")) {
      SRIOV_TRY(check_known("workload option", entry.key, entry.where, known));
      const bool of_one = std::find(workloads.begin(), workloads.end(), entry.key) != workloads.end();
      if (!of_one) {
        SRIOV_TRY(read_option(entry, ""));
        continue;
      }
      SRIOV_TRY(check_table(entry));
      for (const DocumentEntry& inner : document_.entries(entry.path)) {
        SRIOV_TRY(check_known("workload option", inner.key, inner.where, option_names()));
        SRIOV_TRY(read_option(inner, entry.key + '.'));
      }
    }
    return {};
  }

  Result<void> read_option(const DocumentEntry& entry, const std::string& prefix) {
    if (!levels_of(experiment_, entry.key).empty())
      return fail_usage(fmt::format("'{}' is a factor too", entry.path), entry.where,
                        "keep it in [factors] or in [workload], not in both");
    SRIOV_ASSIGN(const std::string value, entry.text());
    SRIOV_TRY(check_workload_option(entry.key, value, entry.where));
    experiment_.workload_options[prefix + entry.key] = value;
    return {};
  }

  Result<void> read_knobs() {
    for (const DocumentEntry& entry : document_.entries("knobs")) {
      if (!parse_knob_name(entry.key)) return fail_unknown("knob", entry.key, entry.where, knob_names());
      SRIOV_ASSIGN(experiment_.knobs[entry.key], entry.text());
    }
    return {};
  }

  Result<void> read_collector_options() {
    for (const DocumentEntry& entry : document_.entries("collector")) {
      SRIOV_TRY(check_known("collector", entry.key, entry.where, experiment_.collectors));
      SRIOV_TRY(check_table(entry));
      const auto collector = CollectorRegistry::instance().make(entry.key);
      for (const DocumentEntry& inner : document_.entries(entry.path)) {
        if (auto known = check_option(*collector, inner.key); !known)
          return tl::unexpected(known.error().at(inner.where));
        SRIOV_ASSIGN(const std::vector<std::string> words, inner.texts());  // --set a.b=c,d is a list.
        experiment_.collector_options[entry.key][inner.key] = join(words, ",");
      }
      if (auto right = check_options(*collector, experiment_.collector_options[entry.key]); !right)
        return tl::unexpected(right.error().at(entry.where));
    }
    return {};
  }

  /// What each alone allows may not go together: every workload must accept what it will be told.
  Result<void> check_cells() const {
    Experiment once = experiment_;
    once.repetitions = 1;
    for (TrialPlace& place : trial_order(once)) {
      const std::string where = fmt::format("{}: {}", document_.name(), to_string(place.cell));
      if (const auto possible = check_trial(std::move(place)); !possible)
        return tl::unexpected(possible.error().at(where));
    }
    return {};
  }

  Result<void> check_trial(TrialPlace place) const {
    SRIOV_ASSIGN(const PlannedTrial trial, plan_trial(experiment_, std::move(place)));
    SRIOV_TRY(testbed_->check(trial.path, trial.settings));
    const WorkloadSpec& spec = trial.workload;
    auto accepted = WorkloadRegistry::instance().make(spec.workload)->check(spec);
    if (!accepted && accepted.error().hint.empty())
      accepted.error().hint = fmt::format("[workload.{}] holds options of that workload alone", spec.workload);
    return accepted;
  }

  const ExperimentDocument& document_;
  Experiment experiment_;
  std::unique_ptr<Testbed> testbed_;
};

}  // namespace

Result<Experiment> parse_experiment(const std::string& text, const std::string& name,
                                    const std::vector<std::string>& overrides) {
  SRIOV_ASSIGN(const ExperimentDocument document, ExperimentDocument::parse(text, name, overrides));
  SRIOV_ASSIGN(Experiment experiment, Reader(document).read());
  experiment.source = overrides.empty() ? text : to_toml(experiment);
  return experiment;
}

Result<Experiment> load_experiment(const std::string& path, const std::vector<std::string>& overrides) {
  const auto text = read_file(path);
  if (!text) {
    Error error = text.error();
    error.kind = ErrorKind::usage;
    if (error.hint.empty()) error.hint = "give the path of an experiment file, such as configs/experiments/smoke.toml";
    return tl::unexpected(error);
  }
  return parse_experiment(*text, path, overrides);
}

std::vector<std::string> levels_of(const Experiment& experiment, const std::string& factor) {
  for (const Factor& candidate : experiment.factors)
    if (candidate.name == factor) return candidate.levels;
  return {};
}

}  // namespace sriov
