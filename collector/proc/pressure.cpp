// How long tasks waited for CPUs, memory, I/O and interrupts: the kernel's pressure stall information (PSI).
#include <array>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "collector/collector.h"
#include "collector/proc/pressure_text.h"
#include "core/time.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kLabels = "resource,stalled";
constexpr std::string_view kSource = "/proc/pressure/cpu, memory, io, irq";
constexpr std::array<Metric, 4> kMetrics{{
    {"pressure.stalled_time", "ns", MetricKind::counter, kLabels,
     "Time in which tasks waited for the resource (cpu, memory, io, irq): with stalled=some at least one of them, with "
     "full all that were not idle, at once; some contains full.",
     kSource},
    {"pressure.avg10", "ppm", MetricKind::gauge, kLabels,
     "Share of the time in which tasks waited, the kernel's running average over 10 s; it is renewed every 2 s.",
     kSource},
    {"pressure.avg60", "ppm", MetricKind::gauge, kLabels, "The same over 60 s.", kSource},
    {"pressure.avg300", "ppm", MetricKind::gauge, kLabels, "The same over 300 s.", kSource},
}};
constexpr std::int64_t kPpmPerHundredth = 100;

constexpr std::array<std::string_view, 4> kResources{"cpu", "memory", "io", "irq"};

std::string path_of(const Host& host, std::string_view resource) {
  return host.proc + "/pressure/" + std::string(resource);
}

/// Why a resource's file tells nothing; it is read here, as the kernel lets a disabled one be opened.
Result<PressureLines> look_at(const Host& host, std::string_view resource) {
  const std::string path = path_of(host, resource);
  if (!exists(host.proc + "/pressure"))
    return fail_environment("the kernel keeps no pressure stall information", host.proc + "/pressure",
                            "boot with psi=1, or use a kernel that was built with CONFIG_PSI");
  if (!exists(path))
    return fail_environment(fmt::format("the kernel does not tell the pressure of {}", resource), path,
                            resource == "irq" ? "it needs Linux 6.1 and CONFIG_IRQ_TIME_ACCOUNTING" : "");
  const auto text = read_file(path);  // EOPNOTSUPP where PSI is off.
  if (!text) return fail_environment(text.error().what, path, "boot with psi=1");
  const PressureLines lines = parse_pressure(*text);
  if (!lines.some && !lines.full) return fail_environment("no line of pressures in it", path);
  return lines;
}

class Pressure : public Collector {
 public:
  std::string_view name() const override { return "pressure"; }
  std::string_view help() const override {
    return "How long tasks waited for CPUs, memory, I/O and interrupts: pressure stall information, from "
           "/proc/pressure.";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    std::optional<Error> first;
    for (const std::string_view resource : kResources) {
      const auto lines = look_at(host, resource);
      if (lines) return {};
      if (!first) first = lines.error();
    }
    return tl::unexpected(*first);
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    for (const std::string_view resource : kResources) {
      const auto lines = look_at(host, resource);
      auto file = lines ? KeptFile::open(path_of(host, resource)) : tl::unexpected(lines.error());
      if (!file) {
        absences_.push_back(file.error());
        continue;
      }
      Source& source = sources_.emplace_back(Source{std::move(*file), {}, {}});
      // All tasks cannot wait for a CPU at once: of the whole machine the kernel writes zeros there (psi.rst).
      const bool has_full = lines->full && resource != "cpu";
      if (lines->some) source.some = columns_of(resource, "some", recorder);
      if (has_full) source.full = columns_of(resource, "full", recorder);
    }
    if (sources_.empty()) return tl::unexpected(absences_.front());
    return {};
  }
  std::vector<Error> absences() const override { return absences_; }

  void sample(Recorder& recorder) override {
    for (Source& source : sources_) {
      const auto text = source.file.read();
      if (!text) continue;
      const PressureLines lines = parse_pressure(*text);
      if (source.some && lines.some) set(*source.some, *lines.some, recorder);
      if (source.full && lines.full) set(*source.full, *lines.full, recorder);
    }
  }

 private:
  using Columns = std::array<std::size_t, kMetrics.size()>;
  struct Source {
    KeptFile file;
    std::optional<Columns> some;
    std::optional<Columns> full;
  };

  static Columns columns_of(std::string_view resource, const char* stalled, Recorder& recorder) {
    Columns columns{};
    for (std::size_t i = 0; i < kMetrics.size(); ++i)
      columns[i] = recorder.column(kMetrics[i], {{"resource", std::string(resource)}, {"stalled", stalled}});
    return columns;
  }

  static void set(const Columns& columns, const PressureLine& line, Recorder& recorder) {
    if (line.total_us != kAbsent) recorder.set(columns[0], line.total_us * kNsPerUs);
    for (std::size_t i = 0; i < line.averages.size(); ++i)
      if (line.averages[i] != kAbsent) recorder.set(columns[i + 1], line.averages[i] * kPpmPerHundredth);
  }

  std::vector<Source> sources_;
  std::vector<Error> absences_;
};

const Registration<Collector, Pressure> registration{"pressure"};

}  // namespace
}  // namespace sriov
