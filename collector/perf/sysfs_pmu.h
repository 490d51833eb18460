// A performance monitoring unit as sysfs describes it: what it can count and how to ask for it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collector/perf/perf_event.h"
#include "collector/perf/sysfs_pmu_text.h"
#include "core/result.h"
#include "host/host.h"

namespace sriov {

/// A file of events/, with what its .scale and .unit say: count × scale is in unit.
struct PmuEvent {
  std::vector<PmuTerm> terms;
  double scale = 1;
  std::string unit;
};

/// /sys/bus/event_source/devices/NAME, read once. Files that cannot be understood are left out.
class SysfsPmu {
 public:
  [[nodiscard]] static Result<SysfsPmu> read(const Host& host, const std::string& name);
  /// Names of the PMUs that are `prefix` and a number ("dmar" -> dmar0, dmar1, … but not dmar_x), by number.
  [[nodiscard]] static std::vector<std::string> numbered(const Host& host, std::string_view prefix);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] std::uint32_t type() const { return type_; }
  /// The CPUs on which its events are opened, one for each of its instances (cpumask, or cpus). nullopt when it has no
  /// such file: then every CPU has one.
  [[nodiscard]] const std::optional<std::vector<std::int64_t>>& cpus() const { return cpus_; }
  [[nodiscard]] bool has_field(std::string_view field) const { return format_.contains(field); }
  /// The event of that name; nullptr when it has none.
  [[nodiscard]] const PmuEvent* event(std::string_view event) const;
  [[nodiscard]] std::vector<std::string> event_names() const;

  /// What perf_event_open takes for these terms. A term that is the name of an event stands for that event's terms;
  /// later terms overrule. Fails, naming the PMU's terms, for unknown ones and for values that do not fit.
  [[nodiscard]] Result<PerfEvent> encode(const std::vector<PmuTerm>& terms) const;

 private:
  [[nodiscard]] Result<void> write_term(const PmuTerm& term, PmuConfig& config) const;

  std::string name_;
  std::uint32_t type_ = 0;
  std::optional<std::vector<std::int64_t>> cpus_;
  std::map<std::string, PmuField, std::less<>> format_;
  std::map<std::string, PmuEvent, std::less<>> events_;
};

}  // namespace sriov
