// What analyses make of runs that are not as they should be: a sensible result or a clear error, and never a crash.
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analyzers/comparison/comparison.h"
#include "analyzers/comparison/comparison_caveats.h"
#include "analyzers/comparison/comparison_rows.h"
#include "analyzers/comparison/gate.h"
#include "analyzers/explanations/explanation.h"
#include "analyzers/stats/random.h"
#include "core/time.h"
#include "host/file.h"
#include "report/csv/export_csv.h"
#include "report/data/data_folder.h"
#include "report/html/html_report.h"
#include "report/json/comparison_json.h"
#include "report/json/findings_json.h"
#include "report/json/run_json.h"
#include "report/text/render_comparison.h"
#include "report/text/render_findings.h"
#include "report/text/render_run.h"
#include "store/sqlite.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

/// Counts what succeeded; a crash is what must not happen.
struct Outcomes {
  Result<Comparison> compared = fail("not tried");
  std::string report;  ///< "" when there is none.
  std::size_t told = 0;
};

class BadInput : public ::testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path() + "/" + name; }

  /// A run of `repetitions` blocks of vf and netfront, changed before it is stored.
  std::string run(const std::string& name, int repetitions, const std::function<void(TrialRecord&)>& change,
                  RunInfo info = test::synthetic_info(false)) {
    info.planned_trials = repetitions * 2;
    auto store = Store::create(path(name), info);
    EXPECT_TRUE(store) << store.error().text();
    for (int i = 0; i < repetitions * 2; ++i) {
      TrialRecord record = test::make_record(test::on_path(i % 2 == 0 ? "vf" : "netfront", i, i / 2));
      change(record);
      EXPECT_TRUE(store->put_trial(record));
    }
    return path(name);
  }

  void execute(const std::string& directory, const std::string& sql) const {
    const auto database = sqlite::Database::open(directory + "/run.sqlite", sqlite::Access::write);
    ASSERT_TRUE(database);
    const auto done = database->execute(sql);
    ASSERT_TRUE(done) << done.error().text();
  }

  /// Every analysis that reads a run, in all of its forms.
  Outcomes try_all(const std::vector<std::string>& directories) const {
    Outcomes out;
    std::vector<Store> stores;
    for (const std::string& directory : directories) {
      auto store = Store::open(directory);
      if (!store) {
        out.compared = tl::unexpected(store.error());
        return out;
      }
      stores.push_back(std::move(*store));
    }
    out.compared = compare(stores, {});
    if (out.compared) {
      out.told += render_comparison(*out.compared, true, {}).size() + comparison_json(*out.compared, {}).size();
      (void)judge({*parse_gate("throughput_bps>=-3%")}, *out.compared);
    }
    for (const auto& shown : {render_run(stores.front(), {}, EnvironmentDetail::full), run_json(stores.front())})
      if (shown) out.told += shown->text.size();
    const Sink count = [&](std::string_view bytes) -> Result<void> {
      out.told += bytes.size();
      return {};
    };
    for (const auto write : {export_summary_csv, export_wide_csv, export_intervals_csv, export_samples_csv})
      (void)write(stores.front(), count);
    if (const auto data = RunData::load(stores.front()))
      if (const auto findings = explain(*data))
        out.told += render_findings(*data, *findings, {}).size() + findings_json(*data, *findings).size();
    if (auto runs = OpenRuns::open(directories)) {
      if (const auto requests = report_figures(*runs, {})) (void)write_data_folder(*runs, *requests, path("figures"));
      if (auto text = html::render_report(*runs, {})) out.report = std::move(*text);
    }
    return out;
  }

  test::TemporaryDirectory directory_;
};

TEST_F(BadInput, MissingTrialsAreNamedAndTheRestPaired) {
  const std::string directory = run("run", 4, [](TrialRecord&) {});
  execute(directory, "DELETE FROM trial WHERE planned_index IN (2, 3, 5)");
  const Outcomes out = try_all({directory});
  ASSERT_TRUE(out.compared) << out.compared.error().text();
  EXPECT_THAT(out.compared->caveats, Contains(HasSubstr("The run is unfinished: 5 of 8")));
  EXPECT_EQ(out.compared->tables.front().row("throughput_bps")->pairs, 2U);
}

TEST(BadUnits, OneMetricInTwoUnitsIsTwoRowsThatAreNotCompared) {
  const auto measured = [](int repetition, double value, const char* unit) {
    Measured out;
    out.repetition = repetition;
    out.metrics = {{"x", unit, "X", value, ""}};
    return out;
  };
  Condition condition;
  for (int i = 0; i < 3; ++i) {
    condition["old"].valid.push_back(measured(i, 5 + i, "us"));
    condition["new"].valid.push_back(measured(i, 5000 + i, "ns"));
  }
  ComparisonTable table;
  table.factor = "run";
  table.levels = {"old", "new"};
  table.baseline = "old";
  table.compared = "new";
  table.rows = make_rows(condition, table, false);
  ASSERT_EQ(table.rows.size(), 2U);
  for (const ComparisonRow& row : table.rows) EXPECT_EQ(row.verdict, RowVerdict::not_enough_data);
  EXPECT_THAT(caveats_of_tables({}, {table}),
              Contains("x is in ns in some trials and in us in others: these are not compared."));
}

TEST_F(BadInput, RunsOfDifferentVersionsAreNamed) {
  const std::string old_run = run("old", 3, [](TrialRecord&) {});
  RunInfo info = test::synthetic_info(false);
  info.tool_version = "0.0.9";
  const std::string new_run = run(
      "new", 3, [](TrialRecord&) {}, info);
  const Outcomes out = try_all({old_run, new_run});
  ASSERT_TRUE(out.compared) << out.compared.error().text();
  EXPECT_THAT(out.compared->caveats, Contains(HasSubstr("Measured with different versions of sriov-bench")));
  EXPECT_THAT(out.report, HasSubstr("Measured with different versions"));
}

TEST_F(BadInput, ARunThatWasLookedOnBesideOneThatWasNotIsNamed) {
  const std::string alone = run("alone", 3, [](TrialRecord&) {});
  const std::string watched = run("watched", 3, [](TrialRecord&) {});
  EXPECT_THAT(try_all({alone, watched}).compared->caveats, Not(Contains(HasSubstr("--live"))));
  {
    auto store = Store::open_for_append(watched);
    ASSERT_TRUE(store);
    ASSERT_TRUE(store->put_event(0, "", std::string(kLiveEvent) + " every 1 s while a trial runs"));
  }
  EXPECT_THAT(try_all({alone, watched}).compared->caveats, Contains(HasSubstr("(run --live) in " + watched)));
}

TEST_F(BadInput, RunsWithoutACommonFactorAreAUsageError) {
  const std::string paths = run("paths", 2, [](TrialRecord&) {});
  const std::string places = run("places", 2, [](TrialRecord& record) { record.planned.cell = {{"place", "here"}}; });
  const Outcomes out = try_all({paths, places});
  ASSERT_FALSE(out.compared);
  EXPECT_EQ(out.compared.error().kind, ErrorKind::usage);
  EXPECT_THAT(out.compared.error().text(), HasSubstr("no factor 'path', so it cannot be set beside the others"));
  EXPECT_THAT(out.compared.error().text(), HasSubstr("places"));
}

TEST_F(BadInput, OneRepetitionHasNoIntervalAndNoVerdict) {
  const Outcomes out = try_all({run("run", 1, [](TrialRecord&) {})});
  ASSERT_TRUE(out.compared);
  EXPECT_THAT(out.compared->tables.front().verdicts, Contains("One repetition: no interval, no verdict."));
  EXPECT_NE(out.report, "");
}

TEST_F(BadInput, ConstantDataDifferSurelyOrNotAtAll) {
  const Outcomes out = try_all({run("run", 5, [](TrialRecord& record) {
    test::SyntheticTrial same = test::on_path(record.planned.cell["path"], record.planned.index, 0);
    same.repetition = record.planned.repetition;
    record = test::make_record(same);
  })});
  ASSERT_TRUE(out.compared);
  const ComparisonRow* throughput = out.compared->tables.front().row("throughput_bps");
  ASSERT_TRUE(throughput->contrast);
  EXPECT_EQ(throughput->contrast->p_value(), 0);
  EXPECT_NEAR(throughput->ratio->value, 1.25, 1e-9);
  EXPECT_THAT(render_comparison(*out.compared, true, {}), Not(HasSubstr("nan")));
}

TEST_F(BadInput, AllTrialsInvalidIsNotEnoughData) {
  const Outcomes out = try_all({run("run", 2, [](TrialRecord& record) {
    record.status = TrialStatus::invalid;
    record.reason = "it took another path";
  })});
  ASSERT_FALSE(out.compared);
  EXPECT_EQ(out.compared.error().kind, ErrorKind::not_enough_data);
  EXPECT_THAT(out.compared.error().text(), HasSubstr("it took another path"));
  EXPECT_EQ(out.report, "");
}

TEST_F(BadInput, ValuesThatAreNoNumbersAreAbsent) {
  const std::string directory = run("run", 3, [](TrialRecord&) {});
  execute(directory, "UPDATE measure SET value = NULL WHERE name = 'bytes_received' AND report_id = 2");
  execute(directory, "UPDATE measure SET value = 9e999 WHERE name = 'bytes_received' AND report_id = 6");
  const Outcomes out = try_all({directory});
  ASSERT_TRUE(out.compared) << out.compared.error().text();
  EXPECT_EQ(out.compared->tables.front().row("throughput_bps")->pairs, 1U);
  const std::string text = render_comparison(*out.compared, true, {}) + comparison_json(*out.compared, {});
  EXPECT_THAT(text, Not(HasSubstr(" inf")));
  EXPECT_THAT(text, Not(HasSubstr(" nan")));
  EXPECT_TRUE(nlohmann::json::accept(run_json(*Store::open(directory))->text));
}

TEST_F(BadInput, ClocksThatGoBackLeaveTheirSamplesOut) {
  const Outcomes out = try_all({run("run", 3, [](TrialRecord& record) {
    for (SampleBlock& block : record.blocks)
      if (block.endpoint == "guest1") std::swap(block.begin_ns[2], block.begin_ns[3]), block.end_ns = block.begin_ns;
  })});
  ASSERT_TRUE(out.compared);
  const ComparisonRow* row = out.compared->tables.front().row("interrupts_per_s.guest1");
  ASSERT_NE(row, nullptr);
  EXPECT_FALSE(row->cells.front().summary);
  EXPECT_THAT(row->cells.front().why, HasSubstr("the clock of guest1 went back while interrupts.count was sampled"));
  EXPECT_THAT(out.compared->caveats, Contains(HasSubstr("Clocks that went back: trial 0 (guest1)")));
}

TEST_F(BadInput, AClockThatIsLessWellKnownThanTheWindowIsLongCountsNothing) {
  const Outcomes out = try_all({run("run", 3, [](TrialRecord& record) {
    for (ClockOffset& clock : record.clocks)
      if (clock.endpoint == "dom0") clock.error_ns = 3 * kNsPerSecond;
  })});
  ASSERT_TRUE(out.compared);
  const ComparisonRow* row = out.compared->tables.front().row("cpu_percent.dom0");
  ASSERT_NE(row, nullptr);
  EXPECT_THAT(row->cells.front().why, HasSubstr("the clock of dom0 is less well known than the window is long"));
  EXPECT_THAT(out.compared->caveats, Contains(HasSubstr("Clocks hardly compared: trial 0 (dom0 is known to ± 3.00 s")));
}

TEST_F(BadInput, ADamagedBlockLeavesTheRestOfTheTrial) {
  const std::string directory = run("run", 3, [](TrialRecord&) {});
  execute(directory,
          "UPDATE block_column SET samples = x'80' WHERE block_id = (SELECT id FROM block WHERE trial_id = 1 AND "
          "collector = 'xen')");
  const Outcomes out = try_all({directory});
  ASSERT_TRUE(out.compared) << out.compared.error().text();
  EXPECT_THAT(out.compared->caveats, Contains(HasSubstr("Damaged: trial 0, samples of xen on dom0: the database is")));
  EXPECT_EQ(out.compared->tables.front().row("throughput_bps")->pairs, 3U);
  EXPECT_EQ(out.compared->tables.front().row("cpu_percent.dom0")->pairs, 2U);
  EXPECT_THAT(out.report, HasSubstr("Damaged: trial 0, samples of xen"));
}

TEST_F(BadInput, ADamagedTrialIsLeftOutAndNamed) {
  const std::string directory = run("run", 3, [](TrialRecord&) {});
  execute(directory, "UPDATE carrier SET direction = 'sideways' WHERE trial_id = 2");
  execute(directory, "UPDATE clock_offset SET offset_ns = 9223372036854775807 WHERE trial_id = 3");
  const Outcomes out = try_all({directory});
  ASSERT_TRUE(out.compared) << out.compared.error().text();
  EXPECT_THAT(out.compared->caveats, Contains(HasSubstr("Left out: trial 1 (path=netfront workload=tcp_stream, "
                                                        "repetition 1) is failed: it cannot be read whole")));
  EXPECT_THAT(out.compared->caveats, Contains(HasSubstr("a time is out of range")));
  EXPECT_EQ(out.compared->tables.front().row("throughput_bps")->pairs, 1U);
  const auto store = Store::open(directory);
  EXPECT_THAT(render_run(*store, {})->text, HasSubstr("damaged, left out"));
}

TEST_F(BadInput, ExtremeCountersDoNotOverflow) {
  const Outcomes out = try_all({run("run", 2, [](TrialRecord& record) {
    for (SampleBlock& block : record.blocks)
      for (auto& column : block.columns) {
        column[1] = std::numeric_limits<std::int64_t>::min() + 1;
        column[2] = std::numeric_limits<std::int64_t>::max();
      }
  })});
  ASSERT_TRUE(out.compared) << out.compared.error().text();
  EXPECT_THAT(out.compared->caveats, Contains(HasSubstr("Counters that were reset")));
}

TEST_F(BadInput, FlippedBytesNeverCrash) {
  const std::string directory = run("run", 2, [](TrialRecord&) {});
  const std::string file = directory + "/run.sqlite";
  const std::string whole = read_file(file).value();
  stats::Random random(1);
  int with_result = 0;
  constexpr int kDraws = 40;
  for (int i = 0; i < kDraws; ++i) {
    std::string bytes = whole;
    for (int flip = 0; flip < 1 + i % 20; ++flip)
      bytes[random.below(static_cast<std::uint32_t>(bytes.size()))] = static_cast<char>(random.below(256));
    if (i % 8 == 7) bytes.resize(random.below(static_cast<std::uint32_t>(bytes.size())));
    ASSERT_TRUE(write_file(file, bytes));
    const Outcomes out = try_all({directory});
    with_result += out.compared ? 1 : 0;
    if (!out.compared) {
      EXPECT_NE(out.compared.error().kind, ErrorKind::failed) << out.compared.error().text();
    }
  }
  EXPECT_GT(with_result, kDraws / 4) << "what can be read is read";
}

}  // namespace
}  // namespace sriov
