#include "collector/iotlb/iotlb_counters.h"

#include <algorithm>

#include <fmt/format.h>

namespace sriov {
namespace {

Result<PerfEvent> encode(const SysfsPmu& pmu, const std::string& event, const std::vector<PmuTerm>& filter) {
  auto terms = parse_pmu_terms(event);
  if (!terms) return fail(fmt::format("'{}' is no event", event), pmu.name());
  terms->insert(terms->end(), filter.begin(), filter.end());
  return pmu.encode(*terms);
}

Result<std::vector<PerfEvent>> encode_all(const SysfsPmu& pmu, const IotlbGroup& group,
                                          const std::vector<PmuTerm>& filter) {
  std::vector<PerfEvent> out;
  for (const std::string& event : group.events) {
    SRIOV_ASSIGN(PerfEvent encoded, encode(pmu, event, filter));
    out.push_back(std::move(encoded));
  }
  return out;
}

std::int64_t sum_of(const IotlbSum& sum, std::span<const std::int64_t> values) {
  std::int64_t total = 0;
  for (const std::size_t event : sum.plus) total += values[event];
  for (const std::size_t event : sum.minus) total -= values[event];
  return total;
}

std::string_view trailing_number(std::string_view text) {
  const std::size_t last = text.find_last_not_of("0123456789");
  return last == std::string_view::npos ? text : text.substr(last + 1);
}

/// Units go by the same number everywhere, but not by the same name: the PMU amd_iommu_0 is of ivhd0 in
/// /sys/class/iommu. A requester of which sysfs tells no unit may be behind any.
bool is_behind(const PciRequester& requester, const std::string& unit) {
  return requester.iommu.empty() || trailing_number(requester.iommu) == trailing_number(unit);
}

}  // namespace

Result<void> check_iotlb_groups(const SysfsPmu& pmu, std::span<const IotlbGroup> groups) {
  for (const IotlbGroup& group : groups) {
    if (!group.required) continue;
    if (const auto events = encode_all(pmu, group, {}); !events)
      return fail_environment(fmt::format("{}: {}", pmu.name(), events.error().what), {}, events.error().hint);
  }
  if (!pmu.cpus() || pmu.cpus()->empty())
    return fail_environment(fmt::format("{} names no CPU on which it can be read", pmu.name()));
  return {};
}

Result<void> check_iotlb_units(const Host& host, std::string_view prefix, std::span<const IotlbGroup> groups) {
  for (const std::string& name : SysfsPmu::numbered(host, prefix)) {
    SRIOV_ASSIGN(const SysfsPmu pmu, SysfsPmu::read(host, name));
    SRIOV_TRY(check_iotlb_groups(pmu, groups));
  }
  return {};
}

Result<void> IotlbCounters::add(const SysfsPmu& pmu, std::span<const IotlbGroup> groups,
                                const std::vector<PmuTerm>& filter, const Labels& labels, bool per_socket,
                                Recorder& recorder) {
  SRIOV_TRY(check_iotlb_groups(pmu, groups));
  for (const std::int64_t cpu : *pmu.cpus()) {
    Labels all = labels;
    const std::string topology = fmt::format("{}/devices/system/cpu/cpu{}/topology", host_.sys, cpu);
    if (const std::string socket = read_word(topology + "/physical_package_id"); per_socket && !socket.empty())
      all.emplace_back("socket", socket);
    for (const IotlbGroup& group : groups) {
      auto added = add_group(pmu, group, filter, all, static_cast<int>(cpu), recorder);
      if (!added && group.required) return added;
    }
  }
  return {};
}

Result<void> IotlbCounters::add_units(const IotlbUnits& units, const CollectorOptions& options, Recorder& recorder) {
  SRIOV_ASSIGN(const std::vector<PciRequester> requesters,
               parse_requesters(host_, option_value(kRequesterOptions, options, "requesters")));
  for (const std::string& unit : SysfsPmu::numbered(host_, units.prefix)) {
    SRIOV_ASSIGN(const SysfsPmu pmu, SysfsPmu::read(host_, unit));
    const Labels labels{{"backend", std::string(units.backend)}, {"iommu", unit}};
    SRIOV_TRY(add(pmu, units.groups, {}, labels, false, recorder));
    for (const PciRequester& requester : requesters) {
      if (!is_behind(requester, unit)) continue;
      SRIOV_ASSIGN(const std::vector<PmuTerm> filter, units.filter(pmu, requester));
      Labels with_requester = requester.labels();
      with_requester.insert(with_requester.end(), labels.begin(), labels.end());
      // The group that gives the misses is enough: every further one takes time from it.
      SRIOV_TRY(add(pmu, units.groups.first(1), filter, with_requester, false, recorder));
    }
  }
  return {};
}

Result<void> IotlbCounters::add_group(const SysfsPmu& pmu, const IotlbGroup& group, const std::vector<PmuTerm>& filter,
                                      const Labels& labels, int cpu, Recorder& recorder) {
  SRIOV_ASSIGN(const std::vector<PerfEvent> events, encode_all(pmu, group, filter));
  SRIOV_ASSIGN(PerfGroup counters, PerfGroup::open(events, {-1, cpu, false}, host_, opener_, reading_));
  Source source{std::move(counters), {}, std::nullopt};
  for (const IotlbSum& sum : group.sums)
    source.columns.push_back({sum, recorder.column(iotlb_metric(sum.metric), labels), 0});
  if (group.required) source.percent_column = recorder.column(iotlb_metric(IotlbMetric::counted_percent), labels);
  sources_.push_back(std::move(source));
  return {};
}

void IotlbCounters::sample(Recorder& recorder) {
  for (Source& source : sources_) {
    const PerfGroup::Outcome outcome = source.group.read();
    if (const auto percent = source.group.counted_percent(); percent && source.percent_column)
      recorder.set(*source.percent_column, *percent);
    if (outcome != PerfGroup::Outcome::counted) continue;
    for (Column& column : source.columns) {
      // A difference of two counters may fall by what was under way between their readings: misses do not un-happen.
      column.last = std::max(column.last, sum_of(column.sum, source.group.values()));
      recorder.set(column.column, column.last);
    }
  }
}

}  // namespace sriov
