#include "host/shell.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/process.h"
#include "host/timespec.h"

namespace sriov {
namespace {

constexpr std::size_t kMaxOutputBytes = std::size_t{256} << 20;
constexpr std::int64_t kGraceNs = 500 * kNsPerMs;
constexpr std::int64_t kPollWithoutPidfdNs = 10 * kNsPerMs;
constexpr std::size_t kLinesInErrors = 5;

/// One of a command's output streams: the end we read, and what came.
struct OutputPipe {
  Fd read_end;
  Fd write_end;
  std::string text;

  [[nodiscard]] static Result<OutputPipe> make() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno("cannot make a pipe", errno);
    OutputPipe out{Fd(ends[0]), Fd(ends[1]), {}};
    ::fcntl(out.read_end.get(), F_SETFL, O_NONBLOCK);
    return out;
  }

  /// Takes what is there now; closes at the end of the stream.
  void drain() {
    std::array<char, 65536> buffer;
    while (read_end.is_open() && text.size() <= kMaxOutputBytes) {
      const ssize_t got = ::read(read_end.get(), buffer.data(), buffer.size());
      if (got > 0) {
        text.append(buffer.data(), static_cast<std::size_t>(got));
      } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
        read_end.close();
      } else if (errno == EAGAIN) {
        return;
      }
    }
  }
};

/// Reads both streams until the command itself has ended: a grandchild that keeps them open does not hold us up, and
/// what the command wrote before it ended is in the pipes by then. False when the time is up.
bool collect_output(Child& child, OutputPipe& out, OutputPipe& err, std::int64_t deadline_ns) {
  while (out.text.size() <= kMaxOutputBytes && err.text.size() <= kMaxOutputBytes) {
    const std::int64_t left_ns = deadline_ns - monotonic_ns();
    if (left_ns <= 0) return false;
    const std::int64_t nap_ns = child.exit_fd() >= 0 ? left_ns : std::min(left_ns, kPollWithoutPidfdNs);
    const timespec timeout = to_timespec(nap_ns);
    // poll() skips negative descriptors: a stream that is closed, or a missing pidfd.
    std::array<pollfd, 3> waiting{
        {{out.read_end.get(), POLLIN, 0}, {err.read_end.get(), POLLIN, 0}, {child.exit_fd(), POLLIN, 0}}};
    ::ppoll(waiting.data(), waiting.size(), &timeout, nullptr);
    const bool ended = !child.is_running();
    out.drain();
    err.drain();
    if (ended) return true;
  }
  return true;
}

bool starts_with_any(const std::string& path, std::initializer_list<std::string_view> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return path.compare(0, prefix.size(), prefix) == 0; });
}

}  // namespace

Result<std::string> Shell::output_of(const Command& command, std::int64_t timeout_ns) {
  SRIOV_ASSIGN(CommandOutput output, run(command, timeout_ns));
  if (output.exit_code == 0) return std::move(output.out);
  std::string said = join(last_lines(output.err, kLinesInErrors), "\n");
  if (said.empty()) said = join(last_lines(output.out, kLinesInErrors), "\n");
  return fail(fmt::format("`{}` ended with exit code {}{}{}", join(command, " "), output.exit_code,
                          said.empty() ? "" : ": ", said),
              name());
}

Result<CommandOutput> LocalShell::run(const Command& command, std::int64_t timeout_ns) {
  const std::int64_t deadline_ns = monotonic_ns() + timeout_ns;
  SRIOV_ASSIGN(OutputPipe out, OutputPipe::make());
  SRIOV_ASSIGN(OutputPipe err, OutputPipe::make());
  ChildOptions options;
  options.stdout_fd = out.write_end.get();
  options.stderr_fd = err.write_end.get();
  SRIOV_ASSIGN(Child child, Child::start(command, options));
  out.write_end.close();
  err.write_end.close();

  const bool in_time = collect_output(child, out, err, deadline_ns);
  if (!in_time) {
    child.stop(kGraceNs);
    return fail(
        fmt::format("`{}` took longer than {} and was killed", join(command, " "), format_duration(timeout_ns)));
  }
  if (child.is_running()) {
    child.stop(kGraceNs);
    return fail(fmt::format("`{}` wrote more than {} MiB and was killed", join(command, " "), kMaxOutputBytes >> 20));
  }
  SRIOV_ASSIGN(const int exit_code, child.wait(0));
  return CommandOutput{exit_code, std::move(out.text), std::move(err.text)};
}

Result<std::string> LocalShell::read(const std::string& path) { return read_file(path); }

Result<void> LocalShell::write(const std::string& path, std::string_view contents) {
  if (starts_with_any(path, {"/proc/", "/sys/"})) return write_kernel_file(path, contents);
  return write_file(path, contents);
}

}  // namespace sriov
