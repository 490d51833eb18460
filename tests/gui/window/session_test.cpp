// A session as somebody has it who looks at a result of the lab: every page, a comparison, a zoom, figures as files.
// Screenshots are stored in $SRIOV_SCREENSHOTS, else in the scratch directory.
#include <QListWidget>
#include <QPixmap>
#include <QTest>

#include "core/registry.h"
#include "gui/appearance.h"
#include "gui/models/compare_view.h"
#include "gui/widgets/figure_view.h"
#include "tests/gui/window/window_test.h"

namespace sriov::gui::test {
namespace {

struct Look {
  QSize size;
  Appearance appearance;
  const char* name;
};

class SessionTest : public WindowTest {
 protected:
  void shoot(const std::string& name) {
    const QByteArray wanted = qgetenv("SRIOV_SCREENSHOTS");
    const std::string folder = wanted.isEmpty() ? directory_.path() : wanted.toStdString();
    std::filesystem::create_directories(folder);
    settle();
    EXPECT_TRUE(window_->grab().save(QString::fromStdString(folder + "/" + name + ".png")));
  }
  void set(const QString& key, const QString& value) {
    ViewState next = window_->view_stack().state();
    next.setting[key] = value;
    window_->view_stack().change(next, key);
    settle();
  }
  /// Runs to look at: $SRIOV_SESSION_RUNS (several between colons), else the fixture.
  [[nodiscard]] QStringList runs() const {
    const QString wanted = qEnvironmentVariable("SRIOV_SESSION_RUNS");
    return wanted.isEmpty() ? QStringList{fixture("lab")} : wanted.split(QLatin1Char(':'));
  }
};

class EveryLook : public SessionTest, public testing::WithParamInterface<Look> {};

TEST_P(EveryLook, EveryPageShowsTheRun) {
  const Look& look = GetParam();
  set_appearance(look.appearance);
  show(look.size.width(), look.size.height());
  shoot(std::string(look.name) + "-empty");
  open(runs());
  for (const std::string& name : Registry<Page>::instance().names()) {
    page(name);
    shoot(std::string(look.name) + "-" + name);
  }
  page("compare");
  for (const QString& chart : compare_charts()) {
    set(kCompareChart, chart);
    EXPECT_FALSE(words_of(*window_->current_page()).isEmpty());
    shoot(std::string(look.name) + "-compare-" + chart.toStdString());
  }
  set_appearance(Appearance::desktop);
}

INSTANTIATE_TEST_SUITE_P(Looks, EveryLook,
                         testing::Values(Look{{1280, 800}, Appearance::light, "small-light"},
                                         Look{{1920, 1080}, Appearance::dark, "large-dark"},
                                         Look{{1280, 800}, Appearance::dark, "small-dark"},
                                         Look{{1920, 1080}, Appearance::light, "large-light"}),
                         [](const auto& look) {
                           std::string name = look.param.name;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace sriov::gui::test
