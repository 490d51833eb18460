// Trace lines of QEMU's emulated VT-d (QEMU, hw/i386/trace-events), as its `log` backend writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sriov {

enum class VtdEvent {
  hit,         ///< A translation was found in the IOTLB.
  fill,        ///< It was not there, the tables were walked and the translation was put in: a miss.
  invalidate,  ///< Entries of a domain, a range, or all were dropped.
};

struct VtdTraceLine {
  VtdEvent event = VtdEvent::hit;
  /// PCI requester id (bus << 8 | device << 3 | function) of a hit or fill; an invalidation names none.
  std::optional<std::uint16_t> requester;
};

/// One line without its end, with or without QEMU's time stamp before it. Nothing for other events and damaged lines.
[[nodiscard]] std::optional<VtdTraceLine> parse_vtd_trace(std::string_view line);

/// Cuts a stream into lines. Bytes come in any portions; what has no line end yet waits for the next.
class VtdTraceStream {
 public:
  /// Calls `take(const VtdTraceLine&)` for each event in `bytes`.
  template <class Take>
  void feed(std::string_view bytes, Take&& take) {
    while (true) {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) break;
      if (const auto event = whole_line(bytes.substr(0, end))) take(*event);
      bytes.remove_prefix(end + 1);
    }
    keep(bytes);
  }

 private:
  [[nodiscard]] std::optional<VtdTraceLine> whole_line(std::string_view rest);
  void keep(std::string_view rest);

  std::string begun_;
  bool too_long_ = false;  ///< The line that is begun is longer than any of ours: it is skipped to its end.
};

/// "0000:01:10.0" of a requester id; QEMU's machine has one PCI segment.
[[nodiscard]] std::string requester_address(std::uint16_t requester);

}  // namespace sriov
