// The small languages of /sys/bus/event_source/devices/*/{format,events}: where the bits of an event go, and its terms
// (Documentation/ABI/testing/sysfs-bus-event_source-devices-format and -events).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sriov {

/// perf_event_attr's config, config1 and config2.
inline constexpr std::size_t kPmuConfigWords = 3;
using PmuConfig = std::array<std::uint64_t, kPmuConfigWords>;

/// Bits of a config word, both ends included.
struct PmuBits {
  unsigned first = 0;
  unsigned last = 0;

  [[nodiscard]] unsigned width() const { return last - first + 1; }
};

/// A file of format/: the bits that a term's value is spread over, lowest first.
struct PmuField {
  std::size_t word = 0;  ///< Index into PmuConfig.
  std::vector<PmuBits> bits;

  [[nodiscard]] unsigned width() const;
  /// Whether `value` has no bit beyond those of the field.
  [[nodiscard]] bool holds(std::uint64_t value) const;
  /// Writes `value`; what does not fit is cut off.
  void write(std::uint64_t value, PmuConfig& config) const;
};

/// "config:0-7", "config1:0", "config:0-7,32-35". nullopt for anything else, a word that is not known here (config3)
/// among it.
[[nodiscard]] std::optional<PmuField> parse_pmu_field(std::string_view text);

/// One term of an event: "event=0x1"; a bare name has the value 1, "domain=?" has none and waits for one.
struct PmuTerm {
  std::string name;
  std::optional<std::uint64_t> value;

  friend bool operator==(const PmuTerm&, const PmuTerm&) = default;
};

/// "event_group=0x3,event=0x001"; nullopt when any part of it is no term.
[[nodiscard]] std::optional<std::vector<PmuTerm>> parse_pmu_terms(std::string_view text);

}  // namespace sriov
