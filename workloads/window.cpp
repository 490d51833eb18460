#include "workloads/window.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>

#include "host/clock.h"

namespace sriov {
namespace {

std::int64_t to_ns(const timeval& time) { return time.tv_sec * 1'000'000'000 + time.tv_usec * 1'000; }

}  // namespace

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

void Meter::open(std::int64_t start_ns, const Timing& timing) {
  begin_ns_ = start_ns + timing.warmup_ns;
  end_ns_ = begin_ns_ + timing.duration_ns;
  next_edge_ns_ = begin_ns_;
  at(monotonic_ns());
}

void Meter::cross(std::int64_t now_ns) {
  if (!begun_ && now_ns >= begin_ns_) {
    before_ = snapshot();
    begun_ = true;
    next_edge_ns_ = end_ns_;
  }
  if (begun_ && !ended_ && now_ns >= end_ns_) {
    after_ = snapshot();
    ended_ = true;
    next_edge_ns_ = kNever;
  }
}

void Meter::finish(std::int64_t now_ns) {
  if (finished_ns_ != kNever) return;
  at(now_ns);
  finished_ns_ = now_ns;
  next_edge_ns_ = kNever;
  if (!counting()) return;
  after_ = snapshot();
  ended_ = true;
}

std::optional<std::int64_t> Meter::counted_until_ns() const {
  if (!begun_) return std::nullopt;
  return std::min(end_ns_, finished_ns_);
}

std::optional<std::int64_t> Meter::window_retransmits() const {
  if (!before_.retransmits || !after_.retransmits) return std::nullopt;
  return *after_.retransmits - *before_.retransmits;
}

}  // namespace sriov
