// The lab's IOTLB: that of the VT-d which QEMU emulates, seen through its trace. A line a lookup would slow the machine
// down, so QEMU traces in short windows and what they hold is scaled up to the time between.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "collector/iotlb/iotlb_backend.h"
#include "collector/iotlb/qmp_client.h"
#include "collector/iotlb/vtd_trace_text.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/lab_files.h"

namespace sriov {
namespace {

constexpr std::int64_t kLongestEveryNs = 10'000 * kNsPerMs;  // The end of a recording waits for it.
constexpr std::int64_t kAnswerNs = 5'000 * kNsPerMs;
constexpr int kPipeBytes = 1 << 20;
constexpr std::size_t kMostRequesters = 64;
constexpr std::uint16_t kFirstVfFunction = 0x80;  // The 82576's VF offset: its first VF is device 16, function 0.
constexpr std::array<const char*, 2> kEvents{"vtd_iotlb_page_*", "vtd_inv_desc_iotlb_*"};

constexpr std::array<CollectorOption, 2> kOptions{{
    {"window", "10ms", "Backend lab: how long the emulator traces at a time."},
    {"every", "100ms", "Backend lab: time from one window to the next; as long as the window means all the time."},
}};

/// Estimates, written by the tracing thread and read by the sampling one.
struct Totals {
  std::atomic<std::int64_t> lookups{0};
  std::atomic<std::int64_t> misses{0};
};
struct Requester {
  std::uint16_t id = 0;
  Totals totals;
};
struct Estimates {
  std::array<Requester, kMostRequesters> requesters;
  std::atomic<std::size_t> requester_count{0};
  Totals all;
  std::atomic<std::int64_t> invalidations{0};
  std::atomic<std::int64_t> counted_percent{0};
  std::atomic<bool> running{true};
};

/// Lookups and misses of one window.
struct Window {
  std::int64_t lookups = 0;
  std::int64_t misses = 0;
};

/// The pipe, read without waiting; what was written before this reader came is not there.
Result<Fd> open_trace(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (!fd.is_open()) return fail_errno("cannot open the emulator's trace", errno, path);
  (void)::fcntl(fd.get(), F_SETPIPE_SZ, kPipeBytes);  // More room keeps the emulator from waiting for us.
  return fd;
}

/// Switches tracing on and off and counts what comes, on a thread of its own.
class WindowedTrace {
 public:
  WindowedTrace(QmpClient monitor, Fd pipe, std::int64_t window_ns, std::int64_t every_ns)
      : monitor_(std::move(monitor)), pipe_(std::move(pipe)), window_ns_(window_ns), every_ns_(every_ns) {}
  WindowedTrace(const WindowedTrace&) = delete;
  WindowedTrace& operator=(const WindowedTrace&) = delete;
  ~WindowedTrace() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] const Estimates& estimates() const { return estimates_; }

  /// The first window is over when it returns, so that what works is known and requesters have their columns.
  Result<void> start() {
    SRIOV_TRY(set_events(false));  // What a killed observer may have left on.
    drain();
    window_ = {};
    by_requester_.fill({});
    SRIOV_TRY(one_window());
    thread_ = std::thread([this] { run(); });
    return {};
  }

 private:
  void run() {
    std::int64_t next_ns = ended_ns_;
    while (!stop_) {
      next_ns = std::max(next_ns + every_ns_ - window_ns_, monotonic_ns());
      sleep_until_ns(next_ns);
      if (!stop_ && !one_window()) break;
      next_ns = ended_ns_;
    }
    (void)set_events(false);
    estimates_.running = false;
  }

  /// The instant at which the emulator took the command, half way between asking and its answer.
  Result<std::int64_t> set_events(bool enable) {
    const std::int64_t asked_ns = monotonic_ns();
    std::int64_t taken_ns = asked_ns;
    for (const char* event : kEvents) {
      SRIOV_TRY(monitor_.execute("trace-event-set-state", std::string("{\"name\": \"") + event +
                                                              "\", \"enable\": " + (enable ? "true" : "false") + "}"));
      if (event == kEvents.front()) taken_ns = asked_ns + (monotonic_ns() - asked_ns) / 2;
    }
    return taken_ns;
  }

  Result<void> one_window() {
    SRIOV_ASSIGN(const std::int64_t begin_ns, set_events(true));
    const std::int64_t end_ns = begin_ns + window_ns_;
    for (std::int64_t left_ns = window_ns_; left_ns > 0; left_ns = end_ns - monotonic_ns()) {
      pollfd wanted{pipe_.get(), POLLIN, 0};
      (void)::poll(&wanted, 1, static_cast<int>(left_ns / kNsPerMs) + 1);
      drain();
    }
    SRIOV_ASSIGN(const std::int64_t ended_ns, set_events(false));
    drain();
    publish(begin_ns, ended_ns);
    return {};
  }

  void drain() {
    while (true) {
      const ssize_t count = ::read(pipe_.get(), buffer_.data(), buffer_.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return;
      stream_.feed({buffer_.data(), static_cast<std::size_t>(count)}, [this](const VtdTraceLine& line) { add(line); });
    }
  }

  void add(const VtdTraceLine& line) {
    if (line.event == VtdEvent::invalidate) {
      ++invalidations_;
      return;
    }
    const auto count = [&line](Window& window) {
      ++window.lookups;
      window.misses += line.event == VtdEvent::fill ? 1 : 0;
    };
    count(window_);
    if (const auto index = index_of(*line.requester)) count(by_requester_[*index]);
  }

  /// Its index in the table; nothing when the table is full: the sum still has it.
  std::optional<std::size_t> index_of(std::uint16_t id) {
    const std::size_t known = estimates_.requester_count;
    for (std::size_t i = 0; i < known; ++i)
      if (estimates_.requesters[i].id == id) return i;
    if (known == kMostRequesters) return std::nullopt;
    estimates_.requesters[known].id = id;
    estimates_.requester_count = known + 1;
    return known;
  }

  /// A window stands for the time since the one before ended.
  void publish(std::int64_t begin_ns, std::int64_t ended_ns) {
    const std::int64_t since_ns = ended_ns_ == 0 ? begin_ns : ended_ns_;
    const double traced_ns = static_cast<double>(std::max<std::int64_t>(ended_ns - begin_ns, 1));
    const double factor = std::max(1.0, static_cast<double>(ended_ns - since_ns) / traced_ns);
    const auto scaled = [factor](std::int64_t count) { return std::llround(static_cast<double>(count) * factor); };
    const auto publish_one = [&scaled](Totals& totals, Window& window) {
      totals.lookups += scaled(window.lookups);
      totals.misses += scaled(window.misses);
      window = {};
    };
    publish_one(estimates_.all, window_);
    for (std::size_t i = 0; i < estimates_.requester_count; ++i)
      publish_one(estimates_.requesters[i].totals, by_requester_[i]);
    estimates_.invalidations += scaled(invalidations_);
    invalidations_ = 0;
    estimates_.counted_percent = std::llround(100 / factor);
    ended_ns_ = ended_ns;
  }

  QmpClient monitor_;
  Fd pipe_;
  std::int64_t window_ns_;
  std::int64_t every_ns_;
  VtdTraceStream stream_;
  Window window_;
  std::array<Window, kMostRequesters> by_requester_{};
  std::int64_t invalidations_ = 0;
  std::int64_t ended_ns_ = 0;  ///< End of the last window; 0 before the first.
  std::array<char, 65536> buffer_{};
  Estimates estimates_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

struct Windows {
  std::int64_t length_ns = 0;
  std::int64_t every_ns = 0;
};

Result<Windows> windows_of(const CollectorOptions& options) {
  SRIOV_ASSIGN(const std::int64_t length_ns,
               duration_option(kOptions, options, "iotlb", "window", {kNsPerMs, kLongestEveryNs}));
  SRIOV_ASSIGN(const std::int64_t every_ns,
               duration_option(kOptions, options, "iotlb", "every", {kNsPerMs, kLongestEveryNs}));
  if (every_ns < length_ns)
    return fail_usage("a window is longer than the time from one to the next", "collector iotlb, option window",
                      "window=10ms every=100ms");
  return Windows{length_ns, every_ns};
}

class IotlbLab : public IotlbBackend {
 public:
  std::string_view name() const override { return "lab"; }
  std::string_view help() const override { return "the VT-d that the lab's QEMU emulates, per requester, in windows"; }
  int preference() const override { return 90; }
  std::span<const CollectorOption> options() const override { return kOptions; }

  Result<void> check_values(const CollectorOptions& options) const override {
    SRIOV_TRY(windows_of(options));
    return {};
  }

  Result<void> probe(const Host& host) const override {
    if (!host.is_live()) return fail_environment("an emulator can be asked on the running machine only");
    if (exists(lab_monitor_path())) return {};
    return fail_environment("no lab machine runs here", lab_monitor_path(), "sriov-bench lab up");
  }

  Result<void> open(const Host&, const CollectorOptions& options, Recorder& recorder) override {
    SRIOV_ASSIGN(const Windows windows, windows_of(options));
    SRIOV_ASSIGN(QmpClient monitor, QmpClient::connect(lab_monitor_path(), kAnswerNs));
    SRIOV_ASSIGN(Fd pipe, open_trace(lab_trace_path()));
    trace_ = std::make_unique<WindowedTrace>(std::move(monitor), std::move(pipe), windows.length_ns, windows.every_ns);
    SRIOV_TRY(trace_->start());
    all_ = columns_of({}, recorder);
    invalidations_ = recorder.column(iotlb_metric(IotlbMetric::invalidations), labels_with({}));
    counted_ = recorder.column(iotlb_metric(IotlbMetric::counted_percent), labels_with({}));
    add_requesters(recorder);
    return {};
  }

  void sample(Recorder& recorder) override {
    const Estimates& now = trace_->estimates();
    if (!now.running) {
      if (!ended_ns_) ended_ns_ = monotonic_ns();
      return;
    }
    add_requesters(recorder);
    set(recorder, all_, now.all);
    for (std::size_t i = 0; i < requesters_.size(); ++i) set(recorder, requesters_[i], now.requesters[i].totals);
    recorder.set(invalidations_, now.invalidations);
    recorder.set(counted_, now.counted_percent);
  }

  std::vector<Complaint> take_complaints() override {
    if (!ended_ns_ || has_told_end_) return {};
    has_told_end_ = true;
    return {{*ended_ns_,
             {"the emulator does not answer any more: nothing is counted from then on", "backend lab", "",
              ErrorKind::failed}}};
  }

 private:
  struct Columns {
    std::size_t lookups = 0;
    std::size_t misses = 0;
  };

  static Labels labels_with(Labels more) {
    Labels labels{{"backend", "lab"}, {"iommu", "emulated"}};
    labels.insert(labels.end(), more.begin(), more.end());
    return labels;
  }
  static Columns columns_of(const Labels& more, Recorder& recorder) {
    return {recorder.column(iotlb_metric(IotlbMetric::lookups), labels_with(more)),
            recorder.column(iotlb_metric(IotlbMetric::misses), labels_with(more))};
  }
  static void set(Recorder& recorder, const Columns& columns, const Totals& totals) {
    recorder.set(columns.lookups, totals.lookups);
    recorder.set(columns.misses, totals.misses);
  }

  /// Devices that were first seen since the last row.
  void add_requesters(Recorder& recorder) {
    const Estimates& now = trace_->estimates();
    while (requesters_.size() < now.requester_count) {
      const std::uint16_t id = now.requesters[requesters_.size()].id;
      Labels labels{{"requester", requester_address(id)}};
      if ((id & 0xffU) >= kFirstVfFunction && (id >> 8U) > 0) labels.emplace_back("vf", requester_address(id));
      requesters_.push_back(columns_of(labels, recorder));
    }
  }

  std::unique_ptr<WindowedTrace> trace_;
  Columns all_;
  std::vector<Columns> requesters_;
  std::size_t invalidations_ = 0;
  std::size_t counted_ = 0;
  std::optional<std::int64_t> ended_ns_;  ///< When the end of tracing was noticed.
  bool has_told_end_ = false;
};

const Registration<IotlbBackend, IotlbLab> registration{"lab"};

}  // namespace
}  // namespace sriov
