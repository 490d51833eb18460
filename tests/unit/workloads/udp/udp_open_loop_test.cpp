// The book of requests whose answers are awaited.
#include "workloads/udp/udp_open_loop.h"

#include <gtest/gtest.h>

namespace sriov {
namespace {

TEST(RequestsUnderWay, AnAnswerFindsTheIntendedTimeOnce) {
  RequestsUnderWay under_way(10);
  EXPECT_EQ(under_way.leave(100, 105), 1U);
  EXPECT_EQ(under_way.leave(200, 205), 2U);
  EXPECT_EQ(under_way.answer(2), 200);
  EXPECT_EQ(under_way.answer(2), -1) << "answered twice";
  EXPECT_EQ(under_way.answer(1), 100) << "out of order";
  EXPECT_EQ(under_way.answer(3), -1) << "never left";
  EXPECT_EQ(under_way.answer(0), -1);
}

TEST(RequestsUnderWay, TheUnansweredAreGivenUpAfterASecond) {
  RequestsUnderWay under_way(10);
  under_way.leave(0, 1);
  under_way.leave(0, 2);
  under_way.leave(0, 3);
  EXPECT_EQ(under_way.answer(2), 0);
  EXPECT_EQ(under_way.give_up(kAnswerWithinNs), 0);
  EXPECT_EQ(under_way.give_up(kAnswerWithinNs + 1), 1);
  EXPECT_EQ(under_way.answer(1), -1) << "came too late";
  EXPECT_EQ(under_way.give_up(kAnswerWithinNs + 3), 1) << "the answered one does not count";
  EXPECT_EQ(under_way.give_up(10 * kAnswerWithinNs), 0);
}

TEST(RequestsUnderWay, TheOldestArePushedOutAndCounted) {
  RequestsUnderWay under_way(1);  // Room for 1,024.
  for (int i = 0; i < 1030; ++i) under_way.leave(i, i);
  EXPECT_EQ(under_way.give_up(1030), 6);
  EXPECT_EQ(under_way.answer(6), -1);
  EXPECT_EQ(under_way.answer(7), 6);
}

}  // namespace
}  // namespace sriov
