// Testbed "lab": a whole Xen machine with an SR-IOV card, emulated.
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "testbed/lab/access.h"
#include "testbed/lab/lab.h"
#include "testbed/lab/lab_guest.h"
#include "testbed/lab/xen_machine.h"
#include "testbed/testbed.h"
#include "testbed/xen/guest_network.h"
#include "testbed/xen/small_pages.h"

namespace sriov::lab {
namespace {

const std::string kDom0 = "dom0";
const std::string kPeer = "peer";
constexpr const char* kMisroute = "misroute";
constexpr const char* kSmallPages = "4k";

class LabTestbed : public Testbed {
 public:
  ~LabTestbed() override { stop(); }

  [[nodiscard]] std::string_view name() const override { return "lab"; }
  [[nodiscard]] std::string_view help() const override {
    return "A Xen machine with an SR-IOV card in QEMU on this host: works anywhere, times are not hardware's.";
  }
  [[nodiscard]] std::vector<std::string> paths() const override { return {"vf", "netfront", "emulated", "native"}; }
  [[nodiscard]] std::vector<std::string> default_paths() const override { return {"vf", "netfront", "emulated"}; }
  [[nodiscard]] std::vector<std::string> settings() const override { return {"hypervisor", "fault", "iommu_pages"}; }
  [[nodiscard]] Result<void> probe() const override { return check_host(); }
  [[nodiscard]] Result<void> check(const std::string& path, const TrialSettings& settings) const override {
    if (settings.guests > kMostGuests)
      return fail_usage(fmt::format("{} guests are wanted and the lab has room for {}", settings.guests, kMostGuests));
    return xen::check_path(path, settings);
  }
  [[nodiscard]] Result<void> up(agent::EventLoop& loop, const TestbedOptions& options,
                                const Progress& progress) override;
  [[nodiscard]] std::vector<Endpoint> endpoints() override;
  [[nodiscard]] Result<PathSetup> prepare(const std::string& path, const TrialSettings& settings) override;
  [[nodiscard]] Result<void> recover() override;
  [[nodiscard]] std::string facts() const override;
  [[nodiscard]] bool is_emulated() const override { return true; }
  void down() override { stop(); }

 private:
  [[nodiscard]] Result<void> bring_up();
  [[nodiscard]] Result<void> connect_peer();
  /// Null unless the guests have been made.
  [[nodiscard]] XenMachine* machine() const { return lab_ ? lab_->inside() : nullptr; }
  [[nodiscard]] Result<void> set_up_guests();
  [[nodiscard]] Result<void> misroute();
  [[nodiscard]] std::string setting(const std::string& name) const;
  void stop();

  agent::EventLoop* loop_ = nullptr;
  TestbedOptions options_;
  Progress progress_;
  std::unique_ptr<Lab> lab_;
  xen::ManagedMachine peer_;
  xen::XenSettings xen_settings_;
};

std::string LabTestbed::setting(const std::string& name) const {
  const auto found = options_.settings.find(name);
  return found == options_.settings.end() ? std::string() : found->second;
}

Result<void> LabTestbed::up(agent::EventLoop& loop, const TestbedOptions& options, const Progress& progress) {
  loop_ = &loop;
  options_ = options;
  progress_ = progress;
  if (const std::string fault = setting("fault"); !fault.empty() && fault != kMisroute)
    return fail_usage(fmt::format("unknown fault '{}'", fault), "testbed_settings.fault", "known: misroute");
  if (const std::string pages = setting("iommu_pages"); !pages.empty() && pages != kSmallPages)
    return fail_usage(fmt::format("unknown iommu_pages '{}'", pages), "testbed_settings.iommu_pages",
                      "known: 4k; left out, Xen maps 2 MiB pages where it can");
  return bring_up();
}

Result<void> LabTestbed::bring_up() {
  SRIOV_ASSIGN(const auto hypervisor, parse_hypervisor(setting("hypervisor")));
  SRIOV_ASSIGN(Lab lab,
               Lab::enter({.hypervisor = hypervisor, .progress = progress_, .should_stop = options_.should_stop}));
  lab_ = std::make_unique<Lab>(std::move(lab));
  SRIOV_TRY(lab_->make_guests(*loop_, options_.guests));
  SRIOV_TRY(connect_peer());
  if (auto set_up = set_up_guests(); !set_up) {
    if (set_up.error().kind == ErrorKind::interrupted) return set_up;
    SRIOV_TRY(lab_->inside()->recover());  // A guest died meanwhile.
    SRIOV_TRY(set_up_guests());
  }
  if (setting("fault") == kMisroute) SRIOV_TRY(misroute());
  return {};
}

Result<void> LabTestbed::connect_peer() {
  SRIOV_ASSIGN(const std::string target, peer_target(lab_->state()));
  return peer_.connect(*loop_, target, kPeer);
}

/// Every path of every guest, whichever the experiment asks for: the others are watched for staying quiet.
Result<void> LabTestbed::set_up_guests() {
  const std::vector<std::string> all{"vf", "netfront", "emulated"};
  const xen::ChangingMachine peer = peer_.machine();
  const xen::GuestContext context{machine()->host(), xen_settings_, all, peer, options_.ipv6, options_.should_stop};
  for (const auto& guest : machine()->guests()) {
    if (progress_) progress_({fmt::format("{}: finding its devices", guest->settings.endpoint), -1});
    SRIOV_ASSIGN(guest->ports, xen::set_up_guest(context, guest->settings, guest->machine, guest->domain));
    if (setting("iommu_pages") != kSmallPages) continue;
    if (progress_) progress_({fmt::format("{}: memory in 4 KiB pages", guest->settings.endpoint), -1});
    SRIOV_TRY(xen::map_in_small_pages(machine()->host().xl(), guest->machine.client()->shell(), guest->domain.name,
                                      kGuestMemoryMib, options_.should_stop));
  }
  return {};
}

/// For tests of the path verification: what is for the VF of guest 1 goes through its netfront, both ways.
Result<void> LabTestbed::misroute() {
  LabGuest& guest = *machine()->guests().front();
  const xen::PathPort& vf = guest.ports.ports.at("vf");
  const xen::PathPort& netfront = guest.ports.ports.at("netfront");
  const auto divert = [](const xen::ChangingMachine& machine, const std::string& to, const std::string& via,
                         const std::vector<std::string>& devices) -> Result<void> {
    for (const std::string& device : devices)
      SRIOV_TRY(machine.set_kernel_file("rp_filter", fmt::format("/proc/sys/net/ipv4/conf/{}/rp_filter", device), "0"));
    return machine.change("the fault misroute", {xen::quietly({"ip", "route", "del", to + "/32", "via", via})},
                          {"ip", "route", "replace", to + "/32", "via", via});
  };
  SRIOV_TRY(
      divert(peer_.machine(), vf.guest_address, netfront.guest_address, {"all", vf.peer_device, netfront.peer_device}));
  return divert(guest.machine.machine(), vf.peer_address, netfront.peer_address,
                {"all", vf.guest_device, netfront.guest_device});
}

std::vector<Endpoint> LabTestbed::endpoints() {
  std::vector<Endpoint> out;
  if (machine() == nullptr) return out;
  if (machine()->dom0().client() != nullptr) out.push_back({kDom0, "dom0", "Domain-0", machine()->dom0().client()});
  for (const auto& guest : machine()->guests())
    if (guest->machine.client() != nullptr)
      out.push_back({guest->settings.endpoint, "guest", guest->domain.name, guest->machine.client()});
  // The peer is the one on this side of the emulator: it sees the machine's IOMMU, which the machine itself does not.
  if (peer_.client() != nullptr)
    out.push_back({kPeer, "peer", "", peer_.client(), {}, {{"iotlb", {{"backend", "lab"}}}}});
  return out;
}

Result<PathSetup> LabTestbed::prepare(const std::string& path, const TrialSettings& settings) {
  if (machine() == nullptr) return fail("the lab is not up");
  if (path == "native") {
    xen::GuestPorts native{kDom0, {}};
    xen::PathPort& port = native.ports["native"] = {"pf0", "10.77.1.2", "", "wire0", "10.77.1.1"};
    if (settings.ip_version == 6)
      SRIOV_TRY(xen::add_ipv6(machine()->host().machine(), peer_.machine(), path, xen::kDom0Host, port));
    return xen::path_setup(path, {native}, settings, kPeer, kDom0);
  }
  std::vector<xen::GuestPorts> ports;
  for (const auto& guest : machine()->guests()) ports.push_back(guest->ports);
  return xen::path_setup(path, ports, settings, kPeer, kDom0);
}

Result<void> LabTestbed::recover() {
  if (machine() == nullptr) return fail("the lab is not up");
  if (!lab_->is_running()) {
    if (!lab_->is_own())
      return fail("the lab's machine has ended", "lab", "sriov-bench lab up, then run again with --resume");
    stop();
    return bring_up();
  }
  SRIOV_TRY(machine()->recover());
  if (!peer_.is_connected()) SRIOV_TRY(connect_peer());
  SRIOV_TRY(set_up_guests());
  if (setting("fault") == kMisroute) SRIOV_TRY(misroute());
  return {};
}

std::string LabTestbed::facts() const {
  nlohmann::ordered_json facts{{"emulated", true}};
  if (machine() == nullptr) return facts.dump();
  const MachineState& state = lab_->state();
  facts["accelerator"] = state.accelerator.name;
  facts["accelerator_reason"] = state.accelerator.reason;
  facts["machine"] = "QEMU " + state.qemu_version;
  facts["qemu_version"] = state.qemu_version;
  facts["hypervisor"] = to_text(state.hypervisor);
  facts["xen_version"] = state.xen_version;
  facts["paging"] = has_nested_paging(state.hypervisor) ? "hap" : "shadow";
  facts["performance_counters"] = has_performance_counters(state.hypervisor);
  facts["image_key"] = state.image_key;
  facts["own_machine"] = lab_->is_own();
  facts["remade_guests"] = machine()->remakes();
  facts["guests"] = nlohmann::ordered_json::array();
  for (const auto& guest : machine()->guests()) {
    nlohmann::ordered_json entry{
        {"endpoint", guest->settings.endpoint}, {"domain", guest->domain.name}, {"pci", guest->domain.pci_addresses}};
    for (const auto& [path, port] : guest->ports.ports)
      entry["paths"][path] = {
          {"device", port.guest_device}, {"address", port.guest_address}, {"dom0", port.dom0_device}};
    facts["guests"].push_back(std::move(entry));
  }
  return facts.dump();
}

void LabTestbed::stop() {
  peer_.release();
  lab_.reset();
}

const Registration<Testbed, LabTestbed> registration{"lab"};

}  // namespace
}  // namespace sriov::lab
