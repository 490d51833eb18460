// Whole outputs, compared with files. SRIOV_UPDATE_GOLDEN=1 writes them anew: review the difference before committing.
#include <cstdlib>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "analyzers/comparison/comparison.h"
#include "host/file.h"
#include "report/csv/export_csv.h"
#include "report/json/comparison_json.h"
#include "report/json/run_json.h"
#include "report/text/render_comparison.h"
#include "report/text/render_run.h"
#include "tests/unit/support/golden.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using test::expect_golden;

class Golden : public ::testing::Test {
 protected:
  Golden()
      : emulated_(test::make_synthetic_run(directory_.path() + "/emulated", true)),
        real_(test::make_synthetic_run(directory_.path() + "/real", false)) {}

  static std::string csv(Result<void> (*write)(const Store&, const Sink&), const Store& store) {
    std::string out;
    const auto written = write(store, [&](std::string_view bytes) -> Result<void> {
      out.append(bytes);
      return {};
    });
    EXPECT_TRUE(written) << written.error().text();
    return out;
  }

  test::TemporaryDirectory directory_;
  Result<Store> emulated_;
  Result<Store> real_;
};

TEST_F(Golden, Show) {
  expect_golden("show.txt", render_run(*emulated_, {}).value().text);
  EXPECT_TRUE(render_run(*emulated_, {}).value().has_valid_trial);
}

TEST_F(Golden, ShowTheEnvironment) {
  const std::string facts = read_file(std::string(SRIOV_FIXTURES) + "/environment/dom0.json").value();
  ASSERT_TRUE(emulated_->put_environment("dom0", facts));
  expect_golden("show_environment.txt", render_run(*emulated_, {}, EnvironmentDetail::full).value().text);
}

TEST_F(Golden, ShowAnEnvironmentOfAnotherMaking) {
  for (const char* facts :
       {R"({"nics":7,"irqs":{"a":1}})", R"({"nics":[1,{},{"device":[]}],"irqs":[[],{"irq":"x"}]})", R"([1])", "no JSON",
        R"({"nics":[{"device":"e","rings":3,"offloads_on":[1],"vf_layout":[4]}]})"}) {
    ASSERT_TRUE(emulated_->put_environment("dom0", facts));
    EXPECT_TRUE(render_run(*emulated_, {}, EnvironmentDetail::full)) << facts;
    EXPECT_TRUE(nlohmann::json::accept(run_json(*emulated_).value().text)) << facts;
  }
}

TEST_F(Golden, ShowJson) { expect_golden("show.json", run_json(*emulated_).value().text); }

TEST_F(Golden, ShowJsonOfARecording) {
  const test::TemporaryDirectory directory;
  RunInfo info = test::synthetic_info(false);
  info.name = "recording";
  info.testbed.clear();
  auto store = Store::create(directory.path() + "/recording", info);
  ASSERT_TRUE(store);
  TrialRecord record = test::make_record(test::on_path("vf", 0, 0));
  record.reports.clear();
  record.planned.cell.clear();
  ASSERT_TRUE(store->put_trial(record));
  expect_golden("show_recording.json", run_json(*store).value().text);
}

TEST_F(Golden, CompareEmulated) {
  expect_golden("compare_emulated.txt", render_comparison(compare(*emulated_).value(), false, {}));
}

TEST_F(Golden, CompareReal) {
  expect_golden("compare_real_all.txt", render_comparison(compare(*real_).value(), true, {}));
}

TEST_F(Golden, CompareJson) {
  const std::string text = comparison_json(compare(*emulated_).value());
  EXPECT_TRUE(nlohmann::json::accept(text));
  expect_golden("compare.json", text);
}

TEST_F(Golden, SamplesCsv) { expect_golden("samples.csv", csv(export_samples_csv, *emulated_)); }

TEST_F(Golden, IntervalsCsv) { expect_golden("intervals.csv", csv(export_intervals_csv, *emulated_)); }

TEST_F(Golden, SummaryCsv) { expect_golden("summary.csv", csv(export_summary_csv, *real_)); }

TEST_F(Golden, WideCsv) { expect_golden("wide.csv", csv(export_wide_csv, *real_)); }

TEST_F(Golden, ColourIsOnlyDecoration) {
  std::string coloured = render_comparison(compare(*emulated_).value(), false, {true});
  EXPECT_NE(coloured.find('\x1b'), std::string::npos);
  for (std::size_t at = coloured.find('\x1b'); at != std::string::npos; at = coloured.find('\x1b'))
    coloured.erase(at, coloured.find('m', at) - at + 1);
  EXPECT_EQ(coloured, render_comparison(compare(*emulated_).value(), false, {}));
}

TEST_F(Golden, AFailingSinkEndsTheExport) {
  const auto full = [](std::string_view) -> Result<void> { return fail("disk full"); };
  EXPECT_FALSE(export_samples_csv(*emulated_, full));
  EXPECT_FALSE(export_summary_csv(*emulated_, full));
  EXPECT_FALSE(export_wide_csv(*emulated_, full));
  EXPECT_FALSE(export_intervals_csv(*emulated_, full));
}

}  // namespace
}  // namespace sriov
