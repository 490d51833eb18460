// Request/response over TCP (netperf's TCP_RR): one transaction at a time on each stream.
//
// Requests and responses have the same size. Their first byte is a Mark: `data`, or how the sender of it ends.
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <span>
#include <system_error>
#include <vector>

#include "host/clock.h"
#include "workloads/report.h"
#include "workloads/socket.h"
#include "workloads/tcp_side.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{measures::kBytesSent,      measures::kBytesReceived,
                               measures::kTotalBytesSent, measures::kTotalBytesReceived,
                               measures::kGoodput,        measures::kCpu,
                               measures::kCpuUser,        measures::kCpuSystem,
                               measures::kTransactions,   measures::kTransactionRate,
                               measures::kRetransmits,    measures::kCpuPerTransaction};

/// What a transfer of one message came to.
enum class Transfer { whole, halted, peer_done, peer_stopped };

std::string reason(int error_number) { return std::generic_category().message(error_number); }

Result<Transfer> send_message(int socket, std::span<const char> message, const Halt& halt) {
  std::int64_t silent_since_ns = 0;
  while (true) {
    const ssize_t put = send(socket, message.data(), message.size(), MSG_NOSIGNAL);
    if (put == static_cast<ssize_t>(message.size())) [[likely]]
      return Transfer::whole;
    if (put >= 0) {
      message = message.subspan(static_cast<std::size_t>(put));
      silent_since_ns = 0;
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return lost_peer(reason(errno));
    if (halt.requested()) return Transfer::halted;
    const std::int64_t now_ns = monotonic_ns();
    if (silent_since_ns == 0) silent_since_ns = now_ns;
    if (now_ns - silent_since_ns > kSilenceNs) return lost_peer("it takes no bytes any more");
  }
}

Result<Transfer> receive_message(int socket, std::span<char> message, const Halt& halt) {
  std::size_t have = 0;
  std::int64_t silent_since_ns = 0;
  while (true) {
    const ssize_t got = recv(socket, message.data() + have, message.size() - have, 0);
    if (got > 0) [[likely]] {
      have += static_cast<std::size_t>(got);
      silent_since_ns = 0;
      if (message[0] == static_cast<char>(Mark::done)) return Transfer::peer_done;
      if (message[0] == static_cast<char>(Mark::stopped)) return Transfer::peer_stopped;
      if (have == message.size()) return Transfer::whole;
      continue;
    }
    if (got == 0) return lost_peer("it closed the connection");
    if (errno != EAGAIN && errno != EINTR) return lost_peer(reason(errno));
    if (halt.requested()) return Transfer::halted;
    const std::int64_t now_ns = monotonic_ns();
    if (silent_since_ns == 0) silent_since_ns = now_ns;
    if (now_ns - silent_since_ns > kSilenceNs) return lost_peer("nothing came for 20 s");
  }
}

StreamEnd end_of(Transfer transfer) {
  if (transfer == Transfer::peer_stopped) return StreamEnd::peer_stopped;
  return transfer == Transfer::halted ? StreamEnd::stopped : StreamEnd::completed;
}

/// Tells the server how it ends and waits for it to close, so that neither side resets the connection.
void take_leave(Stream& stream, StreamEnd end) {
  send_mark(stream.socket.get(), end == StreamEnd::completed ? Mark::done : Mark::stopped);
  shutdown(stream.socket.get(), SHUT_WR);
  std::array<std::byte, 4096> rest{};
  const Patience patience{monotonic_ns() + kFarewellNs, nullptr};
  while (read_exact(stream.socket.get(), rest, patience)) {
  }
}

Result<StreamEnd> request(Stream& stream, RunClock& /*clock*/, const Halt& halt) {
  const auto bytes = static_cast<std::size_t>(stream.hello.message_bytes);
  const std::vector<char> outgoing(bytes, static_cast<char>(Mark::data));
  std::vector<char> incoming(bytes);
  const int socket = stream.socket.get();
  Meter& meter = stream.meter;
  StreamEnd end = StreamEnd::completed;
  std::int64_t begin_ns = monotonic_ns();
  while (begin_ns < meter.end_ns()) {
    if (halt.requested()) {
      end = StreamEnd::stopped;
      break;
    }
    SRIOV_ASSIGN(Transfer transfer, send_message(socket, outgoing, halt));
    if (transfer == Transfer::whole) {
      SRIOV_ASSIGN(transfer, receive_message(socket, incoming, halt));
    }
    if (transfer != Transfer::whole) {
      end = end_of(transfer);
      break;
    }
    const std::int64_t now_ns = monotonic_ns();
    meter.at(now_ns);
    meter.traffic.bytes_sent += stream.hello.message_bytes;
    meter.traffic.bytes_received += stream.hello.message_bytes;
    ++meter.traffic.transactions;
    if (meter.counting()) stream.latency_ns->record(now_ns - begin_ns);
    begin_ns = now_ns;
  }
  meter.finish(monotonic_ns());
  take_leave(stream, end);
  return end;
}

Result<StreamEnd> respond(Stream& stream, RunClock& /*clock*/, const Halt& halt) {
  const auto bytes = static_cast<std::size_t>(stream.hello.message_bytes);
  const std::vector<char> outgoing(bytes, static_cast<char>(Mark::data));
  std::vector<char> incoming(bytes);
  const int socket = stream.socket.get();
  Meter& meter = stream.meter;
  while (true) {
    SRIOV_ASSIGN(Transfer transfer, receive_message(socket, incoming, halt));
    if (transfer == Transfer::whole) {
      SRIOV_ASSIGN(transfer, send_message(socket, outgoing, halt));
    }
    meter.at(monotonic_ns());
    if (transfer == Transfer::whole) [[likely]] {
      meter.traffic.bytes_sent += stream.hello.message_bytes;
      meter.traffic.bytes_received += stream.hello.message_bytes;
      ++meter.traffic.transactions;
      if (!halt.requested()) continue;
      transfer = Transfer::halted;
    }
    meter.finish(monotonic_ns());
    const StreamEnd end = end_of(transfer);
    if (end == StreamEnd::stopped) take_leave(stream, end);
    return end;
  }
}

const TcpProfile& profile() {
  static const TcpProfile kProfile{
      .describe =
          {.name = "tcp_rr",
           .help = "TCP request/response, one at a time on each stream: transactions per second and round-trip times.",
           .measures = kMeasures,
           .limits = {.message_hint = "1 is usual", .can_pace = false},
           .default_message_bytes = 1,
           .server_sends = true},
      .always_no_delay = true,
      .client_measures_latency = true,
      .client_body = request,
      .server_body = respond};
  return kProfile;
}

const Registration<Workload, TcpWorkload<profile>> registration{"tcp_rr"};

}  // namespace
}  // namespace sriov
