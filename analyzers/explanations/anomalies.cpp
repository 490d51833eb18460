// What went wrong in the trials that count: none of it makes a trial invalid, all of it may explain an odd one.
#include <map>
#include <set>

#include <fmt/format.h>

#include "analyzers/explanations/anomaly_scan.h"
#include "analyzers/explanations/explanation.h"
#include "analyzers/explanations/words.h"
#include "core/text.h"

namespace sriov {
namespace {

class Anomalies : public Explanation {
 public:
  int place() const override { return 6; }
  std::string help() const override { return "Drops, bursts, stalls, gaps and jumps within the trials"; }

  Result<Finding> explain(const RunData& run) const override {
    Finding out;
    out.title = "What went wrong";
    out.columns = {{"trial", ""}, {"condition", ""}, {"at", "s"}, {"where", ""}, {"what", ""}, {"size", ""}};
    std::map<std::string, std::set<int>> kinds;
    std::map<std::string, std::string> meanings;
    std::set<int> affected;
    std::set<std::string> sampled;
    for (const ExplainedTrial& trial : run.trials()) {
      SRIOV_ASSIGN(const TrialRecord record, run.with_samples(trial));
      for (const SampleBlock& block : record.blocks) sampled.insert(block.collector);
      const int index = record.planned.index;
      for (const Anomaly& one : scan_anomalies(record)) {
        affected.insert(index);
        kinds[one.what].insert(index);
        meanings.emplace(one.what, one.meaning);
        out.rows.push_back({FindingCell::of(static_cast<double>(index)),
                            FindingCell::of(to_string(record.planned.cell)), FindingCell::of(one.at_s),
                            FindingCell::of(one.where), FindingCell::of(one.what), FindingCell::of(one.size)});
      }
    }
    if (affected.empty())
      out.sentences.push_back(
          fmt::format("Nothing unusual was found in {}.", counted(run.trials().size(), "valid trial")));
    else
      out.sentences.push_back(
          fmt::format("{} of {} show something unusual; it is listed with the time from the trial's "
                      "start at which it was worst.",
                      affected.size(), counted(run.trials().size(), "valid trial")));
    for (const auto& [what, trials] : kinds)
      out.sentences.push_back(fmt::format("{} in {}: {}.", what, counted(trials.size(), "trial"), meanings[what]));
    out.caveats.push_back("Looked for were " + looked_for(sampled) + ". Least sizes that are told: docs/method.md.");
    return out;
  }

 private:
  /// What cannot be seen must not pass for absent.
  static std::string looked_for(const std::set<std::string>& sampled) {
    std::vector<std::string> seen{"gaps and clock jumps"};
    std::vector<std::string> unseen;
    const std::vector<std::pair<const char*, const char*>> kinds{
        {"netdev", "level changes, resets and drops of devices"},
        {"interrupts", "interrupt storms"},
        {"softnet", "time squeezes and backlog drops"},
        {"snmp", "retransmits and full receive buffers"},
        {"cpu", "stolen time"},
        {"cpufreq", "changes of CPU frequency and throttling by heat"},
        {"vf", "drops of VFs"},
        {"ethtool", "drops told by drivers"}};
    for (const auto& [collector, what] : kinds) (sampled.contains(collector) ? seen : unseen).emplace_back(what);
    return join(seen, ", ") + (unseen.empty() ? "" : "; not sampled, so not seen: " + join(unseen, ", "));
  }
};

const ExplanationRegistration<Anomalies> registration{"anomalies"};

}  // namespace
}  // namespace sriov
