#include "collector/xen/xentrace_decoder.h"

namespace sriov::xentrace {
namespace {

constexpr std::size_t kWordBytes = 4;
constexpr std::size_t kWindowHeaderBytes = 3 * kWordBytes;
constexpr std::uint32_t kWindowHeader = kCpuChange | 2U << kExtraShift;
constexpr std::uint32_t kMostPcpus = 4096;
constexpr std::uint32_t kLargestWindow = 1U << 30;

std::uint32_t word(std::span<const std::uint8_t> bytes, std::size_t index) {
  const std::uint8_t* at = bytes.data() + index * kWordBytes;
  return static_cast<std::uint32_t>(at[0]) | static_cast<std::uint32_t>(at[1]) << 8 |
         static_cast<std::uint32_t>(at[2]) << 16 | static_cast<std::uint32_t>(at[3]) << 24;
}

/// A header whose CPU and size Xen could have.
bool is_window_header(std::span<const std::uint8_t> bytes) {
  return word(bytes, 0) == kWindowHeader && word(bytes, 1) < kMostPcpus && word(bytes, 2) <= kLargestWindow &&
         word(bytes, 2) % kWordBytes == 0;
}

}  // namespace

std::optional<Record> Decoder::next(std::span<const std::uint8_t>& bytes) {
  Record record;
  while (true) {
    switch (window_left_ == 0 ? take_window(bytes) : take_record(bytes, record)) {
      case Step::needs_more:
        return std::nullopt;
      case Step::skipped:
        continue;
      case Step::record:
        break;
    }
    if (record.event == kWrapBuffer) continue;
    if (record.event == kLostRecords)
      health_.lost_records += record.extra[0];
    else
      ++health_.records;
    return record;
  }
}

void Decoder::finish(std::span<const std::uint8_t> rest) {
  health_.skipped_bytes += static_cast<std::int64_t>(rest.size());
  window_left_ = 0;
}

/// Between windows only a window's header may stand; anything else is passed over byte by byte until one is found.
Decoder::Step Decoder::take_window(std::span<const std::uint8_t>& bytes) {
  if (bytes.size() < kWindowHeaderBytes) return Step::needs_more;
  if (!is_window_header(bytes)) {
    ++health_.skipped_bytes;
    bytes = bytes.subspan(1);
    return Step::skipped;
  }
  pcpu_ = word(bytes, 1);
  window_left_ = word(bytes, 2);
  ++health_.windows;
  bytes = bytes.subspan(kWindowHeaderBytes);
  return Step::skipped;
}

Decoder::Step Decoder::take_record(std::span<const std::uint8_t>& bytes, Record& out) {
  if (bytes.size() < kWordBytes) return Step::needs_more;
  const std::uint32_t header = word(bytes, 0);
  const std::size_t extras = header >> kExtraShift & kExtraMask;
  const bool has_time = (header & kHasTime) != 0;
  const std::size_t size = kWordBytes * (1 + extras + (has_time ? 2 : 0));
  // Windows end with a whole record: one that does not fit, or a window's header inside of one, is damage. What is left
  // is searched for the next window, which may begin before this one should have ended.
  if (size > window_left_ || (header & kEventMask) == kCpuChange || (header & kEventMask) == 0) {
    window_left_ = 0;
    return Step::skipped;
  }
  if (bytes.size() < size) return Step::needs_more;
  out = {};
  out.pcpu = pcpu_;
  out.event = header & kEventMask;
  out.has_time = has_time;
  if (has_time) out.tsc = static_cast<std::uint64_t>(word(bytes, 2)) << 32 | word(bytes, 1);
  out.extras = extras;
  for (std::size_t i = 0; i < extras; ++i) out.extra[i] = word(bytes, i + (has_time ? 3 : 1));
  window_left_ -= size;
  bytes = bytes.subspan(size);
  return Step::record;
}

}  // namespace sriov::xentrace
