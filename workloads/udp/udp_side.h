// What all UDP workloads share: datagram layout, the greeting that makes a connected socket per stream, the report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "workloads/engine/profiled_workload.h"
#include "workloads/engine/stream_engine.h"

namespace sriov {

inline constexpr std::size_t kDatagramHeaderBytes = 32;
inline constexpr std::int64_t kMaxDatagramBytes = 65507;  ///< 65,535 less the IPv4 and UDP headers.

enum class DatagramKind : std::uint32_t {
  hello = 1,    ///< Client: followed by an encoded Hello. Repeated until answered.
  answer = 2,   ///< Server: followed by an encoded Answer.
  data = 3,     ///< `number` is the sequence number, from 0.
  end = 4,      ///< `number` is how many data datagrams were sent. Repeated until confirmed.
  stopped = 5,  ///< As `end`, but early. From the server: it wants the client to end.
  end_seen = 6,
};

/// The first bytes of every datagram.
struct DatagramHeader {
  DatagramKind kind = DatagramKind::data;
  std::uint64_t number = 0;
  std::int64_t sent_ns = 0;  ///< The sender's CLOCK_MONOTONIC; 0 where nobody needs it.
};
void encode(const DatagramHeader& header, std::span<std::byte, kDatagramHeaderBytes> to);
/// nullopt for a stranger's datagram.
[[nodiscard]] std::optional<DatagramHeader> decode_datagram(std::span<const std::byte> bytes);
/// Sends a datagram that is only a header; a failure shows in what follows.
void send_header(int socket, const DatagramHeader& header);

/// The answer to a hello that came again because the first answer was lost or slow.
void send_welcome(int socket);
/// Tells the server how many datagrams there were until it says that it knows.
[[nodiscard]] StreamEnd tell_end(const Stream& stream, StreamEnd end);

/// How one UDP workload differs from another.
struct UdpProfile {
  static constexpr Protocol kProtocol = Protocol::udp;

  WorkloadDescription describe;
  bool client_measures_latency = false;
  /// Opens its stream's meter, with the clock's common start, at the first piece of traffic.
  StreamBody client_body{};
  StreamBody server_body{};
};

/// `profile` must outlive the side.
[[nodiscard]] std::unique_ptr<WorkloadSide> make_server_side(const UdpProfile& profile);
[[nodiscard]] std::unique_ptr<WorkloadSide> make_client_side(const UdpProfile& profile);

template <const UdpProfile& (*profile)()>
using UdpWorkload = ProfiledWorkload<UdpProfile, profile>;

}  // namespace sriov
