#include "workloads/adapters/tool_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fmt/format.h>

#include "core/cpu_list.h"
#include "core/time.h"
#include "host/clock.h"
#include "workloads/engine/halt.h"

namespace sriov {
namespace {

constexpr std::int64_t kSamplePeriodNs = 20 * kNsPerMs;
constexpr std::int64_t kLastWordsNs = 1 * kNsPerSecond;  // Of what a tool's own children may still hold open.
constexpr std::size_t kMostOutput = std::size_t{64} << 20U;

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno("cannot make a pipe", errno);
  Pipe pipe{Fd(ends[0]), Fd(ends[1])};
  if (::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK) != 0) return fail_errno("cannot set a pipe up", errno);
  return pipe;
}

cpu_set_t to_set(const std::string& cpus) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const std::int64_t cpu : parse_cpu_list(cpus))
    if (cpu >= 0 && cpu < CPU_SETSIZE) CPU_SET(static_cast<std::size_t>(cpu), &set);
  return set;
}

}  // namespace

Result<ToolProcess> ToolProcess::start(ToolCommand command) {
  SRIOV_ASSIGN(Pipe out, make_pipe());
  SRIOV_ASSIGN(Pipe err, make_pipe());
  Pipe log;
  if (command.log) {
    SRIOV_ASSIGN(log, make_pipe());
  }
  ChildOptions options;
  options.stdout_fd = out.write.get();
  options.stderr_fd = err.write.get();
  if (command.log) options.keep_fds.push_back(log.write.get());
  std::replace(command.words.begin(), command.words.end(), std::string(kToolLogPath),
               fmt::format("/proc/self/fd/{}", log.write.get()));
  if (!command.cpus.empty())
    options.before_exec = [set = to_set(command.cpus)] {
      return ::sched_setaffinity(0, sizeof set, &set) == 0 ? 0 : errno;
    };
  ToolProcess tool;
  tool.started_ns_ = monotonic_ns();
  auto child = Child::start(command.words, options);
  if (!child) {
    Error error = child.error();
    if (!command.cpus.empty())
      error.hint = fmt::format("it was to be pinned to CPUs {}: are they there?", command.cpus);
    return tl::unexpected(error);
  }
  tool.child_ = std::move(*child);
  tool.out_fd_ = std::move(out.read);
  tool.err_fd_ = std::move(err.read);
  tool.log_fd_ = std::move(log.read);
  tool.log_ = std::move(command.log);
  tool.sample();
  return tool;
}

Result<void> ToolProcess::pump(std::int64_t deadline_ns, int other_fd) {
  while (!has_ended()) {
    const std::int64_t now_ns = monotonic_ns();
    if (cpu_.is_due(now_ns)) sample();
    std::array<pollfd, 5> waiting{pollfd{out_fd_.get(), POLLIN, 0}, pollfd{err_fd_.get(), POLLIN, 0},
                                  pollfd{log_fd_.get(), POLLIN, 0}, pollfd{child_.exit_fd(), POLLIN, 0},
                                  pollfd{other_fd, POLLIN, 0}};
    const std::int64_t wait_ns = std::clamp<std::int64_t>(deadline_ns - now_ns, 0, kSamplePeriodNs);
    ::poll(waiting.data(), waiting.size(), static_cast<int>((wait_ns + kNsPerMs - 1) / kNsPerMs));
    SRIOV_TRY(take_all());
    if (!child_.is_running()) {
      SRIOV_ASSIGN(const int code, child_.wait(0));
      end(code);
      return take_all();
    }
    if (waiting[4].revents != 0 || monotonic_ns() >= deadline_ns) return {};
  }
  return {};
}

void ToolProcess::interrupt() const { child_.signal(SIGINT); }

Result<void> ToolProcess::wait(std::int64_t patience_ns) {
  SRIOV_TRY(pump(monotonic_ns() + patience_ns, -1));
  if (has_ended()) return {};
  child_.stop(0);
  SRIOV_ASSIGN(const int code, child_.wait(0));
  end(code);
  return take_all();
}

void ToolProcess::sample() {
  if (const auto used = child_.cpu_time()) cpu_.add(monotonic_ns(), *used);
}

void ToolProcess::end(int exit_code) {
  exit_code_ = exit_code;
  ended_ns_ = monotonic_ns();
  sample();
  // What it has written is in the pipes by now.
  const std::int64_t until_ns = monotonic_ns() + kLastWordsNs;
  while (take_all() && (out_fd_.is_open() || err_fd_.is_open() || log_fd_.is_open()) && monotonic_ns() < until_ns)
    sleep_until_ns(monotonic_ns() + kNsPerMs);
}

Result<void> ToolProcess::take_all() {
  SRIOV_TRY(take(out_fd_, out_));
  SRIOV_TRY(take(err_fd_, err_));
  if (!log_fd_.is_open()) return {};
  std::string piece;
  while (log_fd_.is_open()) {
    SRIOV_ASSIGN(const bool more, take(log_fd_, piece));
    if (piece.empty()) break;
    log_(piece);
    piece.clear();
    if (!more) break;
  }
  return {};
}

Result<bool> ToolProcess::take(Fd& fd, std::string& into) {
  constexpr std::size_t kAtOnce = std::size_t{1} << 20U;
  std::array<char, 65536> buffer;
  std::size_t taken = 0;
  while (fd.is_open() && taken < kAtOnce) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno == EAGAIN;
    if (got == 0) {
      fd.close();
      return false;
    }
    if (into.size() + static_cast<std::size_t>(got) > kMostOutput)
      return fail(fmt::format("it wrote more than {} MiB", kMostOutput >> 20U), "",
                  "make the run shorter, or its intervals longer");
    into.append(buffer.data(), static_cast<std::size_t>(got));
    taken += static_cast<std::size_t>(got);
  }
  return fd.is_open();
}

}  // namespace sriov
