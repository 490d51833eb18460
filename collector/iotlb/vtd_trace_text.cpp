#include "collector/iotlb/vtd_trace_text.h"

#include <charconv>

#include <fmt/format.h>

namespace sriov {
namespace {

constexpr std::size_t kLongestLine = 512;
constexpr std::string_view kHit = "vtd_iotlb_page_hit ";
constexpr std::string_view kFill = "vtd_iotlb_page_update ";
constexpr std::string_view kInvalidate = "vtd_inv_desc_iotlb_";

/// Behind "PID@SECONDS.MICROSECONDS:", if the line begins so.
std::string_view without_time(std::string_view line) {
  const std::size_t end = line.find_first_not_of("0123456789@.");
  if (end == 0 || end == std::string_view::npos || line[end] != ':') return line;
  return line.substr(end + 1);
}

std::optional<std::uint16_t> requester_in(std::string_view line) {
  constexpr std::string_view kMark = "sid 0x";
  const std::size_t mark = line.find(kMark);
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string_view digits = line.substr(mark + kMark.size());
  std::uint16_t requester = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), requester, 16);
  if (error != std::errc{} || end == digits.data() + digits.size() || *end != ' ') return std::nullopt;
  return requester;
}

}  // namespace

std::optional<VtdTraceLine> parse_vtd_trace(std::string_view line) {
  line = without_time(line);
  if (line.starts_with(kInvalidate)) return VtdTraceLine{VtdEvent::invalidate, std::nullopt};
  const bool hit = line.starts_with(kHit);
  if (!hit && !line.starts_with(kFill)) return std::nullopt;
  const auto requester = requester_in(line);
  if (!requester) return std::nullopt;
  return VtdTraceLine{hit ? VtdEvent::hit : VtdEvent::fill, requester};
}

std::optional<VtdTraceLine> VtdTraceStream::whole_line(std::string_view rest) {
  if (begun_.empty() && !too_long_) return rest.size() > kLongestLine ? std::nullopt : parse_vtd_trace(rest);
  keep(rest);
  const auto event = too_long_ ? std::nullopt : parse_vtd_trace(begun_);
  begun_.clear();
  too_long_ = false;
  return event;
}

void VtdTraceStream::keep(std::string_view rest) {
  too_long_ = too_long_ || begun_.size() + rest.size() > kLongestLine;
  if (too_long_)
    begun_.clear();
  else
    begun_ += rest;
}

std::string requester_address(std::uint16_t requester) {
  return fmt::format("0000:{:02x}:{:02x}.{:x}", requester >> 8U, (requester >> 3U) & 0x1fU, requester & 7U);
}

}  // namespace sriov
