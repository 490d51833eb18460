// Testbed "lab-linux": the lab's machine without a hypervisor; VFs in network namespaces.
#include <memory>

#include "core/time.h"
#include "testbed/lab/access.h"
#include "testbed/lab/lab.h"
#include "testbed/netns/netns_testbed.h"

namespace sriov::lab {
namespace {

constexpr std::int64_t kConnectNs = 120 * kNsPerSecond;

class LinuxTestbed : public netns::NetnsTestbed {
 public:
  ~LinuxTestbed() override { stop(); }
  [[nodiscard]] std::string_view name() const override { return "lab-linux"; }
  [[nodiscard]] std::string_view help() const override {
    return "The lab's machine with plain Linux: VFs of its SR-IOV card in namespaces, beside veth pairs.";
  }
  [[nodiscard]] std::vector<std::string> default_paths() const override { return {"vf-netns", "veth-bridge"}; }
  [[nodiscard]] Result<void> probe() const override { return check_host(); }
  [[nodiscard]] Result<void> up(agent::EventLoop& loop, const TestbedOptions& options,
                                const Progress& progress) override {
    progress_ = progress;
    should_stop_ = options.should_stop;
    TestbedOptions inner = options;
    inner.settings.try_emplace("pf", "pf0");
    return NetnsTestbed::up(loop, inner, progress);
  }
  [[nodiscard]] bool is_emulated() const override { return true; }
  void down() override { stop(); }

 protected:
  [[nodiscard]] Result<netns::Machine> machine() override {
    SRIOV_ASSIGN(Lab lab, Lab::enter({.flavour = "linux", .progress = progress_, .should_stop = should_stop_}));
    lab_ = std::make_unique<Lab>(std::move(lab));
    const MachineState state = lab_->state();
    netns::Machine machine;
    machine.agent = {"/opt/sriov-bench/sriov-bench-agent", "--stdio"};
    machine.reach = [state](const Command& command) { return ssh_command(state, "dom0", command); };
    machine.is_here = false;
    machine.emulated = true;
    machine.connect_timeout_ns = kConnectNs;
    machine.accelerator = state.accelerator.name;
    return machine;
  }

 private:
  void stop() {
    NetnsTestbed::down();
    lab_.reset();
  }

  Progress progress_;
  std::function<bool()> should_stop_;
  std::unique_ptr<Lab> lab_;
};

const Registration<Testbed, LinuxTestbed> registration{"lab-linux"};

}  // namespace
}  // namespace sriov::lab
