#include "collector/xen/vmexit_rows.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "collector/xen/exit_reasons.h"
#include "core/text.h"
#include "host/clock.h"

namespace sriov {
namespace {

using xentrace::Accounts;
using xentrace::DomainAccount;
using xentrace::IrqAccount;

constexpr std::string_view kExitSource = "xentrace: TRC_HVM_VMEXIT, TRC_HVM_VMENTRY, TRC_SCHED_RUNSTATE_CHANGE";
constexpr std::string_view kSchedSource = "xentrace: TRC_SCHED_RUNSTATE_CHANGE";
constexpr std::string_view kIrqSource = "xentrace: TRC_HW_IRQ_HANDLED; Xen's debug keys i, M and Q for the labels";
constexpr std::string_view kExitLabels = "domain,domid,reason";
constexpr std::string_view kDomainLabels = "domain,domid";
constexpr std::string_view kIrqLabels = "irq,type,domain,domid,function,handler";

enum MetricIndex : std::size_t {
  kExits,
  kXenCycles,
  kInjected,
  // One series a domain, in the order of domain_values().
  kRunCycles,
  kReinjected,
  kAcceleratedEois,
  kGrantMaps,
  kGrantUnmaps,
  kWakes,
  kWakeCycles,
  kLongestWake,
  kIrqsHandled,
  kIrqCycles,
  kIrqsMerged,
  kRecords,
  kLostRecords,
  kSkippedBytes,
  kTscFrequency,
  kMetricCount
};
static_assert(VmExitRows::kDomainValues == kLongestWake - kRunCycles + 1);
static_assert(VmExitRows::kStreamValues == kMetricCount - kRecords);

constexpr std::array<Metric, kMetricCount> kDeclared{{
    {"vmexit.exits", "exits", MetricKind::counter, kExitLabels,
     "Times a domain's virtual CPU left its guest for Xen, by SVM's or VT-x's reason. HVM and PVH guests only: a PV "
     "guest, as dom0 mostly is, has no VM exits. A series begins with its first exit.",
     kExitSource},
    {"vmexit.xen_cycles", "cycles", MetricKind::counter, kExitLabels,
     "Cycles of the time stamp counter between such an exit and the next entry while the virtual CPU was current on a "
     "physical CPU: Xen's work for it, interrupts of others that came meanwhile included. Divided by run_cycles it is "
     "Xen's share of the domain's CPU time. Tracing itself is part of it.",
     kExitSource},
    {"vmexit.injected", "interrupts", MetricKind::counter, "domain,domid,vector",
     "External interrupts that Xen put into a guest's virtual CPUs, by the guest's vector. Not those that the "
     "processor delivers by itself (posted interrupts, virtual interrupt delivery).",
     "xentrace: TRC_HVM_INJ_VIRQ"},
    {"vmexit.run_cycles", "cycles", MetricKind::counter, kDomainLabels,
     "Cycles a domain's virtual CPUs were current on a physical CPU, in the guest or in Xen.", kSchedSource},
    {"vmexit.reinjected", "interrupts", MetricKind::counter, kDomainLabels,
     "Interrupts put in anew because an exit had cut their delivery short.", "xentrace: TRC_HVM_REINJ_VIRQ"},
    {"vmexit.accelerated_eois", "count", MetricKind::counter, kDomainLabels,
     "Ends of interrupt that Xen handled without emulating the instruction (VT-x only).", "xentrace: TRC_HVM_VLAPIC"},
    {"vmexit.grant_maps", "count", MetricKind::counter, kDomainLabels,
     "Pages that this domain granted and another one mapped.", "xentrace: TRC_MEM_PAGE_GRANT_MAP"},
    {"vmexit.grant_unmaps", "count", MetricKind::counter, kDomainLabels,
     "Mappings of pages that this domain granted which were undone.", "xentrace: TRC_MEM_PAGE_GRANT_UNMAP"},
    {"vmexit.wakes", "count", MetricKind::counter, kDomainLabels,
     "Times a virtual CPU that was blocked woke up and then ran.", kSchedSource},
    {"vmexit.wake_cycles", "cycles", MetricKind::counter, kDomainLabels,
     "Cycles from such wake-ups until the virtual CPU ran.", kSchedSource},
    {"vmexit.longest_wake", "cycles", MetricKind::gauge, kDomainLabels,
     "The longest of these delays since the row before; 0 when there was none.", kSchedSource},
    {"vmexit.irqs_handled", "interrupts", MetricKind::counter, kIrqLabels,
     "Physical interrupts that Xen handled, with the domain they are bound to and the PCI function that sends them: a "
     "VF's interrupt rate as dom0 can see it. The guest takes those that merge as one: see irqs_merged. Interrupts "
     "that the IOMMU "
     "posts to a running guest bypass Xen and are not in.",
     kIrqSource},
    {"vmexit.irq_cycles", "cycles", MetricKind::counter, kIrqLabels,
     "Cycles in the handlers of these interrupts; the exit to Xen, acknowledging and putting it into the guest are not "
     "in.",
     kIrqSource},
    {"vmexit.irqs_merged", "interrupts", MetricKind::counter, kIrqLabels,
     "About as many of these came before the guest had taken the one before, so that it takes both as one: none of its "
     "virtual CPUs had left its guest with an interrupt put in since. Too few for guests with several virtual CPUs; "
     "absent for PV guests.",
     "xentrace: TRC_HW_IRQ_HANDLED, TRC_HVM_INJ_VIRQ, TRC_HVM_VMEXIT"},
    {"vmexit.records", "records", MetricKind::counter, "", "Records read from Xen's trace buffers.", "xentrace"},
    {"vmexit.lost_records", "records", MetricKind::counter, "",
     "Records that Xen could not store because a buffer was full: all counts of this collector are too low by what "
     "they "
     "said. Known only when storing goes on.",
     "xentrace: TRC_LOST_RECORDS"},
    {"vmexit.skipped_bytes", "bytes", MetricKind::counter, "",
     "Bytes of the stream that were not understood: damage, or records of a Xen that is not known here.", "xentrace"},
    {"vmexit.tsc_frequency", "Hz", MetricKind::gauge, "",
     "Cycles a second of the time stamp counter, as Xen measured it.", "xl info: cpu_mhz"},
}};
constexpr auto kMetrics = told_apart_by("domain", kDeclared);

std::array<std::int64_t, VmExitRows::kDomainValues> domain_values(const DomainAccount& account) {
  return {account.run_cycles,   account.reinjected, account.accelerated_eois, account.grant_maps,
          account.grant_unmaps, account.wakes,      account.wake_cycles,      account.longest_wake_cycles};
}

Labels with(Labels labels, const char* name, std::size_t value) {
  labels.emplace_back(name, std::to_string(value));
  return labels;
}

}  // namespace

std::span<const Metric> vmexit_metrics() { return kMetrics; }

void VmExitRows::open(Accounts& accounts, std::int64_t tsc_hz, Recorder& recorder) {
  tsc_hz_ = tsc_hz;
  for (std::size_t i = 0; i < stream_columns_.size(); ++i)
    stream_columns_[i] = recorder.column(kMetrics[kRecords + i], {});
  renew_irqs(accounts, recorder);
}

void VmExitRows::sample(Accounts& accounts, const xentrace::StreamHealth& health, Recorder& recorder) {
  if (domain_list_.update()) follow_changes(accounts);
  if (irq_map_.update()) renew_irqs(accounts, recorder);
  const std::array<std::int64_t, kStreamValues> values{health.records, health.lost_records, health.skipped_bytes,
                                                       tsc_hz_};
  for (std::size_t i = 0; i < values.size(); ++i) recorder.set(stream_columns_[i], values[i]);
  for (const auto& [domid, account] : accounts.domains())
    if (!domain_list_.has_gone(domid)) record_domain(domid, account, recorder);
  for (const auto& [domid, columns] : domains_) (void)accounts.take_longest_wake(domid);
  record_irqs(accounts, recorder);
}

void VmExitRows::follow_changes(Accounts& accounts) {
  for (const ChangedDomain& domain : domain_list_.changed()) {
    domains_.erase(domain.domid);  // Its labels are others now.
    if (!domain.has_gone) continue;
    accounts.forget_domain(domain.domid);
    complaints_.push_back({monotonic_ns(),
                           {fmt::format("domain {} ({}) has gone: its counters end", domain.name, domain.domid),
                            {},
                            {},
                            ErrorKind::environment}});
  }
  drop_irqs_of_gone_domains(accounts);
  irq_map_.expire();
}

/// At once: their numbers may be somebody else's before Xen has been asked again.
void VmExitRows::drop_irqs_of_gone_domains(Accounts& accounts) {
  for (auto irq = irqs_.begin(); irq != irqs_.end();) {
    const auto& owners = irq->second.domains;
    const bool all_gone = !owners.empty() && std::all_of(owners.begin(), owners.end(), [this](std::int64_t owner) {
      return domain_list_.has_gone(static_cast<std::uint32_t>(owner));
    });
    if (all_gone) accounts.forget_irq(irq->first);
    irq = all_gone ? irqs_.erase(irq) : std::next(irq);
  }
}

bool VmExitRows::is_usable(const XenIrq& description) const {
  const auto& owners = description.domains;
  return owners.empty() || std::any_of(owners.begin(), owners.end(), [this](std::int64_t owner) {
           return !domain_list_.has_gone(static_cast<std::uint32_t>(owner));
         });
}

/// Interrupts that changed hands count from 0 under their new labels; those without an owner have none.
void VmExitRows::renew_irqs(Accounts& accounts, Recorder& recorder) {
  const XenIrqs& now = irq_map_.irqs();
  for (auto irq = irqs_.begin(); irq != irqs_.end();) {
    const auto still = now.find(irq->first);
    // One that no answer knew, and that has no owner to lose, goes on.
    const bool is_same = still == now.end() ? irq->second.domains.empty()
                                            : is_usable(still->second) &&
                                                  sorted(labels_of(irq->first, still->second)) == irq->second.labels;
    if (!is_same) accounts.forget_irq(irq->first);
    irq = is_same ? std::next(irq) : irqs_.erase(irq);
  }
  // Interrupts that come later rise from 0, not from the first row that has them.
  for (const auto& [number, description] : now) {
    const auto irq = static_cast<std::uint32_t>(number);
    if (description.domains.empty() || !is_usable(description) || irqs_.contains(irq)) continue;
    add_irq(irq, description, accounts, recorder);
  }
}

void VmExitRows::record_domain(std::uint32_t domid, const DomainAccount& account, Recorder& recorder) {
  DomainColumns& columns = columns_of(domid, recorder);
  const auto values = domain_values(account);
  for (std::size_t i = 0; i < kDomainValues; ++i) recorder.set(columns.values[i], values[i]);
  for (std::size_t slot = 0; slot < kExitSlots; ++slot) {
    if (account.exits[slot] == 0) continue;
    if (!columns.exits[slot]) add_reason(columns, slot, recorder);
    recorder.set(*columns.exits[slot], account.exits[slot]);
    recorder.set(columns.cycles[slot], account.exit_cycles[slot]);
  }
  for (std::size_t vector = 0; vector < account.injected.size(); ++vector) {
    if (account.injected[vector] == 0) continue;
    if (!columns.injected[vector])
      columns.injected[vector] = recorder.column(kMetrics[kInjected], with(columns.labels, "vector", vector));
    recorder.set(*columns.injected[vector], account.injected[vector]);
  }
}

VmExitRows::DomainColumns& VmExitRows::columns_of(std::uint32_t domid, Recorder& recorder) {
  if (const auto known = domains_.find(domid); known != domains_.end()) return known->second;
  DomainColumns& columns = domains_[domid];
  columns.labels = {{"domain", domain_name(domid)},
                    {"domid", domid == xentrace::kUnknownDomain ? "unknown" : std::to_string(domid)}};
  for (std::size_t i = 0; i < kDomainValues; ++i)
    columns.values[i] = recorder.column(kMetrics[kRunCycles + i], columns.labels);
  return columns;
}

void VmExitRows::add_reason(DomainColumns& columns, std::size_t slot, Recorder& recorder) const {
  Labels labels = columns.labels;
  labels.emplace_back("reason", exit_name(codes_, slot));
  columns.exits[slot] = recorder.column(kMetrics[kExits], labels);
  columns.cycles[slot] = recorder.column(kMetrics[kXenCycles], labels);
}

void VmExitRows::record_irqs(Accounts& accounts, Recorder& recorder) {
  // A bound interrupt that has not come yet has come 0 times since it was bound.
  for (const auto& [irq, columns] : irqs_) {
    if (accounts.irqs().contains(irq)) continue;
    recorder.set(columns.handled, 0);
    recorder.set(columns.cycles, 0);
  }
  add_new_irqs(accounts, recorder);
  for (const auto& [irq, account] : accounts.irqs()) record_irq(irq, account, accounts, recorder);
}

void VmExitRows::add_new_irqs(Accounts& accounts, Recorder& recorder) {
  new_irqs_.clear();
  for (const auto& [irq, account] : accounts.irqs())
    if (!irqs_.contains(irq)) new_irqs_.push_back(irq);
  for (const std::uint32_t irq : new_irqs_) {
    const XenIrq* description = irq_map_.find(irq);
    if (description != nullptr && is_usable(*description)) add_irq(irq, *description, accounts, recorder);
  }
}

void VmExitRows::record_irq(std::uint32_t irq, const IrqAccount& account, const Accounts& accounts,
                            Recorder& recorder) {
  const auto columns = irqs_.find(irq);
  if (columns == irqs_.end()) return;
  recorder.set(columns->second.handled, account.handled);
  recorder.set(columns->second.cycles, account.cycles);
  if (!accounts.knows_merged(irq)) return;
  if (!columns->second.merged) columns->second.merged = recorder.column(kMetrics[kIrqsMerged], columns->second.labels);
  recorder.set(*columns->second.merged, account.merged);
}

void VmExitRows::add_irq(std::uint32_t irq, const XenIrq& description, Accounts& accounts, Recorder& recorder) {
  const Labels labels = sorted(labels_of(irq, description));
  irqs_.insert_or_assign(irq, IrqColumns{labels,
                                         description.domains,
                                         recorder.column(kMetrics[kIrqsHandled], labels),
                                         recorder.column(kMetrics[kIrqCycles], labels),
                                         {}});
  if (description.domains.size() == 1) accounts.bind_irq(irq, static_cast<std::uint32_t>(description.domains.front()));
}

Labels VmExitRows::labels_of(std::uint32_t irq, const XenIrq& description) const {
  Labels labels{{"irq", std::to_string(irq)}};
  std::vector<std::string> names;
  std::vector<std::string> ids;
  for (const std::int64_t domid : description.domains) {
    names.push_back(domain_name(static_cast<std::uint32_t>(domid)));
    ids.push_back(std::to_string(domid));
  }
  const auto add = [&labels](const char* name, const std::string& value) {
    if (!value.empty()) labels.emplace_back(name, value);
  };
  add("type", description.type);
  add("domain", description.handler.empty() ? join(names, "+") : "xen");
  add("domid", join(ids, "+"));
  add("function", description.function);
  add("handler", description.handler);
  return labels;
}

std::string VmExitRows::domain_name(std::uint32_t domid) const {
  if (domid == xentrace::kUnknownDomain) return "unknown";
  if (domid == xentrace::kIdleDomain) return "idle";
  return domain_list_.name(domid);
}

}  // namespace sriov
