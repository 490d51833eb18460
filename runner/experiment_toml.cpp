// Experiments back to text: what is kept beside a result, and how two are compared.
#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "core/text.h"
#include "runner/experiment_file.h"

namespace sriov {
namespace {

std::string quoted(const std::string& text) {
  std::ostringstream out;
  out << toml::value<std::string>(text);
  return out.str();
}

std::string quoted(const std::vector<std::string>& texts) {
  std::vector<std::string> parts;
  for (const std::string& text : texts) parts.push_back(quoted(text));
  return '[' + join(parts, ", ") + ']';
}

/// Names of knobs may have a place before a colon, which TOML wants quoted.
std::string key(const std::string& name) { return name.find(':') == std::string::npos ? name : quoted(name); }

std::string duration_text(std::int64_t ns) { return fmt::format("\"{}\"", exact_duration(ns)); }

/// Those that are factors are with the factors.
std::string setting_lines(const Experiment& experiment) {
  std::string out;
  for (const TrialSetting& setting : trial_settings())
    if (levels_of(experiment, std::string(setting.name)).empty())
      out += fmt::format("{} = {}\n", setting.name, quoted(setting.get(experiment.settings)));
  return out;
}

std::string option_lines(const Experiment& experiment) {
  std::string common = "\n[workload]\n";
  std::string own;
  std::string table;
  for (const auto& [option, value] : experiment.workload_options) {
    const std::size_t dot = option.find('.');
    if (dot == std::string::npos) {
      common += fmt::format("{} = {}\n", option, quoted(value));
      continue;
    }
    if (option.substr(0, dot) != table) own += fmt::format("\n[workload.{}]\n", table = option.substr(0, dot));
    own += fmt::format("{} = {}\n", option.substr(dot + 1), quoted(value));
  }
  return experiment.workload_options.empty() ? "" : common + own;
}

}  // namespace

std::string to_toml(const Experiment& experiment) {
  std::string out = fmt::format("name = {}\n", quoted(experiment.name));
  if (!experiment.description.empty()) out += fmt::format("description = {}\n", quoted(experiment.description));
  out += fmt::format("testbed = {}\n{}repetitions = {}\n", quoted(experiment.testbed), setting_lines(experiment),
                     experiment.repetitions);
  if (experiment.ci_half_width_percent > 0)
    out += fmt::format("ci_half_width_percent = {}\nmax_repetitions = {}\nstop_metrics = {}\n",
                       experiment.ci_half_width_percent, experiment.max_repetitions, quoted(experiment.stop_metrics));
  out += fmt::format("order = \"{}\"\nseed = {}\n", experiment.randomize ? "randomized-blocks" : "as-written",
                     experiment.seed);
  out += fmt::format("warmup = {}\nduration = {}\ninterval = {}\n", duration_text(experiment.warmup_ns),
                     duration_text(experiment.duration_ns), duration_text(experiment.interval_ns));
  out += fmt::format("collectors = {}\n\n[factors]\n", quoted(experiment.collectors));
  for (const Factor& factor : experiment.factors)
    out += fmt::format("{} = {}\n", key(factor.name), quoted(factor.levels));
  out += option_lines(experiment);
  for (const auto& [collector, options] : experiment.collector_options) {
    out += fmt::format("\n[collector.{}]\n", collector);
    for (const auto& [option, value] : options) out += fmt::format("{} = {}\n", option, quoted(value));
  }
  if (!experiment.knobs.empty()) out += "\n[knobs]\n";
  for (const auto& [knob, value] : experiment.knobs) out += fmt::format("{} = {}\n", key(knob), quoted(value));
  if (!experiment.testbed_settings.empty()) out += "\n[testbed_settings]\n";
  for (const auto& [key, value] : experiment.testbed_settings) out += fmt::format("{} = {}\n", key, quoted(value));
  return out;
}

std::string first_difference(const Experiment& before, const Experiment& now) {
  Experiment a = before;
  Experiment b = now;
  a.description = b.description = "";  // Words may change; the plan may not.
  const std::vector<std::string> old_lines = split(to_toml(a), '\n');
  const std::vector<std::string> new_lines = split(to_toml(b), '\n');
  for (std::size_t i = 0; i < std::max(old_lines.size(), new_lines.size()); ++i) {
    const std::string old_line = i < old_lines.size() ? old_lines[i] : "";
    const std::string new_line = i < new_lines.size() ? new_lines[i] : "";
    if (old_line != new_line) return fmt::format("it was run with `{}`, now it is `{}`", old_line, new_line);
  }
  return "";
}

}  // namespace sriov
