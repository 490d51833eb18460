// CPU time as a sum of what bytes, packets, interrupts and exits cost: non-negative least squares over a run's trials.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analyzers/explanations/explanation.h"
#include "analyzers/explanations/words.h"
#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/nonnegative_fit.h"
#include "core/format_number.h"
#include "core/text.h"
#include "core/time.h"

namespace sriov {
namespace {

constexpr double kPercentOfCpu = 100;
constexpr double kMostInflation = 10;  // Above, a coefficient is not told from the others (Belsley, Kuh, Welsch, 1980).
constexpr double kLeastUseful = 0.5;   // A model that foretells less than half of the variation explains nothing.

struct Term {
  const char* name;
  std::optional<double> (*rate)(const ExplainedTrial&, const std::string& domain);
};

std::optional<double> bytes(const ExplainedTrial& t, const std::string& /*domain*/) {
  return t.facts.payload_bytes_per_s;
}
std::optional<double> packets(const ExplainedTrial& t, const std::string& /*domain*/) {
  return t.facts.wire_packets_per_s;
}
std::optional<double> interrupts(const ExplainedTrial& t, const std::string& domain) {
  const DomainCpu* found = t.facts.domain(domain);
  return found == nullptr ? std::nullopt : found->interrupts_per_s;
}
std::optional<double> exits(const ExplainedTrial& t, const std::string& /*domain*/) { return t.facts.exits_per_s; }

constexpr std::array<Term, 4> kTerms{
    {{"byte", &bytes}, {"packet", &packets}, {"interrupt", &interrupts}, {"exit", &exits}}};

/// The rows and columns of one fit: a domain's CPU on one path.
struct Design {
  std::vector<std::string> names;  ///< "base" first.
  std::vector<std::vector<double>> columns;
  std::vector<double> cpus;  ///< In CPUs.
  std::vector<const ExplainedTrial*> trials;
  std::vector<std::string> left_out;  ///< "exit: not sampled".
};

bool varies(const std::vector<double>& values) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return *most - *least > 1e-9 * std::abs(*most);
}

Design make_design(const Trials& trials, const std::string& domain) {
  Design out;
  for (const ExplainedTrial* trial : trials) {
    const DomainCpu* cpu = trial->facts.domain(domain);
    if (cpu == nullptr || !cpu->percent || !std::isfinite(*cpu->percent)) continue;
    out.trials.push_back(trial);
    out.cpus.push_back(*cpu->percent / kPercentOfCpu);
  }
  if (out.trials.empty()) return out;
  out.names = {"base"};
  out.columns = {std::vector<double>(out.trials.size(), 1.0)};
  for (const Term& term : kTerms) {
    std::vector<double> column;
    for (const ExplainedTrial* trial : out.trials)
      if (const auto rate = term.rate(*trial, domain); rate && std::isfinite(*rate)) column.push_back(*rate);
    if (column.size() < out.trials.size()) {
      out.left_out.push_back(fmt::format("{} (not known in every trial)", term.name));
    } else if (!varies(column)) {
      out.left_out.push_back(fmt::format("{} (the same in every trial)", term.name));
    } else {
      out.names.emplace_back(term.name);
      out.columns.push_back(std::move(column));
    }
  }
  return out;
}

/// The CPUs that these costs make for `rates` times `factor`; what is there without any load stays.
double foretell(const std::vector<double>& costs, const std::vector<double>& rates, double factor) {
  double sum = costs[0];
  for (std::size_t i = 1; i < costs.size(); ++i) sum += costs[i] * rates[i] * factor;
  return sum;
}

/// "310 [288, 341]", in percent of a CPU: the model's, and where 95 % of the models of resampled trials put it.
std::string foretold_text(const stats::NonnegativeFit& fit, const std::vector<double>& rates, double factor) {
  constexpr double kTail = 0.025;
  std::vector<double> costs;
  for (const stats::NonnegativePart& part : fit.parts) costs.push_back(part.coefficient);
  std::vector<double> resampled;
  for (const std::vector<double>& one : fit.resampled)
    resampled.push_back(kPercentOfCpu * foretell(one, rates, factor));
  std::string value = format_number(kPercentOfCpu * foretell(costs, rates, factor));
  if (resampled.empty()) return value;
  return fmt::format("{} [{}, {}]", value, format_number(stats::quantile(resampled, kTail)),
                     format_number(stats::quantile(resampled, 1 - kTail)));
}

class Words {
 public:
  Words(std::string who, const Design& design, const stats::NonnegativeFit& fit)
      : who_(std::move(who)), design_(design), fit_(fit) {}

  std::vector<std::string> take() {
    quality();
    if (fit_.cross_validated_r_squared >= kLeastUseful) {
      identifiability();
      predictions();
    }
    return std::move(out_);
  }

 private:
  void quality() {
    const double seen = fit_.cross_validated_r_squared;
    std::string text =
        fmt::format("{}: the model fits {} % of how the CPU time varied over {}, and foretells {}", who_,
                    format_number(100 * std::max(0.0, fit_.r_squared)), counted(design_.cpus.size(), "trial"),
                    seen > 0 ? format_number(100 * seen) + " % of it in trials it was not fitted to"
                             : std::string("nothing of it in trials it was not fitted to"));
    out_.push_back(text + (seen < kLeastUseful ? ": too little, so its costs are not shown." : "."));
  }

  void identifiability() {
    std::vector<std::string> blurred;
    for (std::size_t i = 1; i < fit_.parts.size(); ++i)
      if (!(fit_.parts[i].variance_inflation <= kMostInflation)) blurred.push_back(design_.names[i]);
    if (blurred.empty() && fit_.is_identifiable()) {
      if (fit_.parts.size() > 2)
        out_.push_back(who_ + ": the rates varied apart enough to tell the terms from each other.");
      return;
    }
    if (blurred.empty()) blurred.assign(design_.names.begin() + 1, design_.names.end());
    out_.push_back(fmt::format(
        "{}: the cost of {} cannot be told apart from the others' here, as the rates rose and fell together (condition "
        "number {}): believe the sum, not the terms.",
        who_, "a " + join(blurred, ", of a "), format_number(fit_.condition_number)));
  }

  /// Scales the trial with the highest throughput: what one more byte brings in packets, interrupts and exits is as
  /// there.
  void predictions() {
    std::size_t fastest = 0;
    for (std::size_t i = 0; i < design_.trials.size(); ++i)
      if (bps(i) > bps(fastest)) fastest = i;
    std::vector<double> rates;
    for (const auto& column : design_.columns) rates.push_back(column[fastest]);
    const auto percent = [&](double factor) { return foretold_text(fit_, rates, factor); };
    std::string text =
        fmt::format("{}: doubling the load of the fastest trial ({}) would take {} % of a CPU instead of {} %", who_,
                    quantity_text(bps(fastest), {}, "bit/s"), percent(2), percent(1));
    constexpr double kLeastBps = 1e6;  // Transactions of a byte say nothing of a line's rate.
    if (bps(fastest) >= kLeastBps)
      text +=
          fmt::format(", 1 Gbit/s {} % and 10 Gbit/s {} %", percent(1e9 / bps(fastest)), percent(1e10 / bps(fastest)));
    out_.push_back(text + ". This extrapolates: it holds as long as nothing saturates.");
  }

  [[nodiscard]] double bps(std::size_t i) const { return design_.trials[i]->value("throughput_bps").value_or(0); }

  std::string who_;
  const Design& design_;
  const stats::NonnegativeFit& fit_;
  std::vector<std::string> out_;
};

void add_rows(const std::string& path, const std::string& domain, const Design& design,
              const stats::NonnegativeFit& fit, Finding& out) {
  for (std::size_t i = 0; i < fit.parts.size(); ++i) {
    const stats::NonnegativePart& part = fit.parts[i];
    const bool base = i == 0;
    const double scale = base ? kPercentOfCpu : kNsPerSecond;
    const Interval interval{part.coefficient_95.low * scale, part.coefficient_95.high * scale};
    std::vector<FindingCell> row{
        FindingCell::of(path), FindingCell::of(domain),
        FindingCell::of(base ? "without load, % of a CPU" : fmt::format("ns per {}", design.names[i])),
        FindingCell::of(part.coefficient * scale, interval), FindingCell::of(part.share * 100)};
    row.push_back(FindingCell::of(part.unique_r_squared * 100));
    row.push_back(std::isfinite(part.variance_inflation) ? FindingCell::of(part.variance_inflation)
                                                         : FindingCell::of("infinite"));
    out.rows.push_back(std::move(row));
  }
}

class CostModel : public Explanation {
 public:
  int place() const override { return 1; }
  std::string help() const override { return "What a byte, a packet, an interrupt and an exit cost in CPU time"; }

  Result<Finding> explain(const RunData& run) const override {
    Finding out;
    out.title = "What work costs";
    out.columns = {{"path", ""},
                   {"CPU of", ""},
                   {"term", ""},
                   {"cost", ""},
                   {"share of the CPU", "%"},
                   {"explained by it alone", "%"},
                   {"variance inflation", ""}};
    std::map<std::string, Trials> paths;
    std::set<std::string> domains;
    for (const ExplainedTrial& trial : run.trials()) {
      paths[trial.level("path")].push_back(&trial);
      for (const DomainCpu& domain : trial.facts.domains) domains.insert(domain.name);
    }
    std::string why = "no trial has the CPU time of a machine: needs the collector xen in dom0, or cpu elsewhere";
    for (const auto& [path, trials] : paths)
      for (const std::string& domain : domains) fit_one(path, domain, trials, out, why);
    if (out.sentences.empty()) return absent_finding(out.title, why);
    if (out.rows.empty())
      return absent_finding(
          out.title,
          "the CPU time does not follow bytes, packets, interrupts and exits in this run; needs paced "
          "loads that differ and a machine that is not full. " +
              out.sentences.front());
    add_caveats(run, out);
    return out;
  }

 private:
  static void fit_one(const std::string& path, const std::string& domain, const Trials& trials, Finding& out,
                      std::string& why) {
    const Design design = make_design(trials, domain);
    if (design.trials.empty()) return;
    constexpr std::size_t kSpareRows = 3;
    if (design.columns.size() < 2 || design.cpus.size() < design.columns.size() + kSpareRows || !varies(design.cpus)) {
      why = fmt::format(
          "{} on a path are too few, or their load was the same: needs loads that differ, e.g. "
          "--set factors.rate_bps=5M,10M,20M --set repetitions=3, and 4 trials more than terms",
          counted(design.cpus.size(), "trial"));
      return;
    }
    const auto fit = stats::fit_nonnegative(design.columns, design.cpus);
    if (!fit) return;
    const std::string who = fmt::format("{}, {}", path.empty() ? "all paths" : path, domain);
    for (std::string& text : Words(who, design, *fit).take()) out.sentences.push_back(std::move(text));
    if (fit->cross_validated_r_squared >= kLeastUseful) add_rows(path, domain, design, *fit, out);
    for (const std::string& term : design.left_out)
      if (const std::string text = "Not in a model: " + term + '.';
          std::find(out.caveats.begin(), out.caveats.end(), text) == out.caveats.end())
        out.caveats.push_back(text);
  }

  static void add_caveats(const RunData& run, Finding& out) {
    const bool throttled = std::any_of(run.trials().begin(), run.trials().end(), [](const ExplainedTrial& trial) {
      return !trial.level("rx_usecs").empty() || !trial.level("tx_usecs").empty();
    });
    if (!throttled)
      out.caveats.emplace_back(
          "What an interrupt costs is told from what a packet costs only where the interrupt throttle was varied at "
          "constant load: factor rx_usecs, as in configs/experiments/interrupt-rate.toml.");
    out.caveats.emplace_back(
        "Costs are averages over the loads of this run; intervals are percentiles of 2,000 resamples of its trials. A "
        "cost of 0 means that the other terms explain the CPU time without it.");
  }
};

const ExplanationRegistration<CostModel> registration{"cost_model"};

}  // namespace
}  // namespace sriov
