// The xen collector on stand-ins for Xen's libraries while guests come and go.
#include <dlfcn.h>
#include <sched.h>

#include <map>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/xen/xen.h"
#include "collector/xen/xen_library.h"
#include "host/process.h"
#include "host/shell.h"
#include "tests/unit/support/fake_xen.h"

namespace sriov {
namespace {

using testing::ElementsAre;
using Columns = std::map<std::string, std::vector<std::int64_t>>;

constexpr unsigned kVcpu = 1;     // XENSTAT_VCPU of xenstat.h.
constexpr unsigned kNetwork = 2;  // XENSTAT_NETWORK.

/// dom0 and the guest "web" on one physical CPU.
class XenWithFakeLibraries : public testing::Test {
 protected:
  XenWithFakeLibraries() {
    void* library = ::dlopen(SRIOV_FAKE_XEN, RTLD_NOW | RTLD_LOCAL);
    state_ = library == nullptr ? nullptr : static_cast<test::FakeXenState*>(::dlsym(library, test::kFakeXenSymbol));
    if (state_ == nullptr) return;
    *state_ = {};
    state_->domains[0] = {0, "Domain-0", 1'000};
    state_->domains[1] = {1, "web", 500};
    state_->domain_count = 2;
  }
  void SetUp() override { ASSERT_NE(state_, nullptr) << ::dlerror(); }

  static std::unique_ptr<Collector> make() {
    return make_xen_collector([](const Host&) { return XenLibrary::open_files(SRIOV_FAKE_XEN, SRIOV_FAKE_XEN); });
  }
  static void sample(Collector& collector, Recorder& recorder) {
    recorder.begin_row(0);
    collector.sample(recorder);
    recorder.end_row(0);
  }
  static Columns columns_of(Recorder& recorder) {
    const SampleBlock block = recorder.take("", "xen");
    Columns out;
    for (std::size_t i = 0; i < block.series.size(); ++i)
      out[block.series[i].metric + "{" + to_string(block.series[i].labels) + "}"] = block.columns[i];
    return out;
  }

  test::FakeXenState* state_ = nullptr;
};

TEST_F(XenWithFakeLibraries, AsksLibxenstatForVcpusAlone) {
  const auto collector = make();
  Recorder recorder(4);
  ASSERT_TRUE(collector->open(Host{}, {}, recorder));
  for (int row = 0; row < 3; ++row) sample(*collector, recorder);
  EXPECT_EQ(state_->flags_asked, kVcpu);
  EXPECT_EQ(state_->flags_asked & kNetwork, 0U)
      << "it reads /proc/net/dev and compiles a regular expression for each line: 0.15 ms a vif and row";
}

TEST_F(XenWithFakeLibraries, ListsDomainsLessOftenThanItSamples) {
  const auto collector = make();
  Recorder recorder(40);
  ASSERT_TRUE(collector->open(Host{}, {}, recorder));
  const unsigned before = state_->listings;
  for (int row = 0; row < 32; ++row) sample(*collector, recorder);
  EXPECT_LT(state_->listings - before, 32U);
}

TEST_F(XenWithFakeLibraries, AGuestThatGoesIsAbsentFromThenOn) {
  const auto collector = make();
  Recorder recorder(4);
  ASSERT_TRUE(collector->open(Host{}, {}, recorder));
  sample(*collector, recorder);
  state_->domains[1].vcpu_ns = 700;
  sample(*collector, recorder);
  state_->domain_count = 1;
  state_->domains[0].vcpu_ns = 1'200;
  sample(*collector, recorder);
  state_->domains[1] = {2, "web", 30};  // Made anew.
  state_->domain_count = 2;
  sample(*collector, recorder);
  const Columns columns = columns_of(recorder);
  EXPECT_THAT(columns.at("xen.domain_cpu_time{domain=web,domid=1}"), ElementsAre(500, 700, kAbsent, kAbsent));
  EXPECT_THAT(columns.at("xen.vcpu_cpu_time{domain=web,domid=1,vcpu=0}"), ElementsAre(500, 700, kAbsent, kAbsent));
  EXPECT_THAT(columns.at("xen.vcpu_running{domain=web,domid=1,vcpu=0}"), ElementsAre(1, 1, kAbsent, kAbsent));
  EXPECT_THAT(columns.at("xen.domain_memory_bytes{domain=web,domid=1}"),
              ElementsAre(1 << 28, 1 << 28, kAbsent, kAbsent));
  EXPECT_THAT(columns.at("xen.domain_cpu_time{domain=Domain-0,domid=0}"), ElementsAre(1'000, 1'000, 1'200, 1'200));
}

TEST_F(XenWithFakeLibraries, AVifThatGoesWithItsGuestIsAbsent) {
  const std::string ip = find_program("ip");
  bool has_namespace = false;
  Columns columns;
  std::thread([&] {
    has_namespace = !ip.empty() && ::unshare(CLONE_NEWNET) == 0;
    if (!has_namespace) return;
    LocalShell shell;
    EXPECT_TRUE(shell.output_of({ip, "link", "add", "vif1.0", "type", "veth", "peer", "name", "other"}));
    const auto collector = make();
    Recorder recorder(4);
    EXPECT_TRUE(collector->open(Host{}, {}, recorder));
    sample(*collector, recorder);
    EXPECT_TRUE(shell.output_of({ip, "link", "del", "vif1.0"}));
    state_->domain_count = 1;
    sample(*collector, recorder);
    columns = columns_of(recorder);
  }).join();
  if (!has_namespace) GTEST_SKIP() << "needs root and iproute2";
  EXPECT_THAT(columns.at("xen.vif_guest_rx_bytes{domain=web,domid=1,vif=vif1.0}"), ElementsAre(0, kAbsent));
}

}  // namespace
}  // namespace sriov
