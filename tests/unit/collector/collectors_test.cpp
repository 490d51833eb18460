// The collectors on captured trees and on this host.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/collector.h"
#include "collector/metrics_reference.h"
#include "collector/net/link_stats.h"
#include "collector/proc/proc_stat_text.h"
#include "collector/text_scan.h"
#include "collector/xen/xen_library.h"
#include "collector/xen/xen_vif.h"
#include "core/text.h"
#include "host/file.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

Host tree(const std::string& name) { return Host::at(SRIOV_FIXTURES "/trees/" + name); }

/// Values of the last row by "label=value,…", of one metric.
std::map<std::string, std::int64_t> last_row(const SampleBlock& block, std::string_view metric) {
  std::map<std::string, std::int64_t> out;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    if (block.series[i].metric == metric) out[to_string(block.series[i].labels)] = block.columns[i].back();
  return out;
}

void sample_row(Collector& collector, Recorder& recorder, std::int64_t at_ns) {
  recorder.begin_row(at_ns);
  collector.sample(recorder);
  recorder.end_row(at_ns);
}

SampleBlock sample_once(const std::string& name, const Host& host, const CollectorOptions& options = {}) {
  auto collector = CollectorRegistry::instance().make(name);
  Recorder recorder(4);
  const auto usable = collector->probe(host);
  EXPECT_TRUE(usable) << usable.error().text();
  const auto opened = collector->open(host, options, recorder);
  EXPECT_TRUE(opened) << opened.error().text();
  if (opened) sample_row(*collector, recorder, 0);
  return recorder.take("", name);
}

/// A machine whose /proc/interrupts and /proc/stat the test writes.
class WrittenHost {
 public:
  WrittenHost() { std::filesystem::create_directories(root_ + "/proc"); }

  [[nodiscard]] Host host() const { return Host::at(root_); }
  void write(const std::string& name, std::string_view text) const {
    ASSERT_TRUE(write_file(root_ + "/proc/" + name, text));
  }

 private:
  test::TemporaryDirectory directory_;
  const std::string root_ = directory_.path();
};

TEST(InterruptsCollector, HasAColumnForEveryLineAndCpu) {
  const SampleBlock block = sample_once("interrupts", tree("dom0"));
  EXPECT_EQ(block.series.size(), 52U * 2 + 2);
  const auto values = last_row(block, "interrupts.count");
  EXPECT_EQ(values.at("action=eth0-TxRx-0,class=pf-msix,cpu=1,device=eth0,irq=50,queue=0"), 27010);
  EXPECT_EQ(values.at("action=vif1.0-q0-tx,class=netback,cpu=0,device=vif1.0,irq=52,queue=0,vif=vif1.0"), 6018);
  EXPECT_EQ(values.at("class=other,irq=ERR"), 0);
}

TEST(InterruptsCollector, OptionKeepsTheChosenClasses) {
  const SampleBlock block = sample_once("interrupts", tree("guest"), {{"irqs", "vf,netfront"}});
  EXPECT_EQ(block.series.size(), 5U);
  auto collector = CollectorRegistry::instance().make("interrupts");
  Recorder recorder(1);
  const auto wrong = collector->open(tree("guest"), {{"irqs", "disk"}}, recorder);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::usage);
}

TEST(InterruptsCollector, FollowsLinesCpusAndReusedNumbers) {
  const WrittenHost machine;
  machine.write("interrupts", "  CPU0 CPU1\n 57: 1 2 xen-pirq -msi-x eth1-rx-0\n");
  auto collector = CollectorRegistry::instance().make("interrupts");
  Recorder recorder(8);
  ASSERT_TRUE(collector->open(machine.host(), {}, recorder));
  sample_row(*collector, recorder, 0);
  machine.write("interrupts",
                "  CPU0 CPU1\n 57: 3 4 xen-pirq -msi-x eth1-rx-0\n 58: 5 6 xen-dyn -event vif2.0-q0-rx\n");
  sample_row(*collector, recorder, 1);
  machine.write("interrupts", "  CPU1 CPU3\n 57: 8 9 xen-pirq -msi-x other-0\n");
  sample_row(*collector, recorder, 2);
  machine.write("interrupts", "");
  sample_row(*collector, recorder, 3);
  machine.write("interrupts", "  CPU0 CPU1\n 57: 10 11 xen-pirq -msi-x eth1-rx-0\n");
  sample_row(*collector, recorder, 4);
  const SampleBlock block = recorder.take("", "");
  std::map<std::string, std::vector<std::int64_t>> columns;
  for (std::size_t i = 0; i < block.series.size(); ++i)
    columns[std::string(label(block.series[i].labels, "action")) + '@' +
            std::string(label(block.series[i].labels, "cpu"))] = block.columns[i];
  using Column = std::vector<std::int64_t>;
  EXPECT_EQ(columns.size(), 6U);
  EXPECT_EQ(columns["eth1-rx-0@0"], (Column{1, 3, kAbsent, kAbsent, 10}));
  EXPECT_EQ(columns["eth1-rx-0@1"], (Column{2, 4, kAbsent, kAbsent, 11}));
  EXPECT_EQ(columns["vif2.0-q0-rx@1"], (Column{kAbsent, 6, kAbsent, kAbsent, kAbsent}));
  EXPECT_EQ(columns["other-0@1"], (Column{kAbsent, kAbsent, 8, kAbsent, kAbsent}));
  EXPECT_EQ(columns["other-0@3"], (Column{kAbsent, kAbsent, 9, kAbsent, kAbsent}));
}

TEST(CpuCollector, ReadsEveryModeInNanoseconds) {
  const auto values = last_row(sample_once("cpu", tree("dom0")), "cpu.time");
  const std::int64_t tick_ns = 1'000'000'000 / sysconf(_SC_CLK_TCK);
  EXPECT_EQ(values.size(), 20U);
  EXPECT_EQ(values.at("cpu=0,mode=user"), 605 * tick_ns);
  EXPECT_EQ(values.at("cpu=0,mode=idle"), 36488 * tick_ns);
  EXPECT_EQ(values.at("cpu=1,mode=steal"), 1369 * tick_ns);
  EXPECT_EQ(values.at("cpu=1,mode=guest_nice"), 0);
}

TEST(CpuCollector, CpusThatGoOfflineAreAbsent) {
  const WrittenHost machine;
  machine.write("stat", "cpu  3 0\ncpu0 1 0 0 0 0 0 0 0 0 0\ncpu2 2 0 0 0 0 0 0 0 0 0\nintr 1\n");
  auto collector = CollectorRegistry::instance().make("cpu");
  Recorder recorder(4);
  ASSERT_TRUE(collector->open(machine.host(), {}, recorder));
  sample_row(*collector, recorder, 0);
  machine.write("stat", "cpu  3 0\ncpu2 5 0 0 0 0 0 0 0 0 0\ncpu7 6 0 0 0 0 0 0 0 0 0\nintr 1\n");
  sample_row(*collector, recorder, 1);
  const auto values = last_row(recorder.take("", ""), "cpu.time");
  const std::int64_t tick_ns = 1'000'000'000 / sysconf(_SC_CLK_TCK);
  EXPECT_EQ(values.at("cpu=0,mode=user"), kAbsent);
  EXPECT_EQ(values.at("cpu=2,mode=user"), 5 * tick_ns);
  EXPECT_EQ(values.at("cpu=7,mode=user"), 6 * tick_ns);
}

TEST(ProcStat, OlderKernelsAndBrokenTextHaveAbsentModes) {
  std::vector<CpuTicks> cpus;
  parse_proc_stat("cpu  1 2 3 4\ncpu3 1 2 3 4\n", cpus);
  ASSERT_EQ(cpus.size(), 1U);
  EXPECT_EQ(cpus[0].cpu, 3);
  EXPECT_EQ(cpus[0].ticks[3], 4);
  EXPECT_EQ(cpus[0].ticks[4], kAbsent);
  parse_proc_stat("cpu0 1 x 3\ncpu1 99999999999999999999 1\ncpu99999999999 1\ncpux 1\ncpu4", cpus);
  ASSERT_EQ(cpus.size(), 3U);
  EXPECT_EQ(cpus[0].ticks[1], kAbsent);
  EXPECT_EQ(cpus[1].ticks[0], kAbsent);
  EXPECT_EQ(cpus[2].cpu, 4);
  parse_proc_stat("", cpus);
  EXPECT_TRUE(cpus.empty());
}

TEST(Probe, ReadersOfFilesNeedTheirFile) {
  for (const std::string name : {"interrupts", "cpu"}) {
    const auto collector = CollectorRegistry::instance().make(name);
    EXPECT_TRUE(collector->probe(tree("guest"))) << name;
    const auto nowhere = collector->probe(Host::at("/nowhere"));
    ASSERT_FALSE(nowhere) << name;
    EXPECT_NE(nowhere.error().text().find("/nowhere/proc/"), std::string::npos) << nowhere.error().text();
  }
}

/// Counters of /proc/net/dev by device: rx_bytes, rx_packets, tx_bytes, tx_packets.
std::map<std::string, std::array<std::int64_t, 4>> proc_net_dev() {
  std::map<std::string, std::array<std::int64_t, 4>> out;
  for (const std::string& line : split(*read_file("/proc/net/dev"), '\n')) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) continue;
    std::array<std::int64_t, 10> fields{};
    TextScan scan(std::string_view(line).substr(colon + 1));
    for (std::int64_t& field : fields) {
      scan.skip_blanks();
      field = scan.number().value_or(-1);
    }
    out[std::string(trim(line.substr(0, colon)))] = {fields[0], fields[1], fields[8], fields[9]};
  }
  return out;
}

TEST(NetdevCollector, AgreesWithProcNetDev) {
  const auto before = proc_net_dev();
  const SampleBlock block = sample_once("netdev", Host{});
  const auto after = proc_net_dev();
  const std::array<std::string, 4> metrics{"netdev.rx_bytes", "netdev.rx_packets", "netdev.tx_bytes",
                                           "netdev.tx_packets"};
  ASSERT_FALSE(before.empty());
  std::size_t compared = 0;
  for (std::size_t i = 0; i < block.series.size(); ++i) {
    const auto metric = std::find(metrics.begin(), metrics.end(), block.series[i].metric);
    const std::string device(label(block.series[i].labels, "device"));
    if (metric == metrics.end() || !before.contains(device) || !after.contains(device)) continue;
    const auto field = static_cast<std::size_t>(metric - metrics.begin());
    EXPECT_GE(block.columns[i].back(), before.at(device)[field]) << device << ' ' << *metric;
    EXPECT_LE(block.columns[i].back(), after.at(device)[field]) << device << ' ' << *metric;
    ++compared;
  }
  EXPECT_GE(compared, before.size() * 4);
}

TEST(LinkStats, BothRequestsSeeTheSameDevices) {
  auto stats = LinkStats::open();
  ASSERT_TRUE(stats) << stats.error().text();
  const auto by_getstats = stats->read();
  ASSERT_TRUE(by_getstats);
  std::map<std::size_t, std::int64_t> first;
  for (const LinkSample& sample : *by_getstats)
    first[sample.link] = sample.counters.value(&rtnl_link_stats64::rx_bytes);
  stats->use_getlink();
  const auto by_getlink = stats->read();
  ASSERT_TRUE(by_getlink);
  EXPECT_EQ(by_getlink->size(), first.size());
  for (const LinkSample& sample : *by_getlink)
    EXPECT_GE(sample.counters.value(&rtnl_link_stats64::rx_bytes), first.at(sample.link));
}

TEST(NetdevCollector, DoesNotAnswerForACapturedTree) {
  EXPECT_FALSE(CollectorRegistry::instance().make("netdev")->probe(tree("guest")));
}

TEST(XenCollector, ReasonsComeInTheirOrder) {
  const auto xen = CollectorRegistry::instance().make("xen");
  const auto why = [&](const Host& host) {
    const auto usable = xen->probe(host);
    return usable ? std::string("it works") : usable.error().text();
  };
  EXPECT_THAT(why(Host::at("/nowhere")), testing::HasSubstr("does not run on Xen"));
  EXPECT_THAT(why(tree("guest")), testing::HasSubstr("not dom0"));
  EXPECT_THAT(why(tree("dom0")), testing::HasSubstr("captured tree"));
}

TEST(XenLibrary, LooksForTheRunningVersionFirst) {
  const auto names = XenLibrary::candidates("libxenstat", "4.19");
  ASSERT_GE(names.size(), 4U);
  EXPECT_EQ(names[0], "libxenstat.so.4.19");
  EXPECT_EQ(std::count(names.begin(), names.end(), "libxenstat.so.4.19"), 1);
  EXPECT_EQ(XenLibrary::candidates("libxenstat", "")[0], "libxenstat.so.4.20");
}

TEST(XenLibrary, TheInstalledLibraryHasTheFunctions) {
  for (const std::string& path : XenLibrary::candidates("libxenstat", "")) {
    const auto found = XenLibrary::check_functions(path);
    if (!found && found.error().kind == ErrorKind::environment) continue;
    EXPECT_TRUE(found) << found.error().text();
    return;
  }
  GTEST_SKIP() << "libxenstat is not installed";
}

TEST(XenLibrary, ALibraryWithoutTheFunctionsIsRefusedByName) {
  const auto wrong = XenLibrary::check_functions("libc.so.6");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().text(), testing::HasSubstr("libc.so.6 has no function xenstat_init"));
}

TEST(XenVif, IsKnownByNodenameOrName) {
  const auto id = vif_of(tree("dom0"), "vif1.0");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->domid, 1U);
  EXPECT_EQ(id->handle, 0U);
  EXPECT_FALSE(vif_of(tree("guest"), "eth0"));  // A frontend.
  EXPECT_FALSE(vif_of(tree("dom0"), "eth0"));
  EXPECT_EQ(parse_vif_name("vif12.3")->domid, 12U);
  for (const char* other : {"vif", "vif1", "vif1.", "vif.1", "vif1.0-emu", "tap1.0", "vif99999999999.0", ""})
    EXPECT_FALSE(parse_vif_name(other)) << other;
}

TEST(XenVif, DirectionsAreTheGuests) {
  rtnl_link_stats64 dom0{};
  dom0.rx_bytes = 1;
  dom0.rx_packets = 2;
  dom0.tx_bytes = 3;
  dom0.tx_packets = 4;
  const GuestTraffic guest = guest_traffic(LinkCounters(std::as_bytes(std::span(&dom0, 1))));
  EXPECT_EQ(guest.tx_bytes, 1);
  EXPECT_EQ(guest.tx_packets, 2);
  EXPECT_EQ(guest.rx_bytes, 3);
  EXPECT_EQ(guest.rx_packets, 4);
}

TEST(Metrics, AreDeclaredConsistently) {
  for (const std::string& name : CollectorRegistry::instance().names()) {
    const auto collector = CollectorRegistry::instance().make(name);
    EXPECT_EQ(collector->name(), name);
    EXPECT_FALSE(collector->help().empty());
    for (const Metric& metric : collector->metrics()) {
      EXPECT_TRUE(metric.name.starts_with(name + '.')) << metric.name;
      EXPECT_FALSE(metric.unit.empty() || metric.help.empty() || metric.source.empty()) << metric.name;
      for (const std::string& name_apart : split(apart_labels(metric), ','))
        EXPECT_TRUE(name_apart.empty() || is_listed(metric.labels, name_apart)) << metric.name << ' ' << name_apart;
    }
  }
}

/// What a recording would have to be told, if it could sum what may not be summed.
std::string apart_of(const std::string& name) {
  const std::string collector = name.substr(0, name.find('.'));
  for (const Metric& metric : CollectorRegistry::instance().make(collector)->metrics())
    if (metric.name == name) return apart_labels(metric);
  return "there is no such metric";
}

TEST(Metrics, SayWhatMayNotBeSummed) {
  EXPECT_EQ(apart_of("cpu.time"), "mode") << "user contains guest";
  EXPECT_EQ(apart_of("softirqs.count"), "kind");
  EXPECT_EQ(apart_of("softnet.processed"), "");
  EXPECT_EQ(apart_of("interrupts.count"), "class") << "the upcall announces what is counted itself";
  EXPECT_EQ(apart_of("netdev.rx_bytes"), "device") << "a bridge carries what its ports carry";
  EXPECT_EQ(apart_of("ethtool.statistic"), "device,statistic,direction");
  EXPECT_EQ(apart_of("iotlb.lookups"), "requester") << "its lookups are in those of the unit";
  EXPECT_EQ(apart_of("cpufreq.package_throttled"), "cpu") << "the same for all CPUs of a package";
  EXPECT_EQ(apart_of("xen.vcpu_cpu_time"), "domain");
  EXPECT_EQ(apart_of("xen.vif_guest_rx_bytes"), "vif");
  EXPECT_EQ(apart_of("xenperf.events"), "counter");
  EXPECT_EQ(apart_of("self.cpu_time"), "");
}

TEST(Scope, IsDeclaredByAllAndKnownToTheReference) {
  std::size_t counted = 0;
  for (const CollectorScope scope :
       {CollectorScope::machine, CollectorScope::network_namespace, CollectorScope::agent}) {
    EXPECT_FALSE(to_string(scope).empty());
    counted += collectors_of(scope).size();
  }
  EXPECT_EQ(counted, CollectorRegistry::instance().names().size());
  EXPECT_THAT(collectors_of(CollectorScope::machine), testing::IsSupersetOf({"cpu", "cpufreq", "vf", "pressure"}));
  EXPECT_THAT(collectors_of(CollectorScope::network_namespace), testing::IsSupersetOf({"netdev", "snmp", "ethtool"}));
  EXPECT_THAT(collectors_of(CollectorScope::agent), testing::ElementsAre("self"));
}

TEST(Metrics, TheReferenceIsUpToDate) {
  const std::string path = SRIOV_CONFIGS "/../docs/metrics.md";
  if (std::getenv("SRIOV_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, metrics_markdown()));
  }
  const auto written = read_file(path);
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(*written, metrics_markdown()) << "SRIOV_UPDATE_GOLDEN=1 writes it anew";
}

}  // namespace
}  // namespace sriov
