#include "workloads/udp/udp_flow.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "core/time.h"
#include "host/clock.h"
#include "workloads/engine/socket.h"
#include "workloads/udp/datagrams.h"
#include "workloads/udp/receive_nap.h"
#include "workloads/udp/sequence_tracker.h"

namespace sriov {
namespace {

constexpr std::int64_t kLookNs = 50 * kNsPerMs;
constexpr std::int64_t kIdleNs = 2 * kNsPerSecond;

/// Whether the server has said that it ends early.
bool server_stops(int socket) {
  std::array<std::byte, kDatagramHeaderBytes> bytes{};
  const ssize_t got = recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (got <= 0) return false;
  const auto header = decode_datagram(std::span(bytes).first(static_cast<std::size_t>(got)));
  return header && header->kind == DatagramKind::stopped;
}

/// The sending side of one stream.
class Sender {
 public:
  Sender(Stream& stream, SendSchedule& schedule, Outbox& outbox)
      : stream_(stream), schedule_(schedule), outbox_(outbox) {}

  /// The hot loop: a clock read and a sendmmsg() per batch.
  Result<StreamEnd> run(const Halt& halt) {
    const int socket = stream_.socket.get();
    Meter& meter = stream_.meter;
    std::int64_t now_ns = monotonic_ns();
    std::int64_t next_look_ns = now_ns;
    while (now_ns < meter.end_ns()) {
      if (halt.requested()) return StreamEnd::stopped;
      if (now_ns >= next_look_ns) {
        if (server_stops(socket)) return StreamEnd::peer_stopped;
        next_look_ns = now_ns + kLookNs;
      }
      const std::int64_t due = schedule_.due(now_ns);
      if (due == 0) {
        sleep_until_ns(std::min({schedule_.next_ns(), now_ns + kPollNs, meter.end_ns()}));
        now_ns = monotonic_ns();
        meter.at(now_ns);
        continue;
      }
      const std::int64_t length = schedule_.bytes();
      const Outbox::Sent sent = outbox_.send(static_cast<std::uint64_t>(meter.traffic.datagrams_sent), due, now_ns,
                                             static_cast<std::size_t>(length));
      const int error_number = errno;
      now_ns = monotonic_ns();
      meter.at(now_ns);
      if (sent.datagrams > 0) [[likely]] {
        book(sent, length);
      } else if (error_number == ENOBUFS) {
        sleep_until_ns(now_ns + kNsPerMs);  // the device's queue is full
      } else if (error_number != EAGAIN && error_number != EINTR) {
        if (server_stops(socket)) return StreamEnd::peer_stopped;
        return explain(error_number);
      }
    }
    return StreamEnd::completed;
  }

 private:
  void book(const Outbox::Sent& sent, std::int64_t length) {
    Traffic& traffic = stream_.meter.traffic;
    traffic.datagrams_sent += sent.datagrams;
    traffic.packets_sent += sent.packets;
    traffic.bytes_sent += sent.datagrams * (length > 0 ? length : stream_.hello.message_bytes);
    schedule_.sent(sent.datagrams);
  }

  [[nodiscard]] tl::unexpected<Error> explain(int error_number) const {
    if (stream_.spec.gso && (error_number == EINVAL || error_number == EMSGSIZE || error_number == EIO))
      return fail("the kernel does not cut these datagrams: " + reason(error_number), "",
                  "with gso a datagram must fit the device's MTU, and the device must checksum: use smaller "
                  "message_bytes, or gso = false");
    return lost_peer(reason(error_number));
  }

  Stream& stream_;
  SendSchedule& schedule_;
  Outbox& outbox_;
};

/// The server's side of one stream.
class Receiver {
 public:
  Receiver(Stream& stream, RunClock& clock, Inbox& inbox, bool may_nap)
      : stream_(stream), clock_(clock), inbox_(inbox), may_nap_(may_nap) {}

  Result<StreamEnd> run(const Halt& halt) {
    heard_ns_ = monotonic_ns();
    while (!end_) {
      const int got = inbox_.receive();
      const int error_number = errno;
      const std::int64_t now_ns = monotonic_ns();
      stream_.meter.at(now_ns);
      if (got > 0) {
        heard_ns_ = now_ns;
        stream_.meter.traffic.packets_received += got;
        for (int i = 0; i < got; ++i)
          inbox_.each(i, [this, now_ns](std::span<const std::byte> datagram) { take(datagram, now_ns); });
        publish();
        if (may_nap_ && !end_ && nap_.is_worth_it(got, static_cast<int>(Inbox::kMessages))) nap_.take(now_ns);
      } else if (error_number != EAGAIN && error_number != EINTR) {
        return lost_peer(reason(error_number));
      } else if (now_ns - heard_ns_ > idle_limit_ns()) {
        return gone_silent();
      }
      if (!end_ && halt.requested()) return leave();
    }
    return *end_;
  }

 private:
  void take(std::span<const std::byte> bytes, std::int64_t now_ns) {
    const auto header = decode_datagram(bytes);
    if (!header) return;
    Traffic& traffic = stream_.meter.traffic;
    switch (header->kind) {
      case DatagramKind::data:
        if (traffic.datagrams_received == 0) stream_.meter.open(clock_.start(now_ns), stream_.timing());
        tracker_.saw(header->number);
        if (stream_.jitter) stream_.jitter->saw(header->number, now_ns, stream_.meter.counting());
        if (stream_.one_way_ns && stream_.meter.counting())
          stream_.one_way_ns->record(std::max<std::int64_t>(
              0, now_ns - stream_.spec.clock_offset_ns - header->sent_ns));  // Less than the clocks' error.
        ++traffic.datagrams_received;
        traffic.bytes_received += static_cast<std::int64_t>(bytes.size());
        return;
      case DatagramKind::end:
      case DatagramKind::stopped:
        tracker_.finish(header->number);
        send_header(stream_.socket.get(), {DatagramKind::end_seen, header->number, 0});
        end_ = header->kind == DatagramKind::end ? StreamEnd::completed : StreamEnd::peer_stopped;
        return;
      case DatagramKind::hello:  // repeated by the client: our answer was lost or slow
        send_welcome(stream_.socket.get());
        return;
      default:
        return;
    }
  }

  void publish() {
    stream_.meter.traffic.datagrams_lost = tracker_.lost();
    stream_.meter.traffic.datagrams_reordered = tracker_.reordered();
    stream_.meter.traffic.datagrams_duplicated = tracker_.duplicated();
  }

  /// Between two paced datagrams; 0 when not paced.
  [[nodiscard]] std::int64_t interval_ns() const {
    if (stream_.rate_bps() <= 0) return 0;
    const double ns = static_cast<double>(stream_.hello.message_bytes) * 8e9 / stream_.rate_bps();
    return static_cast<std::int64_t>(std::min(ns, static_cast<double>(kMaxDurationNs)));
  }
  /// Twice the pacing interval when that is long; before the first datagram, the other streams' greetings too.
  [[nodiscard]] std::int64_t idle_limit_ns() const {
    const std::int64_t idle_ns = kIdleNs + 2 * interval_ns();
    return stream_.meter.traffic.datagrams_received > 0 ? idle_ns : idle_ns + kAcceptNs;
  }

  /// No end was heard. After the window that costs nothing but the count of losses at the very end.
  Result<StreamEnd> gone_silent() {
    const std::int64_t last_expected_ns = stream_.meter.end_ns() - std::max(2 * interval_ns(), 100 * kNsPerMs);
    if (heard_ns_ < last_expected_ns) return lost_peer("its datagrams ceased before the end of the window");
    return StreamEnd::unconfirmed;
  }

  StreamEnd leave() {
    for (int i = 0; i < 3; ++i) send_header(stream_.socket.get(), {DatagramKind::stopped, 0, 0});
    return StreamEnd::stopped;
  }

  Stream& stream_;
  RunClock& clock_;
  Inbox& inbox_;
  bool may_nap_;
  ReceiveNap nap_;
  SequenceTracker tracker_;
  std::int64_t heard_ns_ = 0;
  std::optional<StreamEnd> end_;
};

Result<StreamEnd> receive(Stream& stream, RunClock& clock, std::int64_t longest_bytes, bool may_nap, const Halt& halt) {
  const std::size_t bytes = std::max(static_cast<std::size_t>(longest_bytes), kDatagramHeaderBytes + kHelloBytes);
  SRIOV_ASSIGN(const auto inbox, Inbox::make(stream.socket.get(), bytes, stream.spec.gro));
  if (stream.rate_bps() > 0)
    stream.jitter.emplace(static_cast<double>(stream.hello.message_bytes) * 8e9 / stream.rate_bps());
  if (stream.spec.clock_error_ns >= 0) stream.one_way_ns.emplace();
  return Receiver(stream, clock, *inbox, may_nap).run(halt);
}

}  // namespace

Result<StreamEnd> send_datagrams(Stream& stream, SendSchedule& schedule, std::int64_t longest_bytes, const Halt& halt) {
  SRIOV_ASSIGN(const auto outbox,
               Outbox::make(stream.socket.get(), static_cast<std::size_t>(longest_bytes), stream.spec.gso));
  SRIOV_ASSIGN(const StreamEnd end, Sender(stream, schedule, *outbox).run(halt));
  stream.meter.finish(monotonic_ns());
  return tell_end(stream, end);
}

Result<StreamEnd> send_at_rate(Stream& stream, RunClock& clock, const Halt& halt) {
  const std::int64_t start_ns = clock.start(monotonic_ns());
  stream.meter.open(start_ns, stream.timing());
  if (stream.rate_bps() <= 0) {
    Flood flood;
    return send_datagrams(stream, flood, stream.hello.message_bytes, halt);
  }
  // Streams take turns inside the interval instead of sending all at once.
  const double interval_ns = static_cast<double>(stream.hello.message_bytes) * 8e9 / stream.rate_bps();
  const double turn = static_cast<double>(stream.hello.stream) / stream.hello.streams;
  Paced paced(
      Pacer(stream.rate_bps(), stream.hello.message_bytes, start_ns + static_cast<std::int64_t>(interval_ns * turn)));
  return send_datagrams(stream, paced, stream.hello.message_bytes, halt);
}

Result<StreamEnd> receive_datagrams(Stream& stream, RunClock& clock, std::int64_t longest_bytes, const Halt& halt) {
  return receive(stream, clock, longest_bytes, false, halt);
}

Result<StreamEnd> receive_messages(Stream& stream, RunClock& clock, const Halt& halt) {
  return receive(stream, clock, stream.hello.message_bytes, false, halt);
}

Result<StreamEnd> receive_flood(Stream& stream, RunClock& clock, const Halt& halt) {
  return receive(stream, clock, stream.hello.message_bytes, stream.rate_bps() <= 0, halt);
}

}  // namespace sriov
