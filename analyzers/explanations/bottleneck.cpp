// Which CPU is full first, and at which rate, if what it does for a unit of work stays the same.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "analyzers/explanations/explanation.h"
#include "analyzers/explanations/words.h"
#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/ratio_of_means.h"
#include "core/format_number.h"

namespace sriov {
namespace {

constexpr double kFullPercent = 100;
constexpr double kSaturated = 95;  // Sampling and rounding leave a full CPU a little below 100.

struct Busiest {
  std::string name;
  double percent = 0;
  bool under_test = true;
};

/// The CPU with the highest mean over the trials. Where Xen tells its vCPUs a physical CPU is their sum, and a limit
/// too.
std::optional<Busiest> busiest(const Trials& trials, bool under_test) {
  std::map<std::string, std::vector<double>> by_name;
  for (const ExplainedTrial* trial : trials)
    for (const CpuBusy& cpu : trial->facts.cpus)
      if (cpu.under_test == under_test) by_name[cpu.name].push_back(cpu.percent);
  std::optional<Busiest> out;
  for (const auto& [name, percents] : by_name) {
    const double mean = stats::mean(percents);
    if (!out || mean > out->percent) out = Busiest{name, mean, under_test};
  }
  return out;
}

std::optional<double> percent_of(const ExplainedTrial& trial, const std::string& name) {
  for (const CpuBusy& cpu : trial.facts.cpus)
    if (cpu.name == name) return cpu.percent;
  return std::nullopt;
}

std::optional<double> work_of(const ExplainedTrial& trial) {
  const auto transactions = trial.value("transactions_per_s");
  return transactions ? transactions : trial.value("throughput_bps");
}

/// What the CPU would carry if it were busy all the time: of means, so that it agrees with the means beside it.
FindingCell limit_of(const Trials& trials, const std::string& name) {
  std::vector<double> rates;
  std::vector<double> percents;
  for (const ExplainedTrial* trial : trials) {
    const auto percent = percent_of(*trial, name);
    const auto work = work_of(*trial);
    if (!percent || !work) continue;
    rates.push_back(*work * kFullPercent);
    percents.push_back(*percent);
  }
  const double percent = stats::mean(percents);
  if (percents.empty() || percent <= 0) return {};
  const auto limit = stats::ratio_of_paired_means(rates, percents);
  constexpr std::size_t kLeast = 3;
  return FindingCell::of(stats::mean(rates) / percent,
                         limit && rates.size() >= kLeast ? limit->interval_95 : std::nullopt);
}

/// Whether the load was paced and its rate was made: then nothing was limited, whoever was busy.
bool rate_was_reached(const Trials& trials) {
  const auto reached = values_of(trials, [](const ExplainedTrial& t) { return t.value("rate_reached_percent"); });
  constexpr double kReached = 99;
  return !reached.empty() && stats::median(reached) >= kReached;
}

std::string verdict(const std::string& who, const Trials& trials, const Busiest& cpu, const FindingCell& limit,
                    const char* unit) {
  const std::string limit_text = limit.value ? quantity_text(*limit.value, limit.interval_95, unit) : "an unknown rate";
  if (cpu.percent >= kSaturated && rate_was_reached(trials))
    return fmt::format("{}: {} is full ({} %), yet the paced load was sent as asked: the sender was not limited.", who,
                       cpu.name, format_number(cpu.percent));
  if (cpu.percent >= kSaturated)
    return fmt::format("{}: {} is full ({} %): it limits the rate to about {}.", who, cpu.name,
                       format_number(cpu.percent), limit_text);
  return fmt::format(
      "{}: {} is the busiest ({} %) and would be full at {}, {} times the rate of now, however many "
      "other CPUs there are.",
      who, cpu.name, format_number(cpu.percent), limit_text, format_ratio(kFullPercent / cpu.percent));
}

class Bottleneck : public Explanation {
 public:
  int place() const override { return 3; }
  std::string help() const override { return "Which CPU is full first, and at which rate"; }

  Result<Finding> explain(const RunData& run) const override {
    Finding out;
    out.title = "What saturates first";
    out.columns = {{"condition", ""}, {"busiest CPU", ""}, {"busy", "%"},
                   {"carries", ""},   {"full at", ""},     {"busiest CPU of the peer", ""},
                   {"busy", "%"}};
    bool peer_full = false;
    Told told;
    for (const auto& [condition, trials] : run.by_condition()) {
      const auto cpu = busiest(trials, true);
      if (!cpu || cpu->percent <= 0) continue;
      const auto peer = busiest(trials, false);
      peer_full = peer_full || (peer && peer->percent >= kSaturated && cpu->percent < kSaturated);
      add(condition_text(condition), trials, *cpu, peer, told, out);
    }
    if (out.rows.empty())
      return absent_finding(out.title,
                            "no trial has the time of single CPUs: needs the collector xen in dom0, or cpu elsewhere");
    if (!told.fullest.empty()) out.sentences.push_back(told.fullest);
    if (peer_full)
      out.sentences.emplace_back(
          "In some conditions the peer, which only makes the load, is full before the machine under test: what was "
          "measured there is the peer's limit.");
    out.caveats.emplace_back(
        "The rate at which a CPU is full is extrapolated in a straight line (Amdahl: what is not spread over CPUs sets "
        "the limit). Batching under load makes work cheaper, contention dearer. Where the scheduler moves the work "
        "between CPUs the busiest is none of them for long.");
    return out;
  }

 private:
  /// A sentence for each condition in which a CPU is full, and one for the fullest of the others: the table has all.
  struct Told {
    std::string fullest;
    double percent = 0;
  };

  static void add(const std::string& who, const Trials& trials, const Busiest& cpu, const std::optional<Busiest>& peer,
                  Told& told, Finding& out) {
    const char* unit = trials.front()->value("transactions_per_s") ? "1/s" : "bit/s";
    const FindingCell limit = limit_of(trials, cpu.name);
    const FindingCell work = mean_cell(values_of(trials, &work_of));
    const auto text = [&](const FindingCell& cell) {
      return cell.value ? FindingCell::of(quantity_text(*cell.value, {}, unit)) : FindingCell{};
    };
    out.rows.push_back({FindingCell::of(who), FindingCell::of(cpu.name), FindingCell::of(cpu.percent), text(work),
                        text(limit), peer ? FindingCell::of(peer->name) : FindingCell{},
                        peer ? FindingCell::of(peer->percent) : FindingCell{}});
    const std::string sentence = verdict(who, trials, cpu, limit, unit);
    if (cpu.percent >= kSaturated) {
      out.sentences.push_back(sentence);
    } else if (cpu.percent > told.percent) {
      told = {sentence, cpu.percent};
    }
  }
};

const ExplanationRegistration<Bottleneck> registration{"bottleneck"};

}  // namespace
}  // namespace sriov
