#include "workloads/udp/arrival_trace.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kHeader = "gap_us,bytes";
constexpr std::size_t kMostRows = 100'000;
constexpr double kMostGapUs = 3.6e9;
constexpr std::int64_t kMostBytes = 65'507;

tl::unexpected<Error> bad_line(std::size_t line, const std::string& what) {
  return fail_usage(fmt::format("line {} of the trace: {}", line, what), "", "a row is gap_us,bytes such as 12.5,1400");
}

}  // namespace

Result<ArrivalTrace> parse_arrival_trace(std::string_view csv) {
  const std::vector<std::string> lines = split(csv, '\n');
  if (lines.empty() || trim(lines[0]) != kHeader)
    return fail_usage(fmt::format("the trace does not begin with the line '{}'", kHeader));
  ArrivalTrace trace;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (trim(lines[i]).empty()) continue;
    const std::vector<std::string> fields = split(lines[i], ',');
    if (fields.size() != 2) return bad_line(i + 1, "it has not two fields");
    const auto gap_us = to_double(trim(fields[0]));
    const auto bytes = to_int(trim(fields[1]));
    if (!gap_us || !(*gap_us >= 0 && *gap_us <= kMostGapUs))
      return bad_line(i + 1, fmt::format("'{}' is no gap", fields[0]));
    if (!bytes || *bytes < 1 || *bytes > kMostBytes)
      return bad_line(i + 1, fmt::format("'{}' is no length", fields[1]));
    if (trace.gaps_ns.size() == kMostRows) return bad_line(i + 1, fmt::format("more than {} rows", kMostRows));
    trace.gaps_ns.push_back(static_cast<std::int64_t>(std::llround(*gap_us * 1000)));
    trace.lengths_bytes.push_back(*bytes);
  }
  if (std::none_of(trace.gaps_ns.begin(), trace.gaps_ns.end(), [](std::int64_t gap_ns) { return gap_ns > 0; }))
    return fail_usage("the trace has no row with a gap above 0");
  return trace;
}

Result<std::string> load_arrival_trace(std::string_view text) {
  std::string contents(trim(text));
  if (!contents.starts_with(kHeader)) {
    SRIOV_ASSIGN(contents, read_file(contents));
  }
  SRIOV_TRY(parse_arrival_trace(contents));
  return contents;
}

}  // namespace sriov
