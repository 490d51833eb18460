// micro: a short suite on this machine, kept, shown, exported and compared through the real programs.
#include <csignal>

#include <nlohmann/json.hpp>

#include "harness.h"
#include "host/clock.h"
#include "host/file.h"

namespace sriov::integration {
namespace {

using testing::HasSubstr;
using testing::Not;

class MicroCommandTest : public BenchTest {
 protected:
  void SetUp() override {
    BenchTest::SetUp();
    if (!exists(SRIOV_MICRO)) GTEST_SKIP() << "built without Google Benchmark";
  }
  [[nodiscard]] CommandOutput micro(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments{"micro", "--duration", "5ms", "--repetitions", "2"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return bench(arguments);
  }
  static std::string agent() { return std::string("exec:") + SRIOV_AGENT + " --stdio"; }
};

TEST_F(MicroCommandTest, HereAndKept) {
  const CommandOutput output = micro({"--filter", "cpuid|getpid|hypercall", "-o", result()});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("local, time of one operation, 2 repetitions"));
  EXPECT_THAT(output.out, HasSubstr("cpuid"));
  EXPECT_THAT(output.out, Not(HasSubstr("rdtsc")));
  const std::vector<TrialSummary> kept = trials();
  ASSERT_EQ(kept.size(), 2U);
  const WorkloadReport& report = kept.front().record.reports.at(0).report;
  EXPECT_GT(report.measure("ns_per_op.cpuid").value_or(0), 0);
  if (!exists("/dev/xen/privcmd")) {
    EXPECT_THAT(output.out, HasSubstr("absent: there is no /dev/xen/privcmd"));
  }

  EXPECT_THAT(bench({"show", result()}).out, HasSubstr("local, time of one operation"));
  const CommandOutput csv = bench({"export", result()});
  EXPECT_THAT(csv.out, HasSubstr(",local,ns_per_op.cpuid,ns,"));
  EXPECT_THAT(csv.out, HasSubstr(",local,ns_per_op.hypercall,ns,"));
  EXPECT_EQ(bench({"compare", result(), result() + "/"}).exit_code, 2) << "the same run twice";
  LocalShell shell;
  ASSERT_TRUE(shell.output_of({"cp", "-r", result(), directory() + "/copy"}));
  const CommandOutput compared = bench({"compare", result(), directory() + "/copy", "--baseline", "local@copy"});
  EXPECT_EQ(compared.exit_code, 0) << compared.err;
  EXPECT_THAT(compared.out, HasSubstr("local@result vs local@copy [95 %]"));

  const CommandOutput again = micro({"--filter", "cpuid", "-o", result()});
  EXPECT_EQ(again.exit_code, 2);
  EXPECT_THAT(again.err, HasSubstr("holds a run already"));
}

TEST_F(MicroCommandTest, ACopyRunsWhereTheProgramIsNot) {
  const CommandOutput output =
      micro({"--filter", "^cpuid$", "--on", "here=local:", "--on", "there=" + agent(), "--json", "-o", result()});
  ASSERT_EQ(output.exit_code, 0) << output.err;
  const auto json = nlohmann::json::parse(output.out, nullptr, false);
  ASSERT_TRUE(json.is_object()) << output.out;
  const auto& table = json.at("tables").at(0);
  EXPECT_EQ(table.at("factor"), "where");
  EXPECT_EQ(table.at("levels"), (nlohmann::json{"here", "there"}));
  EXPECT_EQ(table.at("rows").at(0).at("pairs"), 2);
  for (const char* parent : {"/tmp", "/run"})
    for (const std::string& name : list_directory(parent))
      EXPECT_FALSE(name.starts_with("sriov-bench-micro.")) << parent << "/" << name << " was left behind";
}

TEST_F(MicroCommandTest, WithoutAPlaceToKeepThem) {
  const CommandOutput output = micro({"--filter", "^memory_copy_64$", "--cpu", "0"});
  EXPECT_EQ(output.exit_code, 0) << output.err;
  EXPECT_THAT(output.out, HasSubstr("memory_copy_64"));
}

TEST_F(MicroCommandTest, List) {
  const CommandOutput text = bench({"micro", "--list"});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  EXPECT_THAT(text.out, HasSubstr("msix_mask (unsafe)"));
  EXPECT_THAT(text.out, HasSubstr("not on local: "));
  const auto json =
      nlohmann::json::parse(bench({"micro", "--list", "--json", "--filter", "cpuid"}).out, nullptr, false);
  ASSERT_TRUE(json.is_object());
  EXPECT_EQ(json.at("local").size(), 1U);
  EXPECT_EQ(json.at("local").at(0).at("works"), true);
}

TEST_F(MicroCommandTest, CtrlCKeepsWhatWasDone) {
  Child running = start({"micro", "--filter", "cpuid|rdtsc", "--repetitions", "1000", "-o", result()});
  const auto has_two = [&] {
    const auto store = Store::open(result());
    const auto stored = store ? store->trials() : Result<std::vector<TrialSummary>>(tl::unexpect, store.error());
    return stored && stored->size() >= 2;
  };
  ASSERT_TRUE(eventually(has_two, 60));
  ::kill(running.pid(), SIGINT);
  const auto code = running.wait(20'000'000'000);
  ASSERT_TRUE(code);
  EXPECT_EQ(*code, 5);
  for (const TrialSummary& trial : trials()) EXPECT_EQ(trial.record.status, TrialStatus::ok);
}

TEST_F(MicroCommandTest, WrongWords) {
  const auto expect = [&](const std::vector<std::string>& more, int code, const std::string& says) {
    const CommandOutput output = micro(more);
    EXPECT_EQ(output.exit_code, code) << output.err;
    EXPECT_THAT(output.err, HasSubstr(says));
  };
  expect({"--filter", "nonesuch"}, 2, "they are: cpuid");
  expect({"--filter", "("}, 2, "no regular expression");
  expect({"--duration", "1"}, 2, "--duration");
  expect({"--cpu", "99999"}, 2, "--cpu");
  expect({"--on", "local:", "--on", "local:"}, 2, "two endpoints");
  expect({"--filter", "msix_mask"}, 4, "");
}

}  // namespace
}  // namespace sriov::integration
