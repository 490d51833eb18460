// Request/response over UDP (netperf's UDP_RR): one transaction at a time on each stream, or at set times whatever is
// under way. A request whose answer does not come is counted as lost.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "host/clock.h"
#include "workloads/engine/report_builder.h"
#include "workloads/engine/socket.h"
#include "workloads/engine/transactions.h"
#include "workloads/udp/udp_open_loop.h"
#include "workloads/udp/udp_side.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{measures::kBytesSent,         measures::kBytesReceived,
                               measures::kTotalBytesSent,    measures::kTotalBytesReceived,
                               measures::kGoodput,           measures::kCpu,
                               measures::kCpuUser,           measures::kCpuSystem,
                               measures::kTransactions,      measures::kTransactionRate,
                               measures::kTransactionsAsked, measures::kTransactionsLost,
                               measures::kCpuPerTransaction};

/// What became of one request.
enum class Outcome { came, missing, peer_stopped, halted };

/// The client's side of one stream.
class Requester {
 public:
  Requester(Stream& stream, const TransactionSizes& sizes)
      : stream_(stream),
        outgoing_(sizes.request_bytes, std::byte{'q'}),
        incoming_(std::max(sizes.response_bytes, kDatagramHeaderBytes)) {}

  Result<Outcome> transact(const Halt& halt) {
    encode(DatagramHeader{DatagramKind::data, ++number_, 0}, std::span(outgoing_).first<kDatagramHeaderBytes>());
    const std::int64_t give_up_ns = monotonic_ns() + kAnswerWithinNs;
    if (send(socket(), outgoing_.data(), outgoing_.size(), MSG_NOSIGNAL) < 0 && errno != ENOBUFS && errno != EAGAIN)
      return lost_peer(reason(errno));
    while (true) {
      const ssize_t got = recv(socket(), incoming_.data(), incoming_.size(), 0);
      if (got >= 0) {
        const auto header = decode_datagram(std::span(incoming_).first(static_cast<std::size_t>(got)));
        if (header && header->kind == DatagramKind::stopped) return Outcome::peer_stopped;
        if (header && header->kind == DatagramKind::data && header->number == number_) return Outcome::came;
        continue;  // The answer to a request that was given up, or a greeting's echo.
      }
      if (errno != EAGAIN && errno != EINTR) return lost_peer(reason(errno));
      if (halt.requested()) return Outcome::halted;
      if (monotonic_ns() >= give_up_ns) return Outcome::missing;
    }
  }

 private:
  [[nodiscard]] int socket() const { return stream_.socket.get(); }

  Stream& stream_;
  std::vector<std::byte> outgoing_;
  std::vector<std::byte> incoming_;
  std::uint64_t number_ = 0;
};

Result<StreamEnd> client_body(Stream& stream, RunClock& clock, const Halt& halt) {
  SRIOV_ASSIGN(const TransactionSizes sizes, transaction_sizes(stream.spec));
  const std::int64_t start_ns = clock.start(monotonic_ns());
  stream.meter.open(start_ns, stream.timing());
  SRIOV_ASSIGN(RequestSchedule schedule, RequestSchedule::make(stream, start_ns));
  if (schedule.is_open_loop()) return request_on_schedule(stream, sizes, schedule.arrivals(), halt);
  Requester requester(stream, sizes);
  StreamEnd end = StreamEnd::completed;
  int missing_in_a_row = 0;
  while (const auto intended_ns = schedule.wait(stream.meter, halt)) {
    SRIOV_ASSIGN(const Outcome outcome, requester.transact(halt));
    if (outcome == Outcome::came) [[likely]] {
      book_request(stream, sizes, *intended_ns, monotonic_ns());
      missing_in_a_row = 0;
      continue;
    }
    if (outcome == Outcome::missing) {
      ++stream.meter.traffic.transactions_lost;
      if (++missing_in_a_row * kAnswerWithinNs < kSilenceNs) continue;
      return lost_peer("no answer to any request came for 20 s");
    }
    if (outcome == Outcome::peer_stopped) end = StreamEnd::peer_stopped;
    break;
  }
  if (end == StreamEnd::completed && halt.requested()) end = StreamEnd::stopped;
  stream.meter.finish(monotonic_ns());
  return tell_end(stream, end);
}

Result<StreamEnd> server_body(Stream& stream, RunClock& clock, const Halt& halt) {
  SRIOV_ASSIGN(const TransactionSizes sizes, transaction_sizes(stream.spec));
  std::vector<std::byte> outgoing(sizes.response_bytes, std::byte{'r'});
  std::vector<std::byte> incoming(std::max(sizes.request_bytes, kDatagramHeaderBytes + kHelloBytes));
  const int socket = stream.socket.get();
  std::int64_t heard_ns = monotonic_ns();
  while (true) {
    const ssize_t got = recv(socket, incoming.data(), incoming.size(), 0);
    const int error_number = errno;
    const auto header =
        got > 0 ? decode_datagram(std::span(incoming).first(static_cast<std::size_t>(got))) : std::nullopt;
    if (header && header->kind == DatagramKind::data) [[likely]] {
      encode(*header, std::span(outgoing).first<kDatagramHeaderBytes>());
      (void)send(socket, outgoing.data(), outgoing.size(), MSG_NOSIGNAL);  // A loss is seen by the client.
      const std::int64_t now_ns = monotonic_ns();
      if (stream.meter.traffic.transactions == 0) stream.meter.open(clock.start(now_ns), stream.timing());
      book_response(stream, sizes, now_ns);
      heard_ns = now_ns;
    } else if (header && (header->kind == DatagramKind::end || header->kind == DatagramKind::stopped)) {
      send_header(socket, {DatagramKind::end_seen, header->number, 0});
      return header->kind == DatagramKind::end ? StreamEnd::completed : StreamEnd::peer_stopped;
    } else if (header && header->kind == DatagramKind::hello) {
      send_welcome(socket);
    } else if (got < 0 && error_number != EAGAIN && error_number != EINTR) {
      return lost_peer(reason(error_number));
    }
    if (monotonic_ns() - heard_ns > kSilenceNs) return lost_peer("no request came for 20 s");
    if (halt.requested()) {
      stream.meter.finish(monotonic_ns());
      for (int i = 0; i < 3; ++i) send_header(socket, {DatagramKind::stopped, 0, 0});
      return StreamEnd::stopped;
    }
  }
}

Result<void> check_sizes(const WorkloadSpec& spec) {
  SRIOV_ASSIGN(const TransactionSizes sizes, transaction_sizes(spec));
  if (sizes.response_bytes >= kDatagramHeaderBytes && sizes.response_bytes <= kMaxDatagramBytes) return {};
  return fail_usage(fmt::format("response_bytes = {} is not between {} and {}", sizes.response_bytes,
                                kDatagramHeaderBytes, kMaxDatagramBytes));
}

const UdpProfile& profile() {
  static const UdpProfile kProfile{
      .describe = {.name = "udp_rr",
                   .help = "UDP request/response, one at a time on each stream or at set times: transactions per "
                           "second, round-trip times, losses.",
                   .measures = kMeasures,
                   .own_options = transaction_options(),
                   .limits = {.min_message_bytes = kDatagramHeaderBytes,
                              .max_message_bytes = kMaxDatagramBytes,
                              .message_hint = "a request holds its number: 32 bytes at least",
                              .can_pace = false},
                   .default_message_bytes = 64,
                   .server_sends = true,
                   .check = check_sizes},
      .client_measures_latency = true,
      .client_body = client_body,
      .server_body = server_body};
  return kProfile;
}

const Registration<Workload, UdpWorkload<profile>> registration{"udp_rr"};

}  // namespace
}  // namespace sriov
