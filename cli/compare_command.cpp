// sriov-bench compare: the levels of one factor side by side.
#include <algorithm>

#include "analyzers/comparison/comparison.h"
#include "analyzers/comparison/gate.h"
#include "cli/subcommand.h"
#include "cli/tell_damage.h"
#include "cli/terminal.h"
#include "report/json/comparison_json.h"
#include "report/text/render_comparison.h"
#include "store/store.h"

namespace sriov::cli {
namespace {

class Compare : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description(
        "Compares the paths (or the levels of another factor) of a run: throughput, latency, CPU, interrupts, with 95 "
        "% "
        "intervals over repetitions. Invalid and failed trials are left out and named.");
    app.add_option("directory", directories_, "Directory of the run; several to compare runs")
        ->required()
        ->type_name("DIR");
    app.add_option("--factor", choice_.factor,
                   "Factor whose levels stand side by side (default: path, or the only one)");
    app.add_option("--baseline", choice_.baseline,
                   "Level that ratios are against (default: netfront, bare-metal, dom0 …)")
        ->type_name("LEVEL");
    app.add_option("--levels", choice_.levels, "These levels alone, where the others are not to be compared with them")
        ->delimiter(',')
        ->type_name("LEVEL,…");
    app.add_flag("--all", all_, "Also interrupts by class, packets, retransmits and what sampling cost");
    app.add_option(
           "--gate", gates_,
           "METRIC>=N% or METRIC<=N%: what the compared level's change against the baseline must keep to; several "
           "may be given")
        ->type_name("GATE");
    app.add_flag("--json", json_, "One JSON object instead of tables, always complete");
    app.footer(
        "Examples:\n"
        "  sriov-bench compare results/first\n"
        "  sriov-bench compare results/first --factor message_bytes\n"
        "  sriov-bench compare results/crosscheck --factor workload --levels tcp_rr,sockperf_tcp_rr\n"
        "  sriov-bench compare results/bare-metal results/on-xen --baseline bare-metal\n"
        "  sriov-bench compare results/yesterday results/today --gate 'throughput_gbps>=-3%' --gate "
        "'cpu_percent_per_gbps<=+5%'\n"
        "  sriov-bench compare results/first --json | jq '.tables[0].verdicts'\n"
        "Several runs of the same cells are compared as runs, the first being the baseline; --factor path puts paths "
        "side "
        "by side.\n"
        "A gate is breached when the whole 95 % interval of the change is beyond its bound, and passed when the whole "
        "is "
        "within.\n"
        "Exit codes: 1 a gate is breached; 4 no valid trial to compare, or too few to judge a gate by; 5 parts of a "
        "run are "
        "damaged and were left out.");
  }

  Result<int> run() override {
    std::vector<Store> stores;
    for (const std::string& directory : directories_) {
      SRIOV_ASSIGN(Store store, Store::open(directory));
      stores.push_back(std::move(store));
    }
    std::vector<Gate> gates;
    for (const std::string& text : gates_) {
      SRIOV_ASSIGN(Gate gate, parse_gate(text));
      gates.push_back(std::move(gate));
    }
    SRIOV_ASSIGN(const Comparison comparison, compare(stores, choice_));
    SRIOV_ASSIGN(const std::vector<GateOutcome> outcomes, judge(gates, comparison));
    if (json_) {
      SRIOV_TRY(print_stdout(comparison_json(comparison, outcomes)));
    } else {
      SRIOV_TRY(print_stdout(render_comparison(comparison, all_, stdout_style())));
      if (!outcomes.empty()) SRIOV_TRY(print_stdout("\n" + render_gates(outcomes)));
    }
    return tell_damage(stores, exit_code(outcomes));
  }

 private:
  static int exit_code(const std::vector<GateOutcome>& outcomes) {
    const auto any = [&](GateVerdict verdict) {
      return std::any_of(outcomes.begin(), outcomes.end(),
                         [&](const GateOutcome& outcome) { return outcome.verdict == verdict; });
    };
    if (any(GateVerdict::breach)) return kFailed;
    return any(GateVerdict::not_enough_data) ? kNotEnoughData : kOk;
  }

  std::vector<std::string> directories_;
  std::vector<std::string> gates_;
  ComparisonChoice choice_;
  bool all_ = false;
  bool json_ = false;
};

const SubcommandRegistration<Compare> registration{"compare"};

}  // namespace
}  // namespace sriov::cli
