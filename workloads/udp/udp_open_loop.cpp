#include "workloads/udp/udp_open_loop.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <ctime>
#include <utility>

#include "core/time.h"
#include "host/clock.h"
#include "host/timespec.h"
#include "workloads/udp/datagrams.h"
#include "workloads/udp/udp_side.h"

namespace sriov {
namespace {

constexpr std::size_t kFewest = 1024;
constexpr std::size_t kMost = 1 << 20U;

/// What one look at the socket brought.
enum class Look { answer, nothing, peer_stopped };

class ScheduledRequester {
 public:
  ScheduledRequester(Stream& stream, const TransactionSizes& sizes, Arrivals& arrivals)
      : stream_(stream),
        sizes_(sizes),
        arrivals_(arrivals),
        under_way_(stream.transactions_asked_per_s),
        outgoing_(sizes.request_bytes, std::byte{'q'}),
        incoming_(std::max(sizes.response_bytes, kDatagramHeaderBytes)) {}

  Result<StreamEnd> run(const Halt& halt) {
    heard_ns_ = monotonic_ns();
    while (true) {
      const std::int64_t now_ns = monotonic_ns();
      stream_.meter.at(now_ns);
      if (now_ns >= stream_.meter.end_ns()) return StreamEnd::completed;
      if (halt.requested()) return StreamEnd::stopped;
      stream_.meter.traffic.transactions_lost += under_way_.give_up(now_ns);
      if (now_ns - heard_ns_ > kSilenceNs) return lost_peer("no answer to any request came for 20 s");
      const bool is_due = arrivals_.next_ns() <= now_ns;
      if (is_due) SRIOV_TRY(send_request(now_ns));
      SRIOV_ASSIGN(const Look look, take_answer());
      if (look == Look::peer_stopped) return StreamEnd::peer_stopped;
      if (look == Look::nothing && !is_due) wait_until(std::min(arrivals_.next_ns(), now_ns + kPollNs), now_ns);
    }
  }

 private:
  [[nodiscard]] int socket() const { return stream_.socket.get(); }

  Result<void> send_request(std::int64_t now_ns) {
    const std::uint64_t number = under_way_.leave(arrivals_.next_ns(), now_ns);
    arrivals_.advance();
    encode(DatagramHeader{DatagramKind::data, number, 0}, std::span(outgoing_).first<kDatagramHeaderBytes>());
    if (send(socket(), outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL) < 0 && errno != ENOBUFS && errno != EAGAIN)
      return lost_peer(reason(errno));
    return {};
  }

  Result<Look> take_answer() {
    const ssize_t got = recv(socket(), incoming_.data(), incoming_.size(), MSG_DONTWAIT);
    if (got < 0) {
      if (errno == EAGAIN || errno == EINTR) return Look::nothing;
      return lost_peer(reason(errno));
    }
    const auto header = decode_datagram(std::span(incoming_).first(static_cast<std::size_t>(got)));
    if (header && header->kind == DatagramKind::stopped) return Look::peer_stopped;
    if (!header || header->kind != DatagramKind::data) return Look::answer;  // A greeting's echo.
    const std::int64_t intended_ns = under_way_.answer(header->number);
    heard_ns_ = monotonic_ns();
    if (intended_ns >= 0) book_request(stream_, sizes_, intended_ns, heard_ns_);
    return Look::answer;
  }

  /// Until an answer is there or the time has come.
  void wait_until(std::int64_t until_ns, std::int64_t now_ns) const {
    const std::int64_t left_ns = std::max<std::int64_t>(0, until_ns - now_ns);
    const timespec timeout = to_timespec(left_ns);
    pollfd watched{socket(), POLLIN, 0};
    (void)ppoll(&watched, 1, &timeout, nullptr);
  }

  Stream& stream_;
  TransactionSizes sizes_;
  Arrivals& arrivals_;
  RequestsUnderWay under_way_;
  std::vector<std::byte> outgoing_;
  std::vector<std::byte> incoming_;
  std::int64_t heard_ns_ = 0;
};

}  // namespace

RequestsUnderWay::RequestsUnderWay(double per_s) {
  // Twice what an even rate has under way: bursts of Poisson arrivals fit too.
  const double most = 2 * per_s * static_cast<double>(kAnswerWithinNs) / 1e9;
  requests_.resize(std::bit_ceil(std::clamp(static_cast<std::size_t>(most), kFewest, kMost)));
}

void RequestsUnderWay::settle_oldest() { at(oldest_++).intended_ns = kSettled; }

std::uint64_t RequestsUnderWay::leave(std::int64_t intended_ns, std::int64_t now_ns) {
  if (next_ - oldest_ == requests_.size()) {
    pushed_out_ += at(oldest_).intended_ns == kSettled ? 0 : 1;
    settle_oldest();
  }
  at(next_) = {intended_ns, now_ns};
  return next_++;
}

std::int64_t RequestsUnderWay::answer(std::uint64_t number) {
  if (number < oldest_ || number >= next_) return kSettled;
  return std::exchange(at(number).intended_ns, kSettled);
}

std::int64_t RequestsUnderWay::give_up(std::int64_t now_ns) {
  std::int64_t lost = std::exchange(pushed_out_, 0);
  while (oldest_ < next_) {
    const Request& request = at(oldest_);
    const bool is_settled = request.intended_ns == kSettled;
    if (!is_settled && now_ns - request.left_ns < kAnswerWithinNs) break;
    lost += is_settled ? 0 : 1;
    settle_oldest();
  }
  return lost;
}

Result<StreamEnd> request_on_schedule(Stream& stream, const TransactionSizes& sizes, Arrivals& arrivals,
                                      const Halt& halt) {
  SRIOV_ASSIGN(const StreamEnd end, ScheduledRequester(stream, sizes, arrivals).run(halt));
  stream.meter.finish(monotonic_ns());
  return tell_end(stream, end);
}

}  // namespace sriov
