#include "collector/xen/xen_irq_map.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/blocked_signals.h"

namespace sriov {
namespace {

constexpr std::int64_t kCommandNs = 20 * kNsPerSecond;
constexpr std::int64_t kBetweenAsksNs = 5 * kNsPerSecond;
constexpr int kMostFruitlessAsks = 3;
constexpr std::size_t kMostWanted = 4096;

bool says_whose(const XenIrq& irq) { return !irq.domains.empty() || !irq.handler.empty(); }

Result<XenIrqs> ask_this_host() {
  LocalShell shell;
  return ask_xen_irqs(shell);
}

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

/// Shared with the thread that asks, which is left alone when nobody waits any more: a child that presses a key sits in
/// the hypervisor until the console has printed, and no signal ends it before.
struct XenIrqMap::Pending {
  std::mutex mutex;
  std::condition_variable answered;
  std::optional<Result<XenIrqs>> answer;
};

void XenIrqMap::start() {
  asked_ns_ = now_ns_();
  expired_ = false;
  pending_ = std::make_shared<Pending>();
  try {
    const BlockedSignals blocked;
    std::thread([pending = pending_, ask = ask_ ? ask_ : Ask(ask_this_host)] {
      auto answer = ask();
      const std::lock_guard lock(pending->mutex);
      pending->answer.emplace(std::move(answer));
      pending->answered.notify_all();
    }).detach();
  } catch (const std::system_error& error) {
    pending_->answer.emplace(fail_errno("cannot start a thread", error.code().value()));
  }
}

Result<void> XenIrqMap::load(std::int64_t patience_ns) {
  if (!pending_) start();
  std::string why_not;
  {
    std::unique_lock lock(pending_->mutex);
    const bool in_time = pending_->answered.wait_for(lock, std::chrono::nanoseconds(patience_ns),
                                                     [this] { return pending_->answer.has_value(); });
    if (!in_time)
      return fail_environment(
          fmt::format(
              "Xen has not answered its debug keys i, M and Q within {}: interrupts have no domain and function "
              "until it has",
              format_duration(patience_ns)),
          {}, "the keys print to Xen's console: a serial one is slow");
    if (!*pending_->answer) why_not = "interrupts have no domain and function: " + pending_->answer->error().text();
  }
  (void)take_answer();
  if (!why_not.empty()) return fail_environment(why_not);
  return {};
}

void XenIrqMap::expire() {
  expired_ = true;
  failures_ = 0;
  fruitless_.clear();
}

bool XenIrqMap::update() {
  if (pending_) return take_answer();
  if (!expired_ && wanted_.empty()) return false;
  if (!asked_ns_ || now_ns_() - *asked_ns_ >= kBetweenAsksNs) start();
  return false;
}

/// False while there is none, and when it was an error: then what is known stays.
bool XenIrqMap::take_answer() {
  std::optional<Result<XenIrqs>> answer;
  {
    const std::lock_guard lock(pending_->mutex);
    if (!pending_->answer) return false;
    answer = std::move(pending_->answer);
  }
  pending_.reset();
  const bool is_good = answer->has_value();
  if (is_good) irqs_ = std::move(**answer);
  failures_ = is_good ? 0 : failures_ + 1;
  expired_ = expired_ || (!is_good && failures_ < kMostFruitlessAsks);
  for (const std::int64_t irq : std::exchange(wanted_, {})) {
    const auto known = irqs_.find(irq);
    if (known == irqs_.end() || !says_whose(known->second)) ++fruitless_[irq];
  }
  return is_good;
}

const XenIrq* XenIrqMap::find(std::int64_t irq) {
  static const XenIrq kUnknown;
  const auto known = irqs_.find(irq);
  if (known != irqs_.end() && says_whose(known->second)) return &known->second;
  if (const auto asked = fruitless_.find(irq); asked != fruitless_.end() && asked->second >= kMostFruitlessAsks)
    return known == irqs_.end() ? &kUnknown : &known->second;
  if (wanted_.size() < kMostWanted) wanted_.insert(irq);
  return nullptr;
}

}  // namespace sriov
