// Counters of processors and of the kernel, as `perf stat` has them: per CPU, or of the threads of one process.
#include "collector/perf/perf.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "collector/perf/perf_list_text.h"
#include "collector/perf/perf_names.h"
#include "core/cpu_list.h"
#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kSource = "perf_event_open(2), read(2); names of the kernel, sysfs and libpfm4";

enum MetricIndex : std::size_t { kEvents, kTime, kCountedPercent, kMetricCount };
constexpr std::array<Metric, kMetricCount> kDeclared{{
    {"perf.events", "count", MetricKind::counter, "event,cpu,pid,tid,thread,scale,unit",
     "Occurrences of an event on a CPU or in a thread (and in what that starts later). Where the hardware had too few "
     "counters it is scaled up. With scale and unit, count times scale is in that unit.",
     kSource},
    {"perf.time", "ns", MetricKind::counter, "event,cpu,pid,tid,thread",
     "Time that a clock event (task-clock) counted.", kSource},
    {"perf.counted_percent", "percent", MetricKind::gauge, "event,cpu,pid,tid,thread",
     "Share of the interval in which the hardware really counted a group of events; below 100 its counts are scaled "
     "up.",
     "perf_event_open(2): time_running / time_enabled"},
}};
constexpr auto kMetrics = told_apart_by("event", kDeclared);

constexpr std::string_view kHardwareDefault = "{cycles,instructions},{LLC-load-misses,dTLB-load-misses}";
/// One group: reading a counter of another CPU interrupts it, and a group is read at once.
constexpr std::string_view kSoftwareDefault = "{context-switches,cpu-migrations,page-faults,task-clock}";

constexpr std::array<CollectorOption, 3> kOptions{{
    {"events", "default",
     "Events, those in braces counted at the same time: {cycles,instructions},page-faults. Names of the kernel, "
     "PMU/event/ or PMU/term=value/ of sysfs, or of libpfm4. default: cycles, instructions, LLC and dTLB misses where "
     "there are such counters, and the kernel's context switches, migrations, page faults and task clock."},
    {"cpus", "online", "CPUs to count on, as 0-3,8."},
    {"task", "none", "Count the threads of a process instead of CPUs: its id, or agent for the sampling process."},
}};

using NamedGroup = std::vector<NamedPerfEvent>;

/// What is counted on, and how its columns are told from others'.
struct LabelledTarget {
  PerfTarget target;
  Labels labels;
};

Result<std::int64_t> process_of(const std::string& task) {
  const auto pid = task == "agent" ? std::optional<std::int64_t>(getpid()) : to_int(task);
  if (pid && *pid > 0) return *pid;
  return fail_usage(fmt::format("'{}' is no task", task), "collector perf, option task",
                    "none, a process id, or agent");
}

Result<std::vector<std::int64_t>> listed_cpus(const std::string& list) {
  std::vector<std::int64_t> cpus = parse_cpu_list(list);
  if (!cpus.empty()) return cpus;
  return fail_usage(fmt::format("'{}' is no list of CPUs", list), "collector perf, option cpus", "online, or 0-3,8");
}

/// Where the events of one list are opened.
Result<std::vector<LabelledTarget>> threads_of(const Host& host, const std::string& task) {
  SRIOV_ASSIGN(const std::int64_t pid, process_of(task));
  const std::string folder = fmt::format("{}/{}/task", host.proc, pid);
  std::vector<LabelledTarget> targets;
  for (const std::string& tid : list_directory(folder)) {
    const auto number = to_int(tid);
    if (!number) continue;
    Labels labels{{"pid", std::to_string(pid)}, {"tid", tid}, {"thread", read_word(folder + "/" + tid + "/comm")}};
    targets.push_back({{static_cast<pid_t>(*number), -1, true}, std::move(labels)});
  }
  if (targets.empty()) return fail_usage(fmt::format("there is no process {}", pid), "collector perf, option task");
  return targets;
}

Result<std::vector<LabelledTarget>> cpus_of(const Host& host, const std::string& list) {
  const std::vector<std::int64_t> online = parse_cpu_list(read_word(host.sys + "/devices/system/cpu/online"));
  if (online.empty()) return fail_environment("it names no CPU", host.sys + "/devices/system/cpu/online");
  std::vector<std::int64_t> wanted = online;
  if (list != "online") {
    SRIOV_ASSIGN(wanted, listed_cpus(list));
  }
  std::vector<LabelledTarget> targets;
  for (const std::int64_t cpu : wanted) {
    if (std::ranges::find(online, cpu) == online.end())
      return fail_usage(fmt::format("CPU {} is not online", cpu), "collector perf, option cpus",
                        "online: " + read_word(host.sys + "/devices/system/cpu/online"));
    targets.push_back({{-1, static_cast<int>(cpu), false}, {{"cpu", std::to_string(cpu)}}});
  }
  return targets;
}

/// A unit outside of the CPUs is opened on the CPUs it names, whatever else was asked for.
std::vector<LabelledTarget> targets_of_unit(const std::vector<std::int64_t>& cpus) {
  std::vector<LabelledTarget> targets;
  for (const std::int64_t cpu : cpus)
    targets.push_back({{-1, static_cast<int>(cpu), false}, {{"cpu", std::to_string(cpu)}}});
  return targets;
}

std::string names_of(const NamedGroup& group) {
  std::vector<std::string> names;
  for (const NamedPerfEvent& named : group) names.push_back(named.event.name);
  return join(names, ",");
}

class Perf : public Collector {
 public:
  explicit Perf(PerfEventOpen opener = system_perf_event_open) : opener_(std::move(opener)) {}

  std::string_view name() const override { return "perf"; }
  std::string_view help() const override {
    return "Events of the processors and of the kernel as perf counts them, per CPU or of the threads of a process.";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }
  std::span<const CollectorOption> options() const override { return kOptions; }

  Result<void> check_values(const CollectorOptions& options) const override {
    const std::string task = option_value(kOptions, options, "task");
    if (task != "none") SRIOV_TRY(process_of(task));
    if (const std::string cpus = option_value(kOptions, options, "cpus"); cpus != "online")
      SRIOV_TRY(listed_cpus(cpus));
    if (const std::string list = option_value(kOptions, options, "events"); list != "default")
      if (auto parsed = parse_perf_list(list); !parsed)
        return tl::unexpected(parsed.error().at("collector perf, option events"));
    return {};
  }

  /// Whether CPU-wide counting is allowed: tried with an event that every kernel has.
  Result<void> probe(const Host& host) const override {
    if (!host.is_live()) return fail_environment("the kernel counts on the running machine, not in a captured tree");
    SRIOV_ASSIGN(const auto targets, cpus_of(host, "online"));
    SRIOV_ASSIGN(const NamedPerfEvent switches, find_perf_event(host, "context-switches"));
    const auto own = PerfGroup::open({switches.event}, {0, -1, false}, host, opener_);
    const auto all = PerfGroup::open({switches.event}, targets.front().target, host, opener_);
    // The threads of one's own process may be counted even where CPUs may not.
    if (!own && !all) return tl::unexpected(all.error());
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) override {
    const std::string task = option_value(kOptions, options, "task");
    SRIOV_ASSIGN(const std::vector<LabelledTarget> targets,
                 task == "none" ? cpus_of(host, option_value(kOptions, options, "cpus")) : threads_of(host, task));
    std::string list = option_value(kOptions, options, "events");
    const bool chosen = list != "default";
    if (!chosen) list = kSoftwareDefault;
    if (!chosen && has_cpu_pmu(host)) list = fmt::format("{},{}", kHardwareDefault, kSoftwareDefault);
    SRIOV_ASSIGN(const auto groups, parse_perf_list(list));
    for (const auto& names : groups) {
      NamedGroup group;
      for (const std::string& event : names) {
        SRIOV_ASSIGN(NamedPerfEvent named, find_perf_event(host, event));
        group.push_back(std::move(named));
      }
      // Of the default set a processor may lack some; what was asked for by name must be there.
      auto added = add_group(host, group, targets, recorder);
      if (!added && (chosen || is_software(group.front().event))) return added;
    }
    return {};
  }

  void sample(Recorder& recorder) override {
    for (Source& source : sources_) {
      const PerfGroup::Outcome outcome = source.group.read();
      if (const auto percent = source.group.counted_percent(); percent && source.percent_column)
        recorder.set(*source.percent_column, *percent);
      if (outcome != PerfGroup::Outcome::counted) continue;
      for (std::size_t i = 0; i < source.columns.size(); ++i) recorder.set(source.columns[i], source.group.values()[i]);
    }
  }

 private:
  struct Source {
    PerfGroup group;
    std::vector<std::size_t> columns;
    std::optional<std::size_t> percent_column;  ///< The kernel's own events are always counted: they have none.
  };

  Result<void> add_group(const Host& host, const NamedGroup& group, const std::vector<LabelledTarget>& wanted,
                         Recorder& recorder) {
    const auto& cpus = group.front().cpus;
    if (std::ranges::any_of(group, [&](const NamedPerfEvent& named) { return named.cpus != cpus; }))
      return fail_usage("events of different units cannot be one group", names_of(group), "give them without braces");
    if (cpus && cpus->empty()) return fail_environment("its PMU names no CPU to be read on", names_of(group));
    std::vector<PerfEvent> events;
    for (const NamedPerfEvent& named : group) events.push_back(named.event);
    std::vector<Source> opened;
    std::optional<Error> why_not;
    for (const LabelledTarget& one : cpus ? targets_of_unit(*cpus) : wanted) {
      auto counters = PerfGroup::open(events, one.target, host, opener_);
      if (counters)
        opened.push_back(describe(std::move(*counters), group, one.labels, recorder));
      else if (!why_not)
        why_not = counters.error();
    }
    // A CPU that goes offline, or a thread that ends, between looking and opening is not there: the others are.
    if (opened.empty() && why_not) return tl::unexpected(*why_not);
    std::ranges::move(opened, std::back_inserter(sources_));
    return {};
  }

  static Source describe(PerfGroup counters, const NamedGroup& group, const Labels& of_target, Recorder& recorder) {
    Source source{std::move(counters), {}, std::nullopt};
    for (const NamedPerfEvent& named : group) {
      Labels labels = of_target;
      labels.emplace_back("event", named.event.name);
      if (!named.unit.empty()) {
        labels.emplace_back("scale", fmt::format("{}", named.scale));
        labels.emplace_back("unit", named.unit);
      }
      source.columns.push_back(recorder.column(kMetrics[named.is_time ? kTime : kEvents], std::move(labels)));
    }
    if (std::ranges::all_of(group, [](const NamedPerfEvent& named) { return is_software(named.event); })) return source;
    Labels labels = of_target;
    labels.emplace_back("event", names_of(group));
    source.percent_column = recorder.column(kMetrics[kCountedPercent], std::move(labels));
    return source;
  }

  PerfEventOpen opener_;
  std::vector<Source> sources_;
};

const Registration<Collector, Perf> registration{"perf"};

}  // namespace

std::unique_ptr<Collector> make_perf_collector(PerfEventOpen opener) {
  return std::make_unique<Perf>(std::move(opener));
}

}  // namespace sriov
