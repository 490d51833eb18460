// How throughput, CPU and fairness change with the number of guests, streams or flows.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "analyzers/explanations/count_factor.h"
#include "analyzers/explanations/explanation.h"
#include "analyzers/explanations/words.h"
#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/line_fit.h"
#include "analyzers/stats/scaling_fit.h"
#include "analyzers/stats/two_samples.h"
#include "core/format_number.h"

namespace sriov {
namespace {

/// Percent of a CPU that each further virtual machine took with SR-IOV in Y. Dong et al., "High Performance Network
/// Virtualization with SR-IOV", HPCA 2010, abstract.
constexpr double kPublishedPercentPerVm = 1.76;
constexpr double kPercent = 100;

using Number = std::function<std::optional<double>(const ExplainedTrial&)>;

std::optional<double> cpu_percent(const ExplainedTrial& trial) {
  const DomainCpu* all = trial.facts.domain("all");
  return all == nullptr ? std::nullopt : all->percent;
}

/// Transactions where the workload makes them: bytes say nothing of a request of one byte.
std::string work_metric(const Trials& trials) {
  return trials.front()->value("transactions_per_s") ? "transactions_per_s" : "throughput_bps";
}

struct Points {
  std::vector<double> n;
  std::vector<double> y;
};

Points points(const std::map<double, Trials>& levels, const Number& number) {
  Points out;
  for (const auto& [n, trials] : levels)
    for (const double y : values_of(trials, number)) {
      out.n.push_back(n);
      out.y.push_back(y);
    }
  return out;
}

/// "guests" -> "guest".
std::string singular(const std::string& factor) {
  return factor.ends_with('s') ? factor.substr(0, factor.size() - 1) : factor;
}

/// The first number with less than 5 % of the CPUs idle: beyond, the CPU time has nowhere to grow to.
std::optional<double> first_full(const std::map<double, Trials>& levels) {
  constexpr double kLittleIdle = 0.05;
  for (const auto& [n, trials] : levels) {
    const double busy = stats::mean(values_of(trials, &cpu_percent));
    const double idle = stats::mean(values_of(trials, [](const ExplainedTrial& t) { return t.facts.idle_percent; }));
    if (idle < kLittleIdle * (idle + busy)) return n;
  }
  return std::nullopt;
}

std::string cpu_sentence(const std::string& who, const std::string& factor, const std::map<double, Trials>& levels) {
  const Points cpu = points(levels, &cpu_percent);
  const auto line = stats::fit_line(cpu.n, cpu.y);
  if (!line) return fmt::format("{}: the CPU time is not known for two numbers of {}.", who, factor);
  std::string text = fmt::format("{}: each further {} takes {} of a CPU more", who, singular(factor),
                                 quantity_text(line->slope, line->slope_95, "%"));
  if (!line->slope_95)
    text += " (no interval: needs more repetitions)";
  else if (line->slope_95->contains(0))
    text += ": the interval holds 0, so no growth was shown";
  if (const auto full = first_full(levels))
    text += fmt::format("; from {} on the machine had hardly any idle CPU left", plain_number(*full));
  return text + '.';
}

std::string model_words(const stats::ScalingFit& fit, const std::string& unit) {
  const auto parameter = [&](std::size_t i) { return fit.parameters[i].second; };
  switch (fit.model) {
    case stats::ScalingModel::linear:
      return fmt::format("in proportion, {} for each", quantity_text(parameter(0), {}, unit));
    case stats::ScalingModel::saturating:
      return fmt::format("to a limit of {}, and has 63 % of it at {}", quantity_text(parameter(0), {}, unit),
                         format_number(parameter(1)));
    case stats::ScalingModel::usl:
      break;
  }
  std::string text = fmt::format("as the Universal Scalability Law: contention {}, coherency {}",
                                 format_number(parameter(1)), format_number(parameter(2)));
  if (const auto peak = fit.peak()) text += fmt::format(", most at {}", format_number(*peak));
  return text;
}

/// Whether every number of guests yields the same within 5 %: then there is no growth to model.
bool is_flat(const std::map<double, Trials>& levels, const Number& number) {
  double least = INFINITY;
  double most = 0;
  for (const auto& [n, trials] : levels) {
    const double mean = mean_cell(values_of(trials, number)).value.value_or(NAN);
    least = std::min(least, mean);
    most = std::max(most, mean);
  }
  constexpr double kSame = 1.05;
  return most > 0 && most <= kSame * least;
}

std::string work_sentence(const std::string& who, const std::string& factor, const std::map<double, Trials>& levels,
                          const std::string& metric) {
  const Number number = [&](const ExplainedTrial& trial) { return trial.value(metric); };
  const std::string unit = metric == "throughput_bps" ? "bit/s" : "1/s";
  const std::string what = metric == "throughput_bps" ? "throughput" : "the rate of transactions";
  const Points work = points(levels, number);
  if (levels.size() < 3)
    return fmt::format("{}: {} at two numbers of {} fits any model; needs three.", who, what, factor);
  if (is_flat(levels, number))
    return fmt::format("{}: {} stays the same within 5 %, however many {} share it.", who, what, factor);
  const auto fits = stats::fit_scaling_models(work.n, work.y);
  if (fits.empty() || !fits.front().aicc) return fmt::format("{}: too few trials to tell how {} grows.", who, what);
  constexpr double kPoor = 0.5;
  if (!(fits.front().r_squared >= kPoor))
    return fmt::format("{}: {} does not follow the number of {}: no model explains half of its variation.", who, what,
                       factor);
  std::string text = fmt::format("{}: {} grows {}", who, what, model_words(fits.front(), unit));
  constexpr double kSameSupport = 2;  // Burnham and Anderson, "Model Selection and Multimodel Inference", 2002.
  if (fits.size() > 1 && fits[1].aicc && *fits[1].aicc - *fits[0].aicc < kSameSupport)
    text += fmt::format(" (the {} model is nearly as good)", stats::scaling_model_name(fits[1].model));
  return text + '.';
}

/// Values of the same repetition side by side, as repetitions are blocks.
Points pairs(const Trials& alone, const Trials& together, const Number& of_alone, const Number& of_together) {
  Points out;
  for (const ExplainedTrial* a : alone)
    for (const ExplainedTrial* b : together) {
      if (a->record.planned.repetition != b->record.planned.repetition) continue;
      const auto x = of_alone(*a);
      const auto y = of_together(*b);
      if (x && y) {
        out.n.push_back(*x);
        out.y.push_back(*y);
      }
    }
  return out;
}

/// What the first guest has alone and beside all others.
std::string interference(const std::string& who, const std::map<double, Trials>& levels, bool latency) {
  const auto& [n, together] = *levels.rbegin();
  if (levels.begin()->first != 1) return "";
  const char* alone = latency ? "latency_p99_us" : "throughput_bps";
  const char* shared = latency ? "lane_latency_p99_us.guest1" : "lane_throughput_bps.guest1";
  const Points both = pairs(
      levels.begin()->second, together, [&](const ExplainedTrial& t) { return t.value(alone); },
      [&](const ExplainedTrial& t) { return t.value(shared); });
  const auto compared = stats::compare_pairs(both.y, both.n);
  if (!compared || !compared->ratio) return "";
  const char* what = latency ? "99th percentile of latency" : "throughput";
  const auto& ratio = *compared->ratio;
  const std::string beside = fmt::format("{}: beside {} others, guest1's {} is {} times what it has alone", who,
                                         plain_number(n - 1), what, quantity_text(ratio.value, ratio.interval_95, ""));
  if (!ratio.interval_95 || ratio.interval_95->contains(1)) return "";
  return beside + '.';
}

std::optional<double> spread_percent(const ExplainedTrial& trial) {
  const auto least = trial.value("guest_throughput_bps.least");
  const auto most = trial.value("guest_throughput_bps.most");
  if (!least || !most || *most <= 0) return std::nullopt;
  return kPercent * (*most - *least) / *most;
}

class Scaling : public Explanation {
 public:
  int place() const override { return 2; }
  std::string help() const override { return "How throughput, CPU and fairness change with the number of guests"; }

  Result<Finding> explain(const RunData& run) const override {
    Finding out;
    out.title = "How it scales";
    const std::string factor = count_factor(run);
    if (factor.empty())
      return absent_finding(out.title,
                            "needs the number of guests, streams or flows as a factor with two levels or more: --set "
                            "factors.guests=1,2,3");
    out.columns = {{"condition", ""}, {factor, ""},         {"throughput", "bit/s"},   {"transactions", "1/s"},
                   {"CPU", "%"},      {"Jain's index", ""}, {"least below most", "%"}, {"latency p99", "us"}};
    for (const auto& [condition, trials] : run.by_condition(factor)) {
      const auto levels = by_number(trials, factor);
      if (levels.size() < 2) continue;
      add_sentences(condition_text(condition), factor, levels, out);
      for (const auto& [n, at_n] : levels) add_row(condition_text(condition), n, at_n, out);
    }
    if (out.rows.empty()) return absent_finding(out.title, "no condition has valid trials at two numbers of " + factor);
    add_published(run, factor, out);
    drop_unknown_columns(out);
    if (factor == "guests")
      out.caveats.emplace_back(
          "What a guest has beside others is told only where its interval leaves out 1. CPU is that of all domains "
          "together, without the peer. Below saturation a paced load scales in proportion; "
          "a load that already fills the machine shows the machine's limit instead.");
    return out;
  }

 private:
  static void add_sentences(const std::string& who, const std::string& factor, const std::map<double, Trials>& levels,
                            Finding& out) {
    out.sentences.push_back(work_sentence(who, factor, levels, work_metric(levels.begin()->second)));
    out.sentences.push_back(cpu_sentence(who, factor, levels));
    if (factor != "guests") return;
    for (const bool latency : {false, true})
      if (std::string text = interference(who, levels, latency); !text.empty())
        out.sentences.push_back(std::move(text));
  }

  static void add_published(const RunData& run, const std::string& factor, Finding& out) {
    const bool any_vf = std::any_of(run.trials().begin(), run.trials().end(),
                                    [](const ExplainedTrial& trial) { return trial.level("path") == "vf"; });
    if (factor != "guests" || !any_vf) return;
    out.sentences.push_back(fmt::format(
        "Published for virtual functions on Xen: {} % of CPU more for each guest (Dong et al., HPCA 2010; another "
        "machine, another load).",
        format_number(kPublishedPercentPerVm)));
  }

  static void add_row(const std::string& who, double n, const Trials& trials, Finding& out) {
    const auto mean = [&](const Number& number) { return mean_cell(values_of(trials, number)); };
    const auto plain = [&](const Number& number) {  // Bounded: a t interval would go beyond what can be.
      const std::vector<double> values = values_of(trials, number);
      return values.empty() ? FindingCell{} : FindingCell::of(stats::mean(values));
    };
    const auto of = [](const char* name) { return [name](const ExplainedTrial& t) { return t.value(name); }; };
    out.rows.push_back({FindingCell::of(who), FindingCell::of(n), mean(of("throughput_bps")),
                        mean(of("transactions_per_s")), mean(&cpu_percent), plain(of("fairness_jain")),
                        plain(&spread_percent), mean(of("latency_p99_us"))});
  }

  static void drop_unknown_columns(Finding& out) {
    for (std::size_t i = out.columns.size(); i-- > 2;) {
      const bool known =
          std::any_of(out.rows.begin(), out.rows.end(), [&](const auto& row) { return row[i].value.has_value(); });
      if (known) continue;
      out.columns.erase(out.columns.begin() + static_cast<std::ptrdiff_t>(i));
      for (auto& row : out.rows) row.erase(row.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
};

const ExplanationRegistration<Scaling> registration{"scaling"};

}  // namespace
}  // namespace sriov
