// From xentrace's bytes to records, in pieces of any size. Resynchronises after damage and says how much was skipped.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "collector/xen/xentrace_format.h"

namespace sriov::xentrace {

/// What the stream itself tells of its completeness. Counters since the decoder was made.
struct StreamHealth {
  std::int64_t records = 0;        ///< Of Xen; those that xentrace adds (CPU changes) and fillers are not counted.
  std::int64_t lost_records = 0;   ///< That Xen could not store because a trace buffer was full, as Xen reports them.
  std::int64_t windows = 0;        ///< Pieces of one physical CPU's buffer.
  std::int64_t skipped_bytes = 0;  ///< Not understood: garbage between windows and the rest of a damaged window.

  friend bool operator==(const StreamHealth&, const StreamHealth&) = default;
};

class Decoder {
 public:
  /// The next record of `bytes`, from which it is removed; nullopt when what is left is too short: give it again, with
  /// more behind it. Lost-record reports are handed out (and counted); window headers and fillers are not.
  [[nodiscard]] std::optional<Record> next(std::span<const std::uint8_t>& bytes);
  /// The stream has ended with `rest` undecoded.
  void finish(std::span<const std::uint8_t> rest);
  [[nodiscard]] const StreamHealth& health() const { return health_; }

 private:
  enum class Step { record, skipped, needs_more };
  [[nodiscard]] Step take_window(std::span<const std::uint8_t>& bytes);
  [[nodiscard]] Step take_record(std::span<const std::uint8_t>& bytes, Record& out);

  StreamHealth health_;
  std::uint32_t pcpu_ = 0;
  std::size_t window_left_ = 0;  ///< Bytes of the current window that are not decoded.
};

}  // namespace sriov::xentrace
