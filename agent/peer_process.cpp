#include "agent/peer_process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "agent/stream.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/timespec.h"

namespace sriov::agent {
namespace {

constexpr std::size_t kMaxNoiseBytes = 65536;
constexpr std::size_t kStderrTailBytes = 2048;
constexpr std::size_t kQuotedBytes = 80;
constexpr std::int64_t kStopPollNs = 200 * kNsPerMs;
constexpr std::int64_t kReapNs = 500 * kNsPerMs;
constexpr std::size_t kLinesInErrors = 4;

/// The start of a stranger's output, fit for one line of a message.
std::string excerpt(std::string_view noise) {
  std::string out;
  for (const char byte : trim(noise).substr(0, kQuotedBytes)) out += byte >= ' ' && byte <= '~' ? byte : '.';
  return out;
}

/// Readable (or at its end) before the deadline.
bool wait_readable(int fd, std::int64_t deadline_ns) {
  while (true) {
    const std::int64_t left_ns = deadline_ns - monotonic_ns();
    if (left_ns <= 0) return false;
    pollfd waiting{fd, POLLIN, 0};
    const timespec timeout = to_timespec(left_ns);
    if (::ppoll(&waiting, 1, &timeout, nullptr) > 0) return true;
  }
}

/// Appends what is there, but nothing beyond the greeting: that belongs to the RPC. Returns as recv() does.
ssize_t take_up_to_greeting(int fd, std::string& heard) {
  std::array<char, 4096> buffer;
  const ssize_t there = ::recv(fd, buffer.data(), buffer.size(), MSG_PEEK);
  if (there <= 0) return there;
  const std::size_t before = heard.size();
  heard.append(buffer.data(), static_cast<std::size_t>(there));
  const std::size_t search_from = before > kGreeting.size() ? before - kGreeting.size() : 0;
  const std::size_t greeting = heard.find(kGreeting, search_from);
  if (greeting != std::string::npos) heard.resize(greeting + kGreeting.size());
  return ::recv(fd, buffer.data(), heard.size() - before, 0);
}

}  // namespace

Result<PeerProcess> PeerProcess::start(const Target& target, std::int64_t timeout_ns,
                                       const std::function<bool()>& should_stop) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    return fail_errno("cannot make a socket pair", errno);
  PeerProcess peer;
  peer.stream_ = Fd(ends[0]);
  Fd far_end(ends[1]);
  peer.stderr_ = Fd(::memfd_create("agent-stderr", MFD_CLOEXEC));
  if (!peer.stderr_.is_open()) return fail_errno("cannot make a memory file", errno);
  ::fcntl(peer.stderr_.get(), F_SETFL, O_APPEND);
  ChildOptions options;
  options.stdin_fd = far_end.get();
  options.stdout_fd = far_end.get();
  options.stderr_fd = peer.stderr_.get();
  // When we are killed the end of the stream ends it too, and only then can an agent still put things back.
  options.die_with_parent = false;
  SRIOV_ASSIGN(peer.child_, Child::start(target.command, options));
  far_end.close();  // Or the end of the command would not end the stream.
  SRIOV_TRY(peer.await_greeting(timeout_ns, should_stop));
  return peer;
}

Result<void> PeerProcess::await_greeting(std::int64_t timeout_ns, const std::function<bool()>& should_stop) {
  const std::int64_t deadline_ns = monotonic_ns() + timeout_ns;
  std::string heard;
  while (!heard.ends_with(kGreeting)) {
    if (heard.size() > kMaxNoiseBytes)
      return fail(fmt::format("the command is no sriov-bench-agent: it wrote '{}'", excerpt(heard)));
    if (!wait_readable(stream_.get(), std::min(deadline_ns, monotonic_ns() + kStopPollNs))) {
      if (should_stop && should_stop()) return fail("interrupted", {}, {}, ErrorKind::interrupted);
      if (monotonic_ns() < deadline_ns) continue;
      const std::string said = heard.empty() ? "it wrote nothing" : fmt::format("it wrote '{}'", excerpt(heard));
      return fail(fmt::format("no agent answered within {}: {}", format_duration(timeout_ns), said));
    }
    const ssize_t got = take_up_to_greeting(stream_.get(), heard);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      const std::string said =
          heard.empty() ? "" : fmt::format(" and is no sriov-bench-agent: it wrote '{}'", excerpt(heard));
      return fail(fmt::format("the command ended{} ({})", said, last_words()));
    }
  }
  return {};
}

std::string PeerProcess::stderr_tail() const {
  struct stat info {};
  if (::fstat(stderr_.get(), &info) != 0) return {};
  const off_t start = std::max<off_t>(0, info.st_size - static_cast<off_t>(kStderrTailBytes));
  std::array<char, kStderrTailBytes> buffer{};
  const ssize_t got = ::pread(stderr_.get(), buffer.data(), buffer.size(), start);
  if (got <= 0) return {};
  return join(last_lines({buffer.data(), static_cast<std::size_t>(got)}, kLinesInErrors), "; ");
}

std::string PeerProcess::last_words() {
  const auto exit_code = child_.wait(kReapNs);
  const std::string how = exit_code ? fmt::format("exit code {}", *exit_code) : "it still runs";
  const std::string said = stderr_tail();
  return said.empty() ? how : how + ": " + said;
}

void PeerProcess::finish(std::int64_t grace_ns) {
  ::shutdown(stream_.get(), SHUT_RDWR);
  if (!child_.wait(grace_ns)) child_.stop();
}

}  // namespace sriov::agent
