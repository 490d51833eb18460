// Blocks of samples, as they come, to strips.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "analyzers/strips/strip.h"
#include "analyzers/trial/clock_alignment.h"

namespace sriov {

/// Makes every registered kind of strip of what it is given, a strip for each endpoint that has data for it. Blocks of
/// one collector on one endpoint come in the order of time; the step between two of them is not lost. May be fed for
/// ever: take() empties the strips and keeps what the next step needs.
class StripBuilder {
 public:
  /// From an endpoint's clock to the one of the time axis; nullopt: its samples have no place there and are left out.
  using ToAxis = std::function<std::optional<std::int64_t>(const std::string& endpoint, std::int64_t ns)>;
  explicit StripBuilder(ToAxis to_axis);

  void append(const SampleBlock& block);
  /// The blocks that come next do not go on where those before ended (another sampling has begun at this instant of the
  /// time axis): what lies between is not known.
  void break_off(std::int64_t at_ns);
  /// The steps since the last call, by place, then endpoint. Their names may have become more.
  [[nodiscard]] std::vector<Strip> take();

 private:
  struct Source {
    std::string kind;
    std::unique_ptr<StripSource> source;
  };
  /// What is being made of one collector's blocks.
  struct Making {
    Strip strip;
    StripPlan plan;
    std::vector<Series> series;  ///< That the plan is for.
    std::int64_t last_ns = 0;
    std::vector<std::int64_t> last;  ///< Row before, by column; empty: there is none.
  };
  using Key = std::tuple<int, std::string, std::string, std::string>;  ///< Place, endpoint, kind, collector.

  void append(const Source& source, const SampleBlock& block, const std::vector<std::int64_t>& instants);

  ToAxis to_axis_;
  std::vector<Source> sources_;
  std::map<Key, Making> making_;
};

/// All of a trial, on the controller's clock.
[[nodiscard]] std::vector<Strip> strips_of(const std::vector<SampleBlock>& blocks, const ClockAlignment& clocks);

}  // namespace sriov
