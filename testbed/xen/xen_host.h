// Everything that is done in a dom0, wherever that dom0 is.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "host/shell.h"
#include "testbed/xen/bridge.h"
#include "testbed/xen/changes.h"
#include "testbed/xen/domain_config.h"
#include "testbed/xen/sriov.h"
#include "testbed/xen/xl.h"

namespace sriov::xen {

/// A vif of a guest as dom0 sees it.
struct VifDevice {
  int index = 0;         ///< N of vifD.N.
  std::string mac;       ///< The guest's end; lower case.
  std::string netdev;    ///< "vif1.0": netback's device.
  std::string emulated;  ///< "vif1.0-emu": the device model's tap when the vif has an emulated NIC, or "".
};

/// The dom0 behind a shell: this host or the lab's. Every change is recorded before it is made; undoing is the
/// business of whoever keeps the records (Journal::restore).
class XenHost {
 public:
  /// `shell` must outlive the object. `xl_program`: see Xl.
  XenHost(Shell& shell, RecordChange record, std::string xl_program = "xl");

  [[nodiscard]] Xl& xl() { return xl_; }
  [[nodiscard]] Shell& shell() { return machine_.shell; }
  [[nodiscard]] const ChangingMachine& machine() const { return machine_; }

  /// That this is a dom0 whose toolstack answers and whose hypervisor can pass devices to HVM guests.
  [[nodiscard]] Result<HypervisorInfo> check();

  /// Makes VFs (ensure_vfs), brings the PF up (a VF is dead under a PF that is down), picks as many VFs as there are
  /// `macs` among those that neither a domain nor a driver of dom0 uses, and gives the i-th of them macs[i].
  [[nodiscard]] Result<std::vector<VirtualFunction>> prepare_vfs(const std::string& pf,
                                                                 const std::vector<std::string>& macs);
  /// Hands a VF to pciback, so that a guest can have it. Nothing to do when it is assignable already.
  [[nodiscard]] Result<void> make_assignable(const VirtualFunction& vf);
  /// Hot-plugs an assignable device into a running domain.
  [[nodiscard]] Result<void> attach(const std::string& domain, const std::string& pci_address);

  /// ensure_bridge, and when the uplink is a PF with VFs, its filter admits `macs` (see admit_macs).
  [[nodiscard]] Result<void> prepare_bridge(const BridgeSpec& spec, const std::vector<std::string>& macs);

  /// Writes the configuration beside the other run-time files of dom0 and creates the domain.
  [[nodiscard]] Result<Domain> create_guest(const DomainConfig& config);

  /// The vifs of a running domain with their devices in dom0.
  [[nodiscard]] Result<std::vector<VifDevice>> vifs(const Domain& domain);
  /// The vif with this MAC; the error lists those there are.
  [[nodiscard]] Result<VifDevice> vif_of(const Domain& domain, const std::string& mac);
  /// The domain whose guest reads `uuid` in /sys/hypervisor/uuid.
  [[nodiscard]] Result<Domain> domain_with_uuid(const std::string& uuid);

 private:
  ChangingMachine machine_;
  Xl xl_;
};

}  // namespace sriov::xen
