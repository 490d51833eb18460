#include "workloads/engine/wire.h"

#include <endian.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "workloads/spec.h"

namespace sriov {
namespace {

constexpr std::uint64_t kMagic = 0x73726976'62656e63;         // "srivbenc"
constexpr std::uint64_t kTrailerMagic = 0x73726976'656e6421;  // "srivend!"

constexpr std::size_t kVersionAt = 8;
constexpr std::size_t kStreamAt = 12;
constexpr std::size_t kStreamsAt = 16;
constexpr std::size_t kMessageAt = 24;
constexpr std::size_t kRateAt = 32;
constexpr std::size_t kWarmupAt = 40;
constexpr std::size_t kDurationAt = 48;
constexpr std::size_t kWorkloadAt = 56;
constexpr std::size_t kWorkloadBytes = kHelloBytes - kWorkloadAt;

constexpr const char* kSameVersionHint = "install the same sriov-bench on both endpoints";

std::int64_t get_i64(const std::byte* from) { return static_cast<std::int64_t>(get_u64(from)); }

}  // namespace

void put_u32(std::byte* to, std::uint32_t value) {
  value = htobe32(value);
  std::memcpy(to, &value, sizeof value);
}

void put_u64(std::byte* to, std::uint64_t value) {
  value = htobe64(value);
  std::memcpy(to, &value, sizeof value);
}

std::uint32_t get_u32(const std::byte* from) {
  std::uint32_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return be32toh(value);
}

std::uint64_t get_u64(const std::byte* from) {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return be64toh(value);
}

std::array<std::byte, kHelloBytes> encode(const Hello& hello) {
  std::array<std::byte, kHelloBytes> bytes{};
  put_u64(bytes.data(), kMagic);
  put_u32(&bytes[kVersionAt], kWireVersion);
  put_u32(&bytes[kStreamAt], hello.stream);
  put_u32(&bytes[kStreamsAt], hello.streams);
  put_u64(&bytes[kMessageAt], static_cast<std::uint64_t>(hello.message_bytes));
  put_u64(&bytes[kRateAt], static_cast<std::uint64_t>(hello.rate_bps));
  put_u64(&bytes[kWarmupAt], static_cast<std::uint64_t>(hello.warmup_ns));
  put_u64(&bytes[kDurationAt], static_cast<std::uint64_t>(hello.duration_ns));
  std::memcpy(&bytes[kWorkloadAt], hello.workload.data(), std::min(hello.workload.size(), kWorkloadBytes));
  return bytes;
}

Result<void> check_hello_prefix(std::span<const std::byte, kHelloPrefixBytes> bytes) {
  if (get_u64(bytes.data()) != kMagic)
    return fail("the peer does not speak sriov-bench's protocol", "", "another program uses this port: choose another");
  const std::uint32_t version = get_u32(&bytes[kVersionAt]);
  if (version != kWireVersion)
    return fail(fmt::format("the peer speaks workload protocol version {}, this side {}", version, kWireVersion), "",
                kSameVersionHint);
  return {};
}

Result<Hello> decode_hello(std::span<const std::byte, kHelloBytes> bytes) {
  SRIOV_TRY(check_hello_prefix(bytes.first<kHelloPrefixBytes>()));
  Hello hello;
  hello.stream = get_u32(&bytes[kStreamAt]);
  hello.streams = get_u32(&bytes[kStreamsAt]);
  hello.message_bytes = get_i64(&bytes[kMessageAt]);
  hello.rate_bps = get_i64(&bytes[kRateAt]);
  hello.warmup_ns = get_i64(&bytes[kWarmupAt]);
  hello.duration_ns = get_i64(&bytes[kDurationAt]);
  for (std::size_t i = kWorkloadAt; i < kHelloBytes && bytes[i] != std::byte{0}; ++i)
    hello.workload += static_cast<char>(bytes[i]);
  if (hello.streams < 1 || hello.streams > 2 * kMaxStreams || hello.stream >= hello.streams)
    return fail(fmt::format("the peer announced stream {} of {}", hello.stream, hello.streams));
  return hello;
}

std::array<std::byte, kAnswerBytes> encode(Answer answer) {
  std::array<std::byte, kAnswerBytes> bytes{};
  put_u64(bytes.data(), kMagic);
  put_u32(&bytes[kVersionAt], kWireVersion);
  put_u32(&bytes[12], static_cast<std::uint32_t>(answer));
  return bytes;
}

Result<void> decode_answer(std::span<const std::byte, kAnswerBytes> bytes) {
  SRIOV_TRY(check_hello_prefix(bytes.first<kHelloPrefixBytes>()));
  switch (static_cast<Answer>(get_u32(&bytes[12]))) {
    case Answer::welcome:
      return {};
    case Answer::other_version:
      return fail("the server speaks another version of the workload protocol", "", kSameVersionHint);
    case Answer::other_workload:
      return fail("the server runs another workload", "", "give both sides the same workload");
    case Answer::other_plan:
      return fail("the server expects other streams or sizes", "", "give both sides the same options");
  }
  return fail("the server gave an answer that this version does not know", "", kSameVersionHint);
}

std::array<std::byte, kTrailerBytes> encode(const Trailer& trailer) {
  std::array<std::byte, kTrailerBytes> bytes{};
  put_u64(bytes.data(), kTrailerMagic);
  put_u64(&bytes[8], static_cast<std::uint64_t>(trailer.reason));
  put_u64(&bytes[16], static_cast<std::uint64_t>(trailer.payload_bytes));
  return bytes;
}

std::optional<Trailer> decode_trailer(std::span<const std::byte, kTrailerBytes> bytes) {
  if (get_u64(bytes.data()) != kTrailerMagic) return std::nullopt;
  const std::uint64_t reason = get_u64(&bytes[8]);
  if (reason != static_cast<std::uint64_t>(Mark::done) && reason != static_cast<std::uint64_t>(Mark::stopped))
    return std::nullopt;
  return Trailer{static_cast<Mark>(reason), get_i64(&bytes[16])};
}

}  // namespace sriov
