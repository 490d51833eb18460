#include "gui/models/strip_curves.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "analyzers/strips/tight_growth.h"

namespace sriov::gui {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

}  // namespace

StripCurves::StripCurves(const Strip& strip, std::size_t keep)
    : kind_(strip.kind),
      place_(strip.place),
      endpoint_(strip.endpoint),
      title_(strip.title),
      unit_(strip.unit),
      is_stacked_(strip.is_stacked),
      keep_(keep) {
  append(strip);
}

void StripCurves::add_curve(const std::string& name) {
  names_.push_back(name);
  LevelOfDetail unknown(keep_);
  for (std::size_t i = 0; i < instants_ns_.size(); ++i) unknown.append(kUnknown);
  curves_.push_back(unknown);
  stacked_.push_back(std::move(unknown));
}

void StripCurves::append(const Strip& strip) {
  for (std::size_t i = names_.size(); i < strip.names.size(); ++i) add_curve(strip.names[i]);
  for (std::size_t step = 0; step < strip.instants_ns.size(); ++step) {
    if (!instants_ns_.empty() && strip.instants_ns[step] <= instants_ns_.back()) continue;
    push_back_tightly(instants_ns_, strip.instants_ns[step]);
    double sum = 0;  // Becomes unknown from the first curve on that is.
    for (std::size_t i = 0; i < names_.size(); ++i) {
      const double value = i < strip.values.size() ? strip.values[i][step] : kUnknown;
      sum += value;
      curves_[i].append(value);
      if (is_stacked_) stacked_[i].append(sum);
    }
  }
}

std::optional<std::size_t> StripCurves::step_at(std::int64_t ns) const {
  if (instants_ns_.empty()) return std::nullopt;
  auto after = std::lower_bound(instants_ns_.begin(), instants_ns_.end(), ns);
  if (after == instants_ns_.end() || (after != instants_ns_.begin() && ns - *(after - 1) < *after - ns)) --after;
  const auto step = static_cast<std::size_t>(after - instants_ns_.begin());
  if (curves_.empty() || step < curves_.front().first_kept()) return std::nullopt;
  return step;
}

std::size_t StripCurves::bytes() const {
  std::size_t bytes = instants_ns_.capacity() * sizeof(std::int64_t);
  for (const LevelOfDetail& curve : curves_) bytes += curve.bytes();
  for (const LevelOfDetail& curve : stacked_) bytes += curve.bytes();
  return bytes;
}

void append_strips(std::vector<StripCurves>& all, const std::vector<Strip>& strips, std::size_t keep) {
  for (const Strip& strip : strips) {
    const auto known = std::find_if(all.begin(), all.end(), [&](const StripCurves& one) {
      return one.kind() == strip.kind && one.endpoint() == strip.endpoint;
    });
    if (known != all.end()) {
      known->append(strip);
      continue;
    }
    const auto key = [](const auto& place, const auto& endpoint) { return std::tuple(place, endpoint); };
    const auto before = std::find_if(all.begin(), all.end(), [&](const StripCurves& one) {
      return key(one.place(), one.endpoint()) > key(strip.place, strip.endpoint);
    });
    all.emplace(before, strip, keep);
  }
}

}  // namespace sriov::gui
