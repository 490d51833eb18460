#include "workloads/tcp/bulk.h"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "core/time.h"
#include "host/clock.h"
#include "workloads/engine/pacer.h"
#include "workloads/engine/socket.h"
#include "workloads/spec.h"
#include "workloads/tcp/zero_copy.h"

namespace sriov {
namespace {

constexpr std::int64_t kLookNs = 50 * kNsPerMs;

bool is_timeout(int error_number) { return error_number == EAGAIN || error_number == EINTR; }

/// The sending side of one stream.
struct SendLoop {
  Stream& stream;
  const Halt& halt;
  SendRegion region;
  Pacer pacer;
  std::int64_t limit_bytes = std::numeric_limits<std::int64_t>::max();
  ZeroCopySender zero_copy{stream.socket.get()};
  std::int64_t next_look_ns = 0;
  std::int64_t last_progress_ns = 0;

  /// The hot loop: one clock read and one send() per message.
  Result<StreamEnd> run() {
    std::int64_t now_ns = monotonic_ns();
    last_progress_ns = now_ns;
    while (now_ns < stream.meter.end_ns() && stream.meter.traffic.bytes_sent < limit_bytes) {
      if (halt.requested()) return StreamEnd::stopped;
      if (now_ns >= next_look_ns) {
        SRIOV_ASSIGN(const bool peer_stops, look(now_ns));
        if (peer_stops) return StreamEnd::peer_stopped;
      }
      if (pacer.is_paced() && pacer.due(now_ns) == 0) {
        sleep_until_ns(std::min({pacer.next_ns(), now_ns + kPollNs, stream.meter.end_ns()}));
        now_ns = monotonic_ns();
        last_progress_ns = now_ns;
        stream.meter.at(now_ns);
        continue;
      }
      const ssize_t put = send_message();
      const int error_number = errno;
      now_ns = monotonic_ns();
      stream.meter.at(now_ns);
      if (put > 0) [[likely]] {
        stream.meter.traffic.bytes_sent += put;
        last_progress_ns = now_ns;
        region.advance();
        if (pacer.is_paced()) pacer.sent(1);
      } else if (!is_timeout(error_number)) {
        if (look_at_peer(stream.socket.get()) == PeerState::stopped) return StreamEnd::peer_stopped;
        return lost_peer(reason(error_number));
      }
    }
    return StreamEnd::completed;
  }

  ssize_t send_message() {
    const std::span<const char> message = region.message();
    if (stream.spec.zero_copy) return zero_copy.send(message);
    return send(stream.socket.get(), message.data(), message.size(), MSG_NOSIGNAL);
  }

  Result<bool> look(std::int64_t now_ns) {
    next_look_ns = now_ns + kLookNs;
    if (now_ns - last_progress_ns > kSilenceNs) return lost_peer("it takes no bytes any more");
    switch (look_at_peer(stream.socket.get())) {
      case PeerState::present:
        return false;
      case PeerState::stopped:
        return true;
      default:
        return lost_peer("it closed the connection");
    }
  }
};

/// Sends the trailer and waits for the receiver's confirmation, which comes after it has read everything.
Result<StreamEnd> take_leave(Stream& stream, StreamEnd end, const Halt& halt) {
  const int socket = stream.socket.get();
  const bool early = end != StreamEnd::completed;
  const Patience patience{monotonic_ns() + (early ? kFarewellNs : kSilenceNs), early ? nullptr : &halt};
  const Trailer trailer{early ? Mark::stopped : Mark::done, stream.meter.traffic.bytes_sent};
  auto left = write_all(socket, encode(trailer), patience);
  if (left) shutdown(socket, SHUT_WR);
  std::array<std::byte, 1> mark{};
  while (left && mark[0] != static_cast<std::byte>(Mark::done)) left = read_exact(socket, mark, patience);
  if (left || early) return end;
  if (left.error().kind == ErrorKind::interrupted) return StreamEnd::stopped;
  return lost_peer("it did not confirm the last bytes: " + left.error().what);
}

/// The last bytes received, in which the trailer is found at the end of the stream.
class Tail {
 public:
  void keep(const char* data, std::size_t size) {
    if (size >= kTrailerBytes) {
      std::memcpy(bytes_.data(), data + size - kTrailerBytes, kTrailerBytes);
    } else {
      std::memmove(bytes_.data(), bytes_.data() + size, kTrailerBytes - size);
      std::memcpy(bytes_.data() + kTrailerBytes - size, data, size);
    }
  }
  [[nodiscard]] std::optional<Trailer> trailer() const { return decode_trailer(bytes_); }

 private:
  std::array<std::byte, kTrailerBytes> bytes_{};
};

Result<StreamEnd> end_of_stream(Stream& stream, const Tail& tail, bool stopped_here) {
  const auto trailer = tail.trailer();
  if (!trailer) {
    if (stopped_here) return StreamEnd::stopped;
    return lost_peer("it closed the connection");
  }
  // It came as payload; the window is corrected too while it is open.
  std::int64_t& received = stream.meter.traffic.bytes_received;
  received -= static_cast<std::int64_t>(kTrailerBytes);
  if (received != trailer->payload_bytes)
    return fail(fmt::format("received {} bytes of a stream of {}", received, trailer->payload_bytes), "",
                "something on the path alters TCP payload");
  send_mark(stream.socket.get(), Mark::done);
  if (stopped_here) return StreamEnd::stopped;
  return trailer->reason == Mark::stopped ? StreamEnd::peer_stopped : StreamEnd::completed;
}

/// What one stream carries of `total`; the first ones carry the rest.
std::int64_t share_of(std::int64_t total, const Hello& hello) {
  const std::int64_t streams = hello.streams;
  return total / streams + (hello.stream < total % streams ? 1 : 0);
}

std::size_t receive_buffer_bytes(std::int64_t message_bytes) {
  constexpr std::int64_t kSmallest = std::int64_t{128} << 10U;
  constexpr std::int64_t kLargest = std::int64_t{1} << 20U;
  return static_cast<std::size_t>(std::clamp(message_bytes, kSmallest, kLargest));
}

/// Lets a saturated receiver sleep until `bytes` are there: woken for every segment, it spends more CPU on waking than
/// on reading. What is there when recv() times out comes all the same. Where the kernel refuses, every segment wakes.
void wake_for(int socket, std::size_t bytes) {
  const int mark = static_cast<int>(bytes);
  (void)setsockopt(socket, SOL_SOCKET, SO_RCVLOWAT, &mark, sizeof mark);
}

std::int64_t silence_limit(const Stream& stream) {
  if (stream.rate_bps() <= 0) return kSilenceNs;
  const double interval_ns = static_cast<double>(stream.hello.message_bytes) * 8e9 / stream.rate_bps();
  return kSilenceNs + static_cast<std::int64_t>(std::min(2 * interval_ns, static_cast<double>(kMaxDurationNs)));
}

}  // namespace

Result<StreamEnd> send_bulk(Stream& stream, RunClock& clock, const Halt& halt) {
  SRIOV_ASSIGN(SendRegion region, SendRegion::make(stream.hello.message_bytes, 0, PageSize::base));
  return send_bulk_from(std::move(region), stream, clock, halt);
}

Result<StreamEnd> send_bulk_from(SendRegion region, Stream& stream, RunClock& clock, const Halt& halt) {
  const std::int64_t start_ns = clock.started().value_or(monotonic_ns());
  SendLoop loop{stream, halt, std::move(region), Pacer(stream.rate_bps(), stream.hello.message_bytes, start_ns)};
  if (stream.spec.total_bytes > 0) loop.limit_bytes = share_of(stream.spec.total_bytes, stream.hello);
  SRIOV_ASSIGN(const StreamEnd end, loop.run());
  stream.meter.finish(monotonic_ns());
  loop.zero_copy.take_notices();
  stream.note = loop.zero_copy.note();
  stream.zero_copy_sends = loop.zero_copy.sends();
  stream.zero_copy_copied = loop.zero_copy.copied();
  stream.footprint_bytes = static_cast<std::int64_t>(loop.region.bytes());
  return take_leave(stream, end, halt);
}

Result<StreamEnd> receive_bulk(Stream& stream, RunClock& /*clock*/, const Halt& halt) {
  std::vector<char> buffer(receive_buffer_bytes(stream.hello.message_bytes), 'r');
  const int socket = stream.socket.get();
  if (stream.rate_bps() <= 0) wake_for(socket, buffer.size());
  const std::int64_t silence_ns = silence_limit(stream);
  Tail tail;
  std::int64_t heard_ns = monotonic_ns();
  std::optional<std::int64_t> leave_ns;  // set once this side has been asked to stop
  while (true) {
    const ssize_t got = recv(socket, buffer.data(), buffer.size(), 0);
    const int error_number = errno;
    const std::int64_t now_ns = monotonic_ns();
    stream.meter.at(now_ns);
    if (got > 0) [[likely]] {
      stream.meter.traffic.bytes_received += got;
      tail.keep(buffer.data(), static_cast<std::size_t>(got));
      heard_ns = now_ns;
    } else if (got == 0) {
      return end_of_stream(stream, tail, leave_ns.has_value());
    } else if (!is_timeout(error_number)) {
      if (leave_ns) return StreamEnd::stopped;
      return lost_peer(reason(error_number));
    } else if (now_ns - heard_ns > silence_ns) {
      return lost_peer(fmt::format("nothing came for {} s", silence_ns / kNsPerSecond));
    }
    if (leave_ns ? now_ns >= *leave_ns : halt.requested()) {
      if (leave_ns) return StreamEnd::stopped;
      send_mark(socket, Mark::stopped);
      stream.meter.finish(now_ns);
      leave_ns = now_ns + kFarewellNs;
    }
  }
}

}  // namespace sriov
