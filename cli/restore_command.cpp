// sriov-bench restore: undoes what crashed sessions left on this host.
#include "cli/restore_command.h"

#include <cstdio>

#include <fmt/format.h>

#include "cli/subcommand.h"
#include "host/journal.h"

namespace sriov::cli {
namespace {

class Restore : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description("Undoes what crashed or killed sessions left on this host: VFs, bridges, domains, tuned knobs");
    app.footer(
        "Every command that changes the system does this first by itself; running sessions are left alone.\n"
        "Example:\n"
        "  sudo sriov-bench restore");
  }

  Result<int> run() override {
    const Restored restored = restore_abandoned();
    for (const std::string& what : restored.done) fmt::print("put back: {}\n", what);
    for (const std::string& what : restored.failed) fmt::print(stderr, "sriov-bench: not put back: {}\n", what);
    if (restored.done.empty() && restored.failed.empty()) fmt::print("nothing to restore\n");
    return restored.failed.empty() ? kOk : kFailed;
  }
};

const SubcommandRegistration<Restore> registration{"restore"};

}  // namespace

Restored restore_abandoned() {
  Restored restored;
  LocalShell shell;
  for (const std::string& path : Journal::abandoned(Journal::directory())) {
    const auto outcome = Journal::restore_file(path, shell);
    if (outcome)
      restored.done.insert(restored.done.end(), outcome->begin(), outcome->end());
    else
      restored.failed.push_back(outcome.error().at(path).text());
  }
  return restored;
}

void restore_abandoned_aloud() {
  const Restored restored = restore_abandoned();
  for (const std::string& what : restored.done)
    fmt::print(stderr, "sriov-bench: put back what an earlier session left: {}\n", what);
  for (const std::string& what : restored.failed)
    fmt::print(stderr, "sriov-bench: could not put back what an earlier session left: {}\n", what);
}

}  // namespace sriov::cli
