#include "workloads/adapters/tool_reading.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {
namespace {

constexpr std::size_t kMostWords = 300;
constexpr int kSignalBase = 128;

/// Without colours and control characters, and not for ever.
std::string clean(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size() && out.size() < kMostWords; ++i) {
    if (line[i] == '\x1b') i = std::min(line.find('m', i), line.size());
    if (i < line.size() && line[i] >= ' ' && line[i] < 127) out += line[i];
  }
  return out;
}

/// The line that says what went wrong: the first that speaks of an error, else the last.
std::string telling_line(std::string_view text) {
  std::string last;
  for (const std::string& line : split(text, '\n')) {
    if (line.find("rror") != std::string::npos || line.find("ERROR") != std::string::npos) return clean(trim(line));
    if (!trim(line).empty()) last = trim(line);
  }
  return clean(last);
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
  std::string words = telling_line(output.err);
  if (words.empty()) words = telling_line(output.out);
  if (words.empty()) words = "it said nothing";
  if (output.exit_code == 0) return fail(fmt::format("{} gave no results: {}", program, words));
  if (output.exit_code > kSignalBase)
    return fail(fmt::format("{} was killed by signal {}: {}", program, output.exit_code - kSignalBase, words));
  return fail(fmt::format("{} ended with exit code {}: {}", program, output.exit_code, words));
}

}  // namespace sriov
