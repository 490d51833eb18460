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
    app.add_option("directory", directory_, "Directory of the run")->required();
    app.add_option("--factor", factor_, "Factor whose levels stand side by side")->capture_default_str();
    app.add_flag("--all", all_, "Also interrupts by class, packets, retransmits and what sampling cost");
    app.add_flag("--json", json_, "One JSON object instead of tables, always complete");
    app.footer(
        "Examples:\n"
        "  sriov-bench compare results/first\n"
        "  sriov-bench compare results/first --factor message_bytes\n"
        "  sriov-bench compare results/first --json | jq '.tables[0].verdicts'\n"
        "Exit code 4 when there is no valid trial to compare.");
  }

  Result<int> run() override {
    SRIOV_ASSIGN(const Store store, Store::open(directory_));
    SRIOV_ASSIGN(const Comparison comparison, compare(store, factor_));
    SRIOV_TRY(print_stdout(json_ ? comparison_json(comparison) : render_comparison(comparison, all_, stdout_style())));
    return kOk;
  }

 private:
  std::string directory_;
  std::string factor_ = "path";
  bool all_ = false;
  bool json_ = false;
};

const SubcommandRegistration<Compare> registration{"compare"};

}  // namespace
}  // namespace sriov::cli
