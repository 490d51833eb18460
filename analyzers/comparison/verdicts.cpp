#include "analyzers/comparison/verdicts.h"

#include <algorithm>

#include <fmt/format.h>

#include "analyzers/metrics/micro_metrics.h"
#include "core/format_number.h"

namespace sriov {
namespace {

std::string interval_text(const Ratio& ratio) {
  return fmt::format("ratio {}, 95 % interval {}–{}", format_ratio(ratio.value), format_ratio(ratio.interval_95->low),
                     format_ratio(ratio.interval_95->high));
}

bool excludes_one(const std::optional<Interval>& interval) { return interval && !interval->contains(1); }

/// The two sides of a verdict and the row it rests on, when there is enough to say anything.
struct Evidence {
  const ComparisonTable& table;
  const ComparisonRow& row;
  double compared = 0;
  double baseline = 0;

  /// By its own interval: the sentences are few and chosen beforehand. What the table's many rows make of it is added.
  [[nodiscard]] bool is_clear() const { return row.ratio && excludes_one(row.ratio->interval_95); }
  [[nodiscard]] std::string certainty() const {
    return interval_text(*row.ratio) + (row.differs()
                                            ? std::string()
                                            : fmt::format("; not sure beside the table's other rows, adjusted p {:.2g}",
                                                          row.adjusted_p.value_or(1)));
  }
  [[nodiscard]] bool is_lower() const { return row.ratio->value < 1; }
  /// "12 % on vf and 41 % on netfront".
  [[nodiscard]] std::string both(const std::string& unit) const {
    return fmt::format("{}{} on {} and {}{} on {}", format_number(compared), unit, table.compared,
                       format_number(baseline), unit, table.baseline);
  }
  [[nodiscard]] std::string no_difference(const std::string& what) const {
    return fmt::format("{}: no difference seen between {} and {} (95 % interval of the ratio {}–{}).", what,
                       table.compared, table.baseline, format_ratio(row.ratio->interval_95->low),
                       format_ratio(row.ratio->interval_95->high));
  }
};

/// That the difference rests on: blocks of one run, or the fewer of two runs.
std::size_t repetitions_of(const ComparisonRow& row) {
  if (row.is_paired || !row.contrast) return row.pairs;
  return std::min(row.contrast->n_a, row.contrast->n_b);
}

std::optional<Evidence> evidence(const ComparisonTable& table, const std::string& metric) {
  const ComparisonRow* row = table.row(metric);
  if (row == nullptr) return std::nullopt;
  const auto& compared = row->cells[table.index_of(table.compared)].summary;
  const auto& baseline = row->cells[table.index_of(table.baseline)].summary;
  if (!compared || !baseline) return std::nullopt;
  return Evidence{table, *row, compared->mean, baseline->mean};
}

bool has_interval(const Evidence& e) { return e.row.ratio && e.row.ratio->interval_95; }

bool is_passed_through(const std::string& path) { return path == "vf" || path == "vf-netns"; }

void add_dom0_share(const ComparisonTable& table, std::vector<std::string>& out) {
  const auto e = evidence(table, "cpu_share_percent.dom0");
  if (!e || !has_interval(*e)) return;
  if (!e->is_clear()) {
    out.push_back(e->no_difference("dom0's share of the CPU used"));
    return;
  }
  std::string meaning;
  if (table.factor == "path" && is_passed_through(table.compared) && e->is_lower())
    meaning = ": the VF takes dom0 out of the data path";
  out.push_back(fmt::format("dom0's share of the CPU used is {} ({}){}.", e->both(" %"), e->certainty(), meaning));
}

void add_interrupts(const ComparisonTable& table, const ComparisonRow& row, std::vector<std::string>& out) {
  const bool per_mb = row.metric.starts_with("interrupts_per_mb.");
  if (!per_mb && !row.metric.starts_with("interrupts_per_transaction.")) return;
  const std::string endpoint = row.metric.substr(row.metric.find('.') + 1);
  if (endpoint == "peer") return;  // The other end of the wire: in a lab it is the machine that emulates.
  const auto e = evidence(table, row.metric);
  if (!e || repetitions_of(row) < 2) return;
  const std::string what = fmt::format("{}'s device interrupts per {}", endpoint, per_mb ? "MB" : "transaction");
  if (!has_interval(*e)) {
    if (e->compared != e->baseline)
      out.push_back(fmt::format("{}: {} (one of them is 0: no ratio).", what, e->both("")));
    return;
  }
  if (!e->is_clear()) {
    out.push_back(e->no_difference(what));
    return;
  }
  out.push_back(fmt::format("{}: {} ({}).", what, e->both(""), e->certainty()));
}

/// `better_when_lower`: whether less of it is what people want.
void add_better(const ComparisonTable& table, const std::string& metric, const std::string& what, const char* quality,
                bool better_when_lower, std::vector<std::string>& out) {
  const auto e = evidence(table, metric);
  if (!e || !has_interval(*e)) return;
  if (!e->is_clear()) {
    out.push_back(e->no_difference(what));
    return;
  }
  const std::string& better = e->is_lower() == better_when_lower ? table.compared : table.baseline;
  out.push_back(
      fmt::format("{} has the {} ({}/{}: {}).", better, quality, table.compared, table.baseline, e->certainty()));
}

void add_times(const ComparisonTable& table, std::vector<std::string>& out) {
  add_better(table, "throughput_bps", "Throughput", "higher throughput", false, out);
  add_better(table, "transactions_per_s", "Transactions per second", "higher transaction rate", false, out);
  add_better(table, "latency_p99_us", "Latency p99", "lower p99 latency", true, out);
  add_better(table, "cpu_percent_per_gbps.xen_all", "CPU of all domains per Gbit/s",
             "lower CPU cost of all domains per Gbit/s", true, out);
  add_better(table, "cpu_us_per_transaction.xen_all", "CPU of all domains per transaction",
             "lower CPU cost of all domains per transaction", true, out);
  add_better(table, "cpu_percent_per_gbps.dom0", "dom0's CPU per Gbit/s", "lower dom0 CPU cost per Gbit/s", true, out);
}

/// Operations that cost clearly more, clearly less and about the same, each with its ratio.
std::vector<std::string> micro_verdicts(const ComparisonTable& table, bool emulated) {
  if (emulated) return {"Emulated: what operations cost there says nothing of hardware. No verdict."};
  std::vector<std::string> dearer;
  std::vector<std::string> cheaper;
  std::vector<std::string> alike;
  for (const ComparisonRow& row : table.rows) {
    if (!row.metric.starts_with(kNsPerOperation) || !row.ratio || !row.ratio->interval_95) continue;
    const std::string with_ratio = fmt::format("{} ×{}", row.label, format_ratio(row.ratio->value));
    if (!excludes_one(row.ratio->interval_95))
      alike.push_back(row.label);
    else
      (row.ratio->value > 1 ? dearer : cheaper).push_back(with_ratio);
  }
  std::vector<std::string> out;
  const auto say = [&](const char* what, const std::vector<std::string>& rows) {
    if (!rows.empty())
      out.push_back(fmt::format("{} {} {}: {}.", table.compared, what, table.baseline, fmt::join(rows, ", ")));
  };
  say("takes longer than", dearer);
  say("takes less than", cheaper);
  say("shows no difference from", alike);
  if (out.empty()) out.emplace_back("Nothing was timed in both places more than once: no verdict.");
  return out;
}

}  // namespace

std::vector<std::string> verdicts(const ComparisonTable& table, bool emulated) {
  if (table.compared.empty()) return {fmt::format("Only one {} was run: nothing to compare with.", table.factor)};
  if (table.factor == kMicroFactor) return micro_verdicts(table, emulated);
  const auto pairs_of = [&](const char* metric) {
    const ComparisonRow* row = table.row(metric);
    return row == nullptr ? 0 : repetitions_of(*row);
  };
  const std::size_t pairs = pairs_of("throughput_bps");
  if (pairs == 0)
    return {
        fmt::format("No repetition has a valid trial of both {} and {}: no verdict.", table.compared, table.baseline)};
  if (pairs == 1) return {"One repetition: no interval, no verdict."};
  std::vector<std::string> out;
  if (!emulated) add_times(table, out);
  add_dom0_share(table, out);
  for (const ComparisonRow& row : table.rows) add_interrupts(table, row, out);
  if (out.empty()) out.emplace_back("No counts were sampled that a verdict could rest on.");
  return out;
}

}  // namespace sriov
