// Throughput bounded by DMA: T = p/(l0 + M lm), l0 being the time of a DMA of p bytes without translation, M the memory
// reads that its translations take and lm the time of one. B. Rubin et al., "Fast & Safe IO Memory Protection", SOSP
// 2024, section 2.2: p = 4 KiB, l0 = 65 ns, lm = 197 ns on their machine.
#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

#include "analyzers/explanations/explanation.h"
#include "analyzers/explanations/words.h"
#include "analyzers/stats/line_fit.h"
#include "core/format_number.h"
#include "core/time.h"

namespace sriov {
namespace {

constexpr double kPageBytes = 4096;
constexpr double kPagesPerMib = 256;
constexpr double kBitsPerByte = 8;
constexpr double kPublishedFreeNs = 65;
constexpr double kPublishedReadNs = 197;

/// Reads of page walks where they were counted, else misses: each takes one read at least.
std::optional<double> reads_per_page(const ExplainedTrial& trial) {
  auto per_mib = trial.facts.walk_reads_per_mib;
  if (!per_mib) per_mib = trial.first_value("iotlb_misses_per_mib.all.");
  return per_mib ? std::optional(*per_mib / kPagesPerMib) : std::nullopt;
}

/// The time that a page of payload takes at the trial's throughput.
std::optional<double> ns_per_page(const ExplainedTrial& trial) {
  const auto bps = trial.value("throughput_bps");
  if (!bps || *bps <= 0) return std::nullopt;
  return kPageBytes * kBitsPerByte / *bps * kNsPerSecond;
}

struct Points {
  std::vector<double> reads;
  std::vector<double> ns;
  bool has_walks = true;
};

Points points_of(const Trials& trials) {
  Points out;
  for (const ExplainedTrial* trial : trials) {
    const auto reads = reads_per_page(*trial);
    const auto ns = ns_per_page(*trial);
    if (!reads || !ns || !std::isfinite(*reads) || trial->value("transactions_per_s")) continue;
    out.has_walks = out.has_walks && trial->facts.walk_reads_per_mib.has_value();
    out.reads.push_back(*reads);
    out.ns.push_back(*ns);
  }
  return out;
}

/// "" when the line can be told, else why not.
std::string why_not(const Points& points) {
  constexpr std::size_t kLeastPoints = 6;
  constexpr double kLeastRange = 1.2;
  if (points.ns.empty()) return "no trial of a bulk workload counted IOTLB misses (collector iotlb)";
  const auto [least, most] = std::minmax_element(points.reads.begin(), points.reads.end());
  if (points.ns.size() < kLeastPoints || *most <= kLeastRange * *least)
    return "the misses per packet hardly varied, or there are fewer than 6 trials: needs a factor that changes them, "
           "such as footprint_bytes";
  const auto line = stats::fit_line(points.reads, points.ns);
  if (!line || !line->slope_95) return "no line could be fitted";
  if (line->slope_95->low <= 0)
    return fmt::format(
        "more misses did not come with less throughput here (lm = {}): something else than DMA limits it",
        quantity_text(line->slope, line->slope_95, "ns"));
  if (line->intercept <= 0) return "the fitted time without a miss is below 0: the model does not hold here";
  return "";
}

class DmaModel : public Explanation {
 public:
  int place() const override { return 5; }
  std::string help() const override { return "What an IOTLB miss costs, where DMA limits the throughput"; }

  Result<Finding> explain(const RunData& run) const override {
    Finding out;
    out.title = "What translations cost DMA";
    out.columns = {{"path", ""},        {"trials", ""},    {"reads per 4 KiB", ""}, {"without a miss", "ns"},
                   {"each read", "ns"}, {"explained", "%"}};
    std::map<std::string, Trials> paths;
    for (const ExplainedTrial& trial : run.trials()) paths[trial.level("path")].push_back(&trial);
    std::string why;
    for (const auto& [path, trials] : paths) {
      const Points points = points_of(trials);
      if (std::string reason = why_not(points); !reason.empty()) {
        why = std::move(reason);
        continue;
      }
      add(path, points, out);
    }
    if (out.rows.empty()) return absent_finding(out.title, why);
    out.caveats.emplace_back(
        "It holds where DMA is what limits the throughput, as on a fast card. Where a CPU does, a miss looks cheaper "
        "or dearer than it is.");
    return out;
  }

 private:
  static void add(const std::string& path, const Points& points, Finding& out) {
    const auto line = stats::fit_line(points.reads, points.ns);
    const auto [least, most] = std::minmax_element(points.reads.begin(), points.reads.end());
    out.sentences.push_back(fmt::format(
        "{}: a DMA of 4 KiB takes {} without a miss, and {} more with each {} (published: {} and {} ns, SOSP 2024, on "
        "another machine). Without misses the throughput would be {}.",
        path.empty() ? "all paths" : path, quantity_text(line->intercept, line->intercept_95, "ns"),
        quantity_text(line->slope, line->slope_95, "ns"), points.has_walks ? "memory read of a page walk" : "miss",
        kPublishedFreeNs, kPublishedReadNs,
        quantity_text(kPageBytes * kBitsPerByte / line->intercept * kNsPerSecond, {}, "bit/s")));
    out.rows.push_back({FindingCell::of(path), FindingCell::of(static_cast<double>(points.ns.size())),
                        FindingCell::of(fmt::format("{} to {}", format_number(*least), format_number(*most))),
                        FindingCell::of(line->intercept, line->intercept_95),
                        FindingCell::of(line->slope, line->slope_95), FindingCell::of(100 * line->r_squared)});
    if (!points.has_walks)
      out.caveats.emplace_back(
          "Page walk reads were not counted: misses stand for them, so the time is that of a whole miss, not of one "
          "read.");
  }
};

const ExplanationRegistration<DmaModel> registration{"dma_model"};

}  // namespace
}  // namespace sriov
