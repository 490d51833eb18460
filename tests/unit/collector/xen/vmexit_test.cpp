// The vmexit collector's rows while domains and interrupts come, go and change hands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>

#include "collector/xen/vmexit_rows.h"
#include "collector/xen/xen_irqs_text.h"
#include "host/clock.h"
#include "host/file.h"
#include "tests/unit/support/listed_store.h"

namespace sriov {
namespace {

using test::ListedStore;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using xentrace::Accounts;
using xentrace::Record;

constexpr std::int64_t kPauseNs = 10'000'000'000;

TEST(XenDomainList, FollowsDomainsThatComeGoAndChangeTheirName) {
  auto owned = std::make_unique<ListedStore>("");
  ListedStore& store = *owned;
  store.nodes_ = {{"/local/domain/0", ""},
                  {"/local/domain/0/name", "Domain-0"},
                  {"/local/domain/1", ""},
                  {"/local/domain/1/name", "web--incoming"}};
  store.changed_ = true;  // As a watch does when it is set.
  XenDomainList domains(std::move(owned));
  EXPECT_THAT(store.watched_, ElementsAre("@introduceDomain", "@releaseDomain", "backend/pci"));
  EXPECT_EQ(domains.name(1), "web--incoming");
  EXPECT_EQ(domains.name(7), "domain 7");
  EXPECT_FALSE(domains.has_gone(7)) << "it was never there";
  EXPECT_FALSE(domains.update());

  store.nodes_["/local/domain/1/name"] = "web";
  store.changed_ = true;
  ASSERT_TRUE(domains.update());
  ASSERT_EQ(domains.changed().size(), 1U);
  EXPECT_FALSE(domains.changed()[0].has_gone);
  EXPECT_EQ(domains.name(1), "web");

  store.nodes_.erase("/local/domain/1");
  store.nodes_["/local/domain/2"] = "";
  store.nodes_["/local/domain/2/name"] = "web";
  store.changed_ = true;
  ASSERT_TRUE(domains.update());
  ASSERT_EQ(domains.changed().size(), 1U);
  EXPECT_TRUE(domains.changed()[0].has_gone);
  EXPECT_TRUE(domains.has_gone(1));
  EXPECT_FALSE(domains.has_gone(2));
}

TEST(XenDomainList, AStoreThatDoesNotAnswerEndsNoDomain) {
  auto owned = std::make_unique<ListedStore>("");
  ListedStore& store = *owned;
  store.nodes_ = {{"/local/domain/0", ""}, {"/local/domain/1", ""}};
  XenDomainList domains(std::move(owned));
  store.nodes_.clear();
  store.changed_ = true;
  EXPECT_TRUE(domains.update());
  EXPECT_FALSE(domains.has_gone(1));
  XenDomainList none(nullptr);
  EXPECT_FALSE(none.update());
  EXPECT_EQ(none.name(3), "domain 3");
}

/// Xen's console as a test writes it, with a clock.
struct FakeXen {
  std::mutex mutex;
  std::condition_variable released;
  bool is_slow = false;  ///< Answers when it is released only.
  XenIrqs irqs;
  int asked = 0;
  std::int64_t now_ns = 0;

  [[nodiscard]] XenIrqMap map() {
    return XenIrqMap(
        [this]() -> Result<XenIrqs> {
          std::unique_lock lock(mutex);
          ++asked;
          released.wait(lock, [this] { return !is_slow; });
          if (irqs.empty()) return fail("xl is broken");
          return irqs;
        },
        [this] { return now_ns; });
  }
  void set(XenIrqs now) {
    const std::lock_guard lock(mutex);
    irqs = std::move(now);
  }
  [[nodiscard]] int times_asked() {
    const std::lock_guard lock(mutex);
    return asked;
  }
  void release() {
    const std::lock_guard lock(mutex);
    is_slow = false;
    released.notify_all();
  }
};

bool await_answer(XenIrqMap& map) {
  for (int i = 0; i < 5000; ++i) {
    if (map.update()) return true;
    sleep_until_ns(monotonic_ns() + 1'000'000);
  }
  return false;
}

TEST(XenIrqMap, WaitsForASlowConsoleNoLongerThanItIsToldTo) {
  FakeXen xen;
  xen.irqs = {{29, {"MSI-X", "", "", {1}}}};
  xen.is_slow = true;
  XenIrqMap map = xen.map();
  const auto loaded = map.load(1'000'000);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().text(), HasSubstr("has not answered its debug keys i, M and Q within 1 ms"));
  EXPECT_EQ(loaded.error().kind, ErrorKind::environment);
  EXPECT_FALSE(map.update());
  EXPECT_EQ(map.find(29), nullptr) << "it is being found out";
  xen.release();
  ASSERT_TRUE(await_answer(map)) << "what came late is used";
  ASSERT_NE(map.find(29), nullptr);
  EXPECT_THAT(map.find(29)->domains, ElementsAre(1));
}

TEST(XenIrqMap, SaysWhyThereIsNoAnswer) {
  FakeXen xen;
  XenIrqMap map = xen.map();
  const auto loaded = map.load(kPauseNs);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().text(), HasSubstr("xl is broken"));
}

TEST(XenIrqMap, AsksAgainWithPausesAndGivesUpOnWhatNoAnswerKnows) {
  FakeXen xen;
  xen.irqs = {{29, {"MSI-X", "", "", {1}}}, {30, {"MSI-X", "", "", {}}}};
  XenIrqMap map = xen.map();
  ASSERT_TRUE(map.load(kPauseNs));
  EXPECT_EQ(map.find(30), nullptr) << "bound by now, or it would not come";
  EXPECT_FALSE(map.update());
  EXPECT_EQ(xen.times_asked(), 1) << "too soon";
  for (int ask = 2; ask <= 4; ++ask) {
    xen.now_ns += kPauseNs;
    ASSERT_TRUE(await_answer(map));
    EXPECT_EQ(xen.times_asked(), ask);
    if (ask < 4) {
      EXPECT_EQ(map.find(30), nullptr);
    }
  }
  ASSERT_NE(map.find(30), nullptr) << "three answers did not know it";
  EXPECT_THAT(map.find(30)->domains, IsEmpty());
  xen.now_ns += kPauseNs;
  EXPECT_FALSE(map.update());
  EXPECT_FALSE(map.update());
  EXPECT_EQ(xen.times_asked(), 4) << "nothing to ask for";
  xen.set({{30, {"MSI-X", "", "", {2}}}});
  map.expire();
  ASSERT_TRUE(await_answer(map));
  EXPECT_THAT(map.find(30)->domains, ElementsAre(2));
}

constexpr std::uint32_t kRunnableToRunning = 0x21101;

Record record_of(std::uint64_t tsc, std::uint32_t event, std::initializer_list<std::uint32_t> extra) {
  Record record{0, event, true, tsc, extra.size(), {}};
  std::copy(extra.begin(), extra.end(), record.extra.begin());
  return record;
}

/// A dom0 with guest "web", domain 1, to which interrupt 29 of a VF belongs.
class VmExitRowsTest : public testing::Test {
 protected:
  VmExitRowsTest() {
    auto owned = std::make_unique<ListedStore>("");
    store_ = owned.get();
    name(0, "Domain-0");
    name(1, "web");
    xen_.irqs = {{28, {"MSI-X", "0000:01:00.0", "", {0}}}, {29, {"MSI-X", "0000:01:10.0", "", {1}}}};
    rows_.emplace(ExitCodes::svm, XenDomainList(std::move(owned)), xen_.map());
    EXPECT_TRUE(rows_->irq_map().load(kPauseNs));
    rows_->open(accounts_, 2'000'000'000, recorder_);
  }

  void name(unsigned domid, const std::string& name) {
    store_->nodes_["/local/domain/" + std::to_string(domid)] = "";
    store_->nodes_["/local/domain/" + std::to_string(domid) + "/name"] = name;
    store_->changed_ = true;
  }
  void remove(unsigned domid) {
    store_->nodes_.erase("/local/domain/" + std::to_string(domid));
    store_->changed_ = true;
  }
  /// The domain's vCPU 0 runs and leaves its guest once.
  void exit_of(std::uint32_t domid) {
    tsc_ += 1000;
    accounts_.add(record_of(tsc_, kRunnableToRunning, {domid << 16}));
    accounts_.add(record_of(tsc_ + 100, xentrace::kVmExit, {0x60, 0}));
    accounts_.add(record_of(tsc_ + 200, xentrace::kVmEntry, {}));
  }
  void interrupt(std::uint32_t irq) { accounts_.add(record_of(tsc_ += 10, xentrace::kIrqHandled, {irq, 5, 9})); }

  using Row = std::map<std::string, std::int64_t>;
  /// The values of the next row, without what is absent.
  Row row() {
    recorder_.begin_row(0);
    rows_->sample(accounts_, {}, recorder_);
    recorder_.end_row(0);
    const SampleBlock block = recorder_.split_rows().take("", "vmexit");
    Row out;
    for (std::size_t i = 0; i < block.series.size(); ++i)
      if (block.columns[i].back() != kAbsent)
        out[block.series[i].metric + "{" + to_string(block.series[i].labels) + "}"] = block.columns[i].back();
    return out;
  }
  /// Rows until Xen was asked and its answer is in them.
  Row row_after_ask() {
    const std::size_t before = recorder_.columns();
    const int asked = xen_.times_asked();
    Row now = row();
    for (int i = 0; i < 5000 && (xen_.times_asked() == asked || recorder_.columns() == before); ++i) {
      sleep_until_ns(monotonic_ns() + 1'000'000);
      now = row();
    }
    return now;
  }
  static bool has(const Row& row, const std::string& part) {
    return std::any_of(row.begin(), row.end(),
                       [&](const auto& entry) { return entry.first.find(part) != std::string::npos; });
  }

  FakeXen xen_;
  ListedStore* store_ = nullptr;
  Accounts accounts_{ExitCodes::svm};
  std::optional<VmExitRows> rows_;
  Recorder recorder_{16};
  std::uint64_t tsc_ = 1'000'000;
};

const std::string kOfWeb1 = "vmexit.irqs_handled{domain=web,domid=1,function=0000:01:10.0,irq=29,type=MSI-X}";

TEST_F(VmExitRowsTest, CountsByDomainAndInterrupt) {
  exit_of(1);
  interrupt(29);
  const Row now = row();
  EXPECT_EQ(now.at(kOfWeb1), 1);
  EXPECT_EQ(now.at("vmexit.irqs_handled{domain=Domain-0,domid=0,function=0000:01:00.0,irq=28,type=MSI-X}"), 0);
  EXPECT_TRUE(has(now, "vmexit.exits{domain=web,domid=1"));
  EXPECT_THAT(rows_->take_complaints(), IsEmpty());
}

TEST_F(VmExitRowsTest, ADomainThatWentHasNoMoreValues) {
  exit_of(1);
  interrupt(29);
  ASSERT_TRUE(has(row(), "domain=web"));
  remove(1);
  exit_of(1);  // Its last records come late.
  const Row now = row();
  EXPECT_FALSE(has(now, "domain=web")) << "neither its counters nor its interrupts stay at their last";
  EXPECT_TRUE(has(now, "domain=Domain-0"));
  const auto complaints = rows_->take_complaints();
  ASSERT_EQ(complaints.size(), 1U);
  EXPECT_THAT(complaints[0].what.text(), HasSubstr("domain web (1) has gone"));
  EXPECT_GT(complaints[0].at_ns, 0);
  EXPECT_THAT(rows_->take_complaints(), IsEmpty()) << "told once";
}

TEST_F(VmExitRowsTest, AGuestMadeAnewHasItsInterruptsUnderItsOwnName) {
  interrupt(29);
  interrupt(29);
  ASSERT_EQ(row().at(kOfWeb1), 2);
  remove(1);
  name(2, "db");
  EXPECT_FALSE(has(row(), "irq=29"));
  interrupt(29);  // The new guest's driver has the number of the old one's.
  EXPECT_FALSE(has(row(), "irq=29")) << "Xen has not said yet whose it is";
  xen_.set({{28, {"MSI-X", "0000:01:00.0", "", {0}}}, {29, {"MSI-X", "0000:01:10.0", "", {2}}}});
  xen_.now_ns += kPauseNs;
  const Row now = row_after_ask();
  EXPECT_FALSE(has(now, "domain=web"));
  EXPECT_EQ(now.at("vmexit.irqs_handled{domain=db,domid=2,function=0000:01:10.0,irq=29,type=MSI-X}"), 1)
      << "what the old one had is not its";
}

TEST_F(VmExitRowsTest, ADeviceThatChangesHandsTakesItsInterruptsAlong) {
  name(2, "db");
  ASSERT_FALSE(has(row(), "domain=db"));
  interrupt(29);
  store_->changed_ = true;  // backend/pci
  (void)row();
  xen_.set({{28, {"MSI-X", "0000:01:00.0", "", {0}}}, {29, {"MSI-X", "0000:01:10.0", "", {2}}}});
  xen_.now_ns += kPauseNs;
  const Row now = row_after_ask();
  EXPECT_TRUE(has(now, "irqs_handled{domain=db"));
  EXPECT_FALSE(has(now, "irqs_handled{domain=web"));
}

TEST_F(VmExitRowsTest, AnInterruptThatNoAnswerKnowsIsCountedWithoutAnOwner) {
  for (int ask = 0; ask < 3; ++ask) {
    interrupt(77);
    (void)row();
    xen_.now_ns += kPauseNs;
    for (int i = 0; i < 5000 && xen_.times_asked() < ask + 2; ++i) {
      (void)row();
      sleep_until_ns(monotonic_ns() + 1'000'000);
    }
  }
  Row now;
  for (int i = 0; i < 5000 && !has(now, "irq=77"); ++i) now = row();
  EXPECT_EQ(now["vmexit.irqs_handled{irq=77}"], 3);
}

TEST(PostedInterrupts, AreReadFromXensBootMessages) {
  EXPECT_TRUE(
      says_interrupts_are_posted("(XEN) Intel VT-d Interrupt Remapping enabled.\n"
                                 "(XEN) Intel VT-d Posted Interrupt enabled.\n"));
  EXPECT_FALSE(
      says_interrupts_are_posted("(XEN) Intel VT-d Interrupt Remapping enabled.\n"
                                 "(XEN) Intel VT-d Posted Interrupt not enabled.\n"));
  EXPECT_TRUE(says_interrupts_are_posted("(XEN) AMD-Vi: AVIC enabled\n"));
  EXPECT_FALSE(says_interrupts_are_posted("(XEN) AMD-Vi: AVIC disabled\n"));
  EXPECT_FALSE(says_interrupts_are_posted(""));
  EXPECT_FALSE(says_interrupts_are_posted(read_file(SRIOV_FIXTURES "/captures/lab/xl_dmesg_irqs.txt").value_or("")));
}

}  // namespace
}  // namespace sriov
