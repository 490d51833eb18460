#include "workloads/adapters/tool_reading.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {
namespace {

constexpr std::size_t kMostWords = 300;
constexpr int kSignalBase = 128;

/// The last line that says anything, without colours and control characters.
std::string last_line(std::string_view text) {
  std::string last;
  for (const std::string& line : split(text, '\n'))
    if (!trim(line).empty()) last = trim(line);
  std::string clean;
  for (const char c : last.substr(0, kMostWords))
    if (c >= ' ' && c != 127) clean += c;
  return clean;
}

}  // namespace

std::optional<double> ToolTold::measure(std::string_view name) const {
  for (const Measure& one : measures)
    if (one.name == name) return one.value;
  return std::nullopt;
}

void complete(ToolReading& reading, const ToolTold& told) {
  for (const Measure& one : told.measures)
    if (std::none_of(reading.own.begin(), reading.own.end(), [&](const Measure& own) { return own.name == one.name; }))
      reading.own.push_back(one);
  if (!reading.total.sent) reading.total.sent = told.total.sent;
  if (!reading.total.received) reading.total.received = told.total.received;
}

Measure measured(const Metric& metric, double value) {
  return {std::string(metric.name), std::string(metric.unit), value};
}

tl::unexpected<Error> tool_failure(std::string_view program, const ToolOutput& output) {
  std::string words = last_line(output.err);
  if (words.empty()) words = last_line(output.out);
  if (words.empty()) words = "it said nothing";
  if (output.exit_code == 0) return fail(fmt::format("{} gave no results: {}", program, words));
  if (output.exit_code > kSignalBase)
    return fail(fmt::format("{} was killed by signal {}: {}", program, output.exit_code - kSignalBase, words));
  return fail(fmt::format("{} ended with exit code {}: {}", program, output.exit_code, words));
}

}  // namespace sriov
