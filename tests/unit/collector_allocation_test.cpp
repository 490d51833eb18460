// Sampling allocates nothing once it is warm. The counting operator new is this whole executable's; it counts only on
// a thread that asks for it. The sanitizers bring their own operators: there the tests are skipped.
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "collector/collector.h"
#include "collector/iotlb_perf_backends.h"
#include "tests/unit/support/counted_allocations.h"
#include "tests/unit/support/fake_perf.h"
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

/// How often an opened collector allocates in fifty rows, when it is warm.
std::size_t allocations_of(const std::string& name, const Host& host, const CollectorOptions& options) {
  constexpr int kWarmRows = 5;
  constexpr int kRows = 50;
  const auto collector = CollectorRegistry::instance().make(name);
  Recorder recorder(kWarmRows + kRows);
  const auto opened = collector->open(host, options, recorder);
  EXPECT_TRUE(opened) << opened.error().text();
  if (!opened) return 0;
  EXPECT_GT(recorder.columns(), 0U);
  allocations = 0;
  for (int row = 0; row < kWarmRows + kRows; ++row) {
    test::counting_allocations = row >= kWarmRows;
    recorder.begin_row(row);
    collector->sample(recorder);
    recorder.end_row(row);
  }
  test::counting_allocations = false;
  return allocations;
}

class CollectorAllocation : public testing::TestWithParam<std::string> {};

TEST_P(CollectorAllocation, SamplingAllocatesNothing) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  if (const auto usable = make_collector(GetParam()).value()->probe(Host{}); !usable)
    GTEST_SKIP() << usable.error().text();
  EXPECT_EQ(allocations_of(GetParam(), Host{}, {}), 0U);
}

TEST(CollectorAllocationOf, InterruptsFromFilesOfTheirOwn) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  const test::WrittenTree tree;
  tree.write("/sys/devices/system/cpu/possible", "0-1\n");
  tree.write("/sys/kernel/irq/57/per_cpu_count", "10,20\n");
  tree.write("/sys/kernel/irq/57/actions", "eth1-rx-0\n");
  tree.write("/proc/interrupts", "  CPU0 CPU1\n 1: 0 0 a b c\n 57: 1 2 xen-pirq -msi-x eth1-rx-0\n");
  EXPECT_EQ(allocations_of("interrupts", tree.host(), {{"irqs", "57"}}), 0U);
}

TEST(CollectorAllocationOf, VfRegisters) {
  if (!SRIOV_COUNTS_ALLOCATIONS) GTEST_SKIP() << "a sanitizer has its own operator new";
  const test::WrittenTree tree;
  const std::string folder = "/sys/bus/pci/devices/0000:01:00.0";
  tree.link(folder + "/virtfn0", "../0000:01:10.0");
  for (const auto& [name, text] : {std::pair{"sriov_numvfs", "1"}, {"vendor", "0x8086"}, {"device", "0x10c9"}})
    tree.write(folder + "/" + name, text);
  tree.write(folder + "/resource0", std::string(0x20000, '\1'));
  EXPECT_EQ(allocations_of("vf", tree.host(), {{"registers", "on"}}), 0U);
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
  constexpr std::uint64_t kRows = 20;
  Recorder recorder(kRows);
  ASSERT_TRUE(backend->open(tree.host(), {}, recorder));
  for (std::uint64_t row = 1; row <= kRows; ++row) perf.will_read_group(0, row * 1000, row * 900, {row * 10, row * 7});
  allocations = 0;
  for (std::uint64_t row = 1; row <= kRows; ++row) {
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

INSTANTIATE_TEST_SUITE_P(Live, CollectorAllocation,
                         testing::Values("interrupts", "cpu", "netdev", "self", "softirqs", "softnet", "snmp", "perf"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace sriov
