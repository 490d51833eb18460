#include "store/column_codec.h"

#include <string_view>

namespace sriov {
namespace {

constexpr unsigned kPayloadBits = 7;
constexpr unsigned kLastShift = 63;  // The tenth byte of a varint holds only the top bit of a 64-bit word.
constexpr std::uint64_t kPayloadMask = 0x7F;
constexpr std::uint64_t kMoreFollow = 0x80;

std::uint64_t zig_zag(std::uint64_t difference) {
  const std::uint64_t sign = difference >> 63U;
  return (difference << 1U) ^ (0 - sign);
}

std::uint64_t un_zig_zag(std::uint64_t word) { return (word >> 1U) ^ (0 - (word & 1U)); }

void append_varint(std::string& out, std::uint64_t word) {
  while (word > kPayloadMask) {
    out.push_back(static_cast<char>((word & kPayloadMask) | kMoreFollow));
    word >>= kPayloadBits;
  }
  out.push_back(static_cast<char>(word));
}

}  // namespace

std::string encode_column(std::span<const std::int64_t> values) {
  std::string out;
  out.reserve(values.size() * 2);
  std::uint64_t previous = 0;
  for (const std::int64_t value : values) {
    const auto current = static_cast<std::uint64_t>(value);
    append_varint(out, zig_zag(current - previous));
    previous = current;
  }
  return out;
}

Result<std::vector<std::int64_t>> decode_column(std::string_view bytes) {
  std::vector<std::int64_t> values;
  values.reserve(bytes.size());
  std::uint64_t previous = 0;
  std::uint64_t word = 0;
  unsigned shift = 0;
  for (const char raw : bytes) {
    const auto byte = static_cast<std::uint64_t>(static_cast<unsigned char>(raw));
    if (shift > kLastShift || (shift == kLastShift && byte > 1)) return fail("a value is longer than 64 bits");
    word |= (byte & kPayloadMask) << shift;
    shift += kPayloadBits;
    if ((byte & kMoreFollow) != 0) continue;
    previous += un_zig_zag(word);
    values.push_back(static_cast<std::int64_t>(previous));
    word = 0;
    shift = 0;
  }
  if (shift != 0) return fail("the last value is cut short");
  return values;
}

}  // namespace sriov
