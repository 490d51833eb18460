// Micro-benchmarks in the store: shown, compared and exported as any other trial.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "analyzers/comparison/comparison.h"
#include "core/time.h"
#include "host/file.h"
#include "report/csv/export_csv.h"
#include "report/text/render_comparison.h"
#include "report/text/render_micro.h"
#include "report/text/render_run.h"
#include "store/sqlite.h"
#include "store/store.h"
#include "tests/unit/support/golden.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Repetition r takes (1 + 0.01 r) times as long.
TrialRecord micro_trial(int index, int repetition, const std::string& where, double factor) {
  TrialRecord record;
  record.planned = {index, repetition, {{"where", where}}};
  record.started_unix_ns = 1'700'000'000 * kNsPerSecond;
  record.begin_ns = 1000 * kNsPerSecond;
  record.end_ns = 1001 * kNsPerSecond;
  EndpointReport entry;
  entry.endpoint = where;
  const double drift = 1 + 0.01 * repetition;
  entry.report.measures = {{"ns_per_op.cpuid", "ns", 100 * factor * drift},
                           {"cycles_per_op.cpuid", "cycles", 250 * factor * drift},
                           {"ns_per_op.page_touch_2m", "ns", 80'000 * drift},
                           {"ns_per_op.syscall_getpid", "ns", 200}};
  const char* no_rate = "no constant_tsc";
  entry.report.absent = {{"cycles_per_op.page_touch_2m", "cycles", no_rate},
                         {"cycles_per_op.syscall_getpid", "cycles", no_rate}};
  if (where == "bare-metal") {
    entry.report.absent.push_back({"ns_per_op.hypercall", "ns", "there is no /dev/xen/privcmd"});
    entry.report.absent.push_back({"cycles_per_op.hypercall", "cycles", "there is no /dev/xen/privcmd"});
  } else {
    entry.report.measures.push_back({"ns_per_op.hypercall", "ns", 900 * drift});
    entry.report.measures.push_back({"cycles_per_op.hypercall", "cycles", 2250 * drift});
  }
  record.reports.push_back(std::move(entry));
  return record;
}

Result<Store> make_micro_run(const std::string& directory, const std::vector<std::pair<std::string, double>>& places,
                             bool emulated) {
  RunInfo info;
  info.name = "micro";
  info.description = "What single operations cost in each place";
  info.testbed = "unmanaged";
  info.emulated = emulated;
  info.tool_version = "0.1.0";
  info.planned_trials = 3 * static_cast<int>(places.size());
  info.started_unix_ns = 1'700'000'000 * kNsPerSecond;
  SRIOV_ASSIGN(Store store, Store::create(directory, info));
  int index = 0;
  for (int repetition = 0; repetition < 3; ++repetition)
    for (const auto& [where, factor] : places)
      SRIOV_TRY(store.put_trial(micro_trial(index++, repetition, where, factor)));
  SRIOV_TRY(store.set_finished(1'700'000'100 * kNsPerSecond));
  return store;
}

using test::expect_golden;

class MicroResults : public ::testing::Test {
 protected:
  [[nodiscard]] Result<Store> make(const std::string& name, const std::vector<std::pair<std::string, double>>& places,
                                   bool emulated = false) const {
    return make_micro_run(directory_.path() + "/" + name, places, emulated);
  }
  test::TemporaryDirectory directory_;
};

TEST_F(MicroResults, Show) {
  const auto store = make("run", {{"bare-metal", 1}, {"guest1", 20}});
  ASSERT_TRUE(store) << store.error().text();
  const auto shown = render_run(*store, {});
  ASSERT_TRUE(shown) << shown.error().text();
  EXPECT_TRUE(shown->has_valid_trial);
  EXPECT_THAT(shown->text, Not(HasSubstr("throughput")));
  expect_golden("micro_show.txt", shown->text);
}

TEST_F(MicroResults, CompareStandsOnThePlaces) {
  const auto store = make("run", {{"guest1", 20}, {"bare-metal", 1}});
  ASSERT_TRUE(store) << store.error().text();
  const auto comparison = compare(*store);
  ASSERT_TRUE(comparison) << comparison.error().text();
  const ComparisonTable& table = comparison->tables.front();
  EXPECT_EQ(table.factor, "where");
  EXPECT_EQ(table.baseline, "bare-metal");
  EXPECT_EQ(table.compared, "guest1");
  EXPECT_NEAR(table.row("ns_per_op.cpuid")->ratio->value, 20, 1e-9);
  EXPECT_EQ(table.row("ns_per_op.cpuid")->pairs, 3U);
  const auto& hypercall = *table.row("ns_per_op.hypercall");
  EXPECT_EQ(hypercall.cells[table.index_of("bare-metal")].why, "there is no /dev/xen/privcmd");
  EXPECT_FALSE(hypercall.ratio);
  EXPECT_EQ(table.row("throughput_bps"), nullptr);
  EXPECT_THAT(table.verdicts, Contains("guest1 takes longer than bare-metal: cpuid ×20.0."));
  EXPECT_THAT(table.verdicts, Contains("guest1 shows no difference from bare-metal: page_touch_2m, syscall_getpid."));
  expect_golden("micro_compare.txt", render_comparison(*comparison, false, {}));
}

TEST_F(MicroResults, EmulatedTimeNeverSpeaks) {
  const auto store = make("run", {{"dom0", 1}, {"guest1", 20}}, true);
  const auto comparison = compare(*store);
  ASSERT_TRUE(comparison) << comparison.error().text();
  EXPECT_THAT(comparison->tables.front().verdicts, ElementsAre(HasSubstr("No verdict.")));
}

TEST_F(MicroResults, OneRepetitionHasNoInterval) {
  auto store = Store::create(directory_.path() + "/one", [] {
    RunInfo info;
    info.name = "micro";
    info.testbed = "unmanaged";
    info.planned_trials = 1;
    return info;
  }());
  ASSERT_TRUE(store && store->put_trial(micro_trial(0, 0, "dom0", 1)));
  const std::string text = render_micro(compare(*store).value(), {});
  EXPECT_THAT(text, HasSubstr("–"));
  EXPECT_THAT(text, HasSubstr("cpuid"));
}

TEST_F(MicroResults, Export) {
  const auto store = make("run", {{"bare-metal", 1}});
  std::string csv;
  const auto written = export_summary_csv(*store, [&](std::string_view bytes) -> Result<void> {
    csv.append(bytes);
    return {};
  });
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_THAT(csv, HasSubstr("micro,0,1,ok,1,,,bare-metal,ns_per_op.cpuid,ns,100,,false"));
  EXPECT_THAT(csv, HasSubstr("micro,0,1,ok,1,,,bare-metal,ns_per_op.hypercall,ns,,there is no /dev/xen/privcmd,false"));
}

TEST_F(MicroResults, SeveralRuns) {
  std::vector<Store> stores;
  for (auto* const name : {"bare", "xen"}) {
    auto store =
        std::string(name) == "bare" ? make(name, {{"bare-metal", 1}}) : make(name, {{"dom0", 2}, {"guest1", 20}});
    ASSERT_TRUE(store) << store.error().text();
    stores.push_back(std::move(*store));
  }
  const auto comparison = compare(stores, {});
  ASSERT_TRUE(comparison) << comparison.error().text();
  EXPECT_EQ(comparison->run.planned_trials, 9);
  EXPECT_THAT(comparison->caveats, Contains(HasSubstr("Of several runs")));
  const ComparisonTable& table = comparison->tables.front();
  EXPECT_THAT(table.levels, ElementsAre("bare-metal", "dom0", "guest1"));
  EXPECT_NEAR(table.row("ns_per_op.cpuid")->ratio->value, 20, 1e-9);
  const auto against_dom0 = compare(stores, {"", "dom0"});
  ASSERT_TRUE(against_dom0) << against_dom0.error().text();
  EXPECT_EQ(against_dom0->tables.front().baseline, "dom0");
  EXPECT_NEAR(against_dom0->tables.front().row("ns_per_op.cpuid")->ratio->value, 10, 1e-9);
  const auto wrong = compare(stores, {"", "dom1"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::usage);
  EXPECT_THAT(wrong.error().text(), HasSubstr("it has bare-metal, dom0, guest1"));
}

TEST_F(MicroResults, WhatIsCalledAlikeInTwoRunsIsToldApart) {
  std::vector<Store> stores;
  for (const char* name : {"before", "after"}) {
    auto store = make(name, {{"dom0", name[0] == 'b' ? 1.0 : 3.0}});
    ASSERT_TRUE(store) << store.error().text();
    stores.push_back(std::move(*store));
  }
  const auto comparison = compare(stores, {"", "dom0@before"});
  ASSERT_TRUE(comparison) << comparison.error().text();
  const ComparisonTable& table = comparison->tables.front();
  EXPECT_THAT(table.levels, ElementsAre("dom0@after", "dom0@before"));
  EXPECT_NEAR(table.row("ns_per_op.cpuid")->ratio->value, 3, 1e-9);
}

TEST_F(MicroResults, ARunOfAnOlderBuildIsStillRead) {
  const std::string directory = directory_.path() + "/old";
  ASSERT_TRUE(make("old", {{"bare-metal", 1}}));
  {
    const auto database = sqlite::Database::open(directory + "/run.sqlite", sqlite::Access::write);
    ASSERT_TRUE(database && database->execute("DROP TABLE absent_measure"));
  }
  const auto store = Store::open(directory);
  ASSERT_TRUE(store) << store.error().text();
  const auto trials = store->trials();
  ASSERT_TRUE(trials) << trials.error().text();
  EXPECT_TRUE(trials->front().record.reports.front().report.absent.empty());
  EXPECT_FALSE(trials->front().record.reports.front().report.measures.empty());
  auto again = Store::open_for_append(directory);
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_TRUE(again->put_trial(micro_trial(3, 3, "bare-metal", 1)));
}

}  // namespace
}  // namespace sriov
