// What the two sides of a workload say to each other besides payload. Numbers are big-endian.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/result.h"

namespace sriov {

inline constexpr std::uint32_t kWireVersion = 2;
inline constexpr std::size_t kHelloBytes = 80;
inline constexpr std::size_t kHelloPrefixBytes = 12;  ///< Magic and version: enough to know a stranger.
inline constexpr std::size_t kAnswerBytes = 16;
inline constexpr std::size_t kTrailerBytes = 24;

/// The client's first words on every stream: what is going to happen.
struct Hello {
  std::string workload;
  std::uint32_t stream = 0;  ///< 0 … streams - 1.
  std::uint32_t streams = 0;
  std::int64_t message_bytes = 0;
  std::int64_t rate_bps = 0;
  std::int64_t warmup_ns = 0;
  std::int64_t duration_ns = 0;
};
[[nodiscard]] std::array<std::byte, kHelloBytes> encode(const Hello& hello);
/// Checks the first bytes of a hello: errors for a stranger and for another version.
[[nodiscard]] Result<void> check_hello_prefix(std::span<const std::byte, kHelloPrefixBytes> bytes);
[[nodiscard]] Result<Hello> decode_hello(std::span<const std::byte, kHelloBytes> bytes);

/// The server's answer to a Hello.
enum class Answer : std::uint32_t {
  welcome = 0,
  other_version = 1,
  other_workload = 2,
  other_plan = 3,  ///< Other number of streams, or a stream id twice.
};
[[nodiscard]] std::array<std::byte, kAnswerBytes> encode(Answer answer);
/// An error unless the answer is `welcome`.
[[nodiscard]] Result<void> decode_answer(std::span<const std::byte, kAnswerBytes> bytes);

/// One byte that tells how a side goes on. Also the first byte of every request and response.
enum class Mark : std::uint8_t {
  data = 0,
  go = 'g',       ///< The client starts: the server's clock starts with it.
  done = 'd',     ///< Everything sent or received as planned.
  stopped = 's',  ///< Asked to end early.
};

/// The last bytes of a byte stream. Without it, the end of a stream is a lost peer.
struct Trailer {
  Mark reason = Mark::done;
  std::int64_t payload_bytes = 0;  ///< Sent before this trailer.
};
[[nodiscard]] std::array<std::byte, kTrailerBytes> encode(const Trailer& trailer);
[[nodiscard]] std::optional<Trailer> decode_trailer(std::span<const std::byte, kTrailerBytes> bytes);

/// Unaligned big-endian access for the fixed layouts here and in udp_wire.h.
void put_u32(std::byte* to, std::uint32_t value);
void put_u64(std::byte* to, std::uint64_t value);
[[nodiscard]] std::uint32_t get_u32(const std::byte* from);
[[nodiscard]] std::uint64_t get_u64(const std::byte* from);

}  // namespace sriov
