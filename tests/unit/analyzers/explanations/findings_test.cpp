// CPU, bottlenecks and published numbers; loading and rendering.
#include <nlohmann/json.hpp>

#include "analyzers/explanations/published_csv.h"
#include "report/json/findings_json.h"
#include "report/text/render_findings.h"
#include "tests/unit/support/explained.h"
#include "tests/unit/support/golden.h"
#include "tests/unit/support/synthetic_run.h"

namespace sriov {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::Not;

class FindingsTest : public test::ExplainedRun {
 protected:
  static std::vector<test::RateTrial> two_paths() {
    std::vector<test::RateTrial> out;
    for (int repetition = 0; repetition < 3; ++repetition) {
      test::RateTrial vf;
      vf.cell = {{"path", "vf"}};
      vf.repetition = repetition;
      vf.cpu("Domain-0", 1).cpu("guest1", 39 + repetition).packets(10'000, 1400);
      test::RateTrial netfront = vf;
      netfront.cell = {{"path", "netfront"}};
      netfront.counters.clear();  // Merged packets of 30,280 bytes: 20 of the wire's each.
      netfront.cpu("Domain-0", 41).cpu("guest1", 39 + repetition).packets(500, 30'280);
      out.push_back(vf);
      out.push_back(netfront);
    }
    return out;
  }
};

TEST_F(FindingsTest, CpuIsSetAgainstPacketsOfTheWire) {
  const Finding finding = explain("cpu_attribution", two_paths());
  ASSERT_EQ(finding.absent, "");
  EXPECT_THAT(finding.sentences, Contains(HasSubstr("vf: dom0 took 2.44 %")));
  // 40 % of a CPU for 10,000 packets a second are 40 us each, on both paths but for dom0's 41 %.
  EXPECT_THAT(finding.sentences, Contains(AllOf(HasSubstr("takes 41.0 µs of CPU on vf and 81.0 µs on netfront"),
                                                HasSubstr("+40.0 µs in dom0"))));
  const auto sources = column(finding, "wire packets");
  ASSERT_EQ(sources.size(), 2U);  // netfront, vf.
  EXPECT_EQ(sources[0].text, "bytes / 1,514");
  EXPECT_EQ(sources[1].text, "counted");
  EXPECT_THAT(finding.caveats, Contains(HasSubstr("GRO")));
}

TEST_F(FindingsTest, XensPartNeedsTheTrace) {
  std::vector<test::RateTrial> trials = two_paths();
  const Labels domain{{"domain", "guest1"}, {"reason", "HLT"}};
  for (test::RateTrial& trial : trials) {
    trial.counters.push_back({"dom0", "vmexit", "vmexit.exits", domain, 20'000});
    trial.counters.push_back({"dom0", "vmexit", "vmexit.xen_cycles", domain, 1e6});
    trial.counters.push_back({"dom0", "vmexit", "vmexit.run_cycles", {{"domain", "guest1"}}, 4e6});
  }
  const Finding finding = explain("cpu_attribution", trials);
  const auto xen = column(finding, "of it Xen's");
  ASSERT_EQ(xen.size(), 2U);
  EXPECT_NEAR(xen[0].value.value_or(0), 10, 1e-6);  // A quarter of 40 %.
  EXPECT_NEAR(column(finding, "exits per wire packet")[1].value.value_or(0), 2, 1e-6);
  EXPECT_TRUE(column(explain("cpu_attribution", two_paths()), "of it Xen's").empty());
}

TEST_F(FindingsTest, TheBusiestCpuSetsTheLimit) {
  std::vector<test::RateTrial> trials = two_paths();
  for (test::RateTrial& trial : trials)
    for (const auto& [vcpu, percent] : {std::pair("0", 12.0), std::pair("1", 25.0)})
      trial.counters.push_back({"dom0",
                                "xen",
                                "xen.vcpu_cpu_time",
                                {{"domain", "Domain-0"}, {"domid", "0"}, {"vcpu", vcpu}},
                                percent * 1e7});
  const Finding finding = explain("bottleneck", trials);
  ASSERT_EQ(finding.absent, "");
  EXPECT_THAT(finding.sentences, Contains(AllOf(HasSubstr("dom0 vCPU 1 is the busiest (25.0 %)"),
                                                HasSubstr("would be full at 320"), HasSubstr("4.00 times"))));
  EXPECT_THAT(explain("bottleneck", two_paths()).absent, HasSubstr("single CPUs"));
}

TEST_F(FindingsTest, WhatABusyCpuCarriesAndWhereItIsFullAreOfTheSameMeans) {
  std::vector<test::RateTrial> trials = two_paths();
  double percent = 20;
  for (test::RateTrial& trial : trials) {
    trial.counters.push_back(
        {"dom0", "xen", "xen.vcpu_cpu_time", {{"domain", "Domain-0"}, {"domid", "0"}, {"vcpu", "0"}}, percent * 1e7});
  }
  const Finding finding = explain("bottleneck", trials);
  ASSERT_EQ(finding.absent, "");
  const auto busy = column(finding, "busy");
  const auto carries = column(finding, "carries");
  const auto full = column(finding, "full at");
  ASSERT_EQ(carries.size(), 2U);
  ASSERT_EQ(full.size(), 2U);
  ASSERT_GE(busy.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    SCOPED_TRACE(carries[i].text + " and " + full[i].text);
    EXPECT_NEAR(std::stod(full[i].text) / std::stod(carries[i].text), 100 / busy[i].value.value_or(0), 0.02);
  }
}

TEST_F(FindingsTest, PublishedNumbersStandBesideOurs) {
  ::setenv("SRIOV_BENCH_CONFIGS", SRIOV_CONFIGS, 1);
  const Finding finding = explain("published", two_paths());
  ::unsetenv("SRIOV_BENCH_CONFIGS");
  ASSERT_EQ(finding.absent, "");
  EXPECT_THAT(column(finding, "published"), Contains(Field(&FindingCell::text, "9.48 Gbit/s")));
  EXPECT_THAT(column(finding, "this run"), Contains(Field(&FindingCell::text, HasSubstr("80.0"))));
}

TEST(PublishedCsv, EveryShippedNumberHasASource) {
  const auto all = read_published(std::string(SRIOV_CONFIGS) + "/published");
  ASSERT_TRUE(all) << all.error().text();
  EXPECT_GT(all->size(), 50U);
  for (const PublishedNumber& number : *all) EXPECT_NE(number.source, "") << number.paper;
}

TEST(PublishedCsv, BadTextsAreErrorsWithTheirLine) {
  const std::string header = "paper,year,figure,path,metric,what,value,unit,source\n";
  const auto good = parse_published_csv(header + "\"A, \"\"B\"\"\",2010,1,vf,,x,1,%,s\r\n", "f");
  ASSERT_TRUE(good) << good.error().text();
  EXPECT_EQ(good->front().paper, "A, \"B\"");
  for (const char* bad :
       {"a,b\n", "\"open,2010,1,vf,,x,1,%,s\n", "a,2010,1,vf,,x,1,%,\n", "a\"b,2010,1,vf,,x,1,%,s\n"}) {
    const auto result = parse_published_csv(header + bad, "f");
    ASSERT_FALSE(result) << bad;
    EXPECT_EQ(result.error().where, "f:2");
  }
  EXPECT_FALSE(parse_published_csv("", "f"));
  EXPECT_TRUE(read_published("/nonexistent")->empty());
}

TEST_F(FindingsTest, OnlyOneAndUnknownNames) {
  const auto store = test::make_rate_run(directory_.path() + "/only", two_paths());
  ASSERT_TRUE(store);
  const auto run = RunData::load(*store);
  ASSERT_TRUE(run);
  EXPECT_EQ(sriov::explain(*run)->size(), explanation_names().size());
  const auto wrong = sriov::explain(*run, {"scalin"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::usage);
  EXPECT_THAT(wrong.error().text(), HasSubstr("did you mean 'scaling'?"));
}

TEST_F(FindingsTest, NothingValidIsNotEnoughData) {
  auto store = test::make_rate_run(directory_.path() + "/none", {});
  ASSERT_TRUE(store);
  TrialRecord invalid = test::make_rate_record({}, 0);
  invalid.status = TrialStatus::invalid;
  ASSERT_TRUE(store->put_trial(invalid));
  const auto run = RunData::load(*store);
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().kind, ErrorKind::not_enough_data);
}

TEST_F(FindingsTest, EveryExplanationStandsOneEmptyTrial) {
  test::RateTrial bare;
  for (const std::string& name : explanation_names()) {
    const Finding finding = explain(name, {bare});
    EXPECT_NE(finding.title, "") << name;
    EXPECT_TRUE(!finding.absent.empty() || !finding.sentences.empty()) << name;
  }
}

TEST_F(FindingsTest, GoldenTextAndJson) {
  const auto store = test::make_synthetic_run(directory_.path() + "/golden", true);
  ASSERT_TRUE(store);
  const auto run = RunData::load(*store);
  ASSERT_TRUE(run) << run.error().text();
  EXPECT_EQ(run->left_out(), 1U);
  std::vector<std::string> names = explanation_names();
  std::erase(names, "published");  // Papers come and go.
  const auto findings = sriov::explain(*run, names);
  ASSERT_TRUE(findings) << findings.error().text();
  test::expect_golden("explain.txt", render_findings(*run, *findings, {}));
  const std::string json = findings_json(*run, *findings);
  test::expect_golden("explain.json", json);
  const auto parsed = nlohmann::json::parse(json);
  EXPECT_EQ(parsed["schema"], 1);
  EXPECT_EQ(parsed["findings"].size(), names.size());
}

}  // namespace
}  // namespace sriov
