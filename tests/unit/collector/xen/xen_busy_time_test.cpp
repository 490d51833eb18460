// busy = domains + unattributed, and readings of Xen's clocks that fall.
#include <gtest/gtest.h>

#include "collector/xen/xen_busy_time.h"
#include "core/sample_block.h"

namespace sriov {
namespace {

XenDomain domain(unsigned domid, std::int64_t cpu_ns) {
  XenDomain out;
  out.domid = domid;
  out.cpu_ns = cpu_ns;
  return out;
}

using Idle = std::vector<std::int64_t>;
using Domains = std::vector<XenDomain>;

TEST(BusyTime, IsWhatDomainsWereChargedAndTheRest) {
  BusyTime busy;
  busy.update(1000, Idle{5000, 6000}, Domains{domain(0, 700), domain(1, 900)});
  EXPECT_EQ(busy.busy_ns(), 0);
  EXPECT_EQ(busy.unattributed_ns(), 0);
  busy.update(1100, Idle{5040, 6090}, Domains{domain(0, 750), domain(1, 915)});
  EXPECT_EQ(busy.busy_ns(), 60 + 10);
  EXPECT_EQ(busy.domains_ns(), 50 + 15);
  EXPECT_EQ(busy.unattributed_ns(), 5);
}

TEST(BusyTime, DomainsComeAndGo) {
  BusyTime busy;
  busy.update(0, Idle{0}, Domains{domain(0, 100), domain(1, 5000)});
  busy.update(100, Idle{0}, Domains{domain(0, 150), domain(2, 40)});
  EXPECT_EQ(busy.domains_ns(), 90) << "all of the new one's time is of now";
  EXPECT_EQ(busy.unattributed_ns(), 10);
  busy.update(200, Idle{0}, Domains{domain(0, 200), domain(2, 30)});
  EXPECT_EQ(busy.domains_ns(), 90 + 50 + 30) << "another domain with the number 2";
}

TEST(BusyTime, CpusThatAreOfflineAreNeitherBusyNorIdle) {
  BusyTime busy;
  busy.update(0, Idle{10, kAbsent}, Domains{});
  busy.update(100, Idle{60, 77}, Domains{});
  EXPECT_EQ(busy.busy_ns(), 50);
  busy.update(200, Idle{kAbsent, 97}, Domains{});
  EXPECT_EQ(busy.busy_ns(), 50 + 80);
}

TEST(BusyTime, DoesNotFall) {
  BusyTime busy;
  busy.update(0, Idle{0}, Domains{domain(0, 0)});
  busy.update(100, Idle{50}, Domains{domain(0, 50)});
  busy.update(200, Idle{153}, Domains{domain(0, 50)});
  EXPECT_EQ(busy.busy_ns(), 50);
  EXPECT_EQ(busy.busy_ns(), busy.domains_ns() + busy.unattributed_ns());
  busy.update(300, Idle{253}, Domains{domain(0, 58)});
  EXPECT_EQ(busy.busy_ns(), 50) << "still what was read later before";
  EXPECT_EQ(busy.unattributed_ns(), -8);
}

TEST(SteadyReading, KeepsTheReadingBeforeASmallFall) {
  SteadyReading reading;
  EXPECT_EQ(reading.hold(50'000'000), 50'000'000);
  EXPECT_EQ(reading.hold(49'999'000), 50'000'000);
  EXPECT_EQ(reading.held_back_ns(), 1000);
  EXPECT_EQ(reading.hold(49'998'000), 50'000'000);
  EXPECT_EQ(reading.held_back_ns(), 2000);
  EXPECT_EQ(reading.hold(50'000'001), 50'000'001);
  EXPECT_EQ(reading.held_back_ns(), 0);
  EXPECT_EQ(reading.hold(1000), 1000) << "a new start";
  EXPECT_EQ(reading.held_back_ns(), 0);
}

}  // namespace
}  // namespace sriov
