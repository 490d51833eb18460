// Sampling allocates nothing once it is warm. The counting operator new is this whole executable's; it counts only on
// a thread that asks for it. The sanitizers bring their own operators: there the tests are skipped.
#include <linux/if_link.h>
#include <sched.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <new>
#include <optional>
#include <thread>

#include <gtest/gtest.h>

#include "collector/collector.h"
#include "collector/iotlb/iotlb_perf_backends.h"
#include "collector/vf/vf_port_counters.h"
#include "collector/xen/xentrace_decoder.h"
#include "host/shell.h"
#include "tests/unit/support/counted_allocations.h"
#include "tests/unit/support/fake_perf.h"
#include "tests/unit/support/made_tree.h"
#include "tests/unit/support/netlink_bytes.h"
#include "tests/unit/support/temporary_directory.h"
#include "tests/unit/support/written_tree.h"

namespace sriov::test {

thread_local bool counting_allocations = false;
thread_local std::size_t allocations = 0;

}  // namespace sriov::test

using sriov::test::allocations;

#if SRIOV_COUNTS_ALLOCATIONS
// Not inlined: the compiler would see free() on what new gave.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (sriov::test::counting_allocations) ++allocations;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
#endif

namespace sriov {
namespace {

constexpr int kWarmRows = 5;
constexpr int kRows = 50;

void take_row(Collector& collector, Recorder& recorder) {
  recorder.begin_row(0);
  collector.sample(recorder);
  recorder.end_row(0);
}

/// How often an opened collector allocates in fifty rows, when it is warm.
std::size_t allocations_of(Collector& collector, Recorder& recorder) {
  for (int row = 0; row < kWarmRows; ++row) take_row(collector, recorder);
  allocations = 0;
  test::counting_allocations = true;
  for (int row = 0; row < kRows; ++row) take_row(collector, recorder);
  test::counting_allocations = false;
  return allocations;
}

std::size_t allocations_of(const std::string& name, const Host& host, const CollectorOptions& options) {
  const auto collector = CollectorRegistry::instance().make(name);
  Recorder recorder(kWarmRows + kRows);
  const auto opened = collector->open(host, options, recorder);
  EXPECT_TRUE(opened) << opened.error().text();
  if (!opened) return 0;
  EXPECT_GT(recorder.columns(), 0U);
  return allocations_of(*collector, recorder);
}

class CollectorAllocation : public testing::TestWithParam<std::string> {};

TEST_P(CollectorAllocation, SamplingAllocatesNothing) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  if (const auto usable = make_collector(GetParam()).value()->probe(Host{}); !usable)
    GTEST_SKIP() << usable.error().text();
  EXPECT_EQ(allocations_of(GetParam(), Host{}, {}), 0U);
}

TEST(CollectorAllocationOf, EveryMadeTree) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  ASSERT_FALSE(test::made_trees().empty());
  for (const test::MadeTree& made : test::made_trees()) {
    SCOPED_TRACE(made.collector);
    const test::WrittenTree tree;
    made.write(tree);
    EXPECT_EQ(allocations_of(made.collector, tree.host(), made.options), 0U);
  }
}

TEST(CollectorAllocationOf, EthtoolOfAVeth) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  std::optional<std::size_t> counted;
  std::thread([&counted] {
    if (::unshare(CLONE_NEWNET) != 0) return;
    if (LocalShell().output_of({"ip", "link", "add", "hot0", "type", "veth", "peer", "name", "hot1"}))
      counted = allocations_of("ethtool", Host{}, {{"devices", "hot0,hot1"}});
  }).join();
  if (!counted) GTEST_SKIP() << "needs root and iproute2";
  EXPECT_EQ(*counted, 0U);
}

std::int64_t records_of(const std::string& capture) {
  xentrace::Decoder decoder;
  const auto bytes = std::as_bytes(std::span(capture));
  std::span<const std::uint8_t> rest(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  while (decoder.next(rest)) {
  }
  return decoder.health().records;
}

/// The value that a metric without labels has in a row that is taken now.
std::int64_t last_of(const std::string& metric, Collector& collector, Recorder& recorder) {
  take_row(collector, recorder);
  const SampleBlock block = recorder.split_rows().take("", "");
  for (std::size_t i = 0; i < block.series.size(); ++i)
    if (block.series[i].metric == metric) return block.columns[i].back();
  return kAbsent;
}

/// xentrace's output as captured, from a program of that name; the search for programs is put back.
TEST(CollectorAllocationOf, VmexitFromACapture) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  const test::TemporaryDirectory programs;
  const std::string program = programs.path() + "/xentrace";
  const std::string capture = std::string(SRIOV_FIXTURES) + "/captures/dom0/xentrace.bin";
  ASSERT_TRUE(
      write_file(program, "#!/bin/sh\ncase \"$*\" in *-T*) exit 0 ;; esac\ncat " + capture + "\nexec sleep 60\n"));
  ASSERT_EQ(::chmod(program.c_str(), S_IRWXU), 0);
  const std::string path = std::getenv("PATH") == nullptr ? "/usr/bin:/bin" : std::getenv("PATH");
  ASSERT_EQ(::setenv("PATH", (programs.path() + ":" + path).c_str(), 1), 0);
  const auto vmexit = CollectorRegistry::instance().make("vmexit");
  Recorder recorder(kWarmRows + kRows);
  const auto opened = vmexit->open(Host{}, {}, recorder);
  ::setenv("PATH", path.c_str(), 1);
  ASSERT_TRUE(opened) << opened.error().text();
  // Whoever reads it comes first: what is new gets a column.
  const std::int64_t all = records_of(read_file(capture).value());
  ASSERT_GT(all, 1000);
  for (int tries = 0; tries < 2000 && last_of("vmexit.records", *vmexit, recorder) < all; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ASSERT_EQ(last_of("vmexit.records", *vmexit, recorder), all);
  EXPECT_GT(recorder.columns(), 20U);
  EXPECT_EQ(allocations_of(*vmexit, recorder), 0U);
}

/// The bytes of two VFs' counters; of each its MAC, which has its index, and one counter.
test::Bytes two_vfs() {
  using test::attribute;
  test::Bytes list;
  for (const std::uint32_t index : {0U, 1U}) {
    ifla_vf_mac mac{};
    mac.vf = index;
    const test::Bytes counters =
        attribute(IFLA_VF_STATS, attribute(IFLA_VF_STATS_TX_BYTES, test::bytes_of(std::uint64_t{1000})));
    list = list + attribute(IFLA_VF_INFO, attribute(IFLA_VF_MAC, test::bytes_of(mac)) + counters);
  }
  return attribute(IFLA_NUM_VF, test::bytes_of(std::uint32_t{2})) + attribute(IFLA_VFINFO_LIST, list);
}

TEST(CollectorAllocationVf, WhatTheDriverTellsOfItsVfs) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  VfPort port;
  port.netdev = "eth0";
  port.driver = "i40e";
  port.vfs = {{{0, "0000:01:10.0", ""}, ""}, {{1, "0000:01:10.2", ""}, ""}};
  VfPortOptions options;
  options.query = [bytes = two_vfs()](const std::string&, VfMessage& out) -> Result<void> {
    parse_vf_message(bytes, out);
    return {};
  };
  VfPortCounters counters(port, options);
  ASSERT_EQ(counters.read(0).size(), 2U);
  allocations = 0;
  test::counting_allocations = true;
  for (int row = 0; row < 50; ++row) (void)counters.read(row);
  test::counting_allocations = false;
  EXPECT_EQ(allocations, 0U);
  EXPECT_EQ(counters.read(0)[1].counters[kVfTxBytes], 1000);
}

TEST(CollectorAllocationVf, AskingTheKernelOfOneDevice) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  const auto query = kernel_vf_query();
  ASSERT_TRUE(query) << query.error().text();
  VfMessage message;
  allocations = 0;
  test::counting_allocations = true;
  for (int row = 0; row < 50; ++row) EXPECT_TRUE((*query)("lo", message));
  test::counting_allocations = false;
  EXPECT_EQ(allocations, 0U);
}

TEST(CollectorAllocationIotlb, SamplingAllocatesNothing) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  const test::WrittenTree tree;
  const std::string pmu = "/sys/bus/event_source/devices/dmar0/";
  tree.write(pmu + "type", "33\n");
  tree.write(pmu + "cpumask", "0\n");
  tree.write(pmu + "format/event", "config:0-27\n");
  tree.write(pmu + "events/iotlb_lookup", "event=0x1\n");
  tree.write(pmu + "events/iotlb_hit", "event=0x2\n");
  test::FakePerf perf;
  const auto backend = make_iotlb_dmar(perf.opener());
  constexpr std::uint64_t kReadings = 20;
  Recorder recorder(kReadings);
  ASSERT_TRUE(backend->open(tree.host(), {}, recorder));
  for (std::uint64_t row = 1; row <= kReadings; ++row)
    perf.will_read_group(0, row * 1000, row * 900, {row * 10, row * 7});
  allocations = 0;
  for (std::uint64_t row = 1; row <= kReadings; ++row) {
    test::counting_allocations = row > 1;  // The first row reserves the memory of all.
    recorder.begin_row(0);
    backend->sample(recorder);
    recorder.end_row(0);
  }
  test::counting_allocations = false;
  EXPECT_EQ(allocations, 0U);
  EXPECT_GT(recorder.take("", "iotlb").columns[1].back(), 0);
}

TEST(CollectorAllocationCounter, Counts) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  allocations = 0;
  test::counting_allocations = true;
  std::string long_text(100, 'x');
  test::counting_allocations = false;
  EXPECT_GE(allocations, 1U);
  EXPECT_EQ(long_text.size(), 100U);
}

INSTANTIATE_TEST_SUITE_P(Live, CollectorAllocation, testing::ValuesIn(CollectorRegistry::instance().names()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace sriov
