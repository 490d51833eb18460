#include "gui/models/live_feed.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <memory>
#include <optional>

#include "agent/client.h"
#include "analyzers/strips/strip_builder.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "runner/record.h"
#include "runner/record_source.h"

namespace sriov::gui {
namespace {

constexpr std::int64_t kTryAgainNs = 5 * kNsPerSecond;
/// Clocks drift by some microseconds a second; a pixel is more than that of a minute.
constexpr std::int64_t kClockEveryNs = 60 * kNsPerSecond;

/// One agent that is watched.
class Watched {
 public:
  Watched(RecordEndpoint endpoint, SamplerConfig config) : endpoint_(std::move(endpoint)), config_(std::move(config)) {}

  [[nodiscard]] const std::string& name() const { return endpoint_.name; }
  [[nodiscard]] bool is_there() const { return source_ != nullptr; }
  [[nodiscard]] std::int64_t offset_ns() const { return offset_ns_; }

  /// Connects when it is time to; what is worth telling.
  std::vector<std::string> connect(agent::EventLoop& loop, const std::function<bool()>& should_stop) {
    const std::int64_t now_ns = monotonic_ns();
    if (source_ != nullptr || now_ns < try_again_ns_) return {};
    try_again_ns_ = now_ns + kTryAgainNs;
    std::vector<std::string> lines;
    auto source = connect_source(loop, endpoint_.target, endpoint_.name, should_stop);
    if (!source) return lost(source.error());
    source_ = std::move(*source);
    if (const auto clock = take_clock(); !clock) return lost(clock.error());
    const auto skipped = source_->start(config_);
    if (!skipped) return lost(skipped.error());
    for (const CollectorStatus& status : *skipped) lines.push_back(name() + ": " + status.text());
    return lines;
  }

  /// Feeds the rows that have come.
  std::vector<std::string> read(StripBuilder& builder) {
    if (source_ == nullptr) return {};
    if (monotonic_ns() - clock_ns_ > kClockEveryNs)
      if (const auto clock = take_clock(); !clock) return lost(clock.error());
    const auto blocks = source_->take();
    if (!blocks) return lost(blocks.error());
    for (const SampleBlock& block : *blocks) builder.append(block);
    return {};
  }

  void stop() {
    if (source_ != nullptr) (void)source_->stop();
    source_.reset();
  }

 private:
  Result<void> take_clock() {
    SRIOV_ASSIGN(const ClockOffset offset, source_->clock_offset());
    offset_ns_ = offset.offset_ns;
    clock_ns_ = monotonic_ns();
    return {};
  }
  /// Says the same thing once.
  std::vector<std::string> lost(const Error& error) {
    source_.reset();
    try_again_ns_ = monotonic_ns() + kTryAgainNs;
    const std::string line = error.at(name()).text();
    if (line == last_loss_) return {};
    last_loss_ = line;
    return {line};
  }

  RecordEndpoint endpoint_;
  SamplerConfig config_;
  std::unique_ptr<RecordSource> source_;
  std::int64_t offset_ns_ = 0;
  std::int64_t clock_ns_ = 0;
  std::int64_t try_again_ns_ = 0;
  std::string last_loss_;
};

std::vector<std::string> texts(const QStringList& list) {
  std::vector<std::string> out;
  for (const QString& text : list) out.push_back(text.toStdString());
  return out;
}

Result<std::vector<Watched>> watched_of(const LiveRequest& request) {
  SamplerConfig config;
  config.collectors = request.collectors.isEmpty() ? default_record_collectors() : texts(request.collectors);
  config.interval_ns = request.interval_ns;
  config.expected_duration_ns = 2 * kNsPerSecond;
  std::vector<Watched> out;
  for (const std::string& text : texts(request.targets)) {
    SRIOV_ASSIGN(RecordEndpoint endpoint, parse_record_endpoint(text));
    for (const Watched& other : out)
      if (other.name() == endpoint.name)
        return fail_usage("two targets are called '" + endpoint.name + "'", {}, "write NAME=TARGET");
    out.emplace_back(std::move(endpoint), config);
  }
  if (out.empty()) return fail_usage("no target was given", {}, "local: is this machine");
  return out;
}

}  // namespace

void LiveFeed::start(const LiveRequest& request) {
  stop();
  is_running_ = true;
  thread_ = std::jthread([this, request](const std::stop_token& stop) { watch(request, stop); });
}

void LiveFeed::stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void LiveFeed::watch(const LiveRequest& request, const std::stop_token& stop) {
  const auto finish = [this](const QString& why) {
    is_running_ = false;
    emit ended(why);
  };
  auto watched = watched_of(request);
  if (!watched) return finish(QString::fromStdString(watched.error().text()));
  agent::EventLoop loop;
  StripBuilder builder([&](const std::string& endpoint, std::int64_t ns) -> std::optional<std::int64_t> {
    for (const Watched& one : *watched)
      if (one.name() == endpoint) return ns - one.offset_ns();
    return std::nullopt;
  });
  const auto tell = [this](const std::vector<std::string>& lines) {
    for (const std::string& line : lines) emit told(QString::fromStdString(line));
  };
  std::mutex mutex;
  std::condition_variable_any pause;
  while (!stop.stop_requested()) {
    for (Watched& one : *watched) {
      tell(one.connect(loop, [&] { return stop.stop_requested(); }));
      tell(one.read(builder));
    }
    hand_over(builder.take());
    std::unique_lock lock(mutex);
    pause.wait_for(lock, stop, std::chrono::nanoseconds(request.interval_ns), [] { return false; });
  }
  for (Watched& one : *watched) one.stop();
  finish({});
}

void LiveFeed::hand_over(std::vector<Strip> strips) {
  std::erase_if(strips, [](const Strip& strip) { return strip.instants_ns.empty(); });
  if (strips.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    waiting_.insert(waiting_.end(), std::make_move_iterator(strips.begin()), std::make_move_iterator(strips.end()));
  }
  emit grew();
}

std::vector<Strip> LiveFeed::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(waiting_, {});
}

}  // namespace sriov::gui
