#include "collector/sampler.h"

#include <sys/prctl.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>

#include "core/text.h"
#include "core/time.h"
#include "host/blocked_signals.h"
#include "host/clock.h"

namespace sriov {
namespace {

constexpr std::int64_t kSmallestIntervalNs = kNsPerMs;
constexpr std::size_t kSpareRows = 16;
constexpr std::size_t kMostExpectedRows = 10'000'000;

constexpr int kSilentRows = 2;  // One row without a value may be a file that was away for a moment.

struct Source {
  std::unique_ptr<Collector> collector;
  Recorder recorder;
  bool has_spoken = false;  ///< There was a value once.
  int silent_rows = 0;      ///< The last rows, which had none.
  std::int64_t silent_since_ns = 0;
  bool silence_is_told = false;

  void note_row(std::int64_t now_ns) {
    if (recorder.row_has_value()) {
      has_spoken = true;
      silent_rows = 0;
      silence_is_told = false;
    } else if (has_spoken && silent_rows < kSilentRows && ++silent_rows == 1) {
      silent_since_ns = now_ns;
    }
  }
};

void take_complaints_of(Source& source, std::vector<Complaint>& out) {
  std::vector<Complaint> own = source.collector->take_complaints();
  const bool is_silent = source.silent_rows >= kSilentRows && !source.silence_is_told;
  if (is_silent && own.empty())
    own.push_back({source.silent_since_ns, {"it gives no values any more", {}, {}, ErrorKind::failed}});
  source.silence_is_told = source.silence_is_told || is_silent;
  for (Complaint& complaint : own) {
    complaint.collector = source.collector->name();
    out.push_back(std::move(complaint));
  }
}

std::size_t expected_rows(const SamplerConfig& config) {
  const std::int64_t rows = std::max<std::int64_t>(config.expected_duration_ns, 0) / config.interval_ns;
  return std::min(static_cast<std::size_t>(rows), kMostExpectedRows) + kSpareRows;
}

std::chrono::steady_clock::time_point steady_time(std::int64_t monotonic_time_ns) {
  return std::chrono::steady_clock::time_point(std::chrono::nanoseconds(monotonic_time_ns));
}

}  // namespace

SamplerHealth& sampler_health() {
  thread_local SamplerHealth health;
  return health;
}

namespace {

thread_local std::uint64_t g_being_opened = 0;

class Opening {
 public:
  Opening() {
    static std::atomic<std::uint64_t> samplers{0};
    g_being_opened = ++samplers;
  }
  Opening(const Opening&) = delete;
  Opening& operator=(const Opening&) = delete;
  ~Opening() { g_being_opened = 0; }
};

}  // namespace

std::uint64_t sampler_being_opened() { return g_being_opened; }

struct Sampler::State {
  SamplerConfig config;
  std::vector<Source> sources;
  std::vector<CollectorStatus> skipped;
  std::vector<Complaint> complaints;  ///< Of sources that are stopped.
  std::mutex mutex;
  std::condition_variable changed;
  std::mutex row_mutex;          ///< Held while a row is taken and while rows are handed out.
  bool first_row_taken = false;  ///< Guarded by mutex, as is stop_asked.
  bool stop_asked = false;
  std::thread thread;

  Result<void> open(const Host& host);
  void run();
  void take_row(std::int64_t lateness_ns);
  bool wait_until(std::int64_t deadline_ns);
  void join();
};

/// Before any host is looked at: a wrong word is wrong where the collector would not work, too.
Result<void> check_all_options(const SamplerConfig& config) {
  for (const auto& [name, options] : config.options) {
    SRIOV_ASSIGN(const auto collector, make_collector(name));
    SRIOV_TRY(check_options(*collector, options));
  }
  return {};
}

Result<void> Sampler::State::open(const Host& host) {
  const Opening opening;
  SRIOV_TRY(check_all_options(config));
  const auto& options = config.options;
  std::vector<std::string> done;
  for (const std::string& name : config.collectors) {
    if (std::find(done.begin(), done.end(), name) != done.end()) continue;
    done.push_back(name);
    SRIOV_ASSIGN(auto collector, make_collector(name));
    const CollectorOptions chosen = options.contains(name) ? options.at(name) : CollectorOptions{};
    if (const auto usable = collector->probe_with(host, chosen); !usable) {
      skipped.push_back({name, false, usable.error()});
      continue;
    }
    Recorder recorder(expected_rows(config));
    const auto opened = collector->open(host, chosen, recorder);
    if (!opened && opened.error().kind == ErrorKind::usage) return tl::unexpected(opened.error());
    if (!opened) {
      skipped.push_back({name, false, opened.error()});
      continue;
    }
    for (const Error& absence : collector->absences()) skipped.push_back({name, true, absence});
    sources.push_back(Source{std::move(collector), std::move(recorder)});
  }
  return {};
}

/// False when stop() came before the deadline.
bool Sampler::State::wait_until(std::int64_t deadline_ns) {
  std::unique_lock lock(mutex);
  return !changed.wait_until(lock, steady_time(deadline_ns), [this] { return stop_asked; });
}

void Sampler::State::take_row(std::int64_t lateness_ns) {
  const std::lock_guard lock(row_mutex);
  SamplerHealth& health = sampler_health();
  ++health.row;
  health.cpu_ns = thread_cpu_ns();
  health.lateness_ns = lateness_ns;
  const std::int64_t row_begin_ns = monotonic_ns();
  std::int64_t now_ns = row_begin_ns;
  for (Source& source : sources) {
    source.recorder.begin_row(now_ns);
    source.collector->sample(source.recorder);
    now_ns = monotonic_ns();
    source.recorder.end_row(now_ns);
    source.note_row(now_ns);
  }
  health.row_ns = now_ns - row_begin_ns;
}

void Sampler::State::run() {
  prctl(PR_SET_NAME, "sampler");
  prctl(PR_SET_TIMERSLACK, 1UL);  // The default slack, 50 us, would be part of every row's lateness.
  sampler_health() = {};
  take_row(0);
  std::int64_t deadline_ns = (monotonic_ns() / config.interval_ns + 1) * config.interval_ns;
  {
    const std::lock_guard lock(mutex);
    first_row_taken = true;
  }
  changed.notify_all();
  const auto skip_what_passed = [&] {
    const std::int64_t behind_ns = monotonic_ns() - deadline_ns;
    if (behind_ns < 0) return;
    const std::int64_t missed = behind_ns / config.interval_ns + 1;
    sampler_health().missed_deadlines += missed;
    deadline_ns += missed * config.interval_ns;
  };
  while (wait_until(deadline_ns)) {
    take_row(std::max<std::int64_t>(monotonic_ns() - deadline_ns, 0));
    deadline_ns += config.interval_ns;
    skip_what_passed();
  }
  skip_what_passed();  // A thread that woke late may find that it is to stop.
  take_row(0);
}

void Sampler::State::join() {
  if (!thread.joinable()) return;
  {
    const std::lock_guard lock(mutex);
    stop_asked = true;
  }
  changed.notify_all();
  thread.join();
}

Result<Sampler> Sampler::start(const Host& host, const SamplerConfig& config) {
  if (config.interval_ns < kSmallestIntervalNs)
    return fail_usage("a sampling interval of " + format_duration(config.interval_ns) + " is too short", {},
                      "1 ms is the shortest");
  auto state = std::make_unique<State>();
  state->config = config;
  SRIOV_TRY(state->open(host));
  try {
    const BlockedSignals blocked;
    state->thread = std::thread([sampling = state.get()] { sampling->run(); });
  } catch (const std::system_error& error) {
    return fail_errno("cannot start the sampling thread", error.code().value());
  }
  {
    std::unique_lock lock(state->mutex);
    state->changed.wait(lock, [&] { return state->first_row_taken; });
  }
  return Sampler(std::move(state));
}

Sampler::Sampler(std::unique_ptr<State> state) : state_(std::move(state)) {}
Sampler::Sampler(Sampler&&) noexcept = default;

Sampler& Sampler::operator=(Sampler&& other) noexcept {
  if (this == &other) return *this;
  if (state_) state_->join();
  state_ = std::move(other.state_);
  return *this;
}

Sampler::~Sampler() {
  if (state_) state_->join();
}

const std::vector<CollectorStatus>& Sampler::skipped() const { return state_->skipped; }

std::vector<SampleBlock> Sampler::take_rows() {
  std::vector<Recorder> rows;
  rows.reserve(state_->sources.size());
  {
    const std::lock_guard lock(state_->row_mutex);
    for (Source& source : state_->sources) rows.push_back(source.recorder.split_rows());
  }
  std::vector<SampleBlock> blocks;
  for (std::size_t i = 0; i < rows.size(); ++i)
    blocks.push_back(rows[i].take(state_->config.endpoint, std::string(state_->sources[i].collector->name())));
  return blocks;
}

std::vector<SampleBlock> Sampler::stop() {
  std::vector<SampleBlock> blocks;
  state_->join();
  for (Source& source : state_->sources) {
    take_complaints_of(source, state_->complaints);
    blocks.push_back(source.recorder.take(state_->config.endpoint, std::string(source.collector->name())));
  }
  state_->sources.clear();
  return blocks;
}

std::vector<Complaint> Sampler::take_complaints() {
  const std::lock_guard lock(state_->row_mutex);
  std::vector<Complaint> out = std::exchange(state_->complaints, {});
  for (Source& source : state_->sources) take_complaints_of(source, out);
  return out;
}

}  // namespace sriov
