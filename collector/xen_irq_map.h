// Which domain and PCI function each of Xen's physical interrupts belongs to, asked for with debug keys.
#pragma once

#include <cstdint>
#include <future>

#include "collector/xen_irqs_text.h"
#include "core/result.h"
#include "host/shell.h"

namespace sriov {

/// Presses Xen's debug keys i, M and Q and reads the console ring: some children and, on a host with a serial console,
/// the time to print a page of text.
[[nodiscard]] Result<XenIrqs> ask_xen_irqs(Shell& shell);

/// The map, renewed in the background when an interrupt appears that it does not have: guests load drivers, too.
class XenIrqMap {
 public:
  /// Asks once and waits for it. What cannot be asked stays unknown: the error says why.
  [[nodiscard]] Result<void> load();
  [[nodiscard]] const XenIrqs& irqs() const { return irqs_; }
  /// What is known of `irq`; nullptr while that is being found out. For one that Xen does not list: an empty XenIrq.
  [[nodiscard]] const XenIrq* find(std::int64_t irq);

 private:
  XenIrqs irqs_;
  std::future<Result<XenIrqs>> pending_;
  std::int64_t asked_ns_ = 0;
};

}  // namespace sriov
