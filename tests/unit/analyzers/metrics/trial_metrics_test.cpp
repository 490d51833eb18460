#include "analyzers/metrics/trial_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analyzers/trial/clock_alignment.h"
#include "core/time.h"
#include "tests/unit/support/synthetic_run.h"

namespace sriov {
namespace {

using test::make_record;
using test::on_path;
using ::testing::HasSubstr;

const TrialMetric* find(const std::vector<TrialMetric>& metrics, const std::string& name) {
  for (const TrialMetric& metric : metrics)
    if (metric.name == name) return &metric;
  return nullptr;
}

double value_of(const TrialRecord& trial, const std::string& name) {
  const auto metrics = trial_metrics(trial);
  const TrialMetric* metric = find(metrics, name);
  if (metric == nullptr || !metric->value) {
    ADD_FAILURE() << name << " is absent: " << (metric == nullptr ? "not listed" : metric->why);
    return -1;
  }
  return *metric->value;
}

std::string why_absent(const TrialRecord& trial, const std::string& name) {
  const auto metrics = trial_metrics(trial);
  const TrialMetric* metric = find(metrics, name);
  if (metric == nullptr) return "not listed";
  EXPECT_FALSE(metric->value) << name;
  return metric->why;
}

TEST(TrialMetrics, AreRightAcrossClocksThatAreApart) {
  const TrialRecord trial = make_record(on_path("netfront", 0, 0));
  EXPECT_NEAR(value_of(trial, "throughput_bps"), 64e6, 1);
  EXPECT_NEAR(value_of(trial, "cpu_percent.dom0"), 40, 1e-6);
  EXPECT_NEAR(value_of(trial, "cpu_percent.guests"), 30, 1e-6);
  EXPECT_NEAR(value_of(trial, "cpu_percent.xen_all"), 70, 1e-6);
  EXPECT_NEAR(value_of(trial, "cpu_share_percent.dom0"), 100.0 * 40 / 70, 1e-6);
  EXPECT_NEAR(value_of(trial, "cpu_percent_per_gbps.dom0"), 40 / 0.064, 1e-6);
  EXPECT_NEAR(value_of(trial, "cpu_percent.peer"), 20, 1e-6) << "neither idle nor stolen time is work";
  EXPECT_NEAR(value_of(trial, "interrupts_per_s.guest1"), 220, 1e-6);
  EXPECT_NEAR(value_of(trial, "interrupts_per_s.guest1.netfront"), 220, 1e-6);
  EXPECT_NEAR(value_of(trial, "interrupts_per_mb.guest1"), 220 / 8.0, 1e-6);
  EXPECT_NEAR(value_of(trial, "interrupts_per_mb.dom0"), 160 / 8.0, 1e-6);
  EXPECT_NEAR(value_of(trial, "packets_per_s.guest1.to_guest"), 280, 1e-6);
  EXPECT_NEAR(value_of(trial, "sampling_cpu_percent.guest1"), 0.4, 1e-6);
  EXPECT_EQ(find(trial_metrics(trial), "cpu_percent.guest1"), nullptr) << "a domain's own accounting misses Xen's work";
}

/// Two guests whose servers received so many bit/s.
TrialRecord with_two_guests(double first_bps, double second_bps) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  trial.reports.clear();
  int lane = 0;
  for (const double bps : {first_bps, second_bps}) {
    WorkloadReport report;
    report.window_end_ns = kNsPerSecond;
    report.measures = {{"bytes_received", "bytes", bps / 8}};
    trial.reports.push_back({lane == 0 ? "guest1" : "guest2", lane, true, report});
    ++lane;
  }
  return trial;
}

TEST(TrialMetrics, RatesThatWereAskedForAndNotReached) {
  TrialRecord trial = with_two_guests(8e6, 8e6);
  EXPECT_EQ(why_absent(trial, "rate_reached_percent"), "not listed") << "nothing was asked";
  WorkloadReport sender;
  sender.window_end_ns = kNsPerSecond;
  sender.measures = {{"rate_asked_bps", "bit/s", 20e6}, {"rate_achieved_bps", "bit/s", 12e6}};
  trial.reports.push_back({"peer", 0, false, sender});
  sender.measures = {{"transactions_asked_per_s", "transactions/s", 1000},
                     {"transactions_per_s", "transactions/s", 750}};
  EXPECT_NEAR(value_of(trial, "rate_reached_percent"), 60, 1e-9);
  trial.reports.back().report = sender;
  EXPECT_NEAR(value_of(trial, "rate_reached_percent"), 75, 1e-9);
}

TEST(TrialMetrics, FairnessIsJainsIndexOverTheGuests) {
  EXPECT_NEAR(value_of(with_two_guests(8e6, 8e6), "fairness_jain"), 1, 1e-9);
  EXPECT_NEAR(value_of(with_two_guests(8e6, 0), "fairness_jain"), 0.5, 1e-9);
  EXPECT_NEAR(value_of(with_two_guests(9e6, 3e6), "fairness_jain"), 144.0 / (2 * 90), 1e-9);
  EXPECT_NEAR(value_of(with_two_guests(9e6, 3e6), "guest_throughput_bps.least"), 3e6, 1);
  EXPECT_NEAR(value_of(with_two_guests(9e6, 3e6), "lane_throughput_bps.guest1"), 9e6, 1);
  EXPECT_EQ(why_absent(with_two_guests(0, 0), "fairness_jain"), "no guest had any throughput");
  EXPECT_EQ(why_absent(make_record(on_path("vf", 0, 0)), "fairness_jain"), "not listed") << "one guest alone";
}

TEST(TrialMetrics, BulkDataOfBothWaysIsAddedAndTransactionsCountOnce) {
  TrialRecord trial = with_two_guests(8e6, 2e6);
  for (EndpointReport& entry : trial.reports) entry.lane = 0;
  trial.reports.back().is_server = false;
  EXPECT_NEAR(value_of(trial, "throughput_bps"), 10e6, 1);
  for (EndpointReport& entry : trial.reports) entry.report.measures.push_back({"transactions", "transactions", 5});
  EXPECT_NEAR(value_of(trial, "throughput_bps"), 8e6, 1);
}

TEST(TrialMetrics, OneWayDelaysTellHowWrongTheyMayBe) {
  TrialRecord trial = with_two_guests(8e6, 8e6);
  trial.reports.pop_back();
  trial.reports.front().report.measures.push_back({"one_way_p50_us", "us", 40});
  trial.setup.lanes.resize(1);
  trial.setup.lanes[0].server_endpoint = "guest1";
  trial.setup.lanes[0].client_endpoint = "peer";
  trial.clocks = {{"peer", 0, 1000, 0}, {"guest1", 5000, 3000, 0}, {"peer", 0, 2000, 9}, {"guest1", 12'000, 3000, 9}};
  EXPECT_NEAR(value_of(trial, "one_way_p50_us"), 40, 1e-9);
  EXPECT_NEAR(value_of(trial, "one_way_error_us"), 2 + 3 + 7, 1e-9) << "both errors and what the offset moved";
}

/// A counter that dom0 sampled and that rises by `per_s`, at the instants of another of its blocks.
void add_dom0_counter(TrialRecord& trial, const std::string& metric, Labels labels, std::int64_t per_s) {
  SampleBlock block;
  for (const SampleBlock& other : trial.blocks)
    if (other.endpoint == "dom0") block = other;
  block.collector = metric.substr(0, metric.find('.'));
  block.series = {{metric, "count", MetricKind::counter, sorted(std::move(labels))}};
  block.columns.assign(1, {});
  for (const std::int64_t instant : block.begin_ns)
    block.columns[0].push_back((instant - block.begin_ns.front()) / 1'000'000 * per_s / 1000);
  trial.blocks.push_back(std::move(block));
}

TEST(TrialMetrics, ExitsAreRelatedToTimeAndPackets) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  EXPECT_EQ(why_absent(trial, "vm_exits_per_s.guest1"), "not listed");
  const Labels guest{{"domain", "guest1"}, {"domid", "1"}};
  const auto with = [&guest](const char* name, const char* value) {
    Labels labels = guest;
    labels.emplace_back(name, value);
    return labels;
  };
  add_dom0_counter(trial, "vmexit.exits", with("reason", "VMMCALL"), 3'000);
  add_dom0_counter(trial, "vmexit.exits", with("reason", "INTR"), 500);
  add_dom0_counter(trial, "vmexit.xen_cycles", with("reason", "VMMCALL"), 200'000'000);
  add_dom0_counter(trial, "vmexit.run_cycles", guest, 1'000'000'000);
  add_dom0_counter(trial, "vmexit.run_cycles", {{"domain", "Domain-0"}, {"domid", "0"}}, 500'000'000);
  add_dom0_counter(trial, "vmexit.irqs_handled", with("irq", "60"), 510);
  EXPECT_NEAR(value_of(trial, "vm_exits_per_s.guest1"), 3'500, 1e-6);
  EXPECT_NEAR(value_of(trial, "vm_exits_per_packet.guest1"), 0.5, 1e-6) << "7,000 packets a second";
  EXPECT_NEAR(value_of(trial, "xen_share_percent.guest1"), 20, 1e-6);
  EXPECT_NEAR(value_of(trial, "device_irqs_per_s.guest1"), 510, 1e-6);
  EXPECT_EQ(why_absent(trial, "xen_share_percent.Domain-0"), "not listed") << "a PV dom0 has no exits";
}

/// Counters of a unit with one VF and a disk behind it, as the peer's side of an emulated machine sees them.
void add_iotlb(TrialRecord& trial, bool by_requester) {
  SampleBlock block = trial.blocks.back();
  block.endpoint = "peer";
  block.collector = "iotlb";
  block.series.clear();
  block.columns.clear();
  const auto add = [&block](const std::string& metric, Labels labels, std::int64_t per_second) {
    block.series.push_back({metric, "count", MetricKind::counter, sorted(std::move(labels))});
    std::vector<std::int64_t> values;
    for (std::size_t row = 0; row < block.begin_ns.size(); ++row)
      values.push_back(per_second * static_cast<std::int64_t>(row));
    block.columns.push_back(std::move(values));
  };
  const Labels vf{{"requester", "0000:01:10.0"}, {"vf", "0000:01:10.0"}};
  add("iotlb.lookups", {}, 50'000);
  add("iotlb.misses", {}, 900);
  if (by_requester) {
    add("iotlb.lookups", vf, 40'000);
    add("iotlb.misses", vf, 400);
    add("iotlb.lookups", {{"requester", "0000:00:1f.2"}}, 10'000);
    add("iotlb.misses", {{"requester", "0000:00:1f.2"}}, 500);
  }
  trial.blocks.push_back(std::move(block));
}

TEST(TrialMetrics, IotlbMissesAreRelatedToWhatWasCarried) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  EXPECT_EQ(why_absent(trial, "iotlb_misses_per_s.all.peer"), "not listed");
  add_iotlb(trial, true);
  EXPECT_NEAR(value_of(trial, "iotlb_misses_per_s.vfs.peer"), 400, 1e-6);
  EXPECT_NEAR(value_of(trial, "iotlb_lookups_per_s.vfs.peer"), 40'000, 1e-6);
  EXPECT_NEAR(value_of(trial, "iotlb_miss_percent.vfs.peer"), 1, 1e-9);
  EXPECT_NEAR(value_of(trial, "iotlb_misses_per_mib.vfs.peer"), 400 / (10e6 / 1048576), 1e-6);
  EXPECT_NEAR(value_of(trial, "iotlb_misses_per_packet.vfs.peer"), 400.0 / 7000, 1e-6);
  EXPECT_NEAR(value_of(trial, "iotlb_misses_per_s.all.peer"), 900, 1e-6);
}

TEST(TrialMetrics, VfsThatAskedForNothingMissedNothing) {
  TrialRecord trial = make_record(on_path("netfront", 0, 0));
  add_iotlb(trial, true);
  SampleBlock& block = trial.blocks.back();
  for (Series& series : block.series) {
    std::erase_if(series.labels, [](const auto& one) { return one.first == "vf"; });
    series.labels.insert(series.labels.begin(), {"backend", "lab"});
  }
  EXPECT_NEAR(value_of(trial, "iotlb_misses_per_mib.vfs.peer"), 0, 1e-9);
  EXPECT_EQ(why_absent(trial, "iotlb_miss_percent.vfs.peer"), "there was no lookup");
}

TEST(TrialMetrics, ACollectorThatStoppedIsNotAverageOverTheRest) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  add_dom0_counter(trial, "vmexit.exits", {{"domain", "guest1"}, {"domid", "1"}, {"reason", "INTR"}}, 500);
  trial.blocks.back().columns[0].back() = kAbsent;  // After the workload: no matter.
  EXPECT_NEAR(value_of(trial, "vm_exits_per_s.guest1"), 500, 1e-6);
  for (std::size_t row = 2; row < trial.blocks.back().rows(); ++row) trial.blocks.back().columns[0][row] = kAbsent;
  EXPECT_EQ(why_absent(trial, "vm_exits_per_s.guest1"), "collector vmexit on dom0 stopped during the workload");
}

TEST(TrialMetrics, LostTraceRecordsAreAShareOfAll) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  add_dom0_counter(trial, "vmexit.records", {}, 900);
  add_dom0_counter(trial, "vmexit.lost_records", {}, 100);
  EXPECT_NEAR(value_of(trial, "sampling_lost_trace_percent.dom0"), 10, 1e-6);
}

TEST(TrialMetrics, VfsThatWereNotCountedApartAreNotListed) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  add_iotlb(trial, true);
  for (Series& series : trial.blocks.back().series) {
    std::erase_if(series.labels, [](const auto& one) { return one.first == "vf"; });
    series.labels = sorted({{"backend", "dmar"}, {"requester", std::string(label(series.labels, "requester"))}});
    if (label(series.labels, "requester").empty()) series.labels = {{"backend", "dmar"}};
  }
  EXPECT_EQ(why_absent(trial, "iotlb_misses_per_mib.vfs.peer"), "not listed") << "only a disk was asked for";
}

TEST(TrialMetrics, IotlbOfAUnitThatTellsNoRequesterIsOfAllDevices) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  add_iotlb(trial, false);
  EXPECT_NEAR(value_of(trial, "iotlb_misses_per_s.all.peer"), 900, 1e-6);
  EXPECT_EQ(why_absent(trial, "iotlb_misses_per_s.vfs.peer"), "not listed");
}

TEST(TrialMetrics, HairpinIsWhatFunctionsSentBeyondTheWire) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  add_dom0_counter(trial, "vf.tx_bytes", {{"device", "eth0"}, {"index", "0"}}, 1'000'000);
  add_dom0_counter(trial, "vf.tx_bytes", {{"device", "eth0"}, {"index", "1"}}, 500'000);
  add_dom0_counter(trial, "vf.tx_bytes", {{"device", "eth9"}, {"index", "0"}}, 7'000);
  EXPECT_THAT(why_absent(trial, "vf_hairpin_bps.dom0.eth0"), HasSubstr("vf.mac_tx_bytes was not sampled"));
  add_dom0_counter(trial, "vf.mac_tx_bytes", {{"device", "eth0"}}, 1'100'000);
  EXPECT_NEAR(value_of(trial, "vf_tx_bps.dom0.eth0"), 12e6, 1);
  EXPECT_NEAR(value_of(trial, "vf_hairpin_bps.dom0.eth0"), 3.2e6, 1);
  add_dom0_counter(trial, "vf.pf_tx_bytes", {{"device", "eth0"}}, 100'000);
  EXPECT_NEAR(value_of(trial, "vf_hairpin_bps.dom0.eth0"), 4e6, 1) << "the PF sends through the same MAC";
}

TEST(TrialMetrics, CountersInStepsAreAveragedOverTheWindow) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  add_dom0_counter(trial, "vf.tx_bytes", {{"device", "eth0"}, {"index", "0"}}, 1'000'000);
  trial.blocks.back().columns[0] = {0, 0, 2'000'000, 2'000'000, 4'000'000};  // Refreshed every two seconds.
  EXPECT_NEAR(value_of(trial, "vf_tx_bps.dom0.eth0"), 8e6, 1) << "it neither stopped nor was it twice as fast";
  trial.blocks.back().columns[0] = {0, 0, 0, 4'000'000, 4'000'000};  // Later than the window is long.
  EXPECT_LE(value_of(trial, "vf_tx_bps.dom0.eth0"), 16e6) << "off by no more than one refresh is worth";
}

TEST(TrialMetrics, HairpinIsAbsentWhenAVfDoesNotReport) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  add_dom0_counter(trial, "vf.tx_bytes", {{"device", "eth0"}, {"index", "0"}}, 1'000'000);
  add_dom0_counter(trial, "vf.tx_bytes", {{"device", "eth0"}, {"index", "1"}}, 500'000);
  add_dom0_counter(trial, "vf.mac_tx_bytes", {{"device", "eth0"}}, 1'100'000);
  ASSERT_NEAR(value_of(trial, "vf_hairpin_bps.dom0.eth0"), 3.2e6, 1);
  std::vector<std::int64_t>& second = trial.blocks[trial.blocks.size() - 2].columns[0];
  const std::vector<std::int64_t> whole = second;
  second[2] = kAbsent;
  EXPECT_EQ(why_absent(trial, "vf_hairpin_bps.dom0.eth0"), "VF 1 of eth0 did not report what it sent all the time");
  // It changed hands between two rows: another series of the same VF goes on.
  add_dom0_counter(trial, "vf.tx_bytes", {{"device", "eth0"}, {"index", "1"}, {"domain", "web"}}, 500'000);
  trial.blocks[trial.blocks.size() - 3].series.push_back(trial.blocks.back().series[0]);
  trial.blocks[trial.blocks.size() - 3].columns.push_back(whole);
  trial.blocks[trial.blocks.size() - 3].columns[1].assign(whole.size(), kAbsent);
  trial.blocks[trial.blocks.size() - 3].columns[1][2] = whole[2];
  trial.blocks.pop_back();
  EXPECT_GT(value_of(trial, "vf_hairpin_bps.dom0.eth0"), 0);
}

TEST(TrialMetrics, HairpinIsAbsentWhenTheMacIsNotKnown) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  add_dom0_counter(trial, "vf.tx_bytes", {{"device", "eth0"}, {"index", "0"}, {"via", "representor"}}, 1'000'000);
  EXPECT_THAT(why_absent(trial, "vf_hairpin_bps.dom0.eth0"), HasSubstr("what the MAC of eth0 sent is not known"));
}

/// A PF of igb with two VFs: the first is guest1's, domain 1.
TrialRecord with_an_igb(const Labels& second_vf) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  const auto add_vf = [&trial](const Labels& more) {
    Labels labels{{"device", "eth0"}, {"driver", "igb"}};
    labels.insert(labels.end(), more.begin(), more.end());
    add_dom0_counter(trial, "vf.present", labels, 0);
    trial.blocks.back().series[0].kind = MetricKind::gauge;
  };
  add_vf({{"index", "0"}, {"vf", "0000:01:10.0"}, {"domain", "web"}, {"domid", "1"}, {"vf_driver", "pciback"}});
  add_vf(second_vf);
  add_dom0_counter(trial, "vf.mac_tx_bytes", {{"device", "eth0"}}, 600'000);
  add_dom0_counter(trial, "vf.pf_tx_bytes", {{"device", "eth0"}}, 100'000);
  SampleBlock guest;
  for (const SampleBlock& block : trial.blocks)
    if (block.endpoint == "guest1") guest = block;
  guest.collector = "netdev2";
  guest.series = {{"netdev.tx_bytes", "bytes", MetricKind::counter, sorted({{"device", "eth5"}, {"driver", "igbvf"}})},
                  {"netdev.tx_bytes", "bytes", MetricKind::counter, sorted({{"device", "eth6"}, {"driver", "vif"}})}};
  guest.columns.assign(2, {});
  for (const std::int64_t instant : guest.begin_ns)
    for (auto& column : guest.columns) column.push_back((instant - guest.begin_ns.front()) / 1000);  // 1 MB/s
  trial.blocks.push_back(std::move(guest));
  return trial;
}

TEST(TrialMetrics, HairpinComesFromTheGuestsWhereThePfReportsNothing) {
  const TrialRecord idle = with_an_igb({{"index", "1"}, {"vf", "0000:01:10.2"}, {"vf_driver", "pciback"}});
  EXPECT_NEAR(value_of(idle, "vf_hairpin_by_guests_bps.dom0.eth0"), 4e6, 1) << "1 MB/s and 0.1 of the PF, 0.6 left";
  EXPECT_EQ(why_absent(idle, "vf_hairpin_bps.dom0.eth0"), "not listed") << "another source, another name";
}

TEST(TrialMetrics, HairpinOfTheGuestsNeedsAnAgentInEachOfThem) {
  const TrialRecord other =
      with_an_igb({{"index", "1"}, {"vf", "0000:01:10.2"}, {"domain", "db"}, {"domid", "7"}, {"vf_driver", "pciback"}});
  EXPECT_EQ(why_absent(other, "vf_hairpin_by_guests_bps.dom0.eth0"),
            "igb reports no VF counters, and VF 1 of eth0 belongs to db, where no agent is in the run");
  const TrialRecord kvm = with_an_igb({{"index", "1"}, {"vf", "0000:01:10.2"}, {"vf_driver", "vfio-pci"}});
  EXPECT_THAT(why_absent(kvm, "vf_hairpin_by_guests_bps.dom0.eth0"), HasSubstr("belongs to vfio-pci"));
  const TrialRecord twice = with_an_igb(
      {{"index", "1"}, {"vf", "0000:01:10.2"}, {"domain", "web"}, {"domid", "1"}, {"vf_driver", "pciback"}});
  EXPECT_THAT(why_absent(twice, "vf_hairpin_by_guests_bps.dom0.eth0"), HasSubstr("is not known"));
}

TEST(TrialMetrics, WithoutVfCountersThereIsNoHairpin) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  add_dom0_counter(trial, "vf.mac_tx_bytes", {{"device", "eth0"}}, 1'100'000);
  EXPECT_EQ(why_absent(trial, "vf_hairpin_bps.dom0.eth0"), "not listed");
}

TEST(TrialMetrics, RequestResponseIsMeasuredByTheTransaction) {
  TrialRecord trial = make_record(on_path("netfront", 0, 0));
  for (EndpointReport& entry : trial.reports)
    if (!entry.is_server) entry.report.measures.push_back({"transactions_per_s", "1/s", 1000});
  EXPECT_NEAR(value_of(trial, "cpu_us_per_transaction.dom0"), 400, 1e-6) << "40 % of a CPU for 1,000 a second";
  EXPECT_NEAR(value_of(trial, "interrupts_per_transaction.guest1"), 0.22, 1e-9);
  EXPECT_EQ(why_absent(trial, "cpu_percent_per_gbps.dom0"), "not listed");
  EXPECT_EQ(why_absent(trial, "interrupts_per_mb.guest1"), "not listed");
}

TEST(TrialMetrics, MachineWideCountersOfNamespacesAreTheHosts) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  for (SampleBlock& block : trial.blocks)
    if (block.endpoint == "peer") block.endpoint = "host";
  const std::vector<ClockOffset> clocks = trial.clocks;
  for (ClockOffset clock : clocks) {
    if (clock.endpoint != "peer") continue;
    clock.endpoint = "host";
    trial.clocks.push_back(clock);
  }
  std::erase_if(trial.blocks, [](const SampleBlock& block) { return block.endpoint == "dom0"; });
  std::erase_if(trial.clocks, [](const ClockOffset& clock) { return clock.endpoint == "dom0"; });
  EXPECT_NEAR(value_of(trial, "cpu_percent.host"), 20, 1e-6);
  EXPECT_EQ(why_absent(trial, "cpu_percent.guest1"), "not listed");
}

TEST(TrialMetrics, CountInterruptsAcrossA32BitWrap) {
  EXPECT_NEAR(value_of(make_record(on_path("vf", 0, 0)), "interrupts_per_s.guest1.vf-msix"), 500, 1e-6);
}

TEST(TrialMetrics, LatencyIsInMicroseconds) {
  auto options = on_path("vf", 0, 0);
  options.workload = "tcp_rr";
  const TrialRecord trial = make_record(options);
  EXPECT_NEAR(value_of(trial, "latency_p50_us"), 100, 0.1);
  EXPECT_NEAR(value_of(trial, "latency_p99_us"), 198, 0.2);
  EXPECT_NEAR(value_of(trial, "latency_max_us"), 200, 1e-9);
  EXPECT_NEAR(value_of(trial, "transactions_per_s"), 4000, 1e-9);
}

TEST(TrialMetrics, LossIsAShareOfWhatWasSent) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  trial.reports[1].report.measures.push_back({"datagrams_lost", "datagrams", 25});
  trial.reports[1].report.measures.push_back({"datagrams_received", "datagrams", 75});
  EXPECT_NEAR(value_of(trial, "datagrams_lost_percent"), 25, 1e-9);
}

TEST(TrialMetrics, SayWhyTheyAreAbsent) {
  TrialRecord no_xen = make_record(on_path("vf", 0, 0));
  std::erase_if(no_xen.blocks, [](const SampleBlock& block) { return block.collector == "xen"; });
  EXPECT_EQ(why_absent(no_xen, "cpu_percent.dom0"), "xen.domain_cpu_time was not sampled on dom0");
  EXPECT_EQ(why_absent(no_xen, "cpu_percent_per_gbps.dom0"), "xen.domain_cpu_time was not sampled on dom0");

  TrialRecord no_clock = make_record(on_path("vf", 0, 0));
  std::erase_if(no_clock.clocks, [](const ClockOffset& clock) { return clock.endpoint == "dom0"; });
  EXPECT_THAT(why_absent(no_clock, "cpu_percent.dom0"), HasSubstr("clock offset of dom0"));

  TrialRecord cut_short = make_record(on_path("vf", 0, 0));
  for (EndpointReport& entry : cut_short.reports) entry.report.window_end_ns += 10 * kNsPerSecond;
  EXPECT_THAT(why_absent(cut_short, "cpu_percent.dom0"), HasSubstr("do not cover"));

  TrialRecord reset = make_record(on_path("vf", 0, 0));
  reset.blocks[0].columns[0][2] = 1;
  EXPECT_THAT(why_absent(reset, "cpu_percent.dom0"), HasSubstr("was reset during the workload"));

  TrialRecord silent = make_record(on_path("vf", 0, 0));
  silent.reports.clear();
  EXPECT_EQ(why_absent(silent, "cpu_percent.dom0"), "the workload reported nothing");
}

TEST(TrialMetrics, PhysicalCpusAreBusyWhenTheyAreNotIdle) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  for (const char* pcpu : {"0", "1"}) {
    trial.blocks[0].series.push_back({"xen.pcpu_idle_time", "ns", MetricKind::counter, {{"pcpu", pcpu}}});
    trial.blocks[0].columns.push_back({0, 700'000'000, 1'400'000'000, 2'100'000'000, 2'800'000'000});
  }
  EXPECT_NEAR(value_of(trial, "cpu_percent.physical"), 60, 1e-6);
}

TEST(TrialMetrics, WithoutXenTheMachinesCountThemselves) {
  TrialRecord trial = make_record(on_path("vf", 0, 0));
  std::erase_if(trial.blocks, [](const SampleBlock& block) { return block.endpoint == "dom0"; });
  std::erase_if(trial.clocks, [](const ClockOffset& clock) { return clock.endpoint == "dom0"; });
  EXPECT_EQ(why_absent(trial, "cpu_percent.xen_all"), "not listed");
  EXPECT_EQ(why_absent(trial, "cpu_percent.guest1"), "cpu.time was not sampled on guest1");
  EXPECT_NEAR(value_of(trial, "cpu_percent_per_gbps.peer"), 20 / 0.08, 1e-6);
}

TEST(ClockAlignment, DriftsEvenlyBetweenTwoOffsets) {
  const ClockAlignment clocks({{"guest1", 1000, 5, 0}, {"guest1", 2000, 5, 100'000}});
  EXPECT_EQ(clocks.from_controller("guest1", 50'000), 51'500);
  EXPECT_EQ(clocks.from_controller("guest1", -10), 990);
  EXPECT_EQ(clocks.from_controller("guest1", 200'000), 202'000);
  EXPECT_NEAR(static_cast<double>(clocks.to_controller("guest1", 51'500).value()), 50'000, 10);
  EXPECT_FALSE(clocks.to_controller("peer", 0));
}

}  // namespace
}  // namespace sriov
