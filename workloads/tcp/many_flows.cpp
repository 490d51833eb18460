// Many TCP connections with short messages, client to server, on few threads: what the number of flows costs. Each
// stream is one thread at either end; it has its share of the flows and a greeting connection beside them, on which
// both sides say how they go on.
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "workloads/engine/report_builder.h"
#include "workloads/tcp/flow_listener.h"
#include "workloads/tcp/tcp_side.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{
    measures::kBytesSent, measures::kBytesReceived, measures::kTotalBytesSent, measures::kTotalBytesReceived,
    measures::kGoodput,   measures::kCpu,           measures::kCpuUser,        measures::kCpuSystem,
    measures::kFlows,     measures::kFlowsSilent,   measures::kServiceDemand};

constexpr std::int64_t kMostFlows = 60'000;
constexpr int kEvents = 256;
constexpr std::int64_t kDrainNs = 20 * kNsPerSecond;

Result<std::int64_t> parse_flows(std::string_view text) {
  const auto flows = to_int(trim(text));
  if (flows && *flows >= 1 && *flows <= kMostFlows) return *flows;
  return fail_usage(fmt::format("'{}' is not a number of flows (1 to {})", text, kMostFlows));
}

constexpr std::array kOptions{OwnOption{"flows", "1 to 60000", "100",
                                        "TCP connections of all streams together; streams is the number of threads.",
                                        [](std::string_view text) -> Result<void> {
                                          SRIOV_TRY(parse_flows(text));
                                          return {};
                                        }}};

/// One stream's share of the flows; the first streams have the rest.
Result<std::size_t> flows_of(const Stream& stream) {
  SRIOV_ASSIGN(const std::int64_t all, parse_flows(own_value(kOptions, stream.spec, "flows")));
  const std::int64_t streams = stream.hello.streams;
  return static_cast<std::size_t>(all / streams + (stream.hello.stream < all % streams ? 1 : 0));
}

Result<void> check_flows(const WorkloadSpec& spec) {
  SRIOV_ASSIGN(const std::int64_t flows, parse_flows(own_value(kOptions, spec, "flows")));
  if (flows >= spec.streams) return {};
  return fail_usage(fmt::format("{} flows are too few for {} streams", flows, spec.streams), "",
                    "streams is the number of threads that share the flows");
}

/// As many descriptors as this process may have: a flow is one.
void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

tl::unexpected<Error> explain(Error error, std::size_t flow, std::size_t flows) {
  error.what = fmt::format("flow {} of {}: {}", flow + 1, flows, error.what);
  if (error.what.find("open files") != std::string::npos) error.hint = "raise the limit on open files (ulimit -n)";
  return tl::unexpected(error);
}

/// Sockets that are watched together.
class Watched {
 public:
  [[nodiscard]] static Result<Watched> make() {
    Fd epoll(epoll_create1(EPOLL_CLOEXEC));
    if (!epoll.is_open()) return fail_errno("cannot make an epoll instance", errno);
    return Watched(std::move(epoll));
  }
  Result<void> add(int socket, std::uint32_t events, std::uint32_t index) {
    epoll_event event{};
    event.events = events;
    event.data.u32 = index;
    if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, socket, &event) != 0) return fail_errno("cannot watch a socket", errno);
    return {};
  }
  /// Those that are ready, or none after 50 ms.
  [[nodiscard]] std::span<const epoll_event> wait() {
    const int ready = epoll_wait(epoll_.get(), events_.data(), kEvents, static_cast<int>(kPollNs / kNsPerMs));
    return std::span(events_).first(static_cast<std::size_t>(std::max(ready, 0)));
  }

 private:
  explicit Watched(Fd epoll) : epoll_(std::move(epoll)) {}

  Fd epoll_;
  std::array<epoll_event, kEvents> events_{};
};

/// The client's flows: a ring of those that take bytes; the others come back when epoll says so.
class Sender {
 public:
  Sender(Stream& stream, const Halt& halt)
      : stream_(stream), halt_(halt), message_(static_cast<std::size_t>(stream.hello.message_bytes), 'f') {}

  Result<StreamEnd> run() {
    SRIOV_TRY(watch_all());
    SRIOV_ASSIGN(const StreamEnd end, send_until_the_end());
    stream_.meter.finish(monotonic_ns());
    return take_leave(end);
  }

 private:
  Result<void> watch_all() {
    SRIOV_ASSIGN(Watched watched, Watched::make());
    watched_.emplace(std::move(watched));
    for (std::size_t i = 0; i < sockets().size(); ++i) {
      SRIOV_TRY(watched_->add(sockets()[i].get(), EPOLLOUT | EPOLLET, static_cast<std::uint32_t>(i)));
      left_.push_back(message_.size());
      ready_.push_back(i);
    }
    spare_.reserve(sockets().size());
    return {};
  }

  Result<StreamEnd> send_until_the_end() {
    std::int64_t now_ns = monotonic_ns();
    std::int64_t next_look_ns = now_ns;
    std::int64_t progress_ns = now_ns;
    while (now_ns < stream_.meter.end_ns()) {
      if (halt_.requested()) return StreamEnd::stopped;
      if (now_ns >= next_look_ns) {
        const PeerState peer = look_at_peer(stream_.socket.get());
        if (peer == PeerState::stopped) return StreamEnd::peer_stopped;
        if (peer != PeerState::present) return lost_peer("it closed the connection");
        if (now_ns - progress_ns > kSilenceNs) return lost_peer("it takes no bytes any more");
        next_look_ns = now_ns + kPollNs;
      }
      SRIOV_ASSIGN(const bool moved, send_round(now_ns));
      if (moved) progress_ns = now_ns;
      if (ready_.empty())
        for (const epoll_event& event : watched_->wait()) ready_.push_back(event.data.u32);
      now_ns = monotonic_ns();
      stream_.meter.at(now_ns);
    }
    return StreamEnd::completed;
  }

  /// A message on every flow that takes it.
  Result<bool> send_round(std::int64_t& now_ns) {
    bool moved = false;
    spare_.clear();
    for (const std::size_t flow : ready_) {
      const ssize_t put = send(sockets()[flow].get(), message_.data(), left_[flow], MSG_NOSIGNAL | MSG_DONTWAIT);
      if (put < 0 && errno != EAGAIN && errno != EINTR) {
        if (look_at_peer(stream_.socket.get()) == PeerState::stopped) return false;
        return lost_peer(fmt::format("flow {}: {}", flow + 1, reason(errno)));
      }
      if (put < 0) continue;
      moved = true;
      left_[flow] -= static_cast<std::size_t>(put);
      if (left_[flow] == 0) left_[flow] = message_.size();
      spare_.push_back(flow);
      now_ns = monotonic_ns();
      stream_.meter.at(now_ns);
      stream_.meter.traffic.bytes_sent += put;
      if (now_ns >= stream_.meter.end_ns()) break;
    }
    std::swap(ready_, spare_);
    return moved;
  }

  /// Ends all flows and waits until the server has what is on its way.
  Result<StreamEnd> take_leave(StreamEnd end) {
    const bool early = end != StreamEnd::completed;
    stream_.flows = static_cast<std::int64_t>(sockets().size());
    for (const Fd& socket : sockets()) shutdown(socket.get(), SHUT_WR);
    send_mark(stream_.socket.get(), early ? Mark::stopped : Mark::done);
    std::array<std::byte, 1> mark{};
    const auto heard = read_exact(stream_.socket.get(), mark,
                                  {monotonic_ns() + (early ? kFarewellNs : kDrainNs), early ? nullptr : &halt_});
    if (heard || early) return end;
    if (heard.error().kind == ErrorKind::interrupted) return StreamEnd::stopped;
    return lost_peer("it did not confirm the last bytes: " + heard.error().what);
  }

  [[nodiscard]] const std::vector<Fd>& sockets() const { return stream_.own_sockets; }

  Stream& stream_;
  const Halt& halt_;
  std::vector<char> message_;
  std::optional<Watched> watched_;
  std::vector<std::size_t> left_;  ///< Of the message that each flow is sending.
  std::vector<std::size_t> ready_;
  std::vector<std::size_t> spare_;
};

/// The server's flows.
class Receiver {
 public:
  Receiver(Stream& stream, const Halt& halt) : stream_(stream), halt_(halt), buffer_(std::size_t{128} << 10U, 'r') {}

  Result<StreamEnd> run() {
    SRIOV_TRY(watch_all());
    const std::int64_t begin_ns = monotonic_ns();
    std::int64_t heard_ns = begin_ns;
    std::int64_t next_look_ns = begin_ns;
    while (open_ > 0) {
      SRIOV_ASSIGN(const bool moved, receive_round());
      const std::int64_t now_ns = monotonic_ns();
      stream_.meter.at(now_ns);
      if (moved) heard_ns = now_ns;
      if (now_ns - heard_ns > kSilenceNs) return lost_peer("nothing came for 20 s");
      if (now_ns < next_look_ns) continue;
      next_look_ns = now_ns + kPollNs;
      SRIOV_TRY(look());
      if (halt_.requested()) return leave();
    }
    return finish();
  }

 private:
  Result<void> watch_all() {
    SRIOV_ASSIGN(Watched watched, Watched::make());
    watched_.emplace(std::move(watched));
    for (std::size_t i = 0; i < sockets().size(); ++i)
      SRIOV_TRY(watched_->add(sockets()[i].get(), EPOLLIN, static_cast<std::uint32_t>(i)));
    open_ = sockets().size();
    received_.assign(open_, 0);
    return {};
  }

  Result<bool> receive_round() {
    bool moved = false;
    for (const epoll_event& event : watched_->wait()) {
      const std::uint32_t flow = event.data.u32;
      const ssize_t got = recv(sockets()[flow].get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
      if (got > 0) {
        stream_.meter.at(monotonic_ns());
        stream_.meter.traffic.bytes_received += got;
        received_[flow] += got;
        moved = true;
      } else if (got == 0) {
        sockets()[flow].close();
        --open_;
      } else if (errno != EAGAIN && errno != EINTR) {
        return lost_peer(fmt::format("flow {}: {}", flow + 1, reason(errno)));
      }
    }
    return moved;
  }

  /// What the client says beside its flows.
  Result<void> look() {
    const PeerState peer = look_at_peer(stream_.socket.get());
    if (peer == PeerState::stopped) end_ = StreamEnd::peer_stopped;
    if (peer == PeerState::done) told_end_ = true;
    if (peer == PeerState::gone && !told_end_) return lost_peer("it closed the connection");
    return {};
  }

  Result<StreamEnd> finish() {
    // The end of every flow without the client's word is a client that died.
    std::array<std::byte, 1> mark{};
    if (!told_end_ && end_ == StreamEnd::completed) {
      const auto heard = read_exact(stream_.socket.get(), mark, {monotonic_ns() + kFarewellNs, &halt_});
      if (!heard) return lost_peer("it closed its flows");
      if (mark[0] == static_cast<std::byte>(Mark::stopped)) end_ = StreamEnd::peer_stopped;
    }
    stream_.flows = static_cast<std::int64_t>(received_.size());
    stream_.flows_silent = std::count(received_.begin(), received_.end(), 0);
    stream_.meter.finish(monotonic_ns());
    send_mark(stream_.socket.get(), Mark::done);
    return end_;
  }

  StreamEnd leave() {
    stream_.meter.finish(monotonic_ns());
    send_mark(stream_.socket.get(), Mark::stopped);
    const std::int64_t until_ns = monotonic_ns() + kFarewellNs;
    while (open_ > 0 && monotonic_ns() < until_ns)
      if (!receive_round()) break;
    return StreamEnd::stopped;
  }

  [[nodiscard]] std::vector<Fd>& sockets() { return stream_.own_sockets; }

  Stream& stream_;
  const Halt& halt_;
  std::vector<char> buffer_;
  std::optional<Watched> watched_;
  std::vector<std::int64_t> received_;  ///< Bytes of each flow.
  std::size_t open_ = 0;
  bool told_end_ = false;
  StreamEnd end_ = StreamEnd::completed;
};

Result<void> connect_flows(Stream& stream, const Halt& halt) {
  raise_descriptor_limit();
  SRIOV_TRY(find_flow_listener(stream, halt));
  SRIOV_ASSIGN(const std::size_t flows, flows_of(stream));
  for (std::size_t i = 0; i < flows; ++i) {
    auto socket = connect_socket(SOCK_STREAM, *stream.own_server, stream.spec.bind_address, socket_options(stream.spec),
                                 {monotonic_ns() + kConnectNs, &halt});
    if (!socket) return explain(socket.error(), i, flows);
    stream.own_sockets.push_back(std::move(*socket));
  }
  return {};
}

Result<void> accept_flows(Stream& stream, const Halt& halt) {
  raise_descriptor_limit();
  SRIOV_ASSIGN(const std::size_t flows, flows_of(stream));
  SRIOV_TRY(open_flow_listener(stream, 4096, halt));
  const Fd listener = std::move(stream.own_sockets.back());
  stream.own_sockets.pop_back();
  for (std::size_t i = 0; i < flows; ++i) {
    auto accepted = accept_tcp(listener.get(), {}, {monotonic_ns() + kSilenceNs, &halt});
    if (!accepted) return explain(accepted.error(), i, flows);
    stream.own_sockets.push_back(std::move(accepted->socket));
  }
  return {};
}

Result<StreamEnd> client_body(Stream& stream, RunClock& /*clock*/, const Halt& halt) {
  return Sender(stream, halt).run();
}

Result<StreamEnd> server_body(Stream& stream, RunClock& /*clock*/, const Halt& halt) {
  return Receiver(stream, halt).run();
}

const TcpProfile& profile() {
  static const TcpProfile kProfile{
      .describe = {.name = "many_flows",
                   .help =
                       "Many TCP connections with short messages, client to server: what the number of flows costs.",
                   .measures = kMeasures,
                   .own_options = kOptions,
                   .limits = {.message_hint = "100 to 4k is usual", .can_pace = false},
                   .default_message_bytes = 1024,
                   .check = check_flows},
      .client_setup = connect_flows,
      .server_setup = accept_flows,
      .client_body = client_body,
      .server_body = server_body};
  return kProfile;
}

const Registration<Workload, TcpWorkload<profile>> registration{"many_flows"};

}  // namespace
}  // namespace sriov
