// When a saturated receiver lets datagrams gather.
#include "workloads/udp/receive_nap.h"

#include <gtest/gtest.h>

namespace sriov {
namespace {

TEST(ReceiveNap, ComesAfterABatchThatWasNotFull) {
  const ReceiveNap nap;
  EXPECT_TRUE(nap.is_worth_it(1, 32));
  EXPECT_TRUE(nap.is_worth_it(31, 32));
  EXPECT_FALSE(nap.is_worth_it(32, 32)) << "more is waiting";
}

TEST(ReceiveNap, IsGivenUpWhereSleepingTakesTooLong) {
  ReceiveNap nap;
  nap.slept(ReceiveNap::kOversleptNs + 1);
  nap.slept(ReceiveNap::kOversleptNs + 1);
  nap.slept(ReceiveNap::kNapNs);  // In time: the two before were chance.
  nap.slept(ReceiveNap::kOversleptNs + 1);
  nap.slept(ReceiveNap::kOversleptNs + 1);
  EXPECT_TRUE(nap.is_worth_it(1, 32));
  nap.slept(ReceiveNap::kOversleptNs + 1);
  EXPECT_FALSE(nap.is_worth_it(1, 32));
}

TEST(ReceiveNap, LastsAsLongAsItSays) {
  ReceiveNap nap;
  const std::int64_t begin_ns = monotonic_ns();
  nap.take(begin_ns);
  EXPECT_GE(monotonic_ns() - begin_ns, ReceiveNap::kNapNs);
}

}  // namespace
}  // namespace sriov
