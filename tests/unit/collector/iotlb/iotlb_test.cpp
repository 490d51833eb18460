// The iotlb collector and its backends on perf_event: what they ask the kernel for on machines written here as the
// kernel's documents and drivers have them, and what the readings come to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "collector/iotlb/iio_events.h"
#include "collector/iotlb/iotlb_perf_backends.h"
#include "collector/iotlb/pci_requester.h"
#include "tests/unit/support/fake_perf.h"
#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

using test::FakePerf;
using test::WrittenTree;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string kDevices = "/sys/bus/event_source/devices/";
constexpr std::uint64_t kMs = 1'000'000;

using Values = std::map<std::string, std::int64_t>;

/// The last row: values by "metric{labels}"; columns without a value are left out.
Values last_row(Recorder& recorder) {
  const SampleBlock block = recorder.take("", "iotlb");
  Values out;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    if (block.columns[i].back() != kAbsent)
      out[block.series[i].metric + "{" + to_string(block.series[i].labels) + "}"] = block.columns[i].back();
  return out;
}

void take_row(IotlbBackend& backend, Recorder& recorder) {
  recorder.begin_row(0);
  backend.sample(recorder);
  recorder.end_row(1);
}

/// drivers/iommu/intel/perfmon.c
void write_dmar(const WrittenTree& tree, const std::string& unit,
                const std::string& enable = "filter_requester_id_en") {
  const std::string pmu = kDevices + unit;
  tree.write(pmu + "/type", "33\n");
  tree.write(pmu + "/cpumask", "2\n");
  tree.write(pmu + "/format/event", "config:0-27\n");
  tree.write(pmu + "/format/event_group", "config:28-31\n");
  tree.write(pmu + "/format/" + enable, "config1:0\n");
  tree.write(pmu + "/format/filter_requester_id", "config1:16-31\n");
  tree.write(pmu + "/events/iotlb_lookup", "event_group=0x3,event=0x001\n");
  tree.write(pmu + "/events/iotlb_hit", "event_group=0x3,event=0x002\n");
  tree.write(pmu + "/events/pw_occupancy", "event_group=0x0,event=0x004\n");
}

void write_vf(const WrittenTree& tree, const std::string& address, const std::string& unit) {
  const std::string device = "/sys/bus/pci/devices/" + address;
  tree.write(device + "/vendor", "0x8086\n");
  tree.write("/sys/bus/pci/devices/0000:01:00.0/vendor", "0x8086\n");
  tree.link(device + "/physfn", "../0000:01:00.0");
  tree.link(device + "/iommu", "../../virtual/iommu/" + unit);
}

TEST(IotlbDmar, CountsLookupsAndMissesOfAUnit) {
  const WrittenTree tree;
  write_dmar(tree, "dmar0");
  FakePerf perf;
  const auto backend = make_iotlb_dmar(perf.opener());
  ASSERT_TRUE(backend->probe(tree.host()));
  Recorder recorder(4);
  const auto opened = backend->open(tree.host(), {}, recorder);
  ASSERT_TRUE(opened) << opened.error().text();
  ASSERT_EQ(perf.opened().size(), 3U) << "lookup and hit, pw_occupancy; the unit has no iommu_mrds";
  EXPECT_EQ(perf.opened()[0].attr.type, 33U);
  EXPECT_EQ(perf.opened()[0].attr.config, 0x3000'0001U);
  EXPECT_EQ(perf.opened()[1].attr.config, 0x3000'0002U);
  EXPECT_EQ(perf.opened()[2].attr.config, 0x4U);
  for (const auto& event : perf.opened()) {
    EXPECT_EQ(event.cpu, 2);
    EXPECT_EQ(event.pid, -1);
    EXPECT_EQ(event.attr.config1, 0U);
    EXPECT_EQ(event.attr.sample_period, 0U);
  }
  perf.will_read_group(0, 10 * kMs, 10 * kMs, {1000, 940});
  perf.will_read_group(2, 10 * kMs, 5 * kMs, {4000});
  take_row(*backend, recorder);
  EXPECT_EQ(last_row(recorder), (Values{{"iotlb.lookups{backend=dmar,iommu=dmar0}", 1000},
                                        {"iotlb.misses{backend=dmar,iommu=dmar0}", 60},
                                        {"iotlb.counted_percent{backend=dmar,iommu=dmar0}", 100},
                                        {"iotlb.page_walk_occupancy{backend=dmar,iommu=dmar0}", 8000}}));
}

TEST(IotlbDmar, MissesNeverFall) {
  const WrittenTree tree;
  write_dmar(tree, "dmar0");
  FakePerf perf;
  const auto backend = make_iotlb_dmar(perf.opener());
  Recorder recorder(4);
  ASSERT_TRUE(backend->open(tree.host(), {}, recorder));
  perf.will_read_group(0, 10 * kMs, 10 * kMs, {1000, 940});
  perf.will_read_group(2, 10 * kMs, 10 * kMs, {0});
  perf.will_read_group(0, 20 * kMs, 20 * kMs, {1002, 943});  // A hit whose lookup was read too early.
  perf.will_read_group(2, 20 * kMs, 20 * kMs, {0});
  take_row(*backend, recorder);
  take_row(*backend, recorder);
  EXPECT_EQ(last_row(recorder)["iotlb.misses{backend=dmar,iommu=dmar0}"], 60);
}

TEST(IotlbDmar, FiltersByRequesterOnTheUnitItIsBehind) {
  for (const char* enable : {"filter_requester_id_en", "filter_requester_en"}) {
    const WrittenTree tree;
    write_dmar(tree, "dmar0", enable);
    write_dmar(tree, "dmar1", enable);
    write_vf(tree, "0000:01:10.2", "dmar1");
    FakePerf perf;
    const auto backend = make_iotlb_dmar(perf.opener());
    Recorder recorder(4);
    const auto opened = backend->open(tree.host(), {{"requesters", "vf"}}, recorder);
    ASSERT_TRUE(opened) << opened.error().text();
    ASSERT_EQ(perf.opened().size(), 8U) << "three of each unit, and a pair of the VF on its own";
    EXPECT_EQ(perf.opened()[6].attr.config, 0x3000'0001U);
    EXPECT_EQ(perf.opened()[6].attr.config1, 0x0182'0001U) << "bus 01, device 10, function 2; bit 0 switches it on";
    EXPECT_EQ(perf.opened()[7].attr.config1, 0x0182'0001U);
    for (const std::size_t leader : {0U, 3U, 6U}) perf.will_read_group(leader, kMs, kMs, {10, 7});
    for (const std::size_t leader : {2U, 5U}) perf.will_read_group(leader, kMs, kMs, {1});
    take_row(*backend, recorder);
    EXPECT_EQ(last_row(recorder)["iotlb.misses{backend=dmar,iommu=dmar1,requester=0000:01:10.2,vf=0000:01:10.2}"], 3);
  }
}

TEST(IotlbDmar, AUnitThatCannotFilterSaysSo) {
  const WrittenTree tree;
  write_dmar(tree, "dmar0", "something_else");
  write_vf(tree, "0000:01:10.2", "dmar0");
  FakePerf perf;
  Recorder recorder(4);
  const auto opened = make_iotlb_dmar(perf.opener())->open(tree.host(), {{"requesters", "vf"}}, recorder);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().text(), HasSubstr("dmar0 cannot filter by requester"));
}

TEST(IotlbDmar, RefusalsOfTheKernelArePassedOn) {
  const WrittenTree tree;
  write_dmar(tree, "dmar0");
  FakePerf perf;
  perf.refusal = [](const perf_event_attr& attr, pid_t, int) { return attr.config == 0x3000'0002U ? EBUSY : 0; };
  Recorder recorder(4);
  const auto opened = make_iotlb_dmar(perf.opener())->open(tree.host(), {}, recorder);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().text(), HasSubstr("dmar0/iotlb_hit/: it cannot be counted"));
}

TEST(IotlbDmar, WhatIsNotRequiredMayBeRefused) {
  const WrittenTree tree;
  write_dmar(tree, "dmar0");
  FakePerf perf;
  perf.refusal = [](const perf_event_attr& attr, pid_t, int) { return attr.config == 0x4 ? EINVAL : 0; };
  Recorder recorder(4);
  EXPECT_TRUE(make_iotlb_dmar(perf.opener())->open(tree.host(), {}, recorder));
  EXPECT_EQ(recorder.columns(), 3U);
}

TEST(IotlbDmar, AUnitWithoutTheEventsDoesNotProbe) {
  const WrittenTree tree;
  write_dmar(tree, "dmar0");
  std::filesystem::remove(tree.path() + kDevices + "dmar0/events/iotlb_hit");
  const auto usable = make_iotlb_dmar(FakePerf().opener())->probe(tree.host());
  ASSERT_FALSE(usable);
  EXPECT_THAT(usable.error().text(), HasSubstr("dmar0: it has no event or term 'iotlb_hit'"));
}

/// arch/x86/events/amd/iommu.c
void write_amd(const WrittenTree& tree, const std::string& unit) {
  const std::string pmu = kDevices + unit;
  tree.write(pmu + "/type", "11\n");
  tree.write(pmu + "/cpumask", "0\n");
  tree.write(pmu + "/format/csource", "config:0-7\n");
  tree.write(pmu + "/format/devid", "config:8-23\n");
  tree.write(pmu + "/format/devid_mask", "config1:0-15\n");
  tree.write(pmu + "/events/mem_iommu_tlb_pte_hit", "csource=0x06\n");
  tree.write(pmu + "/events/mem_iommu_tlb_pte_mis", "csource=0x07\n");
  tree.write(pmu + "/events/mem_iommu_tlb_pde_hit", "csource=0x08\n");
  tree.write(pmu + "/events/mem_iommu_tlb_pde_mis", "csource=0x09\n");
  tree.write(pmu + "/events/page_tbl_read_tot", "csource=0x0c\n");
  tree.write(pmu + "/events/tlb_inv", "csource=0x13\n");
}

TEST(IotlbAmd, AddsUpSmallAndLargePages) {
  const WrittenTree tree;
  write_amd(tree, "amd_iommu_0");
  FakePerf perf;
  const auto backend = make_iotlb_amd(perf.opener());
  ASSERT_TRUE(backend->probe(tree.host()));
  Recorder recorder(4);
  ASSERT_TRUE(backend->open(tree.host(), {}, recorder));
  std::vector<std::uint64_t> configs;
  for (const auto& event : perf.opened()) configs.push_back(event.attr.config);
  EXPECT_THAT(configs, ElementsAre(0x06, 0x07, 0x08, 0x09, 0x0c, 0x13));
  perf.will_read_group(0, kMs, kMs, {100, 20, 1000, 3});
  perf.will_read_group(4, kMs, kMs, {77});
  perf.will_read_group(5, kMs, kMs, {5});
  take_row(*backend, recorder);
  EXPECT_EQ(last_row(recorder), (Values{{"iotlb.lookups{backend=amd,iommu=amd_iommu_0}", 1123},
                                        {"iotlb.misses{backend=amd,iommu=amd_iommu_0}", 23},
                                        {"iotlb.counted_percent{backend=amd,iommu=amd_iommu_0}", 100},
                                        {"iotlb.page_walk_reads{backend=amd,iommu=amd_iommu_0}", 77},
                                        {"iotlb.invalidations{backend=amd,iommu=amd_iommu_0}", 5}}));
}

TEST(IotlbAmd, FiltersByDeviceOnTheUnitItIsBehind) {
  const WrittenTree tree;
  write_amd(tree, "amd_iommu_0");
  write_amd(tree, "amd_iommu_1");
  write_vf(tree, "0000:41:02.1", "ivhd1");
  FakePerf perf;
  Recorder recorder(4);
  const auto opened = make_iotlb_amd(perf.opener())->open(tree.host(), {{"requesters", "0000:41:02.1"}}, recorder);
  ASSERT_TRUE(opened) << opened.error().text();
  ASSERT_EQ(perf.opened().size(), 16U);
  EXPECT_EQ(perf.opened()[12].attr.config, 0x41'1106U) << "devid in bits 8-23, csource below";
  EXPECT_EQ(perf.opened()[12].attr.config1, 0xFFFFU);
}

/// arch/x86/events/intel/uncore_snbep.c, of Ice Lake-SP; one PMU a stack, one CPU a socket.
void write_uncore_iio(const WrittenTree& tree, const std::string& unit) {
  const std::string pmu = kDevices + unit;
  tree.write(pmu + "/type", "60\n");
  tree.write(pmu + "/cpumask", "0,32\n");
  tree.write(pmu + "/format/event", "config:0-7\n");
  tree.write(pmu + "/format/umask", "config:8-15\n");
  tree.write(pmu + "/format/ch_mask", "config:36-47\n");
  tree.write(pmu + "/format/fc_mask", "config:48-50\n");
}

void write_cpu_model(const WrittenTree& tree, int model) {
  tree.write("/proc/cpuinfo", "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: " +
                                  std::to_string(model) + "\nmodel name\t: Intel(R) Xeon(R)\n\nprocessor\t: 1\n");
  tree.write("/sys/devices/system/cpu/cpu0/topology/physical_package_id", "0\n");
  tree.write("/sys/devices/system/cpu/cpu32/topology/physical_package_id", "1\n");
}

TEST(IotlbUncoreIio, CountsPerStackAndSocket) {
  const WrittenTree tree;
  write_uncore_iio(tree, "uncore_iio_1");
  write_cpu_model(tree, 106);
  FakePerf perf;
  const auto backend = make_iotlb_uncore_iio(perf.opener());
  const auto usable = backend->probe(tree.host());
  ASSERT_TRUE(usable) << usable.error().text();
  Recorder recorder(4);
  ASSERT_TRUE(backend->open(tree.host(), {}, recorder));
  ASSERT_EQ(perf.opened().size(), 6U);
  EXPECT_EQ(perf.opened()[0].attr.config, 0x0140U);
  EXPECT_EQ(perf.opened()[1].attr.config, 0x2040U);
  EXPECT_EQ(perf.opened()[2].attr.config, 0x4041U);
  EXPECT_EQ(perf.opened()[2].cpu, 0);
  EXPECT_EQ(perf.opened()[3].cpu, 32);
  for (const std::size_t leader : {0U, 3U}) perf.will_read_group(leader, kMs, kMs, {50 + leader, 5 + leader});
  for (const std::size_t leader : {2U, 5U}) perf.will_read_group(leader, kMs, kMs, {9});
  take_row(*backend, recorder);
  Values values = last_row(recorder);
  EXPECT_EQ(values["iotlb.misses{backend=uncore_iio,socket=0,stack=1}"], 5);
  EXPECT_EQ(values["iotlb.misses{backend=uncore_iio,socket=1,stack=1}"], 8);
  EXPECT_EQ(values["iotlb.lookups{backend=uncore_iio,socket=1,stack=1}"], 53);
}

TEST(IotlbUncoreIio, SkylakeCountsHitsInsteadOfLookups) {
  const WrittenTree tree;
  write_uncore_iio(tree, "uncore_iio_0");
  tree.write(kDevices + "uncore_iio_0/cpumask", "0\n");
  tree.write(kDevices + "uncore_iio_0/format/ch_mask", "config:36-43\n");
  tree.write(kDevices + "uncore_iio_0/format/fc_mask", "config:44-46\n");
  write_cpu_model(tree, 85);
  FakePerf perf;
  const auto backend = make_iotlb_uncore_iio(perf.opener());
  Recorder recorder(4);
  ASSERT_TRUE(backend->open(tree.host(), {}, recorder));
  EXPECT_EQ(perf.opened()[0].attr.config, 0x7010'0000'0141U);
  EXPECT_EQ(perf.opened()[1].attr.config, 0x7010'0000'2041U);
  perf.will_read_group(0, kMs, kMs, {90, 10});
  perf.will_read_group(2, kMs, kMs, {1});
  take_row(*backend, recorder);
  Values values = last_row(recorder);
  EXPECT_EQ(values["iotlb.lookups{backend=uncore_iio,socket=0,stack=0}"], 100);
  EXPECT_EQ(values["iotlb.misses{backend=uncore_iio,socket=0,stack=0}"], 10);
}

TEST(IotlbUncoreIio, AModelThatIsNotInTheTableIsRefused) {
  const WrittenTree tree;
  write_uncore_iio(tree, "uncore_iio_0");
  write_cpu_model(tree, 79);
  const auto usable = make_iotlb_uncore_iio(FakePerf().opener())->probe(tree.host());
  ASSERT_FALSE(usable);
  EXPECT_THAT(usable.error().text(), HasSubstr("model 79 is not known"));
}

TEST(IntelModel, IsOfFamily6) {
  EXPECT_EQ(intel_model("vendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 143\n"), 143);
  EXPECT_EQ(intel_model("vendor_id\t: GenuineIntel\ncpu family\t: 15\nmodel\t\t: 6\n"), -1);
  EXPECT_EQ(intel_model("vendor_id\t: AuthenticAMD\ncpu family\t: 6\nmodel\t\t: 106\n"), -1);
  EXPECT_EQ(intel_model(""), -1);
  EXPECT_EQ(intel_model("model\t: 106\n\nvendor_id\t: GenuineIntel\n"), -1);
}

TEST(PciRequester, HasTheIdThatTheIommuCompares) {
  EXPECT_EQ(requester_id("0000:01:10.2"), 0x0182);
  EXPECT_EQ(requester_id("0001:ff:1f.7"), 0xFFFF);
  for (const char* text : {"", "01:10.2", "0000:01:20.0", "0000:01:10.8", "0000:01:10.x", "0000:01:10"})
    EXPECT_FALSE(requester_id(text)) << text;
}

TEST(PciRequester, OptionNamesWhatIsHere) {
  const WrittenTree tree;
  write_vf(tree, "0000:01:10.0", "dmar0");
  const auto vfs = parse_requesters(tree.host(), "vf");
  ASSERT_TRUE(vfs) << vfs.error().text();
  ASSERT_EQ(vfs->size(), 1U) << "the PF is none";
  EXPECT_EQ(vfs->front().iommu, "dmar0");
  const auto pf = parse_requesters(tree.host(), "0000:01:00.0");
  ASSERT_TRUE(pf);
  EXPECT_EQ(to_string(pf->front().labels()), "requester=0000:01:00.0");
  EXPECT_TRUE(parse_requesters(tree.host(), "none")->empty());
  EXPECT_EQ(parse_requesters(tree.host(), "0000:01:10.4").error().kind, ErrorKind::usage);
  EXPECT_EQ(parse_requesters(tree.host(), "eth0").error().kind, ErrorKind::usage);
  EXPECT_FALSE(parse_requesters(WrittenTree().host(), "vf"));
}

std::unique_ptr<Collector> iotlb() { return CollectorRegistry::instance().make("iotlb"); }

TEST(Iotlb, SaysOfEveryBackendWhyNot) {
  const WrittenTree tree;
  const auto usable = iotlb()->probe(tree.host());
  ASSERT_FALSE(usable);
  EXPECT_EQ(usable.error().kind, ErrorKind::environment);
  for (const char* reason : {"dmar: no PMU dmarN", "amd: no PMU amd_iommu_N", "uncore_iio: no PMU", "pcm-iio: "})
    EXPECT_THAT(usable.error().text(), HasSubstr(reason));
  EXPECT_THAT(usable.error().text(), Not(HasSubstr("Xen")));
}

TEST(Iotlb, SaysOfEveryBackendWhatWouldHelp) {
  const WrittenTree tree;
  const auto usable = iotlb()->probe(tree.host());
  ASSERT_FALSE(usable);
  EXPECT_THAT(usable.error().text(), HasSubstr("intel_iommu=on")) << "dmar's";
  EXPECT_THAT(usable.error().text(), HasSubstr("(needs "));
}

TEST(Iotlb, SaysOnXenWhatIsHiddenAndWhatToDoInstead) {
  const WrittenTree tree;
  tree.write("/sys/hypervisor/type", "xen\n");
  const auto usable = iotlb()->probe(tree.host());
  ASSERT_FALSE(usable);
  EXPECT_THAT(usable.error().text(), HasSubstr("Xen owns the IOMMU"));
  EXPECT_THAT(usable.error().hint, HasSubstr("under Linux on the bare machine"));
}

TEST(Iotlb, ProbesWhereABackendDoes) {
  const WrittenTree tree;
  write_dmar(tree, "dmar0");
  EXPECT_TRUE(iotlb()->probe(tree.host()));
}

TEST(Iotlb, RefusesBackendsAndOptionsThatAreNot) {
  const WrittenTree tree;
  write_uncore_iio(tree, "uncore_iio_0");
  write_cpu_model(tree, 106);
  Recorder recorder(1);
  const auto unknown = iotlb()->open(tree.host(), {{"backend", "vtd"}}, recorder);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().text(), HasSubstr("backends: auto, "));
  const auto absent = iotlb()->open(tree.host(), {{"backend", "amd"}}, recorder);
  ASSERT_FALSE(absent);
  EXPECT_THAT(absent.error().text(), HasSubstr("backend amd"));
  const auto foreign = iotlb()->open(tree.host(), {{"backend", "uncore_iio"}, {"requesters", "vf"}}, recorder);
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error().text(), HasSubstr("backend uncore_iio does not know option 'requesters'"));
}

TEST(Iotlb, DeclaresTheOptionsOfItsBackendsOnce) {
  std::vector<std::string> names;
  for (const CollectorOption& option : iotlb()->options()) names.emplace_back(option.name);
  EXPECT_THAT(names, testing::IsSupersetOf({"backend", "requesters", "pcm_interval"}));
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
}

TEST(IotlbBackends, AreTriedFromTheMostTelling) {
  std::vector<std::string> names;
  for (const auto& backend : iotlb_backends()) names.emplace_back(backend->name());
  ASSERT_GE(names.size(), 4U);
  EXPECT_EQ(std::vector(names.begin(), names.begin() + 4),
            (std::vector<std::string>{"dmar", "amd", "uncore_iio", "pcm-iio"}));
}

}  // namespace
}  // namespace sriov
