// Samples as curves over time: rates of counters and levels of gauges, as the dashboard's time lines show them. A file
// for each subject in this folder; its kinds of strips are registered by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/registry.h"
#include "core/sample_block.h"

namespace sriov {

/// One curve: which columns of a block are summed for it.
struct StripCurve {
  std::string name;                  ///< "vf", "guest1".
  std::vector<std::size_t> columns;  ///< Summed.
  std::vector<std::size_t> over;     ///< Not empty: the sum is divided by the sum of these.
};

/// What a kind of strip makes of a block.
struct StripPlan {
  std::string title;               ///< "Interrupts by class".
  std::string unit;                ///< "1/s".
  double scale = 1;                ///< From rates per second (or ratios, or levels) to `unit`.
  bool is_stacked = false;         ///< The curves are parts of a whole.
  std::vector<StripCurve> curves;  ///< None: the block has nothing for it.
};

class StripSource {
 public:
  virtual ~StripSource() = default;
  /// Order among strips, from 0.
  [[nodiscard]] virtual int place() const = 0;
  [[nodiscard]] virtual StripPlan plan(const SampleBlock& block) const = 0;
};
template <class Derived>
using StripRegistration = Registration<StripSource, Derived>;

/// A group of curves with common instants.
struct Strip {
  std::string kind;      ///< Registered name.
  int place = 0;         ///< StripSource::place().
  std::string endpoint;  ///< "dom0".
  std::string title;
  std::string unit;
  bool is_stacked = false;
  std::vector<std::string> names;           ///< Of the curves.
  std::vector<std::int64_t> instants_ns;    ///< Middle of each step between two rows, rising.
  std::vector<std::vector<double>> values;  ///< values[curve][step]; NaN where it is not known.
};

/// Curves of the series of `metric`, grouped by what `name_of` makes of their labels ("" leaves a series out), the
/// largest counters first; beyond `most` the rest is one curve "other".
[[nodiscard]] std::vector<StripCurve> group_curves(const SampleBlock& block, std::string_view metric,
                                                   const std::function<std::string(const Labels&)>& name_of,
                                                   std::size_t most = 11);

}  // namespace sriov
