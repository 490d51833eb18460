#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "core/experiment.h"

namespace sriov {
namespace {

Experiment two_by_three() {
  Experiment experiment;
  experiment.factors = {{"path", {"vf", "netfront"}}, {"message_bytes", {"64", "1k", "64k"}}};
  experiment.repetitions = 4;
  experiment.seed = 7;
  return experiment;
}

TEST(Plan, EveryBlockHoldsEveryCellOnce) {
  const auto plan = trial_order(two_by_three());
  ASSERT_EQ(plan.size(), 24U);
  for (int repetition = 0; repetition < 4; ++repetition) {
    std::set<std::string> cells;
    for (const auto& trial : plan)
      if (trial.repetition == repetition) cells.insert(to_string(trial.cell));
    EXPECT_EQ(cells.size(), 6U);
  }
}

TEST(Plan, IsShuffledInBlocksAndTheSameForTheSameSeed) {
  const auto first = trial_order(two_by_three());
  const auto again = trial_order(two_by_three());
  std::vector<std::string> orders;
  for (std::size_t i = 0; i < first.size(); ++i) {
    EXPECT_EQ(first[i].cell, again[i].cell);
    EXPECT_EQ(first[i].index, static_cast<int>(i));
  }
  std::set<std::string> block_orders;
  for (int repetition = 0; repetition < 4; ++repetition) {
    std::string order;
    for (const auto& trial : first)
      if (trial.repetition == repetition) order += to_string(trial.cell) + ";";
    block_orders.insert(order);
  }
  EXPECT_GT(block_orders.size(), 1U);
}

TEST(Plan, KeepsTheFilesOrderWhenAsked) {
  auto experiment = two_by_three();
  experiment.randomize = false;
  const auto plan = trial_order(experiment);
  EXPECT_EQ(to_string(plan[0].cell), "message_bytes=64 path=vf");
  EXPECT_EQ(to_string(plan[3].cell), "message_bytes=64 path=netfront");
}

}  // namespace
}  // namespace sriov
