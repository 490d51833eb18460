// What Xen's trace says, added up: exits, cycles in Xen, interrupts, grants and waiting by domain; interrupts by IRQ.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>

#include "collector/xen/exit_reasons.h"
#include "collector/xen/xentrace_format.h"

namespace sriov::xentrace {

/// Where records go whose domain is not known: before the first context switch of a physical CPU, or after a loss.
constexpr std::uint32_t kUnknownDomain = 0xFFFF'FFFF;

/// Counters since tracing began; cycles are of the time stamp counter.
struct DomainAccount {
  std::array<std::int64_t, kExitSlots> exits{};        ///< By exit_slot().
  std::array<std::int64_t, kExitSlots> exit_cycles{};  ///< Spent in Xen after such an exit, the vCPU being current.
  std::array<std::int64_t, 256> injected{};            ///< External interrupts put into vCPUs, by the guest's vector.
  std::int64_t reinjected = 0;
  std::int64_t accelerated_eois = 0;
  std::int64_t grant_maps = 0;  ///< Of pages that this domain granted, by whomever.
  std::int64_t grant_unmaps = 0;
  std::int64_t run_cycles = 0;  ///< A vCPU was current on a physical CPU, Xen's work for it included.
  std::int64_t wakes = 0;       ///< Wake-ups whose begin of running was seen.
  std::int64_t wake_cycles = 0;
  std::int64_t longest_wake_cycles = 0;  ///< Since take_longest_wake().
};

struct IrqAccount {
  std::int64_t handled = 0;
  /// Of these: came before the domain had run with any interrupt put into it since the one before, so that the guest
  /// sees both as one.
  /// Counted of interrupts bound with bind_irq() to a domain that is known to get its interrupts from Xen.
  std::int64_t merged = 0;
  std::int64_t cycles = 0;  ///< In the handler; acknowledging and the exit to it are not in.
};

/// Adds records up. Within a physical CPU they must come in order; between them, order does not matter.
class Accounts {
 public:
  explicit Accounts(ExitCodes codes) : codes_(codes) {}

  void add(const Record& record);
  /// Says whose interrupt it is: records do not.
  void bind_irq(std::uint32_t irq, std::uint32_t domain) { irq_domains_.insert_or_assign(irq, domain); }
  /// The interrupt belongs to somebody else, or nobody: it counts from 0 when it comes again.
  void forget_irq(std::uint32_t irq);
  /// The domain is no more. Records of it that still come count from 0.
  void forget_domain(std::uint32_t domain);
  /// Whether irqs().at(irq).merged is counted.
  [[nodiscard]] bool knows_merged(std::uint32_t irq) const;
  /// Records of any CPU may be missing here: nothing that spans the gap is counted.
  void forget_open_intervals();

  [[nodiscard]] const std::map<std::uint32_t, DomainAccount>& domains() const { return domains_; }
  [[nodiscard]] const std::map<std::uint32_t, IrqAccount>& irqs() const { return irqs_; }
  [[nodiscard]] std::int64_t take_longest_wake(std::uint32_t domain);

 private:
  using VcpuId = std::uint32_t;  ///< As in the records: vCPU in the low, domain in the high half.
  static constexpr std::size_t kKeptTimes = 32;

  /// The latest times, those that were used taken out. A full one forgets its oldest.
  struct Times {
    std::array<std::uint64_t, kKeptTimes> values{};
    std::size_t count = 0;
    void add(std::uint64_t time);
    /// The latest one that is not after `limit`, which is taken out with all before it.
    std::optional<std::uint64_t> take_latest_until(std::uint64_t limit);
    /// The earliest one that is not before `limit`, which is taken out with all before it.
    std::optional<std::uint64_t> take_earliest_from(std::uint64_t limit);
  };
  struct Vcpu {
    Times wakes;  ///< Not yet followed by a run.
    Times runs;   ///< Not yet known to follow a wake: its record may be in another CPU's window, still to come.
    std::optional<std::size_t> last_exit;  ///< Slot; none of a PV vCPU.
  };
  struct Pcpu {
    std::optional<VcpuId> current;
    std::optional<std::uint64_t> run_since;     ///< Up to where run_cycles of `current` are counted.
    std::optional<std::uint64_t> in_xen_since;  ///< `current` has left its guest.
    std::size_t exit_slot = 0;
    bool has_injected = false;  ///< An interrupt was put into `current`, whose guest has not been seen to run since.
  };

  [[nodiscard]] DomainAccount& current_domain(const Pcpu& pcpu);
  void add_run_cycles(Pcpu& pcpu, std::uint64_t tsc);
  void leave_xen(Pcpu& pcpu, std::uint64_t tsc);
  void on_exit(Pcpu& pcpu, const Record& record);
  void on_runstate(Pcpu& pcpu, const Record& record);
  void on_running(Pcpu& pcpu, VcpuId id, std::uint64_t tsc);
  void on_lost(Pcpu& pcpu, const Record& record);
  void add_wake(VcpuId id, std::int64_t cycles);
  void on_injection(Pcpu& pcpu, const Record& record);
  void on_irq(const Record& record);

  ExitCodes codes_;
  std::map<std::uint32_t, DomainAccount> domains_;
  std::map<std::uint32_t, IrqAccount> irqs_;
  std::unordered_map<std::uint32_t, Pcpu> pcpus_;
  std::unordered_map<VcpuId, Vcpu> vcpus_;
  std::unordered_map<std::uint32_t, std::uint32_t> irq_domains_;  ///< By IRQ.
  std::unordered_map<std::uint32_t, std::uint64_t> last_irqs_;    ///< By IRQ, when the last one was handled.
  std::unordered_map<std::uint32_t, std::uint64_t>
      last_taken_;  ///< By domain, when it had run with an interrupt in it.
};

}  // namespace sriov::xentrace
