// What papers report of the same paths and metrics, beside what this run measured.
#include <algorithm>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "analyzers/explanations/count_factor.h"
#include "analyzers/explanations/explanation.h"
#include "analyzers/explanations/published_csv.h"
#include "analyzers/explanations/words.h"
#include "analyzers/stats/line_fit.h"
#include "host/data_files.h"
#include "host/file.h"

namespace sriov {

Result<std::vector<PublishedNumber>> read_published(const std::string& directory) {
  std::set<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored))
    if (entry.path().extension() == ".csv") files.insert(entry.path());
  std::vector<PublishedNumber> out;
  for (const auto& file : files) {
    SRIOV_ASSIGN(const std::string text, read_file(file.string()));
    SRIOV_ASSIGN(std::vector<PublishedNumber> numbers, parse_published_csv(text, file.string()));
    std::move(numbers.begin(), numbers.end(), std::back_inserter(out));
  }
  return out;
}

namespace {

struct Ours {
  FindingCell value;
  std::string unit;
  std::string of;  ///< Which trials it is of.
};

Trials on_path(const RunData& run, const std::string& path) {
  Trials out;
  for (const ExplainedTrial& trial : run.trials())
    if (trial.level("path") == path) out.push_back(&trial);
  return out;
}

/// The condition on that path with the highest mean.
Ours highest(const RunData& run, const std::string& path, const char* prefix, const char* unit) {
  Ours best{{}, unit, ""};
  for (const auto& [condition, trials] : run.by_condition()) {
    if (trials.front()->level("path") != path) continue;
    const FindingCell cell =
        mean_cell(values_of(trials, [&](const ExplainedTrial& t) { return t.first_value(prefix); }));
    if (cell.value && (!best.value.value || *cell.value > *best.value.value)) best = {cell, unit, condition};
  }
  return best;
}

/// The slope of the CPU over the number of guests.
Ours cpu_per_guest(const RunData& run, const std::string& path) {
  Ours out{{}, "%", ""};
  for (const auto& [condition, trials] : run.by_condition("guests")) {
    if (trials.front()->level("path") != path) continue;
    std::vector<double> n;
    std::vector<double> percent;
    for (const ExplainedTrial* trial : trials) {
      const DomainCpu* all = trial->facts.domain("all");
      const auto guests = trial->number("guests");
      if (all == nullptr || !all->percent || !guests) continue;
      n.push_back(*guests);
      percent.push_back(*all->percent);
    }
    const auto line = stats::fit_line(n, percent);
    if (line) out = {FindingCell::of(line->slope, line->slope_95), "%", condition};
    if (condition.find("tcp_stream") != std::string::npos && line) break;
  }
  return out;
}

Ours ours_of(const RunData& run, const PublishedNumber& published) {
  const std::string& path = published.path;
  if (published.metric == "throughput_bps") return highest(run, path, "throughput_bps", "bit/s");
  if (published.metric == "cpu_percent_per_guest") return cpu_per_guest(run, path);
  if (published.metric == "iotlb_misses_per_mib") {
    Ours of_vfs = highest(run, path, "iotlb_misses_per_mib.vfs.", "1/MiB");
    return of_vfs.value.value ? of_vfs : highest(run, path, "iotlb_misses_per_mib.all.", "1/MiB");
  }
  return highest(run, path, published.metric.c_str(), "");
}

/// The place of its source in the list, from 1; a new one is added.
std::size_t number_of(const PublishedNumber& published, std::vector<std::string>& sources) {
  std::string text = fmt::format("{}{}{}, {}: {}", published.paper, published.year.empty() ? "" : " ", published.year,
                                 published.figure, published.source);
  const auto found = std::find(sources.begin(), sources.end(), text);
  const auto place = static_cast<std::size_t>(found - sources.begin());
  if (found == sources.end()) sources.push_back(std::move(text));
  return place + 1;
}

class Published : public Explanation {
 public:
  int place() const override { return 7; }
  std::string help() const override { return "What papers report of the same paths and metrics, beside this run"; }

  Result<Finding> explain(const RunData& run) const override {
    Finding out;
    out.title = "What was published";
    const auto configs = config_directory();
    if (!configs) return absent_finding(out.title, configs.error().text());
    SRIOV_ASSIGN(const std::vector<PublishedNumber> all, read_published(*configs + "/published"));
    out.columns = {{"path", ""}, {"what", ""}, {"published", ""}, {"this run", ""}, {"of", ""}, {"source", ""}};
    std::vector<std::string> sources;
    for (const PublishedNumber& published : all) {
      if (published.metric.empty() || on_path(run, published.path).empty()) continue;
      const Ours ours = ours_of(run, published);
      if (!ours.value.value) continue;
      out.rows.push_back({FindingCell::of(published.path), FindingCell::of(published.what),
                          FindingCell::of(published.value + ' ' + published.unit),
                          FindingCell::of(quantity_text(*ours.value.value, ours.value.interval_95, ours.unit)),
                          FindingCell::of(ours.of),
                          FindingCell::of(fmt::format("[{}]", number_of(published, sources)))});
    }
    if (out.rows.empty())
      return absent_finding(out.title, fmt::format("none of the {} is of a path and a metric that this run measured",
                                                   counted(all.size(), "published number")));
    out.sentences.push_back(fmt::format(
        "{} of the same path and metric. Other machines, cards and loads: they say which order of magnitude to expect, "
        "and are in no average or verdict here.",
        counted(out.rows.size(), "published number")));
    for (std::size_t i = 0; i < sources.size(); ++i) out.caveats.push_back(fmt::format("[{}] {}", i + 1, sources[i]));
    return out;
  }
};

const ExplanationRegistration<Published> registration{"published"};

}  // namespace
}  // namespace sriov
