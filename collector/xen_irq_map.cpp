#include "collector/xen_irq_map.h"

#include <chrono>

#include "host/clock.h"

namespace sriov {
namespace {

constexpr std::int64_t kCommandNs = 20'000'000'000;
constexpr std::int64_t kBetweenAsksNs = 5'000'000'000;

}  // namespace

Result<XenIrqs> ask_xen_irqs(Shell& shell) {
  // In this order: the newest output of key i is where reading begins.
  for (const char* key : {"i", "M", "Q"}) SRIOV_TRY(shell.output_of({"xl", "debug-keys", key}, kCommandNs));
  SRIOV_ASSIGN(const std::string console, shell.output_of({"xl", "dmesg"}, kCommandNs));
  XenIrqs irqs;
  parse_xen_irqs(console, irqs);
  if (irqs.empty()) return fail("Xen's console shows no answer to the debug keys i, M and Q");
  return irqs;
}

Result<void> XenIrqMap::load() {
  LocalShell shell;
  asked_ns_ = monotonic_ns();
  SRIOV_ASSIGN(irqs_, ask_xen_irqs(shell));
  return {};
}

const XenIrq* XenIrqMap::find(std::int64_t irq) {
  if (const auto known = irqs_.find(irq); known != irqs_.end()) return &known->second;
  if (!pending_.valid()) {
    if (monotonic_ns() - asked_ns_ < kBetweenAsksNs) return nullptr;
    asked_ns_ = monotonic_ns();
    pending_ = std::async(std::launch::async, [] {
      LocalShell shell;
      return ask_xen_irqs(shell);
    });
    return nullptr;
  }
  if (pending_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) return nullptr;
  if (auto renewed = pending_.get()) {
    for (auto& [number, description] : *renewed) irqs_.insert_or_assign(number, std::move(description));
  }
  return &irqs_[irq];  // Asked for and not there: nothing is known of it.
}

}  // namespace sriov
