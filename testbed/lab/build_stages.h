// How far the build of an image is, by the stages of its scripts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "testbed/testbed.h"

namespace sriov::lab {

/// A stage and how long it takes on two processors that do nothing else.
struct ExpectedStage {
  std::string name;
  double seconds = 0;
};

/// Those of a shell script: its lines `stage "NAME" SECONDS`.
[[nodiscard]] std::vector<ExpectedStage> expected_stages(std::string_view script);

/// Tells fractions of the whole: stages that have ended count by what they were expected to take, the present one by
/// its time so far, which is measured by how much longer than expected the others took.
class BuildStages {
 public:
  explicit BuildStages(std::vector<ExpectedStage> expected) : expected_(std::move(expected)) {}

  /// The stage `name` at the time `now_ns`: to be called now and then. Unknown ones and those before a known one leave
  /// the fraction as it is. When the last stage takes longer than expected nothing is known: the fraction is negative.
  [[nodiscard]] Stage at(const std::string& name, std::int64_t now_ns);

 private:
  [[nodiscard]] double expected_until(std::size_t stage) const;

  std::vector<ExpectedStage> expected_;
  std::size_t present_ = 0;
  std::int64_t begin_ns_ = -1;
  std::int64_t present_begin_ns_ = 0;
};

}  // namespace sriov::lab
