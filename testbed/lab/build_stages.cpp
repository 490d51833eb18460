#include "testbed/lab/build_stages.h"

#include <algorithm>

#include "core/text.h"

namespace sriov::lab {
namespace {

constexpr std::string_view kCall = "stage \"";
constexpr double kNsInSecond = 1e9;

}  // namespace

std::vector<ExpectedStage> expected_stages(std::string_view script) {
  std::vector<ExpectedStage> out;
  for (const std::string& line : split(script, '\n')) {
    if (!line.starts_with(kCall)) continue;
    const std::size_t end = line.find('"', kCall.size());
    if (end == std::string::npos) continue;
    const auto seconds = to_int(trim(std::string_view(line).substr(end + 1)));
    if (seconds && *seconds > 0)
      out.push_back({line.substr(kCall.size(), end - kCall.size()), static_cast<double>(*seconds)});
  }
  return out;
}

double BuildStages::expected_until(std::size_t stage) const {
  double seconds = 0;
  for (std::size_t i = 0; i < stage; ++i) seconds += expected_[i].seconds;
  return seconds;
}

Stage BuildStages::at(const std::string& name, std::int64_t now_ns) {
  if (expected_.empty()) return {name, -1};
  if (begin_ns_ < 0) begin_ns_ = present_begin_ns_ = now_ns;
  const auto found = std::ranges::find(expected_, name, &ExpectedStage::name);
  const auto stage = static_cast<std::size_t>(found - expected_.begin());
  if (stage < expected_.size() && stage > present_) {
    present_ = stage;
    present_begin_ns_ = now_ns;
  }
  const double before = expected_until(present_);
  double slowness = 1;
  if (before > 0) slowness = std::max(1.0, static_cast<double>(present_begin_ns_ - begin_ns_) / kNsInSecond / before);
  const double here = static_cast<double>(now_ns - present_begin_ns_) / kNsInSecond / slowness;
  const double expected = expected_[present_].seconds;
  if (here > expected && present_ + 1 == expected_.size()) return {name, -1};
  return {name, (before + std::min(here, expected)) / expected_until(expected_.size())};
}

}  // namespace sriov::lab
