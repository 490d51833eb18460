// sriov-bench doctor: what this host has, what works here, and what would spoil a measurement.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>

#include <fmt/format.h>

#include "cli/subcommand.h"
#include "cli/terminal.h"
#include "host/file.h"
#include "testbed/doctor/doctor_report.h"
#include "testbed/doctor/tree_shell.h"

namespace sriov::cli {
namespace {

bool wants_color() {
  const char* no_color = std::getenv("NO_COLOR");  // https://no-color.org
  return ::isatty(STDOUT_FILENO) == 1 && (no_color == nullptr || *no_color == '\0');
}

class Doctor : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description("Looks at this host: Xen, IOMMU, SR-IOV cards, what works here and why the rest does not.");
    app.add_flag("--json", json_, "Print JSON instead of text");
    app.add_option("--root", root_, "Look at a captured tree (DIR/proc, DIR/sys, DIR/dev, DIR/commands) instead")
        ->type_name("DIR");
    app.footer(
        "It changes nothing. Statuses: ok; warn (there, but it spoils or biases a measurement); missing; unknown.\n"
        "Examples:\n"
        "  sudo sriov-bench doctor\n"
        "  sriov-bench doctor --json | jq '.findings[] | select(.status == \"warn\")'");
  }

  Result<int> run() override {
    if (!root_.empty() && !exists(root_ + "/sys") && !exists(root_ + "/proc"))
      return fail_usage("this is no captured tree: it has neither sys nor proc", root_, "give its top folder");
    LocalShell here;
    doctor::TreeShell tree(root_);
    const doctor::Machine machine{Host::at(root_), root_.empty() ? static_cast<Shell&>(here) : tree};
    const doctor::Report report = doctor::examine(machine);
    SRIOV_TRY(print_stdout(json_ ? doctor::to_json(report) : doctor::to_text(report, wants_color())));
    return kOk;
  }

 private:
  bool json_ = false;
  std::string root_;
};

const SubcommandRegistration<Doctor> registration{"doctor"};

}  // namespace
}  // namespace sriov::cli
