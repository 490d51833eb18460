// Testbed "xen": this host is the dom0 of a real Xen machine.
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/host.h"
#include "host/journal.h"
#include "testbed/testbed.h"
#include "testbed/xen/guest_network.h"
#include "testbed/xen/small_pages.h"
#include "testbed/xen/xen_guest.h"
#include "testbed/xen/xen_host.h"
#include "testbed/xen/xen_settings.h"

namespace sriov::xen {
namespace {

constexpr std::int64_t kBootNs = 180 * kNsPerSecond;
constexpr std::int64_t kRetryNs = 2 * kNsPerSecond;
const std::string kDom0 = "dom0";
const std::string kPeer = "peer";

/// A guest as it is during the run.
struct RunningGuest {
  GuestSettings settings;
  ManagedMachine machine;
  Domain domain;
  GuestPorts ports;
};

bool wants(const std::vector<std::string>& paths, std::string_view path) {
  return std::ranges::find(paths, path) != paths.end();
}

class XenTestbed : public Testbed {
 public:
  ~XenTestbed() override { stop(); }

  [[nodiscard]] std::string_view name() const override { return "xen"; }
  [[nodiscard]] std::string_view help() const override {
    return "This host is dom0 of a real Xen machine: its guests, its SR-IOV card and a peer on the wire.";
  }
  [[nodiscard]] std::vector<std::string> paths() const override { return {"vf", "netfront", "emulated", "native"}; }
  [[nodiscard]] std::vector<std::string> settings() const override { return xen_setting_names(); }
  [[nodiscard]] Result<void> probe() const override;
  [[nodiscard]] Result<void> check(const std::string& path, const TrialSettings& settings) const override {
    return check_path(path, settings);
  }
  [[nodiscard]] Result<void> up(agent::EventLoop& loop, const TestbedOptions& options,
                                const Progress& progress) override;
  [[nodiscard]] std::vector<Endpoint> endpoints() override;
  [[nodiscard]] Result<PathSetup> prepare(const std::string& path, const TrialSettings& settings) override;
  [[nodiscard]] Result<void> recover() override;
  [[nodiscard]] std::string facts() const override;
  /// A Xen host that is itself a virtual machine has no hardware times either.
  [[nodiscard]] bool is_emulated() const override { return read_word("/sys/class/dmi/id/sys_vendor") == "QEMU"; }
  void down() override { stop(); }

 private:
  void stop();
  [[nodiscard]] Result<void> start_host();
  [[nodiscard]] Result<void> create_guests();
  [[nodiscard]] Result<std::vector<VirtualFunction>> guest_vfs();
  [[nodiscard]] DomainConfig domain_config(const GuestSettings& guest, const std::string& vf_address) const;
  [[nodiscard]] Result<void> connect_guest(RunningGuest& guest);
  [[nodiscard]] Result<void> set_up(RunningGuest& guest);
  [[nodiscard]] Result<void> set_up_native();
  [[nodiscard]] Result<void> admit_guests();

  LocalShell shell_;
  std::optional<Journal> journal_;
  std::unique_ptr<XenHost> host_;
  HypervisorInfo hypervisor_;
  XenSettings settings_;
  TestbedOptions options_;
  agent::EventLoop* loop_ = nullptr;
  ManagedMachine dom0_;
  ManagedMachine peer_;
  std::vector<std::unique_ptr<RunningGuest>> guests_;
  std::optional<GuestPorts> native_;
};

Result<void> XenTestbed::probe() const {
  LocalShell shell;
  XenHost host(shell, [](const JournalEntry&) { return Result<void>(); });
  SRIOV_ASSIGN(const HypervisorInfo info, host.check());
  if (!info.has_capability("hvm_directio"))
    return fail_environment(
        "the hypervisor cannot pass devices to HVM guests (no hvm_directio)", {},
        "switch the IOMMU on (VT-d or AMD-Vi in the firmware setup, iommu=1 on Xen's command line)");
  return {};
}

Result<void> XenTestbed::up(agent::EventLoop& loop, const TestbedOptions& options, const Progress& progress) {
  const auto stage = [&progress](const std::string& text, double fraction) {
    if (progress) progress({text, fraction});
  };
  loop_ = &loop;
  options_ = options;
  SRIOV_ASSIGN(settings_, parse_xen_settings(options.settings, options.guests, options.paths));
  stage("checking dom0", 0.0);
  SRIOV_TRY(start_host());
  stage("connecting to dom0 and the peer", 0.1);
  SRIOV_TRY(dom0_.connect(loop, "local:", kDom0));
  SRIOV_TRY(peer_.connect(loop, settings_.peer, kPeer));
  if (!settings_.bridge.empty()) {
    stage("bridge", 0.2);
    SRIOV_TRY(host_->prepare_bridge({settings_.bridge, settings_.bridge_uplink, settings_.bridge_address}, {}));
  }
  for (const GuestSettings& guest : settings_.guests) {
    guests_.push_back(std::make_unique<RunningGuest>());
    guests_.back()->settings = guest;
  }
  if (settings_.image) {
    stage("creating the guests", 0.3);
    SRIOV_TRY(create_guests());
  }
  for (std::size_t i = 0; i < guests_.size(); ++i) {
    stage("connecting to " + guests_[i]->settings.endpoint,
          0.4 + 0.5 * static_cast<double>(i) / static_cast<double>(guests_.size()));
    SRIOV_TRY(connect_guest(*guests_[i]));
    SRIOV_TRY(set_up(*guests_[i]));
  }
  SRIOV_TRY(admit_guests());
  if (wants(options.paths, "native")) SRIOV_TRY(set_up_native());
  stage("ready", 1.0);
  return {};
}

Result<void> XenTestbed::start_host() {
  if (::geteuid() != 0) return fail_environment("the xen testbed must run as root", {}, "run it with sudo, in dom0");
  SRIOV_TRY(probe());
  SRIOV_ASSIGN(auto journal, Journal::open(Journal::directory(), "xen testbed"));
  journal_.emplace(std::move(journal));
  host_ = std::make_unique<XenHost>(
      shell_, [this](const JournalEntry& entry) { return journal_->record(entry); }, settings_.xl);
  SRIOV_ASSIGN(hypervisor_, host_->check());
  return {};
}

/// One VF a guest, assignable, in the order of the guests; none when the experiment has no vf path.
Result<std::vector<VirtualFunction>> XenTestbed::guest_vfs() {
  if (!wants(options_.paths, "vf")) return std::vector<VirtualFunction>();
  std::vector<std::string> macs;
  for (const GuestSettings& guest : settings_.guests) macs.push_back(guest.macs.at("vf"));
  SRIOV_ASSIGN(std::vector<VirtualFunction> vfs, host_->prepare_vfs(settings_.pf, macs));
  for (const VirtualFunction& vf : vfs) SRIOV_TRY(host_->make_assignable(vf));
  return vfs;
}

DomainConfig XenTestbed::domain_config(const GuestSettings& guest, const std::string& vf_address) const {
  const GuestImage& image = *settings_.image;
  DomainConfig config;
  config.name = "sriov-bench-" + guest.endpoint;
  config.memory_mib = image.memory_mib;
  config.vcpus = image.vcpus;
  config.kernel = image.kernel;
  config.ramdisk = image.ramdisk;
  config.cmdline = expand(image.cmdline, guest);
  config.serial = fmt::format("file:/var/log/xen/{}.serial", config.name);
  if (!settings_.bridge.empty()) config.vifs.push_back({settings_.bridge, guest.macs.at("netfront"), "vif", ""});
  if (wants(options_.paths, "emulated")) {
    config.vifs.push_back({settings_.bridge, guest.macs.at("emulated"), "ioemu", "e1000"});
    config.cmdline += " xen_emul_unplug=unnecessary";  // Else the guest's kernel unplugs the NIC under test.
  }
  if (!vf_address.empty()) config.pci.push_back(vf_address);
  return config;
}

Result<void> XenTestbed::create_guests() {
  SRIOV_ASSIGN(const std::vector<VirtualFunction> vfs, guest_vfs());
  for (std::size_t i = 0; i < settings_.guests.size(); ++i) {
    const std::string vf_address = i < vfs.size() ? vfs[i].pci_address : std::string();
    SRIOV_TRY(host_->create_guest(domain_config(settings_.guests[i], vf_address)));
  }
  return admit_guests();  // Their agents may only be reachable by the bridge.
}

/// A guest that boots is not reachable at once; one that runs is, or never will be.
Result<void> XenTestbed::connect_guest(RunningGuest& guest) {
  const std::int64_t deadline = monotonic_ns() + (settings_.image ? kBootNs : 0);
  while (true) {
    Result<void> connected = guest.machine.connect(*loop_, guest.settings.target, guest.settings.endpoint);
    if (connected || monotonic_ns() >= deadline) return connected;
    if (options_.should_stop && options_.should_stop())
      return fail("stopped while waiting for the guest", guest.settings.endpoint, {}, ErrorKind::interrupted);
    sleep_until_ns(monotonic_ns() + kRetryNs);
  }
}

Result<void> XenTestbed::set_up(RunningGuest& guest) {
  const ChangingMachine peer = peer_.machine();
  const GuestContext context{*host_, settings_, options_.paths, peer, options_.ipv6, options_.should_stop};
  SRIOV_ASSIGN(guest.ports, set_up_guest(context, guest.settings, guest.machine, guest.domain));
  if (!settings_.small_pages) return {};
  if (!settings_.image)
    return fail_usage("iommu_pages is for guests that the run makes itself, not for running ones", "[testbed_settings]",
                      "leave it out, or describe the guests' kernel and memory");
  return map_in_small_pages(host_->xl(), guest.machine.client()->shell(), guest.domain.name,
                            settings_.image->memory_mib, options_.should_stop);
}

/// The MACs of all vifs of our guests, when the uplink of the bridge is known.
Result<void> XenTestbed::admit_guests() {
  if (settings_.bridge.empty() || settings_.bridge_uplink.empty()) return {};
  std::vector<std::string> macs;
  for (const auto& guest : guests_) {
    for (const DomainNic& nic : guest->domain.nics) macs.push_back(nic.mac);
    if (settings_.image)
      for (const std::string path : {"netfront", "emulated"}) macs.push_back(guest->settings.macs.at(path));
  }
  std::ranges::sort(macs);
  macs.erase(std::unique(macs.begin(), macs.end()), macs.end());
  return host_->prepare_bridge({settings_.bridge, settings_.bridge_uplink, settings_.bridge_address}, macs);
}

Result<void> XenTestbed::set_up_native() {
  SRIOV_ASSIGN(const PhysicalFunction pf, find_physical_function(shell_, settings_.pf));
  if (pf.netdev.empty()) return fail_environment("the PF has no network device", pf.pci_address, "load the PF driver");
  SRIOV_ASSIGN(const Address address,
               ensure_address(host_->machine(), pf.netdev, settings_.native_address, "native_address"));
  SRIOV_ASSIGN(const Address facing, facing_address(peer_.client()->shell(), address, settings_.peer_address));
  native_ = GuestPorts{kDom0, {}};
  PathPort& port = native_->ports["native"] = {pf.netdev, address.address, "", facing.device, facing.address};
  if (options_.ipv6) SRIOV_TRY(add_ipv6(host_->machine(), peer_.machine(), "native", kDom0Host, port));
  return {};
}

std::vector<Endpoint> XenTestbed::endpoints() {
  std::vector<Endpoint> out;
  if (dom0_.client() != nullptr) out.push_back({kDom0, "dom0", "Domain-0", dom0_.client()});
  for (const auto& guest : guests_)
    if (guest->machine.client() != nullptr)
      out.push_back({guest->settings.endpoint, "guest", guest->domain.name, guest->machine.client()});
  if (peer_.client() != nullptr) out.push_back({kPeer, "peer", "", peer_.client()});
  return out;
}

Result<PathSetup> XenTestbed::prepare(const std::string& path, const TrialSettings& settings) {
  if (path == "native") {
    if (!native_) return fail_usage("the path 'native' was not asked for when the testbed was set up");
    return path_setup(path, {*native_}, settings, kPeer, kDom0);
  }
  std::vector<GuestPorts> ports;
  for (const auto& guest : guests_) ports.push_back(guest->ports);
  return path_setup(path, ports, settings, kPeer, kDom0);
}

Result<void> XenTestbed::recover() {
  if (loop_ == nullptr || host_ == nullptr) return fail("the testbed is not up");
  if (!dom0_.is_connected()) SRIOV_TRY(dom0_.connect(*loop_, "local:", kDom0));
  if (!peer_.is_connected()) SRIOV_TRY(peer_.connect(*loop_, settings_.peer, kPeer));
  for (const auto& guest : guests_) {
    if (guest->machine.is_connected()) continue;
    SRIOV_TRY(guest->machine.connect(*loop_, guest->settings.target, guest->settings.endpoint));
    SRIOV_TRY(set_up(*guest));  // The lost agent may have put back what was set.
  }
  return {};
}

std::string XenTestbed::facts() const {
  nlohmann::json facts{{"emulated", is_emulated()},
                       {"accelerator", ""},
                       {"machine", read_word("/sys/class/dmi/id/product_name")},
                       {"guests", nlohmann::json::array()}};
  facts["xen"] = {{"version", hypervisor_.version()}, {"command_line", hypervisor_.field("xen_commandline")}};
  for (const auto& guest : guests_) {
    nlohmann::json entry{{"endpoint", guest->settings.endpoint},
                         {"domain", guest->domain.name},
                         {"type", guest->domain.type},
                         {"pci", guest->domain.pci_addresses}};
    for (const auto& [path, port] : guest->ports.ports)
      entry["paths"][path] = {
          {"device", port.guest_device}, {"address", port.guest_address}, {"dom0", port.dom0_device}};
    facts["guests"].push_back(entry);
  }
  return facts.dump();
}

void XenTestbed::stop() {
  for (const auto& guest : guests_) guest->machine.release();
  guests_.clear();
  peer_.release();
  dom0_.release();
  native_.reset();
  host_.reset();
  if (!journal_) return;
  if (const auto restored = journal_->restore(shell_); !restored)
    fmt::print(stderr, "sriov-bench: not everything was put back: {}\n", restored.error().text());
  journal_.reset();
}

const Registration<Testbed, XenTestbed> registration{"xen"};

}  // namespace
}  // namespace sriov::xen
