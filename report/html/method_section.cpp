#include <algorithm>

#include "report/html/markup.h"
#include "report/html/sections.h"

namespace sriov::html {
namespace {

bool is_paired(const Comparison& comparison) {
  for (const ComparisonTable& table : comparison.tables)
    for (const ComparisonRow& row : table.rows)
      if (row.contrast && !row.is_paired) return false;
  return true;
}

}  // namespace

std::string method_section(const Comparison& comparison) {
  std::vector<std::string> sentences{
      "A trial is one run of one combination of factor levels. Every repetition is a block that holds each combination "
      "once, in an order drawn from the experiment's seed, so that drift of the machine meets all of them alike.",
      "All counters are stored raw. A trial's number is the increase of a counter over the workload's counted window, "
      "by the receiving side's clock; the other endpoints' clocks are compared with it before and after each trial.",
      "A trial counts when counters at both ends show that its bytes took the path under test: at least 90 % of the "
      "payload on every device that must carry it, at most 5 % on those that must stay quiet.",
      "Repetitions are the unit, not samples. A mean carries Student's t interval (95 %) over repetitions; with one "
      "repetition there is no interval and no verdict."};
  sentences.emplace_back(
      is_paired(comparison)
          ? "Two levels are compared within blocks: the ratio is the geometric mean of the blocks' ratios, with a t "
            "interval on their logarithms. Where a value is 0 the difference is told instead."
          : "Levels of different runs are compared as independent samples, by Welch's t interval on logarithms: what "
            "drifted between the runs is in the differences.");
  sentences.emplace_back(
      "Significance is adjusted over the rows of a table by Benjamini and Hochberg's procedure: of the differences "
      "that are told, 5 % are false at most. \"No difference\" says how large one would have been seen (80 % power).");
  if (comparison.run.emulated)
    sentences.emplace_back(
        "On emulated hardware only counts for an amount of work and shares of CPU mean what they mean on real "
        "hardware; for times and rates no verdict is drawn.");
  return section("method", "Method", list(sentences));
}

}  // namespace sriov::html
