// Datagrams from the client to the server, paced or as fast as they go; what is missing is counted at the server.
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "host/clock.h"
#include "workloads/pacer.h"
#include "workloads/report.h"
#include "workloads/sequence_tracker.h"
#include "workloads/socket.h"
#include "workloads/udp_side.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{measures::kBytesSent,
                               measures::kBytesReceived,
                               measures::kTotalBytesSent,
                               measures::kTotalBytesReceived,
                               measures::kGoodput,
                               measures::kCpu,
                               measures::kCpuUser,
                               measures::kCpuSystem,
                               measures::kDatagramsSent,
                               measures::kDatagramsReceived,
                               measures::kDatagramsLost,
                               measures::kDatagramsReordered,
                               measures::kDatagramsDuplicated,
                               measures::kRateAsked,
                               measures::kRateAchieved,
                               measures::kServiceDemand};

constexpr std::size_t kBatch = 32;
constexpr std::int64_t kLookNs = 50 * kMillisecond;
constexpr std::int64_t kIdleNs = 2 * kSecond;

std::string reason(int error_number) { return std::generic_category().message(error_number); }

/// Datagrams ready to send: own headers, one shared filling.
class Batch {
 public:
  explicit Batch(std::size_t datagram_bytes) : filling_(datagram_bytes - kDatagramHeaderBytes, std::byte{'u'}) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      pieces_[i][0] = {headers_[i].data(), kDatagramHeaderBytes};
      pieces_[i][1] = {filling_.data(), filling_.size()};
      messages_[i].msg_hdr.msg_iov = pieces_[i].data();
      messages_[i].msg_hdr.msg_iovlen = 2;
    }
  }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  /// Sends `count` datagrams numbered from `first`; how many left, or -1 with errno.
  int send(int socket, std::uint64_t first, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) encode(DatagramHeader{DatagramKind::data, first + i}, headers_[i]);
    return sendmmsg(socket, messages_.data(), static_cast<unsigned>(count), MSG_NOSIGNAL);
  }

 private:
  std::vector<std::byte> filling_;
  std::array<std::array<std::byte, kDatagramHeaderBytes>, kBatch> headers_{};
  std::array<std::array<iovec, 2>, kBatch> pieces_{};
  std::array<mmsghdr, kBatch> messages_{};
};

/// Whether the server has said that it ends early.
bool server_stops(int socket) {
  std::array<std::byte, kDatagramHeaderBytes> bytes{};
  const ssize_t got = recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (got <= 0) return false;
  const auto header = decode_datagram(std::span(bytes).first(static_cast<std::size_t>(got)));
  return header && header->kind == DatagramKind::stopped;
}

/// The hot loop of the client: a clock read and a sendmmsg() per batch.
Result<StreamEnd> send_datagrams(Stream& stream, Batch& batch, Pacer& pacer, const Halt& halt) {
  const int socket = stream.socket.get();
  Meter& meter = stream.meter;
  std::int64_t now_ns = monotonic_ns();
  std::int64_t next_look_ns = now_ns;
  while (now_ns < meter.end_ns()) {
    if (halt.requested()) return StreamEnd::stopped;
    if (now_ns >= next_look_ns) {
      if (server_stops(socket)) return StreamEnd::peer_stopped;
      next_look_ns = now_ns + kLookNs;
    }
    const std::int64_t due = pacer.is_paced() ? pacer.due(now_ns) : std::int64_t{kBatch};
    if (due == 0) {
      sleep_until_ns(std::min({pacer.next_ns(), now_ns + kPollNs, meter.end_ns()}));
      now_ns = monotonic_ns();
      meter.at(now_ns);
      continue;
    }
    const auto count = std::min(static_cast<std::size_t>(due), kBatch);
    const int sent = batch.send(socket, static_cast<std::uint64_t>(meter.traffic.datagrams_sent), count);
    const int error_number = errno;
    now_ns = monotonic_ns();
    meter.at(now_ns);
    if (sent > 0) [[likely]] {
      meter.traffic.datagrams_sent += sent;
      meter.traffic.bytes_sent += sent * stream.hello.message_bytes;
      pacer.sent(sent);
    } else if (error_number == ENOBUFS) {
      sleep_until_ns(now_ns + kMillisecond);  // the device's queue is full
    } else if (error_number != EAGAIN && error_number != EINTR) {
      if (server_stops(socket)) return StreamEnd::peer_stopped;
      return lost_peer(reason(error_number));
    }
  }
  return StreamEnd::completed;
}

Result<StreamEnd> client_body(Stream& stream, RunClock& clock, const Halt& halt) {
  Batch batch(static_cast<std::size_t>(stream.hello.message_bytes));
  const std::int64_t start_ns = clock.start(monotonic_ns());
  stream.meter.open(start_ns, stream.timing());
  // Streams take turns inside the interval instead of sending all at once.
  const double interval_ns =
      stream.rate_bps() > 0 ? static_cast<double>(stream.hello.message_bytes) * 8e9 / stream.rate_bps() : 0;
  const double turn = static_cast<double>(stream.hello.stream) / stream.hello.streams;
  Pacer pacer(stream.rate_bps(), stream.hello.message_bytes, start_ns + static_cast<std::int64_t>(interval_ns * turn));
  SRIOV_ASSIGN(const StreamEnd end, send_datagrams(stream, batch, pacer, halt));
  stream.meter.finish(monotonic_ns());
  return tell_end(stream, end);
}

/// Receive buffers for a batch of datagrams.
class Inbox {
 public:
  explicit Inbox(std::size_t datagram_bytes) : bytes_(kBatch * datagram_bytes) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      pieces_[i] = {bytes_.data() + i * datagram_bytes, datagram_bytes};
      messages_[i].msg_hdr.msg_iov = &pieces_[i];
      messages_[i].msg_hdr.msg_iovlen = 1;
    }
  }
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// Waits for one datagram and takes what else is there; -1 with errno.
  int receive(int socket) { return recvmmsg(socket, messages_.data(), kBatch, MSG_WAITFORONE, nullptr); }
  [[nodiscard]] std::span<const std::byte> datagram(int index) const {
    const auto i = static_cast<std::size_t>(index);
    return {static_cast<const std::byte*>(pieces_[i].iov_base), messages_[i].msg_len};
  }

 private:
  std::vector<std::byte> bytes_;
  std::array<iovec, kBatch> pieces_{};
  std::array<mmsghdr, kBatch> messages_{};
};

/// The server's side of one stream.
class Receiver {
 public:
  Receiver(Stream& stream, RunClock& clock)
      : stream_(stream),
        clock_(clock),
        inbox_(std::max(static_cast<std::size_t>(stream.hello.message_bytes), kDatagramHeaderBytes + kHelloBytes)) {}

  Result<StreamEnd> run(const Halt& halt) {
    const int socket = stream_.socket.get();
    heard_ns_ = monotonic_ns();
    while (!end_) {
      const int got = inbox_.receive(socket);
      const int error_number = errno;
      const std::int64_t now_ns = monotonic_ns();
      stream_.meter.at(now_ns);
      if (got > 0) {
        heard_ns_ = now_ns;
        for (int i = 0; i < got; ++i) take(inbox_.datagram(i), now_ns);
        publish();
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
        ++traffic.datagrams_received;
        traffic.bytes_received += static_cast<std::int64_t>(bytes.size());
        return;
      case DatagramKind::end:
      case DatagramKind::stopped:
        tracker_.finish(header->number);
        send_header(stream_.socket.get(), {DatagramKind::end_seen, header->number});
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
    const std::int64_t last_expected_ns = stream_.meter.end_ns() - std::max(2 * interval_ns(), 100 * kMillisecond);
    if (heard_ns_ < last_expected_ns) return lost_peer("its datagrams ceased before the end of the window");
    return StreamEnd::unconfirmed;
  }

  StreamEnd leave() {
    for (int i = 0; i < 3; ++i) send_header(stream_.socket.get(), {DatagramKind::stopped, 0});
    return StreamEnd::stopped;
  }

  Stream& stream_;
  RunClock& clock_;
  Inbox inbox_;
  SequenceTracker tracker_;
  std::int64_t heard_ns_ = 0;
  std::optional<StreamEnd> end_;
};

Result<StreamEnd> server_body(Stream& stream, RunClock& clock, const Halt& halt) {
  return Receiver(stream, clock).run(halt);
}

const UdpProfile& profile() {
  static const UdpProfile kProfile{
      .describe = {.name = "udp_stream",
                   .help = "UDP datagrams, client to server, paced or as fast as they go: loss, reordering and rate.",
                   .measures = kMeasures,
                   .limits = {.min_message_bytes = kDatagramHeaderBytes,
                              .max_message_bytes = kMaxDatagramBytes,
                              .message_hint = "a datagram must fit; 1400 fits an Ethernet frame"},
                   .default_message_bytes = 1400},
      .client_body = client_body,
      .server_body = server_body};
  return kProfile;
}

const Registration<Workload, UdpWorkload<profile>> registration{"udp_stream"};

}  // namespace
}  // namespace sriov
