#include "testbed/lab/lab.h"

#include <fmt/format.h>

#include "testbed/lab/machine_state.h"

namespace sriov::lab {

Result<Session> Session::attach(const std::string& flavour, HypervisorKind hypervisor, const Progress& progress,
                                const std::function<bool()>& should_stop) {
  Session session;
  if (const auto running = running_machine()) {
    if (running->flavour != flavour)
      return fail(fmt::format("the lab is up with flavour {}, and {} is needed", running->flavour, flavour), "lab",
                  "sriov-bench lab down");
    if (!running->ready)
      return fail("the lab's machine has not finished booting", "lab", "wait for it, or: sriov-bench lab down");
    session.state_ = *running;
    return session;
  }
  BootOptions boot;
  boot.flavour = flavour;
  boot.owned = true;
  boot.progress = progress;
  boot.should_stop = should_stop;
  SRIOV_TRY(check_host());
  SRIOV_ASSIGN(boot.image, ensure_image({hypervisor, false}, progress, should_stop));
  SRIOV_ASSIGN(session.own_, BootedMachine::boot(boot));
  return session;
}

bool Session::is_running() const { return process_start_time(state().pid) == state().start_time; }

void Session::end() {
  if (own_) own_->stop();
  own_.reset();
}

Result<HypervisorKind> parse_hypervisor(const std::string& text) {
  if (text.empty() || text == "source") return HypervisorKind::source;
  if (text == "package") return HypervisorKind::package;
  return fail_usage(fmt::format("unknown hypervisor '{}'", text), "hypervisor", "known: source, package");
}

}  // namespace sriov::lab
