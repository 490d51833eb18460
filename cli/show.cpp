// sriov-bench show: a run at a glance.
#include "analyzers/render_run.h"
#include "cli/subcommand.h"
#include "cli/terminal.h"
#include "store/store.h"

namespace sriov::cli {
namespace {

class Show : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description("Shows a run: where and when it was made, the machines, every trial with its status, the events.");
    app.add_option("directory", directory_, "Directory of the run")->required();
    app.footer(
        "Example:\n  sriov-bench show results/first\n"
        "Exit code 4 when the run has no valid trial (yet).");
  }

  Result<int> run() override {
    SRIOV_ASSIGN(const Store store, Store::open(directory_));
    SRIOV_ASSIGN(const RenderedRun rendered, render_run(store, stdout_style()));
    SRIOV_TRY(print_stdout(rendered.text));
    return rendered.has_valid_trial ? kOk : kNotEnoughData;
  }

 private:
  std::string directory_;
};

const SubcommandRegistration<Show> registration{"show"};

}  // namespace
}  // namespace sriov::cli
