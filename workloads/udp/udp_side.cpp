#include "workloads/udp/udp_side.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/time.h"
#include "host/clock.h"
#include "workloads/engine/report_builder.h"
#include "workloads/engine/socket.h"

namespace sriov {
namespace {

constexpr std::uint32_t kDatagramMagic = 0x73726264;  // "srbd"
constexpr std::int64_t kHelloRepeatNs = 100 * kNsPerMs;
constexpr std::int64_t kEndRepeatNs = 20 * kNsPerMs;
constexpr int kEndRepeats = 50;

using HelloDatagram = std::array<std::byte, kDatagramHeaderBytes + kHelloBytes>;
using AnswerDatagram = std::array<std::byte, kDatagramHeaderBytes + kAnswerBytes>;

template <std::size_t Bytes, class Body>
std::array<std::byte, kDatagramHeaderBytes + Bytes> make_datagram(DatagramKind kind, const Body& body) {
  std::array<std::byte, kDatagramHeaderBytes + Bytes> datagram{};
  encode(DatagramHeader{kind, 0, 0}, std::span(datagram).template first<kDatagramHeaderBytes>());
  const auto encoded = encode(body);
  std::copy(encoded.begin(), encoded.end(), datagram.begin() + kDatagramHeaderBytes);
  return datagram;
}

void send_answer(int socket, Answer answer) {
  const AnswerDatagram datagram = make_datagram<kAnswerBytes>(DatagramKind::answer, answer);
  (void)send(socket, datagram.data(), datagram.size(), MSG_NOSIGNAL);
}

/// A datagram with where it came from and which of our addresses it was sent to.
struct Arrival {
  std::vector<std::byte> bytes;
  SocketAddress from;
  SocketAddress to;
};

/// Our own address of a datagram, from its control message: a server bound to "any" must answer from that one.
void read_destination(const msghdr& message, SocketAddress& to) {
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr;
       header = CMSG_NXTHDR(const_cast<msghdr*>(&message), header)) {
    if (header->cmsg_level == IPPROTO_IP && header->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(header), sizeof info);
      reinterpret_cast<sockaddr_in&>(to.storage).sin_addr = info.ipi_addr;
    } else if (header->cmsg_level == IPPROTO_IPV6 && header->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(header), sizeof info);
      auto& v6 = reinterpret_cast<sockaddr_in6&>(to.storage);
      v6.sin6_addr = info.ipi6_addr;
      if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) v6.sin6_scope_id = static_cast<std::uint32_t>(info.ipi6_ifindex);
    }
  }
}

Result<Arrival> receive_arrival(int socket, const Patience& patience) {
  SRIOV_TRY(wait_for(socket, POLLIN, patience));
  Arrival arrival;
  SRIOV_ASSIGN(arrival.to, local_address(socket));
  arrival.bytes.resize(sizeof(HelloDatagram) + 1);
  iovec piece{arrival.bytes.data(), arrival.bytes.size()};
  alignas(cmsghdr) std::array<char, 256> control{};
  msghdr message{};
  message.msg_name = arrival.from.get();
  message.msg_namelen = sizeof arrival.from.storage;
  message.msg_iov = &piece;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t got = recvmsg(socket, &message, MSG_DONTWAIT);
  if (got < 0 && errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED) return fail_errno("cannot receive", errno);
  arrival.bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  arrival.from.length = message.msg_namelen;
  read_destination(message, arrival.to);
  return arrival;
}

Result<void> check(const UdpProfile& profile, const WorkloadSpec& spec) {
  auto valid = validate_spec(spec, profile.describe.limits);
  if (valid && profile.describe.check != nullptr) valid = profile.describe.check(spec);
  if (!valid) return tl::unexpected(valid.error().at(profile.describe.name));
  return {};
}

class UdpServer : public WorkloadSide {
 public:
  explicit UdpServer(const UdpProfile& profile) : profile_(profile) {}

  Result<std::uint16_t> prepare(const WorkloadSpec& spec) override {
    SRIOV_TRY(check(profile_, spec));
    auto socket = bind_socket(SOCK_DGRAM, spec.bind_address, spec.port, socket_options(spec));
    if (!socket) return tl::unexpected(socket.error().at(where()));
    listener_ = std::move(*socket);
    // Only now: a port shared from the start could be handed to two servers that both ask for a free one.
    const int on = 1;
    setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    SRIOV_ASSIGN(const SocketAddress address, local_address(listener_.get()));
    const bool v6 = address.storage.ss_family == AF_INET6;
    if (setsockopt(listener_.get(), v6 ? int{IPPROTO_IPV6} : int{IPPROTO_IP}, v6 ? IPV6_RECVPKTINFO : IP_PKTINFO, &on,
                   sizeof on) != 0)
      return fail_errno("cannot ask for the destination of datagrams", errno, where());
    return address.port();
  }

  Result<WorkloadReport> run(const WorkloadSpec& spec, const StopFlag& stop) override {
    Halt halt(stop);
    std::vector<Stream> streams;
    if (auto greeted = greet_streams(spec, halt, streams); !greeted) {
      if (greeted.error().kind == ErrorKind::interrupted) return empty_report(profile_.describe.measures);
      return tl::unexpected(greeted.error().at(where()));
    }
    assign_cpus(streams, spec.server_cpus);
    RunClock clock(watcher(observer(), profile_.describe.measures, profile_.describe.roles(false)));
    if (auto ran = run_streams(streams, clock, halt, profile_.server_body); !ran)
      return tl::unexpected(ran.error().at(where()));
    WorkloadReport report = build_report(profile_.describe.measures, streams, clock, profile_.describe.roles(false));
    add_note(report, socket_buffer_note(streams.front().socket.get(), spec.socket_buffer_bytes));
    return report;
  }

 private:
  [[nodiscard]] std::string where() const { return fmt::format("{} server", profile_.describe.name); }

  Result<void> greet_streams(const WorkloadSpec& spec, const Halt& halt, std::vector<Stream>& streams) {
    if (!listener_.is_open()) return fail("run() without a successful prepare()");
    const Patience patience{monotonic_ns() + kAcceptNs, &halt};
    std::vector<SocketAddress> clients;
    const auto wanted = static_cast<std::size_t>(spec.streams);
    while (streams.size() < wanted) {
      auto arrival = receive_arrival(listener_.get(), patience);
      if (!arrival && arrival.error().kind == ErrorKind::failed && monotonic_ns() >= patience.deadline_ns)
        return fail(fmt::format("{} of {} streams announced themselves within {} s", streams.size(), wanted,
                                kAcceptNs / kNsPerSecond),
                    "", "see the client's error; check that the path is up in both directions");
      if (!arrival) return tl::unexpected(arrival.error());
      const auto header = decode_datagram(arrival->bytes);
      if (!header || header->kind != DatagramKind::hello || arrival->bytes.size() != sizeof(HelloDatagram)) continue;
      // A repeated hello that was queued before its stream's own socket existed.
      if (std::find(clients.begin(), clients.end(), arrival->from) != clients.end()) continue;
      auto stream = open_stream(*arrival, spec, streams);
      if (!stream) return tl::unexpected(stream.error().at("datagram from " + arrival->from.text()));
      clients.push_back(arrival->from);
      streams.push_back(std::move(*stream));
    }
    return {};
  }

  /// A socket of our own for one client, on the same port: the kernel then sorts the datagrams by sender.
  [[nodiscard]] Result<Stream> open_stream(const Arrival& arrival, const WorkloadSpec& spec,
                                           const std::vector<Stream>& streams) const {
    Fd socket(::socket(arrival.to.storage.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return fail_errno("cannot open a socket", errno);
    const int on = 1;
    setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    SRIOV_TRY(apply(socket_options(spec), socket.get(), arrival.to.storage.ss_family, SOCK_DGRAM, spec.bind_address));
    if (bind(socket.get(), arrival.to.get(), arrival.to.length) != 0 ||
        connect(socket.get(), arrival.from.get(), arrival.from.length) != 0)
      return fail_errno(fmt::format("cannot open {} for {}", arrival.to.text(), arrival.from.text()), errno);
    SRIOV_TRY(set_io_timeout(socket.get(), kPollNs));
    const auto body = std::span(arrival.bytes).subspan<kDatagramHeaderBytes, kHelloBytes>();
    auto hello = decode_hello(body);
    const Answer answer = hello ? judge(*hello, spec, streams) : Answer::other_version;
    send_answer(socket.get(), answer);
    if (!hello) return tl::unexpected(hello.error());
    if (answer != Answer::welcome)
      return fail(fmt::format("the client announced {} stream {} of {} with {} byte messages: not what this side "
                              "expects",
                              hello->workload, hello->stream + 1, hello->streams, hello->message_bytes),
                  "", "give both sides the same workload and options, and one client to a server");
    return Stream(std::move(*hello), std::move(socket), arrival.from.text(), spec, false);
  }

  [[nodiscard]] Answer judge(const Hello& hello, const WorkloadSpec& spec, const std::vector<Stream>& streams) const {
    if (hello.workload != profile_.describe.name) return Answer::other_workload;
    WorkloadSpec announced = spec;
    announced.rate_bps = hello.rate_bps;
    announced.warmup_ns = hello.warmup_ns;
    announced.duration_ns = hello.duration_ns;
    const bool twice = std::any_of(streams.begin(), streams.end(),
                                   [&](const Stream& stream) { return stream.hello.stream == hello.stream; });
    const bool fits = hello.streams == static_cast<std::uint32_t>(spec.streams) &&
                      hello.message_bytes == spec.message_bytes && validate_spec(announced, profile_.describe.limits);
    return fits && !twice ? Answer::welcome : Answer::other_plan;
  }

  const UdpProfile& profile_;
  Fd listener_;
};

class UdpClient : public WorkloadSide {
 public:
  explicit UdpClient(const UdpProfile& profile) : profile_(profile) {}

  Result<std::uint16_t> prepare(const WorkloadSpec& spec) override {
    SRIOV_TRY(check(profile_, spec));
    return std::uint16_t{0};
  }

  Result<WorkloadReport> run(const WorkloadSpec& spec, const StopFlag& stop) override {
    SRIOV_TRY(prepare(spec));
    Halt halt(stop);
    std::vector<Stream> streams;
    if (auto greeted = greet_server(spec, halt, streams); !greeted) {
      if (greeted.error().kind == ErrorKind::interrupted) return empty_report(profile_.describe.measures);
      return tl::unexpected(greeted.error().at(fmt::format("{} client", profile_.describe.name)));
    }
    assign_cpus(streams, spec.client_cpus);
    RunClock clock(watcher(observer(), profile_.describe.measures, profile_.describe.roles(true)));
    if (auto ran = run_streams(streams, clock, halt, profile_.client_body); !ran)
      return tl::unexpected(ran.error().at(fmt::format("{} client", profile_.describe.name)));
    WorkloadReport report = build_report(profile_.describe.measures, streams, clock, profile_.describe.roles(true));
    add_note(report, socket_buffer_note(streams.front().socket.get(), spec.socket_buffer_bytes));
    return report;
  }

 private:
  Result<void> greet_server(const WorkloadSpec& spec, const Halt& halt, std::vector<Stream>& streams) const {
    SRIOV_ASSIGN(const SocketAddress server, parse_address(spec.address, spec.port));
    const auto count = static_cast<std::uint32_t>(spec.streams);
    for (std::uint32_t i = 0; i < count; ++i) {
      SRIOV_ASSIGN(Fd socket, connect_socket(SOCK_DGRAM, server, spec.bind_address, socket_options(spec),
                                             {monotonic_ns() + kConnectNs, &halt}));
      Hello hello{std::string(profile_.describe.name),
                  i,
                  count,
                  spec.message_bytes,
                  spec.rate_bps,
                  spec.warmup_ns,
                  spec.duration_ns};
      auto welcome = exchange(socket.get(), hello, server, {monotonic_ns() + kConnectNs, &halt});
      if (!welcome) return tl::unexpected(welcome.error());
      streams.emplace_back(std::move(hello), std::move(socket), server.text(), spec, false);
      if (profile_.client_measures_latency) streams.back().latency_ns.emplace();
    }
    return {};
  }

  /// Repeats the hello until the server answers: either may be lost.
  static Result<void> exchange(int socket, const Hello& hello, const SocketAddress& server, const Patience& patience) {
    const HelloDatagram datagram = make_datagram<kHelloBytes>(DatagramKind::hello, hello);
    AnswerDatagram answer{};
    while (monotonic_ns() < patience.deadline_ns) {
      if (send(socket, datagram.data(), datagram.size(), MSG_NOSIGNAL) < 0 && errno != ECONNREFUSED && errno != EAGAIN)
        return fail_errno("cannot send to " + server.text(), errno);
      auto heard =
          wait_for(socket, POLLIN, {std::min(monotonic_ns() + kHelloRepeatNs, patience.deadline_ns), patience.halt});
      if (!heard && heard.error().kind == ErrorKind::interrupted) return heard;
      if (!heard) continue;
      const ssize_t got = recv(socket, answer.data(), answer.size(), MSG_DONTWAIT);
      if (got < 0 && errno == ECONNREFUSED)
        return fail(fmt::format("cannot reach {}: {}", server.text(), "Connection refused"), "",
                    "nothing listens there: start the server side first and check the port");
      if (got != static_cast<ssize_t>(answer.size())) continue;
      const auto header = decode_datagram(answer);
      if (header && header->kind == DatagramKind::answer)
        return decode_answer(std::span(answer).subspan<kDatagramHeaderBytes>());
    }
    return fail(fmt::format("no answer from {} within {} s", server.text(), kConnectNs / kNsPerSecond), "",
                "check the address, that the path is up, and firewalls");
  }

  const UdpProfile& profile_;
};

}  // namespace

void encode(const DatagramHeader& header, std::span<std::byte, kDatagramHeaderBytes> to) {
  put_u32(to.data(), kDatagramMagic);
  put_u32(&to[4], kWireVersion);
  put_u32(&to[8], static_cast<std::uint32_t>(header.kind));
  put_u32(&to[12], 0);
  put_u64(&to[16], header.number);
  put_u64(&to[24], static_cast<std::uint64_t>(header.sent_ns));
}

std::optional<DatagramHeader> decode_datagram(std::span<const std::byte> bytes) {
  if (bytes.size() < kDatagramHeaderBytes || get_u32(bytes.data()) != kDatagramMagic) return std::nullopt;
  return DatagramHeader{static_cast<DatagramKind>(get_u32(&bytes[8])), get_u64(&bytes[16]),
                        static_cast<std::int64_t>(get_u64(&bytes[24]))};
}

void send_header(int socket, const DatagramHeader& header) {
  std::array<std::byte, kDatagramHeaderBytes> bytes{};
  encode(header, bytes);
  (void)send(socket, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void send_welcome(int socket) { send_answer(socket, Answer::welcome); }

StreamEnd tell_end(const Stream& stream, StreamEnd end) {
  const int socket = stream.socket.get();
  const bool early = end != StreamEnd::completed;
  const DatagramHeader last{early ? DatagramKind::stopped : DatagramKind::end,
                            static_cast<std::uint64_t>(stream.meter.traffic.datagrams_sent), 0};
  const int repeats = early ? static_cast<int>(kFarewellNs / kEndRepeatNs) : kEndRepeats;
  std::array<std::byte, kDatagramHeaderBytes> bytes{};
  for (int i = 0; i < repeats; ++i) {
    send_header(socket, last);
    if (!wait_for(socket, POLLIN, {monotonic_ns() + kEndRepeatNs, nullptr})) continue;
    const ssize_t got = recv(socket, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (got < 0 && errno == ECONNREFUSED) return end;  // it has heard the end and is gone; its confirmation was lost
    if (got <= 0) continue;
    const auto header = decode_datagram(std::span(bytes).first(static_cast<std::size_t>(got)));
    if (header && header->kind == DatagramKind::end_seen) return end;
  }
  return early ? end : StreamEnd::unconfirmed;
}

std::unique_ptr<WorkloadSide> make_server_side(const UdpProfile& profile) {
  return std::make_unique<UdpServer>(profile);
}

std::unique_ptr<WorkloadSide> make_client_side(const UdpProfile& profile) {
  return std::make_unique<UdpClient>(profile);
}

}  // namespace sriov
