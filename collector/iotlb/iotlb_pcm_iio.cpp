// Intel PCM's pcm-iio as a child: it programs the IIO counters itself and knows processors that Linux does not.
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "collector/iotlb/iotlb_backend.h"
#include "collector/iotlb/iotlb_xen.h"
#include "collector/iotlb/pcm_iio_text.h"
#include "core/sample_block.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/process.h"

namespace sriov {
namespace {

constexpr std::int64_t kSmallestIntervalNs = 100 * kNsPerMs;
constexpr std::int64_t kLongestIntervalNs = 60 * kNsPerSecond;
constexpr std::array<CollectorOption, 1> kOptions{{
    {"pcm_interval", "1s", "Backend pcm-iio: how often it prints; it counts every event in a slice of that only."},
}};
/// What pcm-iio takes to look around before its first interval begins.
constexpr std::int64_t kStartNs = 10 * kNsPerSecond;

/// Lines of a pipe, read without waiting into a kept buffer. What does not fit into it is no line of pcm-iio's.
class LineReader {
 public:
  explicit LineReader(Fd fd) : fd_(std::move(fd)) { ::fcntl(fd_.get(), F_SETFL, O_NONBLOCK); }

  /// False when there is nothing to come any more.
  [[nodiscard]] bool fill() {
    if (used_ == buffer_.size()) used_ = 0;
    const ssize_t got = ::read(fd_.get(), buffer_.data() + used_, buffer_.size() - used_);
    if (got > 0) used_ += static_cast<std::size_t>(got);
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
  }
  /// Calls `with` for every complete line and drops it.
  template <class Function>
  void take_lines(Function with) {
    std::size_t begin = 0;
    while (const void* feed = std::memchr(buffer_.data() + begin, '\n', used_ - begin)) {
      const auto end = static_cast<std::size_t>(static_cast<const char*>(feed) - buffer_.data());
      with(std::string_view(buffer_.data() + begin, end - begin));
      begin = end + 1;
    }
    std::memmove(buffer_.data(), buffer_.data() + begin, used_ - begin);
    used_ -= begin;
  }
  void wait(std::int64_t timeout_ns) const {
    pollfd what{fd_.get(), POLLIN, 0};
    (void)::poll(&what, 1, static_cast<int>(std::max<std::int64_t>(timeout_ns / kNsPerMs, 0)));
  }

 private:
  Fd fd_;
  std::array<char, 65536> buffer_{};
  std::size_t used_ = 0;
};

/// The last line of a file that a child wrote its errors into.
std::string last_line(const Fd& file) {
  std::array<char, 4096> text{};
  const off_t end = ::lseek(file.get(), 0, SEEK_END);
  const off_t begin = std::max<off_t>(end - static_cast<off_t>(text.size()), 0);
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), begin);
  const std::string_view tail = trim(std::string_view(text.data(), got > 0 ? static_cast<std::size_t>(got) : 0));
  const std::size_t feed = tail.rfind('\n');
  return std::string(feed == std::string_view::npos ? tail : tail.substr(feed + 1));
}

/// pcm-iio gives every one of some 30 events its slice of it.
Result<std::int64_t> interval_of(const CollectorOptions& options) {
  return duration_option(kOptions, options, "iotlb", "pcm_interval", {kSmallestIntervalNs, kLongestIntervalNs});
}

class PcmIio : public IotlbBackend {
 public:
  std::string_view name() const override { return "pcm-iio"; }
  std::string_view help() const override { return "Intel PCM's pcm-iio as a child, per stack of root ports"; }
  int preference() const override { return 40; }
  std::span<const CollectorOption> options() const override { return kOptions; }

  Result<void> check_values(const CollectorOptions& options) const override {
    SRIOV_TRY(interval_of(options));
    return {};
  }

  Result<void> probe(const Host& host) const override {
    if (!host.is_live()) return fail_environment("pcm-iio counts on the running machine, not in a captured tree");
    if (is_xen(host)) return fail_environment("pcm-iio writes MSRs that Xen refuses", {}, std::string(kXenInstead));
    if (find_program("pcm-iio").empty())
      return fail_environment("pcm-iio is not installed", {}, "apt install pcm (Intel server processors only)");
    if (read_file(host.proc + "/cpuinfo").value_or("").find("GenuineIntel") == std::string::npos)
      return fail_environment("pcm-iio counts on Intel's server processors only");
    return {};
  }

  Result<void> open(const Host&, const CollectorOptions& options, Recorder& recorder) override {
    SRIOV_ASSIGN(interval_ns_, interval_of(options));
    SRIOV_TRY(start());
    return wait_for_first_rows(recorder);
  }

  void sample(Recorder& recorder) override {
    if (running_) {
      running_ = lines_->fill();
      if (!running_) ended_ns_ = monotonic_ns();
    }
    lines_->take_lines([&](std::string_view line) { take(line, recorder); });
    if (!running_) return;
    for (const Stack& stack : stacks_)
      for (std::size_t i = 0; i < stack.used; ++i) recorder.set(stack.columns[i].column, stack.columns[i].total);
  }

  std::vector<Complaint> take_complaints() override {
    if (!ended_ns_ || has_told_end_) return {};
    has_told_end_ = true;
    const std::string said = last_line(errors_);
    return {{*ended_ns_,
             {"pcm-iio ended: nothing is counted from then on", "backend pcm-iio",
              said.empty() ? "" : "it said: " + said, ErrorKind::failed}}};
  }

 private:
  struct Column {
    std::size_t column = 0;
    std::int64_t total = 0;
  };
  struct Stack {
    std::string socket;
    std::string name;
    std::array<Column, 3> columns;  ///< Lookups, misses, page walk reads.
    std::size_t used = 0;
  };

  [[nodiscard]] double seconds() const { return static_cast<double>(interval_ns_) / static_cast<double>(kNsPerSecond); }

  Result<void> start() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_errno("cannot make a pipe", errno);
    Fd read_end(ends[0]);
    const Fd write_end(ends[1]);
    errors_ = Fd(::memfd_create("pcm-iio", MFD_CLOEXEC));
    ChildOptions streams;
    streams.stdout_fd = write_end.get();
    streams.stderr_fd = errors_.get();
    SRIOV_ASSIGN(child_, Child::start({"pcm-iio", fmt::format("{}", seconds()), "-csv"}, streams));
    lines_ = std::make_unique<LineReader>(std::move(read_end));
    return {};
  }

  /// Until the first interval is there: only then does pcm-iio tell its columns.
  Result<void> wait_for_first_rows(Recorder& recorder) {
    const std::int64_t deadline_ns = monotonic_ns() + interval_ns_ + kStartNs;
    running_ = true;
    while (running_ && stacks_.empty() && monotonic_ns() < deadline_ns && !is_strange()) {
      lines_->wait(deadline_ns - monotonic_ns());
      running_ = lines_->fill();
      lines_->take_lines([&](std::string_view line) { take(line, recorder); });
    }
    if (!stacks_.empty()) return {};
    const std::string said = last_line(errors_);
    const bool ended = !running_;
    child_.stop();
    if (is_strange())
      return fail_environment("pcm-iio prints no columns for IOTLB lookups and misses", {},
                              "this processor has none, or this version of pcm-iio has another format");
    return fail_environment(ended ? "pcm-iio ended" : "pcm-iio printed nothing that could be understood", {},
                            said.empty() ? "run `pcm-iio 1 -csv` by hand" : "it said: " + said);
  }

  [[nodiscard]] bool is_strange() const { return columns_ && !has_iotlb(*columns_); }

  void take(std::string_view line, Recorder& recorder) {
    if (const auto header = parse_pcm_iio_header(line)) {
      columns_ = header;
      return;
    }
    if (!columns_ || !has_iotlb(*columns_)) return;
    if (const auto row = parse_pcm_iio_row(line, *columns_)) add(*row, stack_of(*row, recorder));
  }

  Stack& stack_of(const PcmIioRow& row, Recorder& recorder) {
    for (Stack& stack : stacks_)
      if (stack.socket == row.socket && stack.name == row.stack) return stack;
    Stack stack{std::string(row.socket), std::string(row.stack), {}, 0};
    const std::string_view number = row.socket.starts_with("Socket") ? row.socket.substr(6) : row.socket;
    const Labels labels{{"backend", "pcm-iio"}, {"socket", std::string(number)}, {"stack", stack.name}};
    using enum IotlbMetric;
    for (const IotlbMetric metric : {lookups, misses, page_walk_reads}) {
      if (metric == page_walk_reads && !columns_->events[kPcmMemoryAccess]) continue;
      stack.columns[stack.used++].column = recorder.column(iotlb_metric(metric), labels);
    }
    return stacks_.emplace_back(std::move(stack));
  }

  void add(const PcmIioRow& row, Stack& stack) const {
    const auto& rate = row.per_second;
    const std::int64_t misses = rate[kPcmIotlbMiss];
    std::int64_t lookups = rate[kPcmIotlbLookup];
    if (lookups == kAbsent && rate[kPcmIotlbHit] != kAbsent && misses != kAbsent) lookups = rate[kPcmIotlbHit] + misses;
    const std::array<std::int64_t, 3> rates{lookups, misses, rate[kPcmMemoryAccess]};
    for (std::size_t i = 0; i < stack.used; ++i) {
      std::int64_t& total = stack.columns[i].total;
      // An interval that pcm-iio did not tell is in no sum from then on: the total is unknown, not lower.
      if (rates[i] == kAbsent || total == kAbsent)
        total = kAbsent;
      else
        total += std::llround(static_cast<double>(rates[i]) * seconds());
    }
  }

  std::int64_t interval_ns_ = kNsPerSecond;
  Fd errors_;
  Child child_;
  std::unique_ptr<LineReader> lines_;
  std::optional<PcmIioColumns> columns_;
  std::vector<Stack> stacks_;
  bool running_ = false;
  std::optional<std::int64_t> ended_ns_;  ///< When its end was noticed.
  bool has_told_end_ = false;
};

const Registration<IotlbBackend, PcmIio> registration{"pcm-iio"};

}  // namespace
}  // namespace sriov
