#include "report/html/html_report.h"

#include <gmock/gmock.h>

#include "core/version.h"
#include "tests/unit/support/golden.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"
#include "tests/unit/support/xml_scanner.h"

namespace sriov::html {
namespace {

using test::XmlScanner;
using testing::HasSubstr;
using testing::Not;

class HtmlReport : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return directory_.path() + "/" + name; }
  static std::string replaced(std::string text, std::string_view from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
      text.replace(at, from.size(), to);
    return text;
  }
  [[nodiscard]] static std::string render(const std::vector<std::string>& directories, const ReportParts& parts) {
    auto runs = OpenRuns::open(directories);
    EXPECT_TRUE(runs) << runs.error().text();
    const auto text = render_report(*runs, parts);
    EXPECT_TRUE(text) << text.error().text();
    return text.value_or("");
  }

  test::TemporaryDirectory directory_;
};

TEST_F(HtmlReport, OfASmallRun) {
  ASSERT_TRUE(test::make_synthetic_run(path("run"), true));
  ReportParts parts;
  parts.figures_missing = "Figures were not asked for.";
  const std::string text = render({path("run")}, parts);
  EXPECT_EQ(XmlScanner::fault(text), "");
  test::expect_golden("report.html", replaced(replaced(text, path("run"), "RUN"), kVersion, "VERSION"));
}

TEST_F(HtmlReport, NeedsNothingFromOutside) {
  ASSERT_TRUE(test::make_synthetic_run(path("run"), false));
  const std::string text = render({path("run")}, {});
  for (const char* outside : {"http:", "https:", "src=", "<script", "@import", "url(", "<link"})
    EXPECT_THAT(text, Not(HasSubstr(outside)));
  EXPECT_THAT(text, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(text, HasSubstr("@media print"));
  EXPECT_THAT(text, Not(HasSubstr("Emulated hardware"))) << "it was real";
}

TEST_F(HtmlReport, TellsReasonsEventsAndFindings) {
  ASSERT_TRUE(test::make_synthetic_run(path("run"), true));
  ReportParts parts;
  NamedFinding told_one{"x", {}};
  told_one.finding.title = "Moderation";
  told_one.finding.sentences = {"interrupts were moderated"};
  parts.findings = {told_one, {"y", absent_finding("Nothing to see", "why")}};
  const std::string text = render({path("run")}, parts);
  for (const char* told : {"guest1: the agent has gone", "guest1 eth0 carried 0.0 MB of 32.0 MB", "Emulated hardware",
                           "collector xen skipped: not a Xen domain", "interrupts were moderated", "4.17.5"})
    EXPECT_THAT(text, HasSubstr(told));
  EXPECT_THAT(text, HasSubstr("Emulated: the times and rates here"));
  EXPECT_THAT(text, Not(HasSubstr("Nothing to see")));
}

TEST_F(HtmlReport, LabelsMayHoldAnything) {
  const std::string hostile = "</td><script>alert(1)</script>&\"'\x01\xFF\u202E東";
  RunInfo info = test::synthetic_info(false);
  info.name = hostile;
  info.description = hostile;
  info.experiment_toml = hostile + "]]>";
  auto store = Store::create(path("run"), info);
  ASSERT_TRUE(store);
  ASSERT_TRUE(store->put_environment(hostile, R"({"<b>":"<i>","changes":[{"fact":"<u>","begin":"&","end":"\""}]})"));
  ASSERT_TRUE(store->put_event(1, hostile, hostile));
  for (int repetition = 0; repetition < 2; ++repetition)
    for (const std::string& level : {std::string("vf"), hostile}) {
      test::SyntheticTrial trial = test::on_path("vf", repetition * 2 + (level == "vf" ? 0 : 1), repetition);
      trial.workload = hostile;
      TrialRecord record = test::make_record(trial);
      record.planned.cell["path"] = level;
      record.reports.front().report.note = hostile;
      ASSERT_TRUE(store->put_trial(record));
    }
  ReportParts parts;
  parts.figures_missing = hostile;
  parts.findings.emplace_back();
  parts.findings.back().finding.title = hostile;
  parts.findings.back().finding.sentences = {hostile};
  parts.findings.back().finding.caveats = {hostile};
  const std::string text = render({path("run")}, parts);
  EXPECT_EQ(XmlScanner::fault(text), "");
  EXPECT_THAT(text, Not(HasSubstr("<script")));
  EXPECT_THAT(text, Not(HasSubstr("<b>")));
}

TEST_F(HtmlReport, OfTwoRunsSaysThatTheyAreIndependent) {
  ASSERT_TRUE(test::make_synthetic_run(path("old"), false));
  ASSERT_TRUE(test::make_synthetic_run(path("new"), false));
  const std::string text = render({path("old"), path("new")}, {});
  EXPECT_EQ(XmlScanner::fault(text), "");
  EXPECT_THAT(text, HasSubstr("Welch"));
  EXPECT_THAT(text, HasSubstr("new vs old [95 %]"));
}

TEST_F(HtmlReport, ARecordingIsRefused) {
  RunInfo info = test::synthetic_info(false);
  info.testbed.clear();
  ASSERT_TRUE(Store::create(path("recording"), info));
  const auto runs = OpenRuns::open({path("recording")});
  ASSERT_FALSE(runs);
  EXPECT_EQ(runs.error().kind, ErrorKind::not_enough_data);
  EXPECT_THAT(runs.error().text(), HasSubstr("recording"));
}

}  // namespace
}  // namespace sriov::html
