// A strip of the time line as the window keeps it: it grows, and any part of it can be drawn quickly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzers/strips/level_of_detail.h"
#include "analyzers/strips/strip.h"

namespace sriov::gui {

class StripCurves {
 public:
  /// Takes over kind, endpoint, title and unit. `keep`: LevelOfDetail's, for a strip that grows for days.
  explicit StripCurves(const Strip& strip, std::size_t keep = 0);

  /// Steps that come after those that are here; of the same kind and endpoint. Curves may have been added at the end.
  void append(const Strip& strip);

  [[nodiscard]] const std::string& kind() const { return kind_; }
  [[nodiscard]] int place() const { return place_; }
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  /// "dom0: Interrupts by class".
  [[nodiscard]] std::string title() const { return endpoint_ + ": " + title_; }
  [[nodiscard]] const std::string& unit() const { return unit_; }
  [[nodiscard]] bool is_stacked() const { return is_stacked_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] const std::vector<std::int64_t>& instants_ns() const { return instants_ns_; }
  /// A curve by itself.
  [[nodiscard]] const LevelOfDetail& curve(std::size_t index) const { return curves_[index]; }
  /// The curve as it is drawn: in a stack, the sum of it and those before it.
  [[nodiscard]] const LevelOfDetail& drawn(std::size_t index) const {
    return is_stacked_ ? stacked_[index] : curves_[index];
  }
  /// The step that an instant is nearest to; nullopt when there is none, or it is no longer kept singly.
  [[nodiscard]] std::optional<std::size_t> step_at(std::int64_t ns) const;
  [[nodiscard]] std::size_t bytes() const;

 private:
  void add_curve(const std::string& name);

  std::string kind_;
  int place_;
  std::string endpoint_;
  std::string title_;
  std::string unit_;
  bool is_stacked_;
  std::size_t keep_;
  std::vector<std::string> names_;
  std::vector<std::int64_t> instants_ns_;
  std::vector<LevelOfDetail> curves_;
  std::vector<LevelOfDetail> stacked_;
};

/// Appends each strip to the one of its kind and endpoint, or adds it at its place.
void append_strips(std::vector<StripCurves>& all, const std::vector<Strip>& strips, std::size_t keep);

/// What views of growing strips keep: every row of the last hour at ten a second, the extremes of older ones.
inline constexpr std::size_t kRowsKept = 36'000;
/// And what they show while they follow the newest.
inline constexpr double kShown_s = 60;

}  // namespace sriov::gui
