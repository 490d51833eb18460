// Small text questions that every layer asks the same way.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sriov {

[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
/// The words of a line whose columns are padded: what stands between runs of blanks.
[[nodiscard]] std::vector<std::string> split_at_blanks(std::string_view text);
/// The last lines of a command's output or a log, at most so many: trimmed, and those that are blank left out.
[[nodiscard]] std::vector<std::string> last_lines(std::string_view text, std::size_t most);
[[nodiscard]] std::string join(std::span<const std::string> parts, std::string_view separator);
/// ASCII letters in lower case.
[[nodiscard]] std::string to_lower(std::string_view text);
/// The whole of `text` as a decimal integer; nullopt for anything else (signs, blanks, overflow).
[[nodiscard]] std::optional<std::int64_t> to_int(std::string_view text);
[[nodiscard]] std::optional<double> to_double(std::string_view text);

/// The candidate nearest to `word` by edit distance, or "" when none is near enough to suggest.
[[nodiscard]] std::string nearest(std::string_view word, std::span<const std::string> candidates);

/// "250ms", "3s", "2m" as nanoseconds; a bare number is refused because its unit would be a guess.
[[nodiscard]] Result<std::int64_t> parse_duration_ns(std::string_view text);
/// "1.2 s", "15 ms": for people.
[[nodiscard]] std::string format_duration(std::int64_t ns);
/// "5s", "300ms", "7ns": as parse_duration_ns() reads it, in the unit that is exact.
[[nodiscard]] std::string exact_duration(std::int64_t ns);
/// "64k" = 64 KiB, "1M" = 1 MiB, "1500" = bytes.
[[nodiscard]] Result<std::int64_t> parse_bytes(std::string_view text);
/// "100M" = 100e6 bit/s, "1.5G"; bare numbers are bit/s.
[[nodiscard]] Result<std::int64_t> parse_rate_bps(std::string_view text);

}  // namespace sriov
