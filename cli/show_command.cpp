// sriov-bench show: a run at a glance.
#include "cli/subcommand.h"
#include "cli/tell_damage.h"
#include "cli/terminal.h"
#include "report/json/run_json.h"
#include "report/text/render_run.h"
#include "store/store.h"

namespace sriov::cli {
namespace {

class Show : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description("Shows a run: where and when it was made, the machines, every trial with its status, the events.");
    app.add_option("directory", directory_, "Directory of the run")->required();
    app.add_flag("--environment", environment_,
                 "Of every machine also its network devices (driver, rings, channels, coalescing, offloads …) and "
                 "where their interrupts go");
    app.add_flag("--json", json_, "Print everything as JSON instead");
    app.footer(
        "Examples:\n"
        "  sriov-bench show results/first\n"
        "  sriov-bench show results/first --environment\n"
        "  sriov-bench show results/first --json | jq '.machines.dom0.nics[] | {device, driver, coalescing}'\n"
        "Exit codes: 4 the run has no valid trial (yet); 5 parts of it are damaged and were left out.");
  }

  Result<int> run() override {
    SRIOV_ASSIGN(const Store store, Store::open(directory_));
    SRIOV_ASSIGN(const RenderedRun rendered, json_ ? run_json(store) : render_run(store, stdout_style(), detail()));
    SRIOV_TRY(print_stdout(rendered.text));
    return tell_damage({&store, 1}, rendered.has_valid_trial ? kOk : kNotEnoughData);
  }

 private:
  [[nodiscard]] EnvironmentDetail detail() const {
    return environment_ ? EnvironmentDetail::full : EnvironmentDetail::brief;
  }

  std::string directory_;
  bool environment_ = false;
  bool json_ = false;
};

const SubcommandRegistration<Show> registration{"show"};

}  // namespace
}  // namespace sriov::cli
