#include "workloads/engine/interval_book.h"

#include <algorithm>
#include <utility>

namespace sriov {
namespace {

std::size_t histogram_bytes(const RunInterval& interval) {
  return interval.latency_ns ? interval.latency_ns->bytes() : 0;
}

/// `later` follows `earlier`.
void append(RunInterval& earlier, const RunInterval& later) {
  earlier.end_ns = later.end_ns;
  earlier.tally += later.tally;
  if (!later.latency_ns) return;
  Histogram both = earlier.latency_ns ? earlier.latency_ns->unpack() : Histogram();
  both.merge(later.latency_ns->unpack());
  earlier.latency_ns = PackedHistogram(both);
}

}  // namespace

void IntervalBook::expect(std::size_t streams, bool measures_latency) {
  at_.assign(streams, kNowhere);
  present_ = streams;
  if (!measures_latency) return;
  for (Open& open : open_) open.latency_ns.emplace();
  spare_.emplace();
  latency_ns_.emplace();
}

void IntervalBook::join(std::size_t stream, const IntervalGrid& grid) {
  const std::scoped_lock lock(mutex_);
  if (grid_.count() == 0) grid_ = grid;
  move_to(stream, 0);
}

void IntervalBook::put(std::size_t stream, const Passage& passage, const Tally& part, Histogram* latency_ns) {
  const std::scoped_lock lock(mutex_);
  move_to(stream, passage.next);
  if (oldest_ >= grid_.count()) return;  // It began when all others were done: it has nothing in the window.
  const std::int64_t index = std::clamp(passage.from, oldest_, std::min(oldest_ + kOpen, grid_.count()) - 1);
  Open& interval = open(index);
  interval.tally += part;
  const std::int64_t last = std::max(index, passage.last);
  furthest_until_ns_ = last > furthest_ ? passage.until_ns : std::max(furthest_until_ns_, passage.until_ns);
  furthest_ = std::max(furthest_, last);
  if (latency_ns != nullptr && interval.latency_ns) {
    interval.latency_ns->merge(*latency_ns);
    latency_ns->clear();
  }
  if (is_news()) news_.notify_one();
}

void IntervalBook::leave(std::size_t stream) {
  const std::scoped_lock lock(mutex_);
  move_to(stream, kNowhere);
  if (--present_ == 0 || is_news()) news_.notify_one();
}

void IntervalBook::move_to(std::size_t stream, std::int64_t interval) {
  const std::int64_t before = std::exchange(at_[stream], interval);
  if (before == slowest_ || interval < slowest_) slowest_ = *std::min_element(at_.begin(), at_.end());
}

/// The oldest interval is complete: all are past it. Or nearly all places are taken because one stream is far behind.
bool IntervalBook::is_news() const {
  if (furthest_ < oldest_) return false;
  return slowest_ > oldest_ || furthest_ - oldest_ >= kMostBehind;
}

RunInterval IntervalBook::take_oldest() {
  Open& interval = open(oldest_);
  RunInterval taken{grid_.begin_ns(oldest_), grid_.end_ns(oldest_), grid_.is_warmup(oldest_), interval.tally, {}};
  if (oldest_ == furthest_) taken.end_ns = std::max(furthest_until_ns_, taken.begin_ns);
  std::swap(interval.latency_ns, spare_);
  interval.tally = {};
  ++oldest_;
  return taken;
}

void IntervalBook::pack_latency(RunInterval& interval) {
  if (!spare_ || spare_->count() == 0) return;
  interval.latency_ns = PackedHistogram(*spare_);
  latency_ns_->merge(*spare_);
  spare_->clear();
}

void IntervalBook::collect() {
  std::unique_lock lock(mutex_);
  while (present_ > 0) {
    news_.wait(lock, [this] { return is_news() || present_ == 0; });
    drain(lock);
  }
  drain(lock);
  flush();
}

void IntervalBook::collect_complete() {
  std::unique_lock lock(mutex_);
  drain(lock);
}

void IntervalBook::drain(std::unique_lock<std::mutex>& lock) {
  while (is_news()) {
    RunInterval taken = take_oldest();
    lock.unlock();
    pack_latency(taken);
    if (observer_) observer_(taken);
    keep(std::move(taken));
    lock.lock();
  }
}

void IntervalBook::keep(RunInterval interval) {
  if (growing_ && growing_->is_warmup != interval.is_warmup) flush();
  if (growing_)
    append(*growing_, interval);
  else
    growing_ = std::move(interval);
  if (++grown_ >= stride_) flush();
}

void IntervalBook::flush() {
  if (!growing_) return;
  kept_histogram_bytes_ += histogram_bytes(*growing_);
  kept_.push_back(std::move(*growing_));
  growing_.reset();
  grown_ = 0;
  while (kept_.size() > kMostKept || (kept_histogram_bytes_ > kMostHistogramBytes && kept_.size() > 1))
    merge_neighbours();
}

void IntervalBook::merge_neighbours() {
  std::vector<RunInterval> merged;
  for (std::size_t i = 0; i < kept_.size();) {
    merged.push_back(std::move(kept_[i++]));
    if (i < kept_.size() && kept_[i].is_warmup == merged.back().is_warmup) append(merged.back(), kept_[i++]);
  }
  kept_ = std::move(merged);
  kept_histogram_bytes_ = 0;
  for (const RunInterval& interval : kept_) kept_histogram_bytes_ += histogram_bytes(interval);
  stride_ *= 2;
}

}  // namespace sriov
