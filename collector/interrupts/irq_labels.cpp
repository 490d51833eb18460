#include "collector/interrupts/irq_labels.h"

#include <algorithm>

#include "collector/text_scan.h"
#include "core/pci_address.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

/// The digits that `text` starts with.
std::string_view leading_digits(std::string_view text) {
  return text.substr(0, std::min(text.find_first_not_of(kDigits), text.size()));
}

/// "vif1.0-q0-tx" -> "vif1.0", "vif0-q0-rx" -> "vif0"; "" for other names.
std::string_view vif_in(std::string_view action) {
  if (!action.starts_with("vif")) return {};
  std::size_t end = 3 + leading_digits(action.substr(3)).size();
  if (end == 3) return {};
  if (end < action.size() && action[end] == '.') {
    const std::size_t handle = leading_digits(action.substr(end + 1)).size();
    if (handle == 0) return {};
    end += 1 + handle;
  }
  return end == action.size() || action[end] == '-' ? action.substr(0, end) : std::string_view();
}

/// The PCI address in "mlx5_comp0@pci:0000:01:00.0" or in the chip "PCI-MSIX-0000:01:00.0"; "" when there is none.
std::string_view pci_address_in(std::string_view text) {
  constexpr std::size_t kAddressSize = 12;
  for (std::size_t at = 0; at + kAddressSize <= text.size(); ++at) {
    const std::string_view candidate = text.substr(at, kAddressSize);
    const bool starts_a_word = at == 0 || std::string_view(":-[ ").find(text[at - 1]) != std::string_view::npos;
    if (starts_a_word && is_pci_address(candidate)) return candidate;
  }
  return {};
}

/// Class of a line that is not numbered: the architecture's own counts.
std::string_view named_class(std::string_view name, bool has_xen_ipis) {
  constexpr std::array<std::string_view, 4> kIpis{"RES", "CAL", "TLB", "IWI"};
  if (std::find(kIpis.begin(), kIpis.end(), name) != kIpis.end() || name.starts_with("IPI"))
    return has_xen_ipis ? "other" : "ipi";
  if (name == "LOC") return "timer";
  if (name == "HYP") return "callback";
  return "other";
}

bool is_timer(const IrqDescription& parts) {
  constexpr std::string_view kTimer = "timer";
  if (parts.action == "arch_timer") return true;
  return parts.action.starts_with(kTimer) &&
         (parts.action.size() == kTimer.size() || is_digits(parts.action.substr(kTimer.size())));
}

const PciFunction* function_of(const InterruptsRow& row, const IrqDescription& parts, const IrqDevices& devices) {
  if (const PciFunction* function = devices.by_irq(row.name)) return function;
  for (const std::string_view text : {parts.chip, parts.action})
    if (const PciFunction* function = devices.by_address(std::string(pci_address_in(text)))) return function;
  return devices.by_netdev(devices.netdev_in(parts.action));
}

/// The function's netdev that the action names, else its first, else its address.
std::string device_of(const PciFunction& function, std::string_view action) {
  for (const std::string& netdev : function.netdevs)
    if (action.find(netdev) != std::string_view::npos) return netdev;
  return function.netdevs.empty() ? function.address : function.netdevs.front();
}

std::string_view pci_class(const PciFunction& function, const IrqDescription& parts) {
  const bool message_signalled =
      parts.flow.find("msi") != std::string_view::npos || parts.chip.find("MSI") != std::string_view::npos;
  if (message_signalled && function.is_vf) return "vf-msix";
  if (message_signalled && function.is_pf) return "pf-msix";
  return parts.chip == "xen-pirq" ? "xen-pirq" : "other";
}

void add(Labels& labels, std::string_view name, std::string_view value) {
  if (!value.empty()) labels.emplace_back(name, value);
}

/// True when the event channel is one of netback's or netfront's, with its labels added.
bool add_vif_labels(Labels& labels, std::string_view action, const IrqDevices& devices) {
  std::string vif(vif_in(action));
  std::string netdev;
  if (vif.empty()) {  // Older netfronts name their interrupts after the netdev.
    netdev = devices.netdev_in(action);
    vif = devices.netfront_vif(netdev);
    if (vif.empty()) return false;
  }
  const bool is_netback = vif.find('.') != std::string::npos;
  if (netdev.empty()) netdev = is_netback ? vif : devices.netfront_netdev(vif);
  add(labels, "class", is_netback ? "netback" : "netfront");
  add(labels, "device", netdev);
  add(labels, "vif", vif);
  add(labels, "queue", irq_queue(action));
  return true;
}

void add_numbered_labels(Labels& labels, const InterruptsRow& row, const IrqDevices& devices) {
  const IrqDescription parts = parse_irq_description(row.description);
  add(labels, "action", parts.action);
  if (is_xen_ipi(row)) return add(labels, "class", "ipi");
  if (is_timer(parts)) return add(labels, "class", "timer");
  if (parts.chip.starts_with("xen-dyn") && add_vif_labels(labels, parts.action, devices)) return;
  const PciFunction* function = function_of(row, parts, devices);
  if (function == nullptr) return add(labels, "class", parts.chip == "xen-pirq" ? "xen-pirq" : "other");
  add(labels, "class", pci_class(*function, parts));
  add(labels, "device", device_of(*function, parts.action));
  if (function->is_vf) add(labels, "vf", function->address);
  if (!function->netdevs.empty()) add(labels, "queue", irq_queue(parts.action));
}

}  // namespace

IrqDescription parse_irq_description(std::string_view description) {
  IrqDescription out;
  TextScan scan(description);
  out.chip = scan.word();
  scan.skip_blanks();
  const std::string_view before_flow = scan.rest();
  std::size_t flow_size = 0;
  // "2-edge", "-msi-x", "24 Level", "24 Level -name": a number, a level, a handler, each optional, in this order.
  for (int part = 0; part < 3; ++part) {
    const std::string_view before = scan.rest();
    const std::string_view word = scan.word();
    const std::string_view after_number = word.substr(leading_digits(word).size());
    const bool is_flow = (part == 0 && !word.empty() && after_number.empty()) || word == "Level" || word == "Edge" ||
                         (after_number.size() > 1 && after_number.front() == '-');
    if (!is_flow) {
      out.action = before;
      break;
    }
    flow_size = before_flow.size() - scan.rest().size();
    scan.skip_blanks();
    out.action = scan.rest();
    if (after_number.starts_with('-')) break;
  }
  out.flow = before_flow.substr(0, flow_size);
  return out;
}

std::string irq_queue(std::string_view action) {
  if (const std::size_t at = action.find("-q"); action.starts_with("vif") || at != std::string_view::npos) {
    if (at == std::string_view::npos) return {};
    return std::string(leading_digits(action.substr(at + 2)));
  }
  action = action.substr(0, action.find('@'));
  const std::size_t digits = action.find_last_not_of(kDigits) + 1;  // npos + 1 is 0: all of it.
  if (digits == 0 || digits >= action.size()) return {};
  // "eth1" ends in a number too, but it is its name: a queue follows a separator or the word "comp".
  const std::string_view before = action.substr(0, digits);
  const bool separated = std::string_view("-._").find(before.back()) != std::string_view::npos;
  return separated || before.ends_with("comp") ? std::string(action.substr(digits)) : std::string();
}

bool is_xen_ipi(const InterruptsRow& row) {
  if (!row.is_numbered()) return false;
  const IrqDescription parts = parse_irq_description(row.description);
  return parts.chip == "xen-percpu" && parts.flow == "-ipi";
}

Labels irq_labels(const InterruptsRow& row, const IrqDevices& devices, bool has_xen_ipis) {
  Labels labels{{"irq", row.name}};
  if (row.is_numbered())
    add_numbered_labels(labels, row, devices);
  else
    add(labels, "class", named_class(row.name, has_xen_ipis));
  if (!row.is_numbered()) add(labels, "action", row.description);
  return sorted(std::move(labels));
}

}  // namespace sriov
