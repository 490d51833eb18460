// The micro-benchmarks: what they declare, why they cannot work, and that they count what they say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sched.h>

#include <unistd.h>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "host/file.h"
#include "micro/benchmark.h"
#include "micro/context.h"
#include "micro/cpu_flags.h"
#include "micro/fresh_memory.h"
#include "micro/measure.h"
#include "micro/msix_table.h"
#include "micro/pci_functions.h"
#include "micro/program.h"
#include "micro/reference.h"
#include "runner/micro_answer.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A machine made of files.
class MicroTree : public ::testing::Test {
 protected:
  void file(const std::string& path, const std::string& contents) {
    const std::string full = directory_.path() + "/" + path;
    ASSERT_TRUE(make_directories(std::filesystem::path(full).parent_path().string()));
    ASSERT_TRUE(write_file(full, contents));
  }
  void pci(const std::string& address, const std::string& vendor, const std::string& device,
           const std::string& type = "0x020000") {
    const std::string folder = "sys/bus/pci/devices/" + address + "/";
    file(folder + "vendor", vendor + "\n");
    file(folder + "device", device + "\n");
    file(folder + "class", type + "\n");
  }
  [[nodiscard]] MicroContext context() const {
    MicroContext out;
    out.host = Host::at(directory_.path());
    return out;
  }
  [[nodiscard]] std::string why(const std::string& name, bool unsafe = false) const {
    MicroContext there = context();
    there.unsafe = unsafe;
    const auto works = check_micro(**make_micro(name), there);
    return works ? "works" : works.error().text();
  }

  test::TemporaryDirectory directory_;
};

TEST(MicroRegistryTest, EachSaysWhatItIs) {
  const auto names = MicroRegistry::instance().names();
  EXPECT_THAT(names, Contains("cpuid"));
  EXPECT_GE(names.size(), 20U);
  for (const std::string& name : names) {
    const auto benchmark = MicroRegistry::instance().make(name);
    const MicroDescription& about = benchmark->description();
    EXPECT_EQ(about.name, name);
    for (const std::string_view text : {about.help, about.hvm_exit, about.source}) {
      EXPECT_FALSE(text.empty()) << name;
      EXPECT_EQ(text.find('|'), std::string_view::npos) << name << ": it would end a column of the reference";
    }
    EXPECT_GE(benchmark->timing().operations_per_iteration, 1) << name;
  }
}

TEST(MicroRegistryTest, AWrongNameIsCorrected) {
  const auto made = make_micro("cpiud");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::usage);
  EXPECT_THAT(made.error().text(), HasSubstr("did you mean 'cpuid'"));
}

TEST(MicroReference, IsUpToDate) {
  const std::string path = SRIOV_CONFIGS "/../docs/micro-benchmarks.md";
  if (std::getenv("SRIOV_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, micro_markdown()));
  }
  const auto written = read_file(path);
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(*written, micro_markdown()) << "SRIOV_UPDATE_GOLDEN=1 writes it anew";
}

TEST_F(MicroTree, AnEmptyMachineSaysWhatItLacks) {
  EXPECT_THAT(why("hypercall"), HasSubstr("/dev/xen/privcmd"));
  EXPECT_THAT(why("event_channel_notify"), HasSubstr("/dev/xen/evtchn"));
  EXPECT_THAT(why("event_channel_round_trip"), HasSubstr("modprobe xen-evtchn"));
  EXPECT_THAT(why("vf_mmio_read"), HasSubstr("there is no VF here"));
  EXPECT_THAT(why("pci_config_read"), HasSubstr("there is no PCI function here"));
  EXPECT_THAT(why("page_touch_2m"), HasSubstr("no huge pages"));
  EXPECT_THAT(why("rdtscp"), HasSubstr("no RDTSCP"));
  EXPECT_THAT(why("ipi_membarrier"), HasSubstr("only one CPU"));
  EXPECT_THAT(why("ipi_wake_round_trip"), HasSubstr("only one CPU"));
  EXPECT_THAT(why("msix_mask"), HasSubstr("--unsafe"));
  EXPECT_THAT(why("msix_mask", true), HasSubstr("no network card"));
  EXPECT_EQ(why("cpuid"), "works");
}

TEST_F(MicroTree, AMachineThatHasThem) {
  file("dev/xen/privcmd", "");
  file("dev/xen/evtchn", "");
  file("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu rdtscp constant_tsc\n\nprocessor\t: 1\nflags\t\t: fpu\n");
  file("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
  pci("0000:00:05.0", "0x8086", "0x10ca");
  for (const char* name :
       {"hypercall", "event_channel_notify", "rdtscp", "page_touch_2m", "vf_mmio_read", "pci_config_read"})
    EXPECT_EQ(why(name), "works") << name;
  EXPECT_TRUE(has_cpu_flag(context().host, "constant_tsc"));
  EXPECT_FALSE(has_cpu_flag(context().host, "constant")) << "whole words";
}

TEST_F(MicroTree, HugePagesThatAreReservedButTooFew) {
  file("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
  file("sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "1\n");
  EXPECT_THAT(why("page_touch_2m"), HasSubstr("no huge pages"));
  file("sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages", "2\n");
  EXPECT_EQ(why("page_touch_2m"), "works");
}

TEST_F(MicroTree, VfsComeFirst) {
  pci("0000:00:01.0", "0x8086", "0x7000", "0x060100");
  pci("0000:00:02.0", "0x8086", "0x10c9");
  pci("0000:00:03.0", "0x8086", "0x1889");
  const auto functions = scan_pci_functions(context().host);
  ASSERT_EQ(functions.size(), 3U);
  EXPECT_EQ(functions[0].address, "0000:00:03.0");
  EXPECT_TRUE(functions[0].is_vf);
  EXPECT_EQ(vf_status_register(functions[0]), 0x8800U);
  EXPECT_EQ(functions[1].address, "0000:00:02.0");
  EXPECT_FALSE(functions[1].is_vf);
  EXPECT_FALSE(vf_status_register(functions[1]));
  EXPECT_FALSE(functions[2].is_network);
}

TEST_F(MicroTree, AVfOfUnknownMakeNeedsLeave) {
  pci("0000:03:00.2", "0x15b3", "0x1018");
  std::filesystem::create_symlink("../0000:03:00.0", directory_.path() + "/sys/bus/pci/devices/0000:03:00.2/physfn");
  EXPECT_THAT(why("vf_mmio_read"), HasSubstr("--unsafe reads its first register"));
  EXPECT_EQ(why("vf_mmio_read", true), "works");
}

TEST_F(MicroTree, WhatIsAssignedToAGuestIsNotTouched) {
  pci("0000:01:10.0", "0x8086", "0x10ca");
  std::filesystem::create_symlink("../../../bus/pci/drivers/pciback",
                                  directory_.path() + "/sys/bus/pci/devices/0000:01:10.0/driver");
  EXPECT_THAT(why("vf_mmio_read", true), HasSubstr("the VFs here are assigned to guests"));
  EXPECT_THAT(why("msix_mask", true), HasSubstr("no network card here that is not assigned"));
  EXPECT_EQ(why("pci_config_read"), "works");
  pci("0000:01:10.2", "0x8086", "0x10ca");
  EXPECT_EQ(why("vf_mmio_read"), "works");
  EXPECT_EQ(why("msix_mask", true), "works");
  file("sys/hypervisor/guest_type", "PV\n");
  EXPECT_THAT(why("msix_mask", true), HasSubstr("no PV domain"));
}

/// Configuration space with a power management capability at 0x40 and MSI-X at 0x70.
std::string config_space() {
  std::string config(256, '\0');
  config[0x06] = 0x10;
  config[0x34] = 0x40;
  config[0x40] = 0x01;
  config[0x41] = 0x70;
  config[0x70] = 0x11;
  config[0x72] = 0x02;                      // Three vectors …
  config[0x73] = static_cast<char>(0x80U);  // … turned on.
  config[0x74] = 0x03;                      // BAR 3,
  config[0x75] = 0x20;                      // at 0x2000.
  return config;
}

TEST(MsixCapability, IsFound) {
  const auto table = parse_msix_capability(config_space());
  ASSERT_TRUE(table);
  EXPECT_EQ(table->bar, 3U);
  EXPECT_EQ(table->offset, 0x2000U);
  EXPECT_EQ(table->vectors, 3U);
  EXPECT_TRUE(table->is_enabled);
}

TEST(MsixCapability, NonsenseIsNone) {
  EXPECT_FALSE(parse_msix_capability(""));
  EXPECT_FALSE(parse_msix_capability(config_space().substr(0, 64))) << "what others than root may read";
  EXPECT_FALSE(parse_msix_capability(std::string(256, '\xff')));
  std::string loop = config_space();
  loop[0x41] = 0x40;
  EXPECT_FALSE(parse_msix_capability(loop));
  std::string beyond = config_space();
  beyond[0x41] = static_cast<char>(0xf8U);
  beyond[0xf8] = 0x11;
  EXPECT_FALSE(parse_msix_capability(beyond));
  std::string no_list = config_space();
  no_list[0x06] = 0;
  EXPECT_FALSE(parse_msix_capability(no_list));
  std::string bar = config_space();
  bar[0x74] = 0x07;
  EXPECT_FALSE(parse_msix_capability(bar));
}

/// A vector table as a file in the place of a BAR: that is what sysfs has, too.
class MsixTree : public MicroTree {
 protected:
  static constexpr std::size_t kEntry = 16;
  void SetUp() override {
    pci("0000:01:10.0", "0x8086", "0x10ca");
    write_config(config_space());
    table_ = std::string(0x3000, '\0');
    for (std::size_t i = 0; i < 3; ++i) {
      table_[0x2000 + i * kEntry] = 1;
      table_[0x2000 + i * kEntry + 12] = 0;
    }
  }
  void write_config(const std::string& config) { file("sys/bus/pci/devices/0000:01:10.0/config", config); }
  void write_table() { file("sys/bus/pci/devices/0000:01:10.0/resource3", table_); }
  [[nodiscard]] std::string table_now() const {
    return *read_file(directory_.path() + "/sys/bus/pci/devices/0000:01:10.0/resource3");
  }
  [[nodiscard]] MicroPciFunction function() const { return scan_pci_functions(context().host).front(); }

  std::string table_;
};

TEST_F(MsixTree, ASpareVectorIsPutBack) {
  table_[0x2000 + kEntry] = 0;       // The second was never given to anybody …
  table_[0x2000 + kEntry + 12] = 1;  // … and is masked.
  write_table();
  {
    const auto vector = SpareMsixVector::open(function());
    ASSERT_TRUE(vector) << vector.error().text();
    vector->unmask();
    EXPECT_EQ(vector->read_back(), 0U);
    EXPECT_NE(table_now(), table_);
    vector->mask();
    EXPECT_EQ(vector->read_back(), 1U);
    vector->unmask();
  }
  EXPECT_EQ(table_now(), table_) << "masked again, though it was left unmasked";
}

/// measure() pins its thread: put back.
class KeptAffinity {
 public:
  KeptAffinity() { ::sched_getaffinity(0, sizeof(before_), &before_); }
  KeptAffinity(const KeptAffinity&) = delete;
  KeptAffinity& operator=(const KeptAffinity&) = delete;
  ~KeptAffinity() { ::sched_setaffinity(0, sizeof(before_), &before_); }

 private:
  cpu_set_t before_{};
};

TEST_F(MsixTree, ARegisterIsReadAndNeverWritten) {
  const KeptAffinity affinity;
  file("sys/bus/pci/devices/0000:01:10.0/resource0", std::string(0x1000, '\x55'));
  MicroContext there = *choose_context(Host{}, std::nullopt, false);
  there.host = context().host;
  const auto measured = measure(**make_micro("vf_mmio_read"), there, 0.001);
  ASSERT_TRUE(measured) << measured.error().text();
  EXPECT_GT(measured->operations, 1);
  file("sys/bus/pci/devices/0000:01:10.0/resource0", std::string(0x1000, '\xff'));
  EXPECT_THAT(measure(**make_micro("vf_mmio_read"), there, 0.001).error().text(), HasSubstr("does not answer"));
}

TEST_F(MsixTree, VectorsInUseAreLeftAlone) {
  table_[0x2000 + kEntry + 12] = 1;  // Masked for a moment by its driver: it has an address.
  write_table();
  const auto vector = SpareMsixVector::open(function());
  ASSERT_FALSE(vector);
  EXPECT_THAT(vector.error().text(), HasSubstr("all of its 3 MSI-X vectors are in use"));
  std::string off = config_space();
  off[0x73] = 0;
  write_config(off);
  EXPECT_THAT(SpareMsixVector::open(function()).error().text(), HasSubstr("no driver has turned its MSI-X on"));
  EXPECT_EQ(table_now(), table_);
}

TEST_F(MsixTree, ATableBeyondTheMemoryIsRefused) {
  table_.resize(0x1000);
  write_table();
  EXPECT_THAT(SpareMsixVector::open(function()).error().text(), HasSubstr("smaller than"));
}

TEST(MicroContextTest, ChoosesCpusThatMayBeUsed) {
  const auto context = choose_context(Host{}, std::nullopt, false);
  ASSERT_TRUE(context) << context.error().text();
  EXPECT_NE(context->cpu, context->other_cpu);
  const auto none = choose_context(Host{}, 100'000, false);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::usage);
}

TEST(FreshMemoryTest, EveryRenewalFaultsAgain) {
  auto memory = FreshMemory::reserve(FreshMemory::kHugeBytes, FreshMemory::Pages::small);
  ASSERT_TRUE(memory) << memory.error().text();
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(memory->renew());
    const long before = minor_faults();
    memory->touch(0, 4096);
    EXPECT_GE(minor_faults() - before, 512);
    const long touched = minor_faults();
    memory->touch(0, 4096);
    EXPECT_EQ(minor_faults(), touched);
  }
}

class MicroMeasure : public ::testing::TestWithParam<const char*> {};

/// In a process of its own, as always: it pins its thread.
TEST_P(MicroMeasure, GivesANumber) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(before), &before), 0);
  const auto context = choose_context(Host{}, std::nullopt, false);
  ASSERT_TRUE(context);
  const auto benchmark = make_micro(GetParam());
  ASSERT_TRUE(benchmark);
  const auto measured = measure(**benchmark, *context, 0.005);
  ::sched_setaffinity(0, sizeof(before), &before);
  if (!measured && measured.error().kind == ErrorKind::environment) GTEST_SKIP() << measured.error().text();
  ASSERT_TRUE(measured) << measured.error().text();
  EXPECT_TRUE(std::isfinite(measured->ns_per_operation));
  EXPECT_GT(measured->ns_per_operation, 0);
  EXPECT_GE(measured->operations, 1);
  EXPECT_EQ(measured->operations % (*benchmark)->timing().operations_per_iteration, 0);
  EXPECT_NE(measured->cycles_per_operation.has_value(), !measured->why_no_cycles.empty());
}

INSTANTIATE_TEST_SUITE_P(All, MicroMeasure,
                         ::testing::Values("cpuid", "rdtsc", "rdtscp", "syscall_getpid", "memory_copy_1500",
                                           "page_touch_4k", "page_touch_2m", "timer_sleep", "timer_fd",
                                           "ipi_membarrier", "ipi_wake_round_trip", "pci_config_read"),
                         [](const auto& test) { return std::string(test.param); });

/// Fails in its loop.
class Broken : public MicroBenchmark {
 public:
  const MicroDescription& description() const override {
    static constexpr MicroDescription kDescription{"broken", "It breaks.", "None.", "this test"};
    return kDescription;
  }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      state.SkipWithError("it broke");
      break;
    }
  }
};

TEST(MicroMeasureTest, AFailureInTheLoopIsAnError) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof(before), &before), 0);
  Broken broken;
  const auto measured = measure(broken, *choose_context(Host{}, std::nullopt, false), 0.001);
  ::sched_setaffinity(0, sizeof(before), &before);
  ASSERT_FALSE(measured);
  EXPECT_THAT(measured.error().text(), HasSubstr("it broke"));
}

TEST(MicroProgram, ItsListIsUnderstood) {
  const auto text = list_json(Host{}, {});
  ASSERT_TRUE(text) << text.error().text();
  const auto list = parse_micro_list(*text);
  ASSERT_TRUE(list) << list.error().text();
  std::vector<std::string> names;
  for (const MicroEntry& entry : *list) {
    names.push_back(entry.name);
    EXPECT_FALSE(entry.help.empty());
    if (entry.name == "msix_mask") {
      EXPECT_TRUE(entry.is_unsafe);
      EXPECT_TRUE(entry.why_not);
    }
  }
  EXPECT_EQ(names, MicroRegistry::instance().names());
}

TEST(MicroProgram, ItsAnswersAreUnderstood) {
  const auto unable = run_json(Host{}, "msix_mask", {});
  ASSERT_TRUE(unable);
  EXPECT_THAT(parse_micro_answer(*unable)->why_not->text(), HasSubstr("--unsafe"));
  EXPECT_FALSE(run_json(Host{}, "nonesuch", {}));
}

TEST(MicroProgram, AFaultIsAnAnswer) {
  const auto crash = [] {
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    answer_faults();
    ::raise(SIGBUS);
  };
  EXPECT_EXIT(crash(), ::testing::ExitedWithCode(0), "refused the access");
}

TEST(MicroProgram, ConsistsOfFilesThatAreThere) {
  const std::string files = program_files();
  EXPECT_THAT(files, HasSubstr("libc.so.6\n"));
  EXPECT_THAT(files, HasSubstr("libbenchmark.so"));
  EXPECT_EQ(files.find("vdso"), std::string::npos);
}

}  // namespace
}  // namespace sriov
