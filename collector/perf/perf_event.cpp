#include "collector/perf/perf_event.h"

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <system_error>

#include <fmt/format.h>

namespace sriov {
namespace {

// What read(2) gives of a group (PERF_FORMAT_GROUP and both times): number of events, times, values. Of one event
// alone: value, times.
constexpr std::size_t kGroupHeaderWords = 3;
constexpr std::size_t kSingleWords = 3;

/// As many descriptors as the hard limit allows: a group of events on each of many CPUs soon passes the usual 1,024.
bool raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= limit.rlim_max) return false;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

int open_event(perf_event_attr attr, const PerfTarget& target, int group_fd, const PerfEventOpen& opener) {
  const int fd = opener(attr, target.pid, target.cpu, group_fd, PERF_FLAG_FD_CLOEXEC);
  if (fd >= 0 || errno != EMFILE || !raise_descriptor_limit()) return fd;
  return opener(attr, target.pid, target.cpu, group_fd, PERF_FLAG_FD_CLOEXEC);
}

Error denied(const std::string& what, const PerfEvent& event, const Host& host) {
  const std::string paranoid = read_word(host.proc + "/sys/kernel/perf_event_paranoid");
  Error error{what, event.name, {}, ErrorKind::environment};
  if (geteuid() == 0) {
    error.hint = "root may count anything: a container's system call filter or kernel lockdown refuses it";
    return error;
  }
  if (!paranoid.empty()) error.what += fmt::format("; kernel.perf_event_paranoid is {}", paranoid);
  error.hint = "run as root, give CAP_PERFMON, or sysctl kernel.perf_event_paranoid=0";
  return error;
}

std::string who_holds_it(const Host& host) {
  if (read_word(host.proc + "/sys/kernel/nmi_watchdog") == "1")
    return "the NMI watchdog holds a counter of every CPU: sysctl kernel.nmi_watchdog=0";
  return "another program holds the counter for itself: perf, pcm, a profiler; lsof | grep perf_event names it";
}

}  // namespace

int system_perf_event_open(perf_event_attr& attr, pid_t pid, int cpu, int group_fd, unsigned long flags) {
  return static_cast<int>(syscall(SYS_perf_event_open, &attr, pid, cpu, group_fd, flags));
}

bool is_software(const PerfEvent& event) { return event.attr.type == PERF_TYPE_SOFTWARE; }

Error explain_perf_error(int error_number, const PerfEvent& event, const PerfTarget& target, const Host& host) {
  const std::string what = "it cannot be counted: " + std::generic_category().message(error_number);
  const auto because = [&](std::string hint) {
    return Error{what, event.name, std::move(hint), ErrorKind::environment};
  };
  switch (error_number) {
    case EACCES:
    case EPERM:
      return denied(what, event, host);
    case EBUSY:
      return because(who_holds_it(host));
    case ENOENT:
    case EOPNOTSUPP:
      return because("this processor, or the virtual machine it is in, does not have it; see `sriov-bench doctor`");
    case ENODEV:
      return because(target.cpu >= 0 ? fmt::format("CPU {} is offline, or has no such unit", target.cpu)
                                     : std::string("this machine has no such unit"));
    case EINVAL:
      return because("the unit does not take this event, this filter, or as many events in one group");
    case EMFILE:
    case ENFILE: {
      rlimit limit{};
      getrlimit(RLIMIT_NOFILE, &limit);
      return because(
          error_number == ENFILE
              ? std::string("the machine's files are used up: sysctl fs.file-max")
              : fmt::format("this process may open {} files: raise it (ulimit -n), or choose fewer events or "
                            "CPUs",
                            limit.rlim_cur));
    }
    case ESRCH:
      return because(fmt::format("task {} has gone", target.pid));
    case ENOSYS:
      return because("this kernel was built without CONFIG_PERF_EVENTS");
    default:
      return because({});
  }
}

Result<PerfGroup> PerfGroup::open(const std::vector<PerfEvent>& events, const PerfTarget& target, const Host& host,
                                  const PerfEventOpen& opener, Reading reading) {
  PerfGroup group;
  group.of_task_ = target.pid >= 0;
  group.grouped_ = !target.inherit;
  group.reading_ = reading;
  for (const PerfEvent& event : events) {
    perf_event_attr attr = event.attr;
    attr.size = sizeof attr;
    attr.inherit = target.inherit ? 1 : 0;
    attr.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING;
    if (group.grouped_) attr.read_format |= PERF_FORMAT_GROUP;
    const int leader = group.fds_.empty() ? -1 : group.fds_.front().get();
    const int fd = open_event(attr, target, leader, opener);
    if (fd < 0) return tl::unexpected(explain_perf_error(errno, event, target, host));
    group.fds_.emplace_back(fd);
  }
  if (group.grouped_) group.parts_.push_back({0, events.size(), 0, 0});
  for (std::size_t i = 0; !group.grouped_ && i < events.size(); ++i) group.parts_.push_back({i, 1, 0, 0});
  group.raw_.resize(events.size());
  group.values_.resize(events.size());
  group.words_.resize(kGroupHeaderWords + events.size());
  return group;
}

PerfGroup::Outcome PerfGroup::read() {
  percent_.reset();
  Outcome worst = Outcome::counted;
  if (reading_ == Reading::stopped) ioctl(fds_.front().get(), PERF_EVENT_IOC_DISABLE, PERF_IOC_FLAG_GROUP);
  for (Part& part : parts_) worst = std::max(worst, read_part(part));
  if (reading_ == Reading::stopped) ioctl(fds_.front().get(), PERF_EVENT_IOC_ENABLE, PERF_IOC_FLAG_GROUP);
  return worst;
}

/// Fills words_; false when the kernel did not give all of them.
bool PerfGroup::read_words(const Part& part) {
  const std::size_t words = grouped_ ? kGroupHeaderWords + part.count : kSingleWords;
  const std::size_t bytes = words * sizeof(std::uint64_t);
  ssize_t got = 0;
  do {
    got = ::read(fds_[part.first].get(), words_.data(), bytes);
  } while (got < 0 && errno == EINTR);
  return got == static_cast<ssize_t>(bytes) && (!grouped_ || words_[0] == part.count);
}

PerfGroup::Outcome PerfGroup::read_part(Part& part) {
  if (!read_words(part)) return Outcome::failed;
  const std::uint64_t enabled_ns = words_[1];
  const std::uint64_t running_ns = words_[2];
  if (enabled_ns <= part.enabled_ns || running_ns < part.running_ns) {
    // A thread that slept has nothing new to tell; a CPU on which no time passes is offline.
    return of_task_ && enabled_ns == part.enabled_ns ? Outcome::counted : Outcome::failed;
  }
  const double enabled = static_cast<double>(enabled_ns - part.enabled_ns);
  const double running = static_cast<double>(running_ns - part.running_ns);
  const auto percent = static_cast<std::int64_t>(std::llround(100 * running / enabled));
  percent_ = std::min(percent_.value_or(percent), percent);
  if (running_ns == part.running_ns) return Outcome::not_counted;
  add_counts(part, enabled_ns, running_ns);
  return Outcome::counted;
}

void PerfGroup::add_counts(Part& part, std::uint64_t enabled_ns, std::uint64_t running_ns) {
  const std::uint64_t enabled = enabled_ns - part.enabled_ns;
  const std::uint64_t running = running_ns - part.running_ns;
  const double scale = static_cast<double>(enabled) / static_cast<double>(running);
  for (std::size_t i = 0; i < part.count; ++i) {
    const std::size_t event = part.first + i;
    const std::uint64_t raw = grouped_ ? words_[kGroupHeaderWords + i] : words_[0];
    const std::uint64_t rise = raw >= raw_[event] ? raw - raw_[event] : 0;
    raw_[event] = raw;
    values_[event] += enabled == running ? static_cast<std::int64_t>(rise)
                                         : static_cast<std::int64_t>(std::llround(static_cast<double>(rise) * scale));
  }
  part.enabled_ns = enabled_ns;
  part.running_ns = running_ns;
}

}  // namespace sriov
