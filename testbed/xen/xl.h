// Xen's toolstack as calls: `xl` and what it prints, as data.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "host/shell.h"

namespace sriov::xen {

/// A vif of a domain as its configuration has it.
struct DomainNic {
  int devid = 0;
  std::string mac;      ///< Lower case.
  std::string bridge;   ///< "" when the default bridge was meant.
  std::string nictype;  ///< "vif" (netfront only) or "vif_ioemu" (emulated NIC and netfront).
};

/// One entry of `xl list -l`.
struct Domain {
  int id = 0;
  std::string name;
  std::string type;  ///< "pv", "hvm" or "pvh".
  std::string uuid;  ///< What the domain reads in /sys/hypervisor/uuid.
  std::vector<DomainNic> nics;
  std::vector<std::string> pci_addresses;  ///< Passed-through devices: "0000:01:10.0".
};

/// Parses `xl list -l` (JSON).
[[nodiscard]] Result<std::vector<Domain>> parse_domains(std::string_view json);

/// The memory column of `xl list DOMAIN`: a heading and one row.
[[nodiscard]] Result<int> parse_memory_mib(std::string_view text);

/// What `xl info` says of the hypervisor and the machine.
struct HypervisorInfo {
  std::map<std::string, std::string, std::less<>> fields;  ///< Every "key : value" line.

  /// The value of `key`, or "".
  [[nodiscard]] std::string_view field(std::string_view key) const;
  /// "4.17.5".
  [[nodiscard]] std::string_view version() const { return field("xen_version"); }
  /// Whether virt_caps has the word, e.g. "hvm_directio" (an IOMMU Xen can use for HVM guests).
  [[nodiscard]] bool has_capability(std::string_view capability) const;
};
[[nodiscard]] HypervisorInfo parse_info(std::string_view text);

/// One row of `xl network-list`.
struct NetworkRow {
  int index = 0;  ///< N of vifD.N.
  int backend_domain = 0;
  std::string mac;   ///< Lower case.
  int state = 0;     ///< XenbusState; 4 is connected.
  std::string path;  ///< Of the backend in xenstore.
};
[[nodiscard]] Result<std::vector<NetworkRow>> parse_network_list(std::string_view text);

/// `xl` on the machine behind a shell.
class Xl {
 public:
  /// `program` is "xl" or the full path where it is not in PATH (Debian: /usr/lib/xen-4.17/bin/xl).
  explicit Xl(Shell& shell, std::string program = "xl") : shell_(&shell), program_(std::move(program)) {}

  [[nodiscard]] const std::string& program() const { return program_; }
  [[nodiscard]] Result<HypervisorInfo> info();
  [[nodiscard]] Result<std::vector<Domain>> domains();
  /// The domain with this name; an error that lists the running ones when there is none.
  [[nodiscard]] Result<Domain> domain(std::string_view name);
  /// Returns when the toolstack has built and unpaused the domain; its kernel has hardly begun then.
  [[nodiscard]] Result<void> create(const std::string& config_path);
  [[nodiscard]] Result<void> destroy(const std::string& name);
  /// Devices that pciback holds for passing through, as full addresses.
  [[nodiscard]] Result<std::vector<std::string>> assignable();
  [[nodiscard]] Result<void> make_assignable(const std::string& pci_address);
  [[nodiscard]] Result<void> attach_pci(const std::string& domain, const std::string& pci_address);
  /// What the domain has now (`xl list`), and what its balloon is to bring it to (`xl mem-set`).
  [[nodiscard]] Result<int> memory_mib(const std::string& domain);
  [[nodiscard]] Result<void> set_memory(const std::string& domain, int memory_mib);
  [[nodiscard]] Result<std::vector<NetworkRow>> network_list(const std::string& domain);

 private:
  Shell* shell_;
  std::string program_;
};

}  // namespace sriov::xen
