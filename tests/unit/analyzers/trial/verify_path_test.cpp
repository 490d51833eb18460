#include "analyzers/trial/verify_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/support/synthetic_run.h"

namespace sriov {
namespace {

using test::make_record;
using test::on_path;
using ::testing::HasSubstr;

std::vector<std::int64_t>& column(TrialRecord& trial, const std::string& endpoint, const std::string& metric,
                                  const std::string& device) {
  for (SampleBlock& block : trial.blocks)
    for (std::size_t i = 0; i < block.series.size(); ++i)
      if (block.endpoint == endpoint && block.series[i].metric == metric &&
          label(block.series[i].labels, "device") == device)
        return block.columns[i];
  throw std::logic_error("no such column");
}

TEST(VerifyPath, AcceptsTheRightPath) {
  for (const char* path : {"vf", "netfront"}) {
    const PathVerdict verdict = verify_path(make_record(on_path(path, 0, 0)));
    EXPECT_TRUE(verdict.valid) << verdict.reason;
    EXPECT_EQ(verdict.reason, "");
  }
}

TEST(VerifyPath, ATrialThatMovedNothingInItsWindowIsInvalid) {
  TrialRecord trial = make_record(on_path("netfront", 0, 0));
  const auto zero_window = [&trial](std::string_view name) {
    for (EndpointReport& entry : trial.reports)
      for (Measure& measure : entry.report.measures)
        if (measure.name == name) measure.value = 0;
  };
  zero_window("bytes_sent");
  EXPECT_TRUE(verify_path(trial).valid) << "what arrives is what counts";
  zero_window("bytes_received");
  EXPECT_FALSE(verify_path(trial).valid);
  EXPECT_THAT(verify_path(trial).reason, HasSubstr("within its window"));
}

TEST(VerifyPath, CatchesTrafficOnAnotherPath) {
  TrialRecord trial = make_record(on_path("netfront", 0, 0));
  trial.setup = make_record(on_path("vf", 0, 0)).setup;  // Asked for the VF, answered by netfront.
  const PathVerdict verdict = verify_path(trial);
  EXPECT_FALSE(verdict.valid);
  EXPECT_THAT(verdict.reason, HasSubstr("guest1 eth1 carried 0.0 MB of 32.0 MB (to_guest)"));
  EXPECT_THAT(verdict.reason, HasSubstr("guest1 eth0 is of another path and carried 33.6 MB"));
  EXPECT_THAT(verdict.reason, HasSubstr("dom0 vif1.0 is of another path"));
}

TEST(VerifyPath, LooksAtTheDirection) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  // The VF transmitted what the guest should have received: as loud, in the wrong direction.
  for (Carrier& carrier : trial.setup.lanes[0].carriers) carrier.direction = Direction::from_guest;
  const PathVerdict verdict = verify_path(trial);
  EXPECT_TRUE(verdict.valid) << "a stream has no payload on its way back, so nothing is asked: " << verdict.reason;
  trial.setup.lanes[0].carriers[0].must_carry = false;
  EXPECT_THAT(verify_path(trial).reason, HasSubstr("guest1 eth1 is of another path"));
}

TEST(VerifyPath, ChecksBothDirectionsOfRequestResponse) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  for (EndpointReport& entry : trial.reports)
    for (Measure& measure : entry.report.measures)
      if (measure.name.starts_with("total_")) measure.value = 1e6;
  trial.setup.lanes[0].carriers.push_back({"guest1", "eth1", Direction::from_guest, "netdev.tx_bytes", true});
  EXPECT_THAT(verify_path(trial).reason, HasSubstr("unverified: netdev.tx_bytes of guest1 eth1"));
  for (SampleBlock& block : trial.blocks) {
    if (block.endpoint != "guest1" || block.collector != "netdev") continue;
    block.series.push_back({"netdev.tx_bytes", "bytes", MetricKind::counter, {{"device", "eth1"}}});
    block.columns.push_back({0, 1000, 2000, 3000, 4000});
  }
  EXPECT_THAT(verify_path(trial).reason, HasSubstr("guest1 eth1 carried 0.0 MB of 1.0 MB (from_guest)"));
}

TEST(VerifyPath, ServerOnThePeerMeansTheClientIsTheGuest) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  Lane& lane = trial.setup.lanes[0];
  std::swap(lane.client_endpoint, lane.server_endpoint);
  for (EndpointReport& entry : trial.reports) entry.is_server = !entry.is_server;
  EXPECT_TRUE(verify_path(trial).valid) << verify_path(trial).reason;
}

TEST(VerifyPath, UnverifiedIsNotVerified) {
  TrialRecord absent = make_record(on_path("vf", 0, 0));
  for (std::int64_t& value : column(absent, "guest1", "netdev.rx_bytes", "eth1")) value = kAbsent;
  EXPECT_THAT(verify_path(absent).reason, HasSubstr("unverified: netdev.rx_bytes of guest1 eth1"));

  TrialRecord reset = make_record(on_path("vf", 0, 0));
  column(reset, "guest1", "netdev.rx_bytes", "eth1")[3] = 0;
  EXPECT_FALSE(verify_path(reset).valid);

  TrialRecord no_carriers = make_record(on_path("vf", 0, 0));
  no_carriers.setup.lanes[0].carriers.clear();
  EXPECT_THAT(verify_path(no_carriers).reason, HasSubstr("named no counters"));

  TrialRecord no_reports = make_record(on_path("vf", 0, 0));
  no_reports.reports.clear();
  EXPECT_FALSE(verify_path(no_reports).valid);
}

TEST(VerifyPath, AllowsABitOfNoiseOnOtherPaths) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  auto& quiet = column(trial, "guest1", "netdev.rx_bytes", "eth0");
  quiet.back() = quiet.front() + 2'000'000;  // 5 % of 40 MB.
  EXPECT_TRUE(verify_path(trial).valid) << verify_path(trial).reason;
  quiet.back() += 1;
  EXPECT_FALSE(verify_path(trial).valid);
}

TEST(VerifyPath, SharedDevicesCarryAllLanes) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  trial.setup.lanes.push_back(trial.setup.lanes[0]);
  trial.setup.lanes[1].carriers = {trial.setup.lanes[0].carriers[3]};  // The peer's tap.
  for (const bool is_server : {false, true}) {
    EndpointReport second = trial.reports[is_server ? 1 : 0];
    second.lane = 1;
    trial.reports.push_back(second);
  }
  EXPECT_THAT(verify_path(trial).reason, HasSubstr("peer tap0 carried 42.0 MB of 80.0 MB"));
}

}  // namespace
}  // namespace sriov
