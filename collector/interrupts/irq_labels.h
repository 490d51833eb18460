// What an interrupt line is: its chip and action, and from them its class, device, VF, vif and queue.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "collector/interrupts/interrupts_text.h"
#include "collector/interrupts/irq_devices.h"
#include "core/metric.h"

namespace sriov {

/// The values of the label `class`.
inline constexpr std::array<std::string_view, 9> kIrqClasses{"vf-msix", "pf-msix", "netfront", "netback", "xen-pirq",
                                                             "ipi",     "timer",   "callback", "other"};

/// The parts of a numbered line's description; views into it.
struct IrqDescription {
  std::string_view chip;    ///< "xen-pirq", "IO-APIC", "PCI-MSIX-0000:00:01.0".
  std::string_view flow;    ///< "-msi-x", "2-edge", "24 Level": hardware number and flow handler.
  std::string_view action;  ///< "eth1-rx-0"; several actions of a shared line are separated by ", ".
};
[[nodiscard]] IrqDescription parse_irq_description(std::string_view description);

/// The queue number in an action's name: "eth1-rx-0", "vif1.0-q0-tx", "mlx5_comp3@pci:…", "virtio2-input.0"; "" if
/// none.
[[nodiscard]] std::string irq_queue(std::string_view action);

/// All labels of a row but `cpu`. `has_xen_ipis`: the table has the IPIs' own event channels, so that the named lines
/// that count the same events again (RES, CAL, …) are class `other` and sums over `ipi` count each event once.
[[nodiscard]] Labels irq_labels(const InterruptsRow& row, const IrqDevices& devices, bool has_xen_ipis);

/// Whether the row is a Xen event channel that carries an inter-processor interrupt.
[[nodiscard]] bool is_xen_ipi(const InterruptsRow& row);

}  // namespace sriov
