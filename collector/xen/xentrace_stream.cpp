#include "collector/xen/xentrace_stream.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/blocked_signals.h"
#include "host/clock.h"

namespace sriov::xentrace {
namespace {

constexpr std::size_t kBufferBytes = 1 << 20;
constexpr int kPipeBytes = 1 << 20;
constexpr std::size_t kMostLastWords = 4096;
constexpr std::int64_t kGraceNs = 4000 * kNsPerMs;
constexpr std::int64_t kFirstRecordNs = 3000 * kNsPerMs;
constexpr std::int64_t kFirstRecordPollNs = 5 * kNsPerMs;

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno("cannot make a pipe", errno);
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

ssize_t read_some(int fd, void* into, std::size_t size) {
  ssize_t got = 0;
  do got = ::read(fd, into, size);
  while (got < 0 && errno == EINTR);
  return got;
}

std::string said(std::string_view words) { return words.empty() ? "" : ": " + std::string(trim(words)); }

}  // namespace

Result<std::unique_ptr<Stream>> Stream::start(const Command& command, ExitCodes codes) {
  SRIOV_ASSIGN(Pipe trace, make_pipe());
  SRIOV_ASSIGN(Pipe words, make_pipe());
  ::fcntl(trace.read.get(), F_SETPIPE_SZ, kPipeBytes);  // Smaller is slower, not wrong.
  ChildOptions options;
  options.stdout_fd = trace.write.get();
  options.stderr_fd = words.write.get();
  // A killed agent's xentrace ends by itself, at its next write, and what is around it switches tracing off.
  options.die_with_parent = false;
  std::unique_ptr<Stream> stream(new Stream(codes));
  SRIOV_ASSIGN(stream->child_, Child::start(command, options));
  stream->trace_ = std::move(trace.read);
  stream->stderr_fd_ = std::move(words.read);
  stream->buffer_.resize(kBufferBytes);
  trace.write.close();
  words.write.close();
  {
    const BlockedSignals blocked;
    stream->thread_ = std::thread([&self = *stream] { self.drain(); });
  }
  SRIOV_TRY(stream->await_first_record());
  return stream;
}

Stream::~Stream() {
  child_.stop(kGraceNs);
  if (thread_.joinable()) thread_.join();
}

Result<void> Stream::await_first_record() {
  const std::int64_t deadline_ns = monotonic_ns() + kFirstRecordNs;
  while (monotonic_ns() < deadline_ns) {
    {
      const std::lock_guard lock(mutex_);
      if (decoder_.health().records > 0) return {};
      if (has_ended_) break;
    }
    sleep_until_ns(monotonic_ns() + kFirstRecordPollNs);
  }
  const std::lock_guard lock(mutex_);
  if (!has_ended_) return {};
  return fail("xentrace ended at once" + said(last_words_), {},
              "another xentrace may be running; run it by hand to see more");
}

Error Stream::why_ended() {
  const std::lock_guard lock(mutex_);
  return {"xentrace ended" + said(last_words_) + ": nothing is counted from then on",
          {},
          "another xentrace, or xentrace's end by hand, stops tracing",
          ErrorKind::failed};
}

void Stream::drain() {
  std::array<pollfd, 2> sources{{{trace_.get(), POLLIN, 0}, {stderr_fd_.get(), POLLIN, 0}}};
  while (sources[0].fd >= 0 || sources[1].fd >= 0) {
    if (::poll(sources.data(), sources.size(), -1) < 0) continue;
    if (sources[1].fd >= 0 && sources[1].revents != 0 && !drain_stderr()) sources[1].fd = -1;
    if (sources[0].fd >= 0 && sources[0].revents != 0 && !drain_trace()) sources[0].fd = -1;
  }
  const std::lock_guard lock(mutex_);
  decoder_.finish(std::span(buffer_).first(undecoded_));
  has_ended_ = true;
}

/// False at the end of the stream.
bool Stream::drain_trace() {
  const ssize_t got = read_some(trace_.get(), buffer_.data() + undecoded_, buffer_.size() - undecoded_);
  if (got <= 0) return false;
  decode(undecoded_ + static_cast<std::size_t>(got));
  return true;
}

void Stream::decode(std::size_t size) {
  std::span<const std::uint8_t> rest(buffer_.data(), size);
  {
    const std::lock_guard lock(mutex_);
    std::int64_t skipped = decoder_.health().skipped_bytes;
    while (const auto record = decoder_.next(rest)) {
      if (decoder_.health().skipped_bytes != skipped) accounts_.forget_open_intervals();
      skipped = decoder_.health().skipped_bytes;
      accounts_.add(*record);
    }
  }
  std::copy(rest.begin(), rest.end(), buffer_.begin());
  undecoded_ = rest.size();
}

bool Stream::drain_stderr() {
  std::array<char, 512> text{};
  const ssize_t got = read_some(stderr_fd_.get(), text.data(), text.size());
  if (got <= 0) return false;
  const std::lock_guard lock(mutex_);
  last_words_.append(text.data(), static_cast<std::size_t>(got));
  if (last_words_.size() > kMostLastWords) last_words_.erase(0, last_words_.size() - kMostLastWords);
  return true;
}

Command xentrace_command(const std::string& program, unsigned pages, unsigned poll_ms) {
  // The trap keeps the shell alive through the SIGTERM that ends xentrace. Only one xentrace can run, and it switches
  // tracing off when it ends in order: so the shell lets another run for a second. Not every /dev has a stdout, and
  // xentrace would make a file of that name.
  constexpr std::string_view kScript =
      "trap : TERM INT HUP\n"
      "\"$@\" /proc/self/fd/1\n"
      "code=$?\n"
      "[ $code = 0 ] || \"$1\" -D -T 1 /dev/null > /dev/null 2>&1\n"
      "exit $code\n";
  return {"/bin/sh",
          "-c",
          std::string(kScript),
          "sh",
          program,
          "-D",
          "-e",
          fmt::format("{:#x}", kEventsWanted),
          "-S",
          std::to_string(pages),
          "-s",
          std::to_string(poll_ms)};
}

std::string find_xentrace(const std::string& xen_version) {
  std::string found = find_program("xentrace");
  if (found.empty()) found = find_program("/usr/lib/xen-" + xen_version + "/bin/xentrace");
  if (found.empty()) found = find_program("/usr/lib/xen/bin/xentrace");
  return found;
}

}  // namespace sriov::xentrace
