#include "gui/models/environment_model.h"

#include <QAbstractItemModelTester>

#include <gmock/gmock.h>

#include "gui/models/environment_difference.h"
#include "gui/models/table_csv.h"
#include "tests/unit/support/synthetic_run.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::gui {
namespace {

class EnvironmentModelTest : public testing::Test {
 protected:
  QString run(const std::string& name, const std::string& dom0, const std::string& other = "peer") const {
    const std::string path = directory_.path() + "/" + name;
    auto store = Store::create(path, test::synthetic_info(true));
    EXPECT_TRUE(store && store->put_environment("dom0", dom0) && store->put_environment(other, "{}"));
    return QString::fromStdString(path);
  }

  test::TemporaryDirectory directory_;
};

TEST_F(EnvironmentModelTest, ShowsEachFactWithBothValues) {
  EnvironmentModel model;
  const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::Fatal);
  model.set_changes("a", "b", {{"kernel", "6.1", "6.12"}, {"xen.version", "", "4.17"}});
  EXPECT_EQ(model.rowCount(), 2);
  EXPECT_EQ(table_csv(model), "Fact,a,b\r\nkernel,6.1,6.12\r\nxen.version,absent,4.17\r\n");
  model.set_changes("a", "b", {});
  EXPECT_EQ(model.rowCount(), 0);
}

TEST_F(EnvironmentModelTest, TwoRunsDifferByTheFactsOfAMachine) {
  const auto found =
      environment_difference(run("a", R"({"kernel":"6.1","cpus":2})"), run("b", R"({"kernel":"6.12","cpus":2})"), {});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->machine, "dom0") << "the machine under test comes first";
  EXPECT_EQ(found->machines, QStringList({"dom0", "peer"}));
  ASSERT_EQ(found->changes.size(), 1U);
  EXPECT_EQ(found->changes[0].text(), "kernel: 6.1 -> 6.12");
}

TEST_F(EnvironmentModelTest, OneRunDiffersByWhatChangedWhileItWasMeasured) {
  const QString one = run("a", R"({"kernel":"6.1","changes":[{"fact":"load","begin":"0","end":"1"},3]})");
  const auto found = environment_difference(one, one, "dom0");
  ASSERT_TRUE(found);
  ASSERT_EQ(found->changes.size(), 1U);
  EXPECT_EQ(found->changes[0].text(), "load: 0 -> 1");
}

TEST_F(EnvironmentModelTest, AMachineOfOneRunOnlyIsNoDifference) {
  const auto found = environment_difference(run("a", "{}"), run("b", "{}", "guest9"), "guest9");
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->is_in_both);
  EXPECT_TRUE(found->changes.empty());
  EXPECT_FALSE(environment_difference(run("c", "{}"), "/nowhere", "dom0"));
}

}  // namespace
}  // namespace sriov::gui
