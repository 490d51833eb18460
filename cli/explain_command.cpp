// sriov-bench explain: why the paths of a run differ, how they scale, and what went wrong.
#include <algorithm>

#include "analyzers/explanations/explanation.h"
#include "cli/subcommand.h"
#include "cli/tell_damage.h"
#include "cli/terminal.h"
#include "report/json/findings_json.h"
#include "report/text/render_findings.h"
#include "store/store.h"

namespace sriov::cli {
namespace {

std::string list_of_explanations() {
  std::string out = "Explanations:\n";
  for (const std::string& name : explanation_names())
    out += "  " + name + std::string(name.size() < 16 ? 16 - name.size() : 1, ' ') +
           Registry<Explanation>::instance().make(name)->help() + "\n";
  return out;
}

class Explain : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description(
        "Explains a finished run: who used the CPU and what for, how throughput and CPU scale, how far the IOTLB "
        "reaches, what saturates first, and what went wrong in its trials. Invalid and failed trials are left out.");
    app.add_option("directory", directory_, "Directory of the run")->required()->type_name("DIR");
    app.add_option("--only", only_, "Only this explanation; may be given several times")
        ->type_name("NAME")
        ->allow_extra_args(false);
    app.add_flag("--json", json_, "One JSON object instead of text");
    app.footer(
        list_of_explanations() +
        "Examples:\n"
        "  sriov-bench explain results/first\n"
        "  sriov-bench explain results/scaling --only scaling --only bottleneck\n"
        "  sriov-bench explain results/first --json | jq '.findings[] | {name, sentences}'\n"
        "Exit codes: 4 no valid trial, or nothing of what was asked for can be told from this run; 5 parts of it are "
        "damaged and were left out.");
  }

  Result<int> run() override {
    SRIOV_ASSIGN(const Store store, Store::open(directory_));
    SRIOV_ASSIGN(const RunData data, RunData::load(store));
    SRIOV_ASSIGN(const std::vector<NamedFinding> findings, sriov::explain(data, only_));
    SRIOV_TRY(print_stdout(json_ ? findings_json(data, findings) : render_findings(data, findings, stdout_style())));
    const bool any_told = std::any_of(findings.begin(), findings.end(),
                                      [](const NamedFinding& one) { return one.finding.absent.empty(); });
    return tell_damage({&store, 1}, any_told ? kOk : kNotEnoughData);
  }

 private:
  std::string directory_;
  std::vector<std::string> only_;
  bool json_ = false;
};

const SubcommandRegistration<Explain> registration{"explain"};

}  // namespace
}  // namespace sriov::cli
