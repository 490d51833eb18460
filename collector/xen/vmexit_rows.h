// Columns and values of the vmexit collector: what Xen's trace counted, by domain and interrupt, as both come and go.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collector/collector.h"
#include "collector/xen/xen_domain_list.h"
#include "collector/xen/xen_irq_map.h"
#include "collector/xen/xentrace_accounts.h"
#include "collector/xen/xentrace_decoder.h"

namespace sriov {

[[nodiscard]] std::span<const Metric> vmexit_metrics();

class VmExitRows {
 public:
  /// Series of one domain other than those by reason and vector.
  static constexpr std::size_t kDomainValues = 8;
  static constexpr std::size_t kStreamValues = 4;

  VmExitRows(ExitCodes codes, XenDomainList domains, XenIrqMap irqs)
      : codes_(codes), domain_list_(std::move(domains)), irq_map_(std::move(irqs)) {}

  [[nodiscard]] XenIrqMap& irq_map() { return irq_map_; }
  /// The first columns. `tsc_hz` may be kAbsent.
  void open(xentrace::Accounts& accounts, std::int64_t tsc_hz, Recorder& recorder);
  /// One row. A domain that has gone has no more values, nor has an interrupt whose owner is being found out.
  void sample(xentrace::Accounts& accounts, const xentrace::StreamHealth& health, Recorder& recorder);
  /// Domains that went.
  [[nodiscard]] std::vector<Complaint> take_complaints() { return std::exchange(complaints_, {}); }

 private:
  struct DomainColumns {
    Labels labels;
    std::array<std::size_t, kDomainValues> values{};
    std::array<std::optional<std::size_t>, kExitSlots> exits;
    std::array<std::size_t, kExitSlots> cycles{};
    std::array<std::optional<std::size_t>, 256> injected;
  };
  struct IrqColumns {
    Labels labels;
    std::vector<std::int64_t> domains;
    std::size_t handled = 0;
    std::size_t cycles = 0;
    std::optional<std::size_t> merged;
  };

  void follow_changes(xentrace::Accounts& accounts);
  void renew_irqs(xentrace::Accounts& accounts, Recorder& recorder);
  [[nodiscard]] bool is_usable(const XenIrq& description) const;
  void drop_irqs_of_gone_domains(xentrace::Accounts& accounts);
  void record_domain(std::uint32_t domid, const xentrace::DomainAccount& account, Recorder& recorder);
  DomainColumns& columns_of(std::uint32_t domid, Recorder& recorder);
  void add_reason(DomainColumns& columns, std::size_t slot, Recorder& recorder) const;
  void record_irqs(xentrace::Accounts& accounts, Recorder& recorder);
  void record_irq(std::uint32_t irq, const xentrace::IrqAccount& account, const xentrace::Accounts& accounts,
                  Recorder& recorder);
  void add_new_irqs(xentrace::Accounts& accounts, Recorder& recorder);
  void add_irq(std::uint32_t irq, const XenIrq& description, xentrace::Accounts& accounts, Recorder& recorder);
  [[nodiscard]] Labels labels_of(std::uint32_t irq, const XenIrq& description) const;
  [[nodiscard]] std::string domain_name(std::uint32_t domid) const;

  ExitCodes codes_;
  XenDomainList domain_list_;
  XenIrqMap irq_map_;
  std::int64_t tsc_hz_ = 0;
  std::array<std::size_t, kStreamValues> stream_columns_{};
  std::unordered_map<std::uint32_t, DomainColumns> domains_;
  std::map<std::uint32_t, IrqColumns> irqs_;
  std::vector<std::uint32_t> new_irqs_;  ///< Of the current row; kept for its memory.
  std::vector<Complaint> complaints_;
};

}  // namespace sriov
