// sriov-bench compare: the levels of one factor side by side.
#include "analyzers/comparison.h"
#include "analyzers/render_comparison.h"
#include "cli/subcommand.h"
#include "cli/terminal.h"
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
    app.add_flag("--all", all_, "Also interrupts by class, packets, retransmits and what sampling cost");
    app.add_flag("--json", json_, "One JSON object instead of tables, always complete");
    app.footer(
        "Examples:\n"
        "  sriov-bench compare results/first\n"
        "  sriov-bench compare results/first --factor message_bytes\n"
        "  sriov-bench compare results/bare-metal results/on-xen --baseline bare-metal\n"
        "  sriov-bench compare results/first --json | jq '.tables[0].verdicts'\n"
        "Exit code 4 when there is no valid trial to compare.");
  }

  Result<int> run() override {
    std::vector<Store> stores;
    for (const std::string& directory : directories_) {
      SRIOV_ASSIGN(Store store, Store::open(directory));
      stores.push_back(std::move(store));
    }
    SRIOV_ASSIGN(const Comparison comparison, compare(stores, choice_));
    SRIOV_TRY(print_stdout(json_ ? comparison_json(comparison) : render_comparison(comparison, all_, stdout_style())));
    return kOk;
  }

 private:
  std::vector<std::string> directories_;
  ComparisonChoice choice_;
  bool all_ = false;
  bool json_ = false;
};

const SubcommandRegistration<Compare> registration{"compare"};

}  // namespace
}  // namespace sriov::cli
