// Paths between network namespaces of one Linux machine, without a hypervisor.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "host/journal.h"
#include "testbed/netns/namespaces.h"
#include "testbed/netns/topology.h"
#include "testbed/netns/vf_path.h"
#include "testbed/testbed.h"

namespace sriov::netns {

/// Paths `veth`, `veth-bridge`, and `vf-netns` where the machine has an SR-IOV NIC. Everything virtual lives in
/// namespaces that die with their agents; the VFs are journaled. A flavour that runs on another machine overrides
/// name(), help(), probe() and machine().
class NetnsTestbed : public Testbed {
 public:
  ~NetnsTestbed() override;
  [[nodiscard]] std::string_view name() const override { return "netns"; }
  [[nodiscard]] std::string_view help() const override;
  [[nodiscard]] std::vector<std::string> paths() const override { return {"veth", "veth-bridge", "vf-netns"}; }
  [[nodiscard]] std::vector<std::string> default_paths() const override { return {"veth", "veth-bridge"}; }
  [[nodiscard]] std::vector<std::string> settings() const override { return {"pf", "fault"}; }
  [[nodiscard]] Result<void> probe() const override;
  [[nodiscard]] Result<void> up(agent::EventLoop& loop, const TestbedOptions& options,
                                const Progress& progress) override;
  [[nodiscard]] std::vector<Endpoint> endpoints() override;
  [[nodiscard]] Result<PathSetup> prepare(const std::string& path, const TrialSettings& settings) override;
  [[nodiscard]] Result<void> recover() override;
  [[nodiscard]] std::string facts() const override;
  [[nodiscard]] bool is_emulated() const override { return machine_.emulated; }
  void down() override;

 protected:
  /// The machine that holds the namespaces; called by up().
  [[nodiscard]] virtual Result<Machine> machine() { return this_machine(); }

 private:
  [[nodiscard]] Result<void> build();
  [[nodiscard]] Result<void> start_agents();
  [[nodiscard]] bool wants(std::string_view path) const;
  [[nodiscard]] std::string setting(const std::string& key) const;

  agent::EventLoop* loop_ = nullptr;
  TestbedOptions options_;
  Machine machine_;
  Namespaces namespaces_;
  std::optional<VfPath> vf_;
};

}  // namespace sriov::netns
