// What Xen's debug keys print about interrupts: `xl debug-keys i` (bindings), M (MSIs) and Q (PCI devices), in `xl
// dmesg`.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sriov {

/// A physical interrupt as Xen knows it. Empty where the keys do not tell.
struct XenIrq {
  std::string type;                   ///< "PCI-MSI/-X", "IO-APIC-level", "DMA_MSI"; with key M "MSI", "MSI-X", "IOMMU".
  std::string function;               ///< "0000:01:10.0", of key Q.
  std::string handler;                ///< Xen's own: "timer_interrupt".
  std::vector<std::int64_t> domains;  ///< That it is bound to: several share a line.

  friend bool operator==(const XenIrq&, const XenIrq&) = default;
};
using XenIrqs = std::map<std::int64_t, XenIrq>;

/// Adds what each line tells to `out`, beginning with the last output of key i (of all when there is none): press i
/// first. Text of other keys is passed over; "(XEN) " in front of lines is optional.
void parse_xen_irqs(std::string_view text, XenIrqs& out);

/// Whether Xen's boot messages say that the IOMMU posts interrupts to running guests by itself: VT-d's posted
/// interrupts, or AMD's AVIC. False, too, when the ring has lost those messages.
[[nodiscard]] bool says_interrupts_are_posted(std::string_view console);

}  // namespace sriov
