// Which domain and PCI function each of Xen's physical interrupts belongs to, asked for with debug keys.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>

#include "collector/xen/xen_irqs_text.h"
#include "core/result.h"
#include "host/clock.h"
#include "host/shell.h"

namespace sriov {

/// Presses Xen's debug keys i, M and Q and reads the console ring: some children and, on a host with a serial console,
/// the time to print some pages of text.
[[nodiscard]] Result<XenIrqs> ask_xen_irqs(Shell& shell);

/// The map, asked for in the background, at most every few seconds: the keys print to Xen's console.
class XenIrqMap {
 public:
  using Ask = std::function<Result<XenIrqs>()>;
  using Clock = std::function<std::int64_t()>;

  /// The defaults ask this host.
  explicit XenIrqMap(Ask ask = {}, Clock now_ns = monotonic_ns) : ask_(std::move(ask)), now_ns_(std::move(now_ns)) {}

  /// Asks, in the background.
  void start();
  /// Asks, unless that was started, and waits for the answer, `patience_ns` at most. What is not known then is when
  /// update() is true; the error says what is missing.
  [[nodiscard]] Result<void> load(std::int64_t patience_ns);
  /// Interrupts may have changed hands: asks anew as soon as the pause since the last time allows.
  void expire();
  /// Once a row: true when a new answer is there. Asks when there is something to ask for.
  bool update();
  /// The last answer.
  [[nodiscard]] const XenIrqs& irqs() const { return irqs_; }
  /// Whom `irq` belongs to; nullptr while that is being found out. An empty one when some answers did not say.
  [[nodiscard]] const XenIrq* find(std::int64_t irq);

 private:
  struct Pending;

  bool take_answer();

  Ask ask_;
  Clock now_ns_;
  XenIrqs irqs_;
  std::shared_ptr<Pending> pending_;
  std::optional<std::int64_t> asked_ns_;
  bool expired_ = false;
  int failures_ = 0;                       ///< Asks in a row that failed.
  std::set<std::int64_t> wanted_;          ///< Interrupts that came and that the last answer did not know.
  std::map<std::int64_t, int> fruitless_;  ///< Answers in a row that did not know them.
};

}  // namespace sriov
