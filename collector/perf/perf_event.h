// perf_event_open(2): groups of counters that are read together, and what its refusals mean.
#pragma once

#include <linux/perf_event.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "host/file.h"
#include "host/host.h"

namespace sriov {

/// What is counted: type and configs of `attr`; the rest of it is PerfGroup's.
struct PerfEvent {
  std::string name;  ///< For people: "dmar0/iotlb_lookup/".
  perf_event_attr attr{};
};

/// Where it is counted: everything on one CPU (pid -1), or one thread wherever it runs (cpu -1).
struct PerfTarget {
  pid_t pid = -1;
  int cpu = -1;
  bool inherit = false;  ///< Threads and processes that it makes from now on are counted too.
};

/// The system call: a descriptor, or -1 and errno. Tests have their own.
using PerfEventOpen = std::function<int(perf_event_attr& attr, pid_t pid, int cpu, int group_fd, unsigned long flags)>;
[[nodiscard]] int system_perf_event_open(perf_event_attr& attr, pid_t pid, int cpu, int group_fd, unsigned long flags);

/// Why perf_event_open refused `event`, and what would help: the sysctl, or who holds the counter.
[[nodiscard]] Error explain_perf_error(int error_number, const PerfEvent& event, const PerfTarget& target,
                                       const Host& host);

/// Whether the event is one of the kernel's own: always counted, never shared in time.
[[nodiscard]] bool is_software(const PerfEvent& event);

/// Events that the kernel puts on the hardware together, so that their ratios are of the same time. Counts start at 0.
class PerfGroup {
 public:
  enum class Reading {
    running,  ///< Counters go on while they are read.
    /// They are stopped, read and started again. For PMUs whose driver adds the whole counter at every reading:
    /// amd_iommu since Linux 5.13 (perf_iommu_read in arch/x86/events/amd/iommu.c).
    stopped,
  };
  enum class Outcome {
    counted,      ///< values() are of now.
    not_counted,  ///< The hardware had no room for the group since the reading before.
    failed,       ///< Nothing can be known: the CPU is offline, the task has gone.
  };

  [[nodiscard]] static Result<PerfGroup> open(const std::vector<PerfEvent>& events, const PerfTarget& target,
                                              const Host& host, const PerfEventOpen& opener,
                                              Reading reading = Reading::running);

  /// Reads all counters; allocates nothing.
  [[nodiscard]] Outcome read();
  /// Of each event in the order of open(), scaled up for the time in which it was not on the hardware. Never falls.
  [[nodiscard]] std::span<const std::int64_t> values() const { return values_; }
  /// Share of the time since the counted reading before in which the group was on the hardware; nullopt when there was
  /// no such time (a thread that did not run).
  [[nodiscard]] std::optional<std::int64_t> counted_percent() const { return percent_; }

 private:
  /// One descriptor that is read: of a whole group, or of one event where the kernel does not read groups (inherit).
  struct Part {
    std::size_t first = 0;  ///< Index of its first event.
    std::size_t count = 1;
    std::uint64_t enabled_ns = 0;
    std::uint64_t running_ns = 0;
  };

  [[nodiscard]] Outcome read_part(Part& part);
  [[nodiscard]] bool read_words(const Part& part);
  void add_counts(Part& part, std::uint64_t enabled_ns, std::uint64_t running_ns);

  bool of_task_ = false;
  bool grouped_ = true;
  Reading reading_ = Reading::running;
  std::vector<Fd> fds_;
  std::vector<Part> parts_;
  std::vector<std::uint64_t> raw_;    ///< Counts of the counted reading before.
  std::vector<std::int64_t> values_;  ///< Scaled sums.
  std::vector<std::uint64_t> words_;  ///< What read(2) fills.
  std::optional<std::int64_t> percent_;
};

}  // namespace sriov
