// A connection for every transaction (netperf's TCP_CRR): connect, request, response, close, one at a time on each
// stream. Each stream's greeting connection stays open beside it and tells how the stream goes on.
//
// The server closes first, so the waiting state of a closed connection (TIME_WAIT) is at its one port and the client
// does not run out of ports.
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <vector>

#include "host/clock.h"
#include "workloads/engine/report_builder.h"
#include "workloads/engine/socket.h"
#include "workloads/engine/transactions.h"
#include "workloads/tcp/flow_listener.h"
#include "workloads/tcp/tcp_message.h"
#include "workloads/tcp/tcp_side.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{measures::kBytesSent,         measures::kBytesReceived,
                               measures::kTotalBytesSent,    measures::kTotalBytesReceived,
                               measures::kGoodput,           measures::kCpu,
                               measures::kCpuUser,           measures::kCpuSystem,
                               measures::kTransactions,      measures::kTransactionRate,
                               measures::kTransactionsAsked, measures::kCpuPerTransaction};

/// One connection's transaction; true when it was carried out.
Result<bool> serve(int socket, std::span<char> incoming, std::span<const char> outgoing, const Halt& halt) {
  SRIOV_TRY(set_io_timeout(socket, kPollNs));
  SRIOV_ASSIGN(const Transfer heard, receive_message(socket, incoming, halt));
  if (heard != Transfer::whole) return false;
  SRIOV_ASSIGN(const Transfer said, send_message(socket, outgoing, halt));
  return said == Transfer::whole;
}

/// The client's last word, or nullopt while it goes on.
std::optional<StreamEnd> end_told(const Stream& stream, const Halt& halt) {
  switch (look_at_peer(stream.socket.get())) {
    case PeerState::present:
      break;
    case PeerState::done:
      return StreamEnd::completed;
    default:
      return StreamEnd::peer_stopped;
  }
  if (!halt.requested()) return std::nullopt;
  send_mark(stream.socket.get(), Mark::stopped);
  return StreamEnd::stopped;
}

Result<StreamEnd> server_body(Stream& stream, RunClock& /*clock*/, const Halt& halt) {
  SRIOV_ASSIGN(const TransactionSizes sizes, transaction_sizes(stream.spec));
  const int listener = stream.own_sockets.back().get();
  const std::vector<char> outgoing(sizes.response_bytes, static_cast<char>(Mark::data));
  std::vector<char> incoming(sizes.request_bytes);
  std::int64_t next_look_ns = monotonic_ns() + kPollNs;
  while (true) {
    const Fd socket(accept4(listener, nullptr, nullptr, SOCK_CLOEXEC));
    const int error_number = errno;
    if (socket.is_open()) {
      // One transaction that breaks is the client's to tell: it knows whether the run was over.
      const auto served = serve(socket.get(), incoming, outgoing, halt);
      if (served && *served) book_response(stream, sizes, monotonic_ns());
    } else if (error_number != EAGAIN && error_number != EINTR && error_number != ECONNABORTED) {
      return fail_errno("cannot accept a connection", error_number);
    }
    const std::int64_t now_ns = monotonic_ns();
    if (socket.is_open() && now_ns < next_look_ns) continue;
    next_look_ns = now_ns + kPollNs;
    if (const auto end = end_told(stream, halt)) {
      stream.meter.finish(monotonic_ns());
      return *end;
    }
  }
}

/// Reads until the server has closed, so that the connection waits at its side.
Result<Transfer> hear_close(int socket, const Halt& halt) {
  std::array<char, 1> byte{};
  while (true) {
    const ssize_t got = recv(socket, byte.data(), byte.size(), 0);
    if (got == 0 || (got < 0 && errno == ECONNRESET)) return Transfer::whole;
    if (got > 0) return lost_peer("more came than a response");
    if (errno != EAGAIN && errno != EINTR) return lost_peer(reason(errno));
    if (halt.requested()) return Transfer::halted;
  }
}

/// One transaction of the client. The time at which its response was there, or how it ended instead.
struct Attempt {
  Transfer transfer = Transfer::whole;
  std::int64_t answered_ns = 0;
};
Result<Attempt> transact(const Stream& stream, const SocketAddress& server, std::span<const char> outgoing,
                         std::span<char> incoming, const Halt& halt) {
  SRIOV_ASSIGN(const Fd socket, connect_socket(SOCK_STREAM, server, stream.spec.bind_address,
                                               socket_options(stream.spec), {monotonic_ns() + kConnectNs, &halt}));
  SRIOV_ASSIGN(const Transfer sent, send_message(socket.get(), outgoing, halt));
  if (sent != Transfer::whole) return Attempt{sent};
  SRIOV_ASSIGN(const Transfer heard, receive_message(socket.get(), incoming, halt));
  const std::int64_t answered_ns = monotonic_ns();
  if (heard != Transfer::whole) return Attempt{heard};
  SRIOV_ASSIGN(const Transfer closed, hear_close(socket.get(), halt));
  return Attempt{closed, answered_ns};
}

Result<StreamEnd> client_body(Stream& stream, RunClock& clock, const Halt& halt) {
  SRIOV_ASSIGN(const TransactionSizes sizes, transaction_sizes(stream.spec));
  const SocketAddress& server = *stream.own_server;
  SRIOV_ASSIGN(RequestSchedule schedule, RequestSchedule::make(stream, clock.started().value_or(monotonic_ns())));
  const std::vector<char> outgoing(sizes.request_bytes, static_cast<char>(Mark::data));
  std::vector<char> incoming(sizes.response_bytes);
  StreamEnd end = StreamEnd::completed;
  while (const auto intended_ns = schedule.wait(stream.meter, halt)) {
    const auto attempt = transact(stream, server, outgoing, incoming, halt);
    if (attempt && attempt->transfer == Transfer::whole) {
      book_request(stream, sizes, *intended_ns, attempt->answered_ns);
      continue;
    }
    if (halt.requested()) break;
    if (look_at_peer(stream.socket.get()) == PeerState::stopped) {
      end = StreamEnd::peer_stopped;
      break;
    }
    if (!attempt) return tl::unexpected(attempt.error());
    return lost_peer("it broke off a transaction");
  }
  if (end == StreamEnd::completed && halt.requested()) end = StreamEnd::stopped;
  stream.meter.finish(monotonic_ns());
  send_mark(stream.socket.get(), end == StreamEnd::completed ? Mark::done : Mark::stopped);
  return end;
}

const TcpProfile& profile() {
  static const TcpProfile kProfile{
      .describe = {.name = "tcp_crr",
                   .help =
                       "TCP connect, request, response, close, one at a time on each stream: what short connections "
                       "cost.",
                   .measures = kMeasures,
                   .own_options = transaction_options(),
                   .limits = {.message_hint = "1 to 1k is usual", .can_pace = false},
                   .default_message_bytes = 1,
                   .server_sends = true},
      .always_no_delay = true,
      .client_measures_latency = true,
      .client_setup = find_flow_listener,
      .server_setup = [](Stream& stream, const Halt& halt) { return open_flow_listener(stream, 64, halt); },
      .client_body = client_body,
      .server_body = server_body};
  return kProfile;
}

const Registration<Workload, TcpWorkload<profile>> registration{"tcp_crr"};

}  // namespace
}  // namespace sriov
