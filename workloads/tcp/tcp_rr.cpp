// Request/response over TCP (netperf's TCP_RR): one transaction at a time on each stream.
#include <sys/socket.h>

#include <array>
#include <vector>

#include "host/clock.h"
#include "workloads/engine/report_builder.h"
#include "workloads/engine/socket.h"
#include "workloads/engine/transactions.h"
#include "workloads/tcp/tcp_message.h"
#include "workloads/tcp/tcp_side.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{measures::kBytesSent,         measures::kBytesReceived,
                               measures::kTotalBytesSent,    measures::kTotalBytesReceived,
                               measures::kGoodput,           measures::kCpu,
                               measures::kCpuUser,           measures::kCpuSystem,
                               measures::kTransactions,      measures::kTransactionRate,
                               measures::kTransactionsAsked, measures::kRetransmits,
                               measures::kCpuPerTransaction};

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

Result<StreamEnd> request(Stream& stream, RunClock& clock, const Halt& halt) {
  SRIOV_ASSIGN(const TransactionSizes sizes, transaction_sizes(stream.spec));
  SRIOV_ASSIGN(RequestSchedule schedule, RequestSchedule::make(stream, clock.started().value_or(monotonic_ns())));
  const std::vector<char> outgoing(sizes.request_bytes, static_cast<char>(Mark::data));
  std::vector<char> incoming(sizes.response_bytes);
  const int socket = stream.socket.get();
  StreamEnd end = StreamEnd::completed;
  while (const auto intended_ns = schedule.wait(stream.meter, halt)) {
    SRIOV_ASSIGN(Transfer transfer, send_message(socket, outgoing, halt));
    if (transfer == Transfer::whole) {
      SRIOV_ASSIGN(transfer, receive_message(socket, incoming, halt));
    }
    if (transfer != Transfer::whole) {
      end = end_of(transfer);
      break;
    }
    book_request(stream, sizes, *intended_ns, monotonic_ns());
  }
  if (end == StreamEnd::completed && halt.requested()) end = StreamEnd::stopped;
  stream.meter.finish(monotonic_ns());
  take_leave(stream, end);
  return end;
}

Result<StreamEnd> respond(Stream& stream, RunClock& /*clock*/, const Halt& halt) {
  SRIOV_ASSIGN(const TransactionSizes sizes, transaction_sizes(stream.spec));
  const std::vector<char> outgoing(sizes.response_bytes, static_cast<char>(Mark::data));
  std::vector<char> incoming(sizes.request_bytes);
  const int socket = stream.socket.get();
  while (true) {
    SRIOV_ASSIGN(Transfer transfer, receive_message(socket, incoming, halt));
    if (transfer == Transfer::whole) {
      SRIOV_ASSIGN(transfer, send_message(socket, outgoing, halt));
    }
    if (transfer == Transfer::whole) [[likely]] {
      book_response(stream, sizes, monotonic_ns());
      if (!halt.requested()) continue;
      transfer = Transfer::halted;
    }
    stream.meter.finish(monotonic_ns());
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
           .own_options = transaction_options(),
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
