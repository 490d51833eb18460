// Where the CPU time of each condition went, and what a unit of work cost: set per packet of the wire, as devices above
// GRO and GSO count packets that are many of those.
#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "analyzers/explanations/explanation.h"
#include "analyzers/explanations/words.h"
#include "analyzers/format_number.h"

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
  const auto cost = [](const ExplainedTrial& t) { return ratio(percent_of(t, "all"), throughput_gbps(t)); };
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

double mean_of(const Trials& trials, const Number& number) {
  const FindingCell cell = mean_cell(values_of(trials, number));
  return cell.value.value_or(0);
}

/// "dom0 takes 8.1 % of the CPU that is used, guests 91.9 %": a share, so it holds on emulated hardware too.
std::string share_sentence(const std::string& condition, const Trials& trials) {
  const double all = mean_of(trials, percent_of("all"));
  if (all <= 0) return "";
  const auto part = [&](const char* domain) { return format_number(100 * mean_of(trials, percent_of(domain)) / all); };
  if (trials.front()->facts.domain("dom0") == nullptr || trials.front()->facts.domain("guests") == nullptr) return "";
  std::string text =
      fmt::format("{}: of the CPU that was used, dom0 took {} % and the guests {} %", condition, part("dom0"), part("guests"));
  const auto xen = values_of(trials, [](const ExplainedTrial& t) { return t.facts.xen_percent; });
  if (!xen.empty())
    text += fmt::format("; {} % of all was Xen's own work for guests, charged to them",
                        format_number(100 * mean_cell(xen).value.value_or(0) / all));
  return text + '.';
}

/// The cheapest and the dearest condition per packet.
std::string cost_sentence(const std::map<std::string, Trials>& conditions) {
  const Number packet = candidates()[7].number;
  std::string least_name;
  std::string most_name;
  double least = 0;
  double most = 0;
  for (const auto& [name, trials] : conditions) {
    const double one = mean_of(trials, packet);
    if (one <= 0) continue;
    if (least_name.empty() || one < least) std::tie(least, least_name) = std::pair(one, name);
    if (most_name.empty() || one > most) std::tie(most, most_name) = std::pair(one, name);
  }
  if (least_name == most_name) return "";
  return fmt::format("A packet on the wire cost least CPU with {} ({}), and most with {} ({}): {} times as much.",
                     least_name, quantity_text(least, {}, "us"), most_name, quantity_text(most, {}, "us"),
                     format_ratio(most / least));
}

void add_packet_caveats(const RunData& run, Finding& out) {
  bool merged = false;
  bool guessed = false;
  for (const ExplainedTrial& trial : run.trials()) {
    merged = merged || trial.facts.bytes_per_counted_packet.value_or(0) > kWireLimitBytes;
    guessed = guessed || trial.facts.wire_packets_source == WirePackets::transactions;
  }
  if (merged)
    out.caveats.push_back(
        "Where the guest's device counted packets larger than the wire's, these were merged by GRO or not yet cut by "
        "GSO (netfront, veth): wire packets are then an estimate, the device's bytes over full packets of 1,514 bytes "
        "(MTU 1,500).");
  if (guessed) out.caveats.push_back("Where no device was sampled, a transaction counts as two packets.");
  if (run.trials().front().facts.domain("guests") != nullptr)
    out.caveats.push_back(
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
      return absent_finding(out.title,
                            "no trial has the CPU time of a machine: needs the collector xen in dom0, or cpu elsewhere");
    out.columns.push_back({"condition", ""});
    for (const Column& column : columns) out.columns.push_back(column.head);
    out.columns.push_back({"wire packets", ""});
    for (const auto& [name, trials] : conditions) {
      std::vector<FindingCell> row{FindingCell::of(condition_text(name))};
      for (const Column& column : columns) row.push_back(mean_cell(values_of(trials, column.number)));
      for (FindingCell& cell : row) cell.interval_95.reset();  // The comparison has them; here they would hide the rest.
      row.push_back(FindingCell::of(std::string(to_string(trials.front()->facts.wire_packets_source))));
      out.rows.push_back(std::move(row));
      if (std::string text = share_sentence(name, trials); !text.empty()) out.sentences.push_back(std::move(text));
    }
    if (std::string text = cost_sentence(conditions); !text.empty()) out.sentences.insert(out.sentences.begin(), text);
    add_packet_caveats(run, out);
    return out;
  }
};

const ExplanationRegistration<CpuAttribution> registration{"cpu_attribution"};

}  // namespace
}  // namespace sriov
