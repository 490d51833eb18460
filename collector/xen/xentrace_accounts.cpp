#include "collector/xen/xentrace_accounts.h"

#include <algorithm>
#include <utility>

namespace sriov::xentrace {
namespace {

// What a damaged stream could make up must not fill the memory.
constexpr std::size_t kMostDomains = 4096;
constexpr std::size_t kMostVcpus = 65536;
constexpr std::size_t kMostIrqs = 8192;

constexpr unsigned kDomainShift = 16;
/// 0 for what no trace can hold: times that go back, or more than some minutes without a record between. Damage, then.
std::int64_t cycles_between(std::uint64_t from, std::uint64_t to) {
  constexpr std::uint64_t kMostCycles = std::uint64_t{1} << 40;
  return to < from || to - from > kMostCycles ? 0 : static_cast<std::int64_t>(to - from);
}

[[nodiscard]] std::uint32_t domain_of(std::uint32_t vcpu) { return vcpu >> kDomainShift; }

}  // namespace

void Accounts::Times::add(std::uint64_t time) {
  if (count == values.size()) {
    std::copy(values.begin() + 1, values.end(), values.begin());
    --count;
  }
  std::size_t place = count++;
  for (; place > 0 && values[place - 1] > time; --place) values[place] = values[place - 1];
  values[place] = time;
}

std::optional<std::uint64_t> Accounts::Times::take_latest_until(std::uint64_t limit) {
  auto* const end = values.begin() + count;
  auto* const after = std::upper_bound(values.begin(), end, limit);
  if (after == values.begin()) return std::nullopt;
  const std::uint64_t found = *(after - 1);
  std::copy(after, end, values.begin());
  count = static_cast<std::size_t>(end - after);
  return found;
}

std::optional<std::uint64_t> Accounts::Times::take_earliest_from(std::uint64_t limit) {
  auto* const end = values.begin() + count;
  auto* const place = std::lower_bound(values.begin(), end, limit);
  if (place == end) return std::nullopt;
  const std::uint64_t found = *place;
  std::copy(place + 1, end, values.begin());
  count = static_cast<std::size_t>(end - place) - 1;
  return found;
}

void Accounts::add(const Record& record) {
  Pcpu& pcpu = pcpus_[record.pcpu];
  if (record.has_time && record.event != kLostRecords) add_run_cycles(pcpu, record.tsc);
  if ((record.event & kRunstateMask) == kRunstateChange) return on_runstate(pcpu, record);
  switch (record.event & ~kNested) {
    case kLostRecords:
      return on_lost(pcpu, record);
    case kContinueRunning:
      if (!pcpu.current) on_running(pcpu, record.extra[0], record.tsc);
      return;
    case kVmExit:
    case kVmExit64:
      return on_exit(pcpu, record);
    case kVmEntry:
      return leave_xen(pcpu, record.tsc);
    case kInjectInterrupt:
      return on_injection(pcpu, record);
    case kReinjectInterrupt:
      ++current_domain(pcpu).reinjected;
      return;
    case kAcceleratedEoi:
      ++current_domain(pcpu).accelerated_eois;
      return;
    case kGrantMap:
    case kGrantUnmap: {
      if (domains_.size() >= kMostDomains && !domains_.contains(record.extra[0])) return;
      DomainAccount& granter = domains_[record.extra[0]];
      ++(record.event == kGrantMap ? granter.grant_maps : granter.grant_unmaps);
      return;
    }
    case kIrqHandled:
      return on_irq(record);
    default:
      return;
  }
}

void Accounts::forget_open_intervals() {
  for (auto& [id, pcpu] : pcpus_) pcpu = {};
  for (auto& [id, vcpu] : vcpus_) vcpu.wakes.count = vcpu.runs.count = 0;
  last_irqs_.clear();
}

void Accounts::forget_irq(std::uint32_t irq) {
  irqs_.erase(irq);
  irq_domains_.erase(irq);
  last_irqs_.erase(irq);
}

void Accounts::forget_domain(std::uint32_t domain) {
  domains_.erase(domain);
  last_taken_.erase(domain);
  std::erase_if(vcpus_, [domain](const auto& vcpu) { return domain_of(vcpu.first) == domain; });
}

bool Accounts::knows_merged(std::uint32_t irq) const {
  const auto domain = irq_domains_.find(irq);
  return domain != irq_domains_.end() && last_taken_.contains(domain->second);
}

std::int64_t Accounts::take_longest_wake(std::uint32_t domain) {
  const auto found = domains_.find(domain);
  return found == domains_.end() ? 0 : std::exchange(found->second.longest_wake_cycles, 0);
}

DomainAccount& Accounts::current_domain(const Pcpu& pcpu) {
  const std::uint32_t domain = pcpu.current ? domain_of(*pcpu.current) : kUnknownDomain;
  if (domains_.size() >= kMostDomains && !domains_.contains(domain)) return domains_[kUnknownDomain];
  return domains_[domain];
}

/// Called at every record, so that a reader who looks between context switches finds them up to date.
void Accounts::add_run_cycles(Pcpu& pcpu, std::uint64_t tsc) {
  if (!pcpu.run_since || tsc < *pcpu.run_since) return;
  if (domain_of(*pcpu.current) != kIdleDomain) current_domain(pcpu).run_cycles += cycles_between(*pcpu.run_since, tsc);
  pcpu.run_since = tsc;
}

void Accounts::leave_xen(Pcpu& pcpu, std::uint64_t tsc) {
  const auto since = std::exchange(pcpu.in_xen_since, std::nullopt);
  if (since) current_domain(pcpu).exit_cycles[pcpu.exit_slot] += cycles_between(*since, tsc);
}

void Accounts::on_exit(Pcpu& pcpu, const Record& record) {
  pcpu.exit_slot = exit_slot(codes_, record.extra[0]);
  pcpu.in_xen_since = record.tsc;
  ++current_domain(pcpu).exits[pcpu.exit_slot];
  // A guest that leaves after an injection has begun to handle it; what came before is handled with it.
  if (std::exchange(pcpu.has_injected, false) && pcpu.current && last_taken_.size() < kMostDomains) {
    std::uint64_t& last = last_taken_[domain_of(*pcpu.current)];
    last = std::max(last, record.tsc);
  }
  if (pcpu.current && (vcpus_.size() < kMostVcpus || vcpus_.contains(*pcpu.current)))
    vcpus_[*pcpu.current].last_exit = pcpu.exit_slot;
}

void Accounts::on_runstate(Pcpu& pcpu, const Record& record) {
  const VcpuId id = record.extra[0];
  if (vcpus_.size() >= kMostVcpus && !vcpus_.contains(id)) return;
  const Runstate before = old_state(record.event);
  const Runstate after = new_state(record.event);
  if (before == Runstate::running) {
    // The work for the exit goes on when the vCPU runs again; while it waits, none is done for it.
    if (pcpu.current == id) leave_xen(pcpu, record.tsc);
    pcpu.current.reset();
    pcpu.run_since.reset();
    pcpu.in_xen_since.reset();
    pcpu.has_injected = false;
  }
  if (after == Runstate::running) {
    on_running(pcpu, id, record.tsc);
    if (domain_of(id) == kIdleDomain || before != Runstate::runnable) return;
    Vcpu& vcpu = vcpus_[id];
    if (const auto wake = vcpu.wakes.take_latest_until(record.tsc))
      add_wake(id, cycles_between(*wake, record.tsc));
    else
      vcpu.runs.add(record.tsc);
  }
  if (before == Runstate::blocked && after == Runstate::runnable) {
    Vcpu& vcpu = vcpus_[id];
    if (const auto run = vcpu.runs.take_earliest_from(record.tsc))
      add_wake(id, cycles_between(record.tsc, *run));
    else
      vcpu.wakes.add(record.tsc);
  }
}

void Accounts::on_running(Pcpu& pcpu, VcpuId id, std::uint64_t tsc) {
  pcpu.current = id;
  pcpu.run_since = tsc;
  pcpu.in_xen_since.reset();
  if (domain_of(id) == kIdleDomain || (vcpus_.size() >= kMostVcpus && !vcpus_.contains(id))) return;
  const Vcpu& vcpu = vcpus_[id];
  if (!vcpu.last_exit) return;
  pcpu.in_xen_since = tsc;
  pcpu.exit_slot = *vcpu.last_exit;
}

void Accounts::on_lost(Pcpu& pcpu, const Record& record) {
  // A run that is missing would leave its wake to a later run; what else is missing is this CPU's.
  for (auto& [id, vcpu] : vcpus_) vcpu.wakes.count = vcpu.runs.count = 0;
  last_irqs_.clear();
  pcpu = {};
  // The report names the vCPU that is current where records can be stored again, domain and vCPU the other way round.
  pcpu.current = record.extra[1] << kDomainShift | record.extra[1] >> kDomainShift;
  if (record.has_time) pcpu.run_since = record.tsc;
}

void Accounts::add_wake(VcpuId id, std::int64_t cycles) {
  const auto found = domains_.find(domain_of(id));
  if (found == domains_.end() && domains_.size() >= kMostDomains) return;
  DomainAccount& domain = found == domains_.end() ? domains_[domain_of(id)] : found->second;
  ++domain.wakes;
  domain.wake_cycles += cycles;
  domain.longest_wake_cycles = std::max(domain.longest_wake_cycles, cycles);
}

void Accounts::on_injection(Pcpu& pcpu, const Record& record) {
  ++current_domain(pcpu).injected[record.extra[0] & 0xFF];
  pcpu.has_injected = pcpu.current.has_value();
}

void Accounts::on_irq(const Record& record) {
  const std::uint32_t number = record.extra[0];
  if (irqs_.size() >= kMostIrqs && !irqs_.contains(number)) return;
  IrqAccount& irq = irqs_[number];
  ++irq.handled;
  irq.cycles += record.extra[2] - record.extra[1];  // 32 bits wide: a wrap between the two cancels out.
  if (!knows_merged(number)) return;
  const auto [last, is_first] = last_irqs_.try_emplace(number, record.tsc);
  if (is_first) return;
  if (last_taken_.at(irq_domains_.at(number)) < last->second) ++irq.merged;
  last->second = record.tsc;
}

}  // namespace sriov::xentrace
