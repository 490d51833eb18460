// Xen's trace, added up: VM exits, cycles in Xen, interrupts put into guests, grants, waiting for a CPU, physical IRQs.
#include <array>
#include <memory>
#include <optional>
#include <unordered_map>

#include "collector/collector.h"
#include "collector/xen_irq_map.h"
#include "collector/xen_library.h"
#include "collector/xentrace_stream.h"
#include "core/keyed_lines.h"
#include "core/text.h"
#include "host/file.h"
#include "host/linkage.h"

namespace sriov {
namespace {

using xentrace::Accounts;
using xentrace::DomainAccount;
using xentrace::IrqAccount;
using xentrace::StreamState;

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
constexpr std::size_t kDomainValues = kLongestWake - kRunCycles + 1;

constexpr std::array<Metric, kMetricCount> kMetrics{{
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

std::array<std::int64_t, kDomainValues> domain_values(const DomainAccount& account) {
  return {account.run_cycles,   account.reinjected, account.accelerated_eois, account.grant_maps,
          account.grant_unmaps, account.wakes,      account.wake_cycles,      account.longest_wake_cycles};
}

/// kAbsent when xl does not say.
std::int64_t tsc_frequency_hz() {
  constexpr std::int64_t kTimeoutNs = 10'000'000'000;
  for (const std::string& line : split(LocalShell().output_of({"xl", "info"}, kTimeoutNs).value_or(""), '\n'))
    if (line.starts_with("cpu_mhz"))
      if (const auto mhz = to_double(trim(std::string_view(line).substr(line.find(':') + 1))))
        return static_cast<std::int64_t>(*mhz * 1e6);
  return kAbsent;
}

constexpr std::array<CollectorOption, 2> kOptions{{
    {"buffer_pages", "256",
     "Trace buffer of a physical CPU; Xen takes a size once after its boot and keeps the memory."},
    {"poll", "20ms", "How often the buffers are emptied."},
}};

struct Options {
  unsigned buffer_pages = 0;
  unsigned poll_ms = 0;
};

Result<Options> parse_options(const CollectorOptions& options) {
  constexpr std::int64_t kMostPages = 65535;
  constexpr std::int64_t kNsPerMs = 1'000'000;
  constexpr std::int64_t kLongestPollNs = 10'000 * kNsPerMs;
  const std::string pages = option_value(kOptions, options, "buffer_pages");
  const auto count = to_int(pages);
  if (!count || *count < 1 || *count > kMostPages)
    return fail_usage("'" + pages + "' is no number of pages", "collector vmexit, option buffer_pages", "1 to 65535");
  const std::string poll = option_value(kOptions, options, "poll");
  SRIOV_ASSIGN(const std::int64_t poll_ns, parse_duration_ns(poll));
  if (poll_ns < kNsPerMs || poll_ns > kLongestPollNs)
    return fail_usage("'" + poll + "' is out of range", "collector vmexit, option poll", "1ms to 10s");
  return Options{static_cast<unsigned>(*count), static_cast<unsigned>(poll_ns / kNsPerMs)};
}

class VmExit : public Collector {
 public:
  std::string_view name() const override { return "vmexit"; }
  std::string_view help() const override {
    return "In dom0, from Xen's trace: VM exits and cycles in Xen by reason, physical interrupts by VF, interrupts put "
           "into guests, grants, wake-up delays.";
  }
  std::span<const Metric> metrics() const override { return kMetrics; }
  std::span<const CollectorOption> options() const override { return kOptions; }

  Result<void> probe(const Host& host) const override {
    SRIOV_TRY(check_dom0(host));
    if (!host.is_live()) return fail_environment("Xen's trace is of the running machine, not of a captured tree");
    if (xentrace::find_xentrace(running_xen_version(host)).empty())
      return fail_environment("there is no program xentrace", {}, "install Xen's tools (Debian: xen-utils)");
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) override {
    SRIOV_ASSIGN(const Options chosen, parse_options(options));
    codes_ = exit_codes_of(keyed_value(read_file(host.proc + "/cpuinfo").value_or(""), "vendor_id"));
    if (!is_statically_linked())
      if (auto library = XenLibrary::open(host)) library_.emplace(std::move(*library));
    tsc_hz_ = tsc_frequency_hz();
    (void)irq_map_.load();  // Without it IRQs have numbers only.
    SRIOV_ASSIGN(stream_,
                 xentrace::Stream::start(xentrace::xentrace_command(xentrace::find_xentrace(running_xen_version(host)),
                                                                    chosen.buffer_pages, chosen.poll_ms),
                                         codes_));
    for (std::size_t i = 0; i < stream_columns_.size(); ++i)
      stream_columns_[i] = recorder.column(kMetrics[kRecords + i], {});
    // Interrupts that come later rise from 0, not from the first row that has them.
    for (const auto& [irq, description] : irq_map_.irqs())
      if (!description.domains.empty()) add_irq(irq, description, recorder);
    stream_->read([this](Accounts& accounts, const StreamState&) {
      for (const auto& [irq, description] : irq_map_.irqs()) bind_irq(irq, description, accounts);
    });
    return {};
  }

  void sample(Recorder& recorder) override {
    stream_->read([this, &recorder](Accounts& accounts, const StreamState& state) {
      if (!state.has_ended) record(accounts, state, recorder);
    });
  }

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
    std::size_t handled = 0;
    std::size_t cycles = 0;
    std::optional<std::size_t> merged;
  };

  void record(Accounts& accounts, const StreamState& state, Recorder& recorder) {
    const std::array<std::int64_t, 4> values{state.health.records, state.health.lost_records,
                                             state.health.skipped_bytes, tsc_hz_};
    for (std::size_t i = 0; i < values.size(); ++i) recorder.set(stream_columns_[i], values[i]);
    for (const auto& [domid, account] : accounts.domains()) record_domain(domid, account, recorder);
    for (auto& [domid, columns] : domains_) (void)accounts.take_longest_wake(domid);
    // A bound interrupt that has not come yet has come 0 times since tracing began.
    for (auto& [irq, columns] : irqs_)
      if (!accounts.irqs().contains(static_cast<std::uint32_t>(irq))) set_irq(columns, {}, recorder);
    for (const auto& [irq, account] : accounts.irqs()) record_irq(irq, account, accounts, recorder);
  }

  void record_domain(std::uint32_t domid, const DomainAccount& account, Recorder& recorder) {
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

  DomainColumns& columns_of(std::uint32_t domid, Recorder& recorder) {
    if (const auto known = domains_.find(domid); known != domains_.end()) return known->second;
    DomainColumns& columns = domains_[domid];
    columns.labels = domain_labels(domid);
    for (std::size_t i = 0; i < kDomainValues; ++i)
      columns.values[i] = recorder.column(kMetrics[kRunCycles + i], columns.labels);
    return columns;
  }

  void add_reason(DomainColumns& columns, std::size_t slot, Recorder& recorder) const {
    Labels labels = columns.labels;
    labels.emplace_back("reason", exit_name(codes_, slot));
    columns.exits[slot] = recorder.column(kMetrics[kExits], labels);
    columns.cycles[slot] = recorder.column(kMetrics[kXenCycles], labels);
  }

  void record_irq(std::uint32_t irq, const IrqAccount& account, Accounts& accounts, Recorder& recorder) {
    auto columns = irqs_.find(irq);
    if (columns == irqs_.end()) {
      const XenIrq* description = irq_map_.find(irq);
      if (description == nullptr) return;
      columns = add_irq(irq, *description, recorder);
      bind_irq(irq, *description, accounts);
    }
    set_irq(columns->second, account, recorder);
    if (!accounts.knows_merged(irq)) return;
    if (!columns->second.merged)
      columns->second.merged = recorder.column(kMetrics[kIrqsMerged], columns->second.labels);
    recorder.set(*columns->second.merged, account.merged);
  }

  static void bind_irq(std::int64_t irq, const XenIrq& description, Accounts& accounts) {
    if (description.domains.size() == 1)
      accounts.bind_irq(static_cast<std::uint32_t>(irq), static_cast<std::uint32_t>(description.domains.front()));
  }

  static void set_irq(const IrqColumns& columns, const IrqAccount& account, Recorder& recorder) {
    recorder.set(columns.handled, account.handled);
    recorder.set(columns.cycles, account.cycles);
  }

  std::map<std::int64_t, IrqColumns>::iterator add_irq(std::int64_t irq, const XenIrq& description,
                                                       Recorder& recorder) {
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
    IrqColumns columns{
        labels, recorder.column(kMetrics[kIrqsHandled], labels), recorder.column(kMetrics[kIrqCycles], labels), {}};
    return irqs_.insert_or_assign(irq, std::move(columns)).first;
  }

  Labels domain_labels(std::uint32_t domid) {
    if (domid == xentrace::kUnknownDomain) return {{"domain", "unknown"}, {"domid", "unknown"}};
    return {{"domain", domain_name(domid)}, {"domid", std::to_string(domid)}};
  }

  std::string domain_name(std::uint32_t domid) {
    if (domid == xentrace::kIdleDomain) return "idle";
    if (library_)
      if (const auto domains = library_->domains())
        for (const XenDomain& domain : *domains)
          if (domain.domid == domid && !domain.name.empty()) return domain.name;
    return "domain " + std::to_string(domid);
  }

  static Labels with(Labels labels, const char* name, std::size_t value) {
    labels.emplace_back(name, std::to_string(value));
    return labels;
  }

  ExitCodes codes_ = ExitCodes::vmx;
  std::optional<XenLibrary> library_;
  XenIrqMap irq_map_;
  std::int64_t tsc_hz_ = kAbsent;
  std::array<std::size_t, kMetricCount - kRecords> stream_columns_{};
  std::unordered_map<std::uint32_t, DomainColumns> domains_;
  std::map<std::int64_t, IrqColumns> irqs_;
  std::unique_ptr<xentrace::Stream> stream_;  ///< Last: its thread ends first.
};

const Registration<Collector, VmExit> registration{"vmexit"};

}  // namespace
}  // namespace sriov
