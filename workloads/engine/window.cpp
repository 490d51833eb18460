#include "workloads/engine/window.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>

#include "host/clock.h"
#include "host/timespec.h"
#include "workloads/engine/interval_book.h"

namespace sriov {
Traffic& Traffic::operator+=(const Traffic& other) {
  bytes_sent += other.bytes_sent;
  bytes_received += other.bytes_received;
  transactions += other.transactions;
  transactions_lost += other.transactions_lost;
  packets_sent += other.packets_sent;
  packets_received += other.packets_received;
  datagrams_sent += other.datagrams_sent;
  datagrams_received += other.datagrams_received;
  datagrams_lost += other.datagrams_lost;
  datagrams_reordered += other.datagrams_reordered;
  datagrams_duplicated += other.datagrams_duplicated;
  return *this;
}

Traffic operator-(Traffic a, const Traffic& b) {
  a.bytes_sent -= b.bytes_sent;
  a.bytes_received -= b.bytes_received;
  a.transactions -= b.transactions;
  a.transactions_lost -= b.transactions_lost;
  a.packets_sent -= b.packets_sent;
  a.packets_received -= b.packets_received;
  a.datagrams_sent -= b.datagrams_sent;
  a.datagrams_received -= b.datagrams_received;
  a.datagrams_lost -= b.datagrams_lost;
  a.datagrams_reordered -= b.datagrams_reordered;
  a.datagrams_duplicated -= b.datagrams_duplicated;
  return a;
}

CpuTime& CpuTime::operator+=(const CpuTime& other) {
  total_ns += other.total_ns;
  user_ns += other.user_ns;
  system_ns += other.system_ns;
  return *this;
}

CpuTime operator-(CpuTime a, const CpuTime& b) {
  a.total_ns -= b.total_ns;
  a.user_ns -= b.user_ns;
  a.system_ns -= b.system_ns;
  return a;
}

CpuTime thread_cpu_time() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return {thread_cpu_ns(), to_ns(usage.ru_utime), to_ns(usage.ru_stime)};
}

std::optional<std::int64_t> total_retransmits(int socket) {
  tcp_info info{};
  socklen_t length = sizeof info;
  if (socket < 0 || getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &length) != 0) return std::nullopt;
  if (length < offsetof(tcp_info, tcpi_total_retrans) + sizeof info.tcpi_total_retrans) return std::nullopt;
  return info.tcpi_total_retrans;
}

Tally& Tally::operator+=(const Tally& other) {
  traffic += other.traffic;
  cpu += other.cpu;
  if (other.retransmits) retransmits = retransmits.value_or(0) + *other.retransmits;
  return *this;
}

Tally operator-(Tally a, const Tally& b) {
  a.traffic = a.traffic - b.traffic;
  a.cpu = a.cpu - b.cpu;
  a.retransmits = a.retransmits && b.retransmits ? std::optional(*a.retransmits - *b.retransmits) : std::nullopt;
  return a;
}

RunClock::RunClock(std::function<void(const RunInterval&)> observer)
    : intervals_(std::make_unique<IntervalBook>(std::move(observer))) {}
RunClock::~RunClock() = default;

IntervalGrid::IntervalGrid(std::int64_t start_ns, const Timing& timing) : start_ns_(start_ns), timing_(timing) {
  if (timing.interval_ns <= 0) return;
  const auto parts = [&](std::int64_t length_ns) {
    return length_ns / timing.interval_ns + (length_ns % timing.interval_ns == 0 ? 0 : 1);
  };
  warmup_count_ = parts(timing.warmup_ns);
  window_count_ = parts(timing.duration_ns);
}

std::int64_t IntervalGrid::begin_ns(std::int64_t index) const {
  if (is_warmup(index)) return start_ns_ + index * timing_.interval_ns;
  return start_ns_ + timing_.warmup_ns + (index - warmup_count_) * timing_.interval_ns;
}

std::int64_t IntervalGrid::end_ns(std::int64_t index) const {
  const std::int64_t window_ns = start_ns_ + timing_.warmup_ns;
  const std::int64_t limit_ns = is_warmup(index) ? window_ns : window_ns + timing_.duration_ns;
  return std::min(begin_ns(index) + timing_.interval_ns, limit_ns);
}

void Meter::keep_intervals(IntervalBook& book, std::size_t stream, Histogram* latency_ns) {
  book_ = &book;
  stream_ = stream;
  latency_ns_ = latency_ns;
}

void Meter::open(std::int64_t start_ns, const Timing& timing) {
  begin_ns_ = start_ns + timing.warmup_ns;
  end_ns_ = begin_ns_ + timing.duration_ns;
  grid_ = IntervalGrid(start_ns, timing);
  if (keeps_intervals()) book_->join(stream_, grid_);
  interval_begin_ = tally();
  next_edge_ns_ = next_edge();
  at(monotonic_ns());
}

void Meter::cross(std::int64_t now_ns) {
  const Tally here = tally();
  if (!begun_ && now_ns >= begin_ns_) {
    before_ = here;
    begun_ = true;
    if (!grid_.is_warmup(interval_)) interval_begin_ = here;  // So that window and intervals have one begin.
  }
  if (keeps_intervals() && now_ns >= grid_.end_ns(interval_)) close_intervals(now_ns, here);
  if (begun_ && !ended_ && now_ns >= end_ns_) {
    after_ = here;
    ended_ = true;
  }
  next_edge_ns_ = next_edge();
}

void Meter::close_intervals(std::int64_t now_ns, const Tally& here) {
  const std::int64_t from = interval_;
  while (keeps_intervals() && now_ns >= grid_.end_ns(interval_)) ++interval_;
  // A thread that was away for several intervals did what it did in the first of them.
  const std::int64_t last = interval_ - 1;
  book_->put(stream_, {from, last, interval_, grid_.end_ns(last)}, here - interval_begin_, latency_ns_);
  interval_begin_ = here;
}

std::int64_t Meter::next_edge() const {
  if (ended_) return kNever;
  const std::int64_t edge_ns = begun_ ? end_ns_ : begin_ns_;
  return keeps_intervals() ? std::min(edge_ns, grid_.end_ns(interval_)) : edge_ns;
}

void Meter::finish(std::int64_t now_ns) {
  if (finished_ns_ != kNever) return;
  at(now_ns);
  finished_ns_ = now_ns;
  next_edge_ns_ = kNever;
  const bool cut_off = keeps_intervals();
  if (!counting() && !cut_off) return;
  const Tally here = tally();
  if (cut_off) book_->put(stream_, {interval_, interval_, grid_.count(), now_ns}, here - interval_begin_, latency_ns_);
  if (!counting()) return;
  after_ = here;
  ended_ = true;
}

std::optional<std::int64_t> Meter::counted_until_ns() const {
  if (!begun_) return std::nullopt;
  return std::min(end_ns_, finished_ns_);
}

}  // namespace sriov
