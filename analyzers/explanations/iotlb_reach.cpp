// How much memory the IOTLB covers: misses per MiB against the memory that DMA touches bend where its entries are used
// up.
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "analyzers/explanations/count_factor.h"
#include "analyzers/explanations/explanation.h"
#include "analyzers/explanations/words.h"
#include "analyzers/stats/descriptive.h"
#include "analyzers/stats/knee_fit.h"
#include "core/format_number.h"

namespace sriov {
namespace {

constexpr const char* kFootprint = "footprint_bytes";
constexpr double kSmallPage = 4096;
constexpr double kLargePage = 2.0 * 1024 * 1024;

/// Of the VFs where they are told apart, else of all devices.
std::optional<double> misses_per_mib(const ExplainedTrial& trial) {
  const auto vfs = trial.first_value("iotlb_misses_per_mib.vfs.");
  return vfs ? vfs : trial.first_value("iotlb_misses_per_mib.all.");
}

std::string size_text(double bytes) {
  constexpr double kKib = 1024;
  if (bytes >= kKib * kKib) return format_number(bytes / kKib / kKib) + " MiB";
  return format_number(bytes / kKib) + " KiB";
}

std::string range_text(double value, const Interval& range, double divisor) {
  return fmt::format("{} [{}, {}]", format_number(value / divisor), format_number(range.low / divisor),
                     format_number(range.high / divisor));
}

struct Sweep {
  std::vector<double> log2_footprint;
  std::vector<double> misses;
};

Sweep sweep_of(const std::map<double, Trials>& levels) {
  Sweep out;
  for (const auto& [footprint, trials] : levels)
    for (const double misses : values_of(trials, &misses_per_mib)) {
      out.log2_footprint.push_back(std::log2(footprint));
      out.misses.push_back(misses);
    }
  return out;
}

/// Footprints between which misses set in, where that is plain without a model: hardly any up to the one, and many from
/// the other on. A cyclic access to more than a least-recently-used cache holds misses all the time at once, so that
/// the curve is a step, which two lines fit badly.
struct Onset {
  double covered = 0;  ///< The largest footprint without misses.
  double beyond = 0;   ///< The smallest one with them.
};
std::optional<Onset> onset_of(const std::map<double, Trials>& levels) {
  constexpr double kNone = 0.05;
  constexpr double kMany = 0.25;
  std::vector<std::pair<double, std::pair<double, double>>> ranges;  // Footprint, least and most misses.
  double top = 0;
  for (const auto& [footprint, trials] : levels) {
    const auto misses = values_of(trials, &misses_per_mib);
    if (misses.empty()) continue;
    const auto [least, most] = std::minmax_element(misses.begin(), misses.end());
    ranges.push_back({footprint, {*least, *most}});
    top = std::max(top, *most);
  }
  const auto first_with =
      std::find_if(ranges.begin(), ranges.end(), [&](const auto& at) { return at.second.second > kNone * top; });
  if (first_with == ranges.begin() || first_with == ranges.end()) return std::nullopt;
  const bool all_miss =
      std::all_of(first_with, ranges.end(), [&](const auto& at) { return at.second.first >= kMany * top; });
  if (!all_miss) return std::nullopt;
  return Onset{std::prev(first_with)->first, first_with->first};
}

std::string onset_sentence(const std::string& who, const Onset& onset) {
  return fmt::format(
      "{}: misses set in between {} and {}: {} to {} entries if its translations are pages of 4 KiB, {} to "
      "{} if they are of 2 MiB. Footprints in between would narrow it down.",
      who, size_text(onset.covered), size_text(onset.beyond), plain_number(onset.covered / kSmallPage),
      plain_number(onset.beyond / kSmallPage), format_number(onset.covered / kLargePage),
      format_number(onset.beyond / kLargePage));
}

std::string verdict(const std::string& who, const std::map<double, Trials>& levels, const Sweep& sweep) {
  const auto [least, most] = std::minmax_element(sweep.log2_footprint.begin(), sweep.log2_footprint.end());
  const std::string span = fmt::format("from {} to {}", size_text(std::exp2(*least)), size_text(std::exp2(*most)));
  const auto [fewest, dearest] = std::minmax_element(sweep.misses.begin(), sweep.misses.end());
  if (*fewest == *dearest)
    return fmt::format("{}: the reach was not crossed: misses are the same, {} a MiB, {}.", who, format_number(*fewest),
                       span);
  if (const auto onset = onset_of(levels)) return onset_sentence(who, *onset);
  const auto knee = stats::find_knee(sweep.log2_footprint, sweep.misses);
  if (!knee) return fmt::format("{}: too few footprints to look for a knee; needs four, and six trials.", who);
  const bool rises = knee->fit.slope_after > knee->fit.slope_before && knee->fit.slope_after > 0;
  if (!knee->is_significant() || !rises)
    return fmt::format(
        "{}: the reach was not crossed {}: misses per MiB do not bend upwards (p = {}), so the IOTLB "
        "covers all of it or none of it.",
        who, span, format_number(knee->p_value));
  const double bytes = std::exp2(knee->fit.knee);
  const Interval range{std::exp2(knee->knee_95.low), std::exp2(knee->knee_95.high)};
  return fmt::format(
      "{}: misses set in at {} [{}, {}] (p = {}): about {} entries if its translations are pages of 4 "
      "KiB, {} if they are of 2 MiB.",
      who, size_text(bytes), size_text(range.low), size_text(range.high), format_number(knee->p_value),
      range_text(bytes, range, kSmallPage), range_text(bytes, range, kLargePage));
}

class IotlbReach : public Explanation {
 public:
  int place() const override { return 4; }
  std::string help() const override { return "How much memory the IOTLB covers, by the knee of its misses"; }

  Result<Finding> explain(const RunData& run) const override {
    Finding out;
    out.title = "How far the IOTLB reaches";
    out.depends_on_time = false;
    std::set<double> footprints;
    bool known = false;
    for (const ExplainedTrial& trial : run.trials()) {
      if (const auto bytes = trial.number(kFootprint)) footprints.insert(*bytes);
      known = known || misses_per_mib(trial).has_value();
    }
    if (footprints.size() < 2)
      return absent_finding(out.title,
                            "needs the footprint of DMA as a factor: sriov-bench run dma-footprint, or --set "
                            "factors.workload=dma_footprint --set factors.footprint_bytes=64k,256k,1M,4M,16M,64M");
    if (!known)
      return absent_finding(
          out.title,
          "no trial counted IOTLB misses: needs the collector iotlb on a machine that has such counters "
          "(sriov-bench doctor)");
    out.columns = {{"condition", ""}, {"footprint", ""}, {"misses per MiB", ""}, {"miss ratio", "%"}};
    for (const auto& [condition, trials] : run.by_condition(kFootprint)) {
      const auto levels = by_number(trials, kFootprint);
      const Sweep sweep = sweep_of(levels);
      if (sweep.misses.empty()) continue;
      out.sentences.push_back(verdict(condition_text(condition), levels, sweep));
      for (const auto& [footprint, at] : levels) {
        const auto ratio = values_of(at, [](const ExplainedTrial& t) { return t.first_value("iotlb_miss_percent."); });
        out.rows.push_back({FindingCell::of(condition_text(condition)), FindingCell::of(size_text(footprint)),
                            mean_cell(values_of(at, &misses_per_mib)),
                            ratio.empty() ? FindingCell{} : FindingCell::of(stats::mean(ratio))});
      }
    }
    out.caveats.emplace_back(
        "The knee is fitted to misses per MiB over the logarithm of the footprint. The card's descriptors and receive "
        "buffers take entries too, so the capacity is a lower bound.");
    if (run.info().emulated)
      out.caveats.emplace_back(
          "The emulator's IOTLB is a table of its own size: this is its reach, not a processor's.");
    return out;
  }
};

const ExplanationRegistration<IotlbReach> registration{"iotlb_reach"};

}  // namespace
}  // namespace sriov
