// Where the CPU time of each condition went, and what a unit of work cost: set per packet of the wire, as devices above
// GRO and GSO count packets that are many of those.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "analyzers/explanations/explanation.h"
#include "analyzers/explanations/words.h"
#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/summary.h"
#include "core/format_number.h"

namespace sriov {
namespace {

constexpr double kMicrosecondsPerPercentSecond = 1e4;  // 1 % of a CPU for a second
constexpr double kBitsPerByte = 8;
constexpr double kBitsPerGigabit = 1e9;
constexpr double kWireLimitBytes = 1600;

std::optional<double> ratio(const std::optional<double>& a, const std::optional<double>& b, double scale = 1) {
  if (!a || !b || *b <= 0) return std::nullopt;
  return *a / *b * scale;
}

std::optional<double> percent_of(const ExplainedTrial& trial, std::string_view domain) {
  const DomainCpu* found = trial.facts.domain(domain);
  return found == nullptr ? std::nullopt : found->percent;
}

std::optional<double> throughput_gbps(const ExplainedTrial& trial) {
  return ratio(trial.facts.payload_bytes_per_s, kBitsPerGigabit, kBitsPerByte);
}

std::optional<double> interrupts_per_packet(const ExplainedTrial& trial) {
  const DomainCpu* all = trial.facts.domain("all");
  return all == nullptr ? std::nullopt : ratio(all->interrupts_per_s, trial.facts.wire_packets_per_s);
}

using Number = std::function<std::optional<double>(const ExplainedTrial&)>;

struct Column {
  FindingColumn head;
  Number number;
};

Number percent_of(const char* domain) {
  return [domain](const ExplainedTrial& t) { return percent_of(t, domain); };
}

std::vector<Column> candidates() {
  const auto gbps = [](const ExplainedTrial& t) { return t.value("throughput_bps"); };
  const auto cost = [](const ExplainedTrial& t) -> std::optional<double> {
    if (t.value("transactions_per_s")) return std::nullopt;  // Bytes say nothing of requests of one byte.
    return ratio(percent_of(t, "all"), throughput_gbps(t));
  };
  const auto packet = [](const ExplainedTrial& t) {
    return ratio(percent_of(t, "all"), t.facts.wire_packets_per_s, kMicrosecondsPerPercentSecond);
  };
  const auto exits = [](const ExplainedTrial& t) { return ratio(t.facts.exits_per_s, t.facts.wire_packets_per_s); };
  return {{{"throughput", "bit/s"}, gbps},
          {{"dom0 CPU", "%"}, percent_of("dom0")},
          {{"guests' CPU", "%"}, percent_of("guests")},
          {{"of it Xen's", "%"}, [](const ExplainedTrial& t) { return t.facts.xen_percent; }},
          {{"all CPU", "%"}, percent_of("all")},
          {{"idle", "%"}, [](const ExplainedTrial& t) { return t.facts.idle_percent; }},
          {{"CPU per Gbit/s", "%"}, cost},
          {{"CPU per wire packet", "us"}, packet},
          {{"interrupts per wire packet", ""}, &interrupts_per_packet},
          {{"exits per wire packet", ""}, exits}};
}

/// Shares of the CPU that was used, so they hold on emulated hardware too.
std::string share_sentence(const std::string& path, const Trials& trials) {
  const auto share = [](const char* domain) {
    return [domain](const ExplainedTrial& t) { return ratio(percent_of(t, domain), percent_of(t, "all"), 100); };
  };
  const auto dom0 = values_of(trials, share("dom0"));
  if (dom0.empty()) return "";
  const auto [least, most] = std::minmax_element(dom0.begin(), dom0.end());
  std::string text = fmt::format("{}: dom0 took {} % of the CPU that was used (median over {}, {} to {} %)", path,
                                 format_number(stats::median(dom0)), counted(dom0.size(), "trial"),
                                 format_number(*least), format_number(*most));
  const auto xen =
      values_of(trials, [](const ExplainedTrial& t) { return ratio(t.facts.xen_percent, percent_of(t, "all"), 100); });
  if (!xen.empty())
    text +=
        fmt::format("; {} % of all was Xen's own work for guests, charged to them", format_number(stats::median(xen)));
  return text + '.';
}

/// CPU time of a part per packet of the wire, the median of repetitions: one that stalled would rule a mean.
double us_per_packet(const Trials& trials, const char* domain) {
  return stats::median(values_of(trials, [domain](const ExplainedTrial& t) {
    return ratio(percent_of(t, domain), t.facts.wire_packets_per_s, kMicrosecondsPerPercentSecond);
  }));
}

/// Two paths under the same conditions: what a packet costs on either, and whose CPU makes the difference.
std::string difference_sentence(const std::string& condition, const std::string& a, const Trials& on_a,
                                const std::string& b, const Trials& on_b) {
  std::vector<double> each_a;
  std::vector<double> each_b;
  for (const ExplainedTrial* trial_a : on_a)
    for (const ExplainedTrial* trial_b : on_b) {
      if (trial_a->record.planned.repetition != trial_b->record.planned.repetition) continue;
      const double cost = us_per_packet({trial_a}, "all");
      const double other = us_per_packet({trial_b}, "all");
      if (!std::isfinite(cost) || !std::isfinite(other)) continue;
      each_a.push_back(cost);
      each_b.push_back(other);
    }
  const auto compared = paired_ratio(each_b, each_a);
  if (!compared || !compared->interval_95 || compared->interval_95->contains(1)) return "";
  const double cost_a = us_per_packet(on_a, "all");
  const double cost_b = us_per_packet(on_b, "all");
  std::string text =
      fmt::format("{}: a packet on the wire takes {} of CPU on {} and {} on {}", condition_text(condition),
                  quantity_text(cost_a, {}, "us"), a, quantity_text(cost_b, {}, "us"), b);
  text += fmt::format(", {} times as much", quantity_text(compared->value, compared->interval_95, ""));
  const double dom0 = us_per_packet(on_b, "dom0") - us_per_packet(on_a, "dom0");
  const double guests = us_per_packet(on_b, "guests") - us_per_packet(on_a, "guests");
  if (std::isfinite(dom0) && std::isfinite(guests))
    text += fmt::format(": {}{} in dom0 and {}{} in the guests", dom0 < 0 ? "" : "+", quantity_text(dom0, {}, "us"),
                        guests < 0 ? "" : "+", quantity_text(guests, {}, "us"));
  return text + '.';
}

void add_sentences(const RunData& run, Finding& out) {
  std::map<std::string, Trials> paths;
  for (const ExplainedTrial& trial : run.trials()) paths[trial.level("path")].push_back(&trial);
  for (const auto& [path, trials] : paths)
    if (std::string text = share_sentence(path, trials); !text.empty()) out.sentences.push_back(std::move(text));
  std::size_t not_shown = 0;
  for (const auto& [condition, trials] : run.by_condition("path")) {
    std::map<std::string, Trials> of_path;
    for (const ExplainedTrial* trial : trials) of_path[trial->level("path")].push_back(trial);
    if (of_path.size() < 2) continue;
    const std::string first = of_path.contains("vf") ? "vf" : of_path.begin()->first;
    for (const auto& [path, others] : of_path) {
      if (path == first) continue;
      std::string text = difference_sentence(condition, first, of_path[first], path, others);
      if (text.empty())
        ++not_shown;
      else
        out.sentences.push_back(std::move(text));
    }
  }
  if (not_shown > 0)
    out.sentences.push_back(
        fmt::format("In {} no difference between paths in the CPU time of a packet was shown: the 95 % "
                    "interval of the ratio holds 1, or there are fewer than two repetitions.",
                    counted(not_shown, "comparison")));
}

void add_packet_caveats(const RunData& run, Finding& out) {
  bool merged = false;
  bool guessed = false;
  for (const ExplainedTrial& trial : run.trials()) {
    merged = merged || trial.facts.bytes_per_counted_packet.value_or(0) > kWireLimitBytes;
    guessed = guessed || trial.facts.wire_packets_source == WirePackets::transactions;
  }
  if (merged)
    out.caveats.emplace_back(
        "Where the guest's device counted packets larger than the wire's, these were merged by GRO or not yet cut by "
        "GSO (netfront, veth): wire packets are then an estimate, the device's bytes over full packets of 1,514 bytes "
        "(MTU 1,500).");
  if (guessed) out.caveats.emplace_back("Where no device was sampled, a transaction counts as two packets.");
  if (run.trials().front().facts.domain("guests") != nullptr)
    out.caveats.emplace_back(
        "dom0's and guests' CPU contain what Xen did for them; Xen's part is known only where exits were traced "
        "(collector vmexit) and only for HVM and PVH guests.");
}

class CpuAttribution : public Explanation {
 public:
  int place() const override { return 0; }
  std::string help() const override { return "Who used the CPU, and what a Gbit/s and a packet cost"; }

  Result<Finding> explain(const RunData& run) const override {
    Finding out;
    out.title = "Where the CPU time goes";
    const auto conditions = run.by_condition();
    std::vector<Column> columns;
    for (Column& column : candidates()) {
      bool known = false;
      for (const ExplainedTrial& trial : run.trials()) known = known || column.number(trial).has_value();
      if (known) columns.push_back(std::move(column));
    }
    const bool any_cpu = std::any_of(run.trials().begin(), run.trials().end(),
                                     [](const ExplainedTrial& t) { return percent_of(t, "all").has_value(); });
    if (!any_cpu)
      return absent_finding(
          out.title, "no trial has the CPU time of a machine: needs the collector xen in dom0, or cpu elsewhere");
    out.columns.push_back({"condition", ""});
    for (const Column& column : columns) out.columns.push_back(column.head);
    out.columns.push_back({"wire packets", ""});
    for (const auto& [name, trials] : conditions) {
      std::vector<FindingCell> row{FindingCell::of(condition_text(name))};
      for (const Column& column : columns) {
        const auto values = values_of(trials, column.number);
        row.push_back(values.empty() ? FindingCell{} : FindingCell::of(stats::median(values)));
      }
      row.push_back(FindingCell::of(std::string(to_string(trials.front()->facts.wire_packets_source))));
      out.rows.push_back(std::move(row));
    }
    add_sentences(run, out);
    out.caveats.emplace_back("The table has medians over repetitions; intervals are in sriov-bench compare.");
    add_packet_caveats(run, out);
    return out;
  }
};

const ExplanationRegistration<CpuAttribution> registration{"cpu_attribution"};

}  // namespace
}  // namespace sriov
