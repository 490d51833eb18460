// The window in another language: made up of two words, for this test.
#include <QCoreApplication>
#include <QMenuBar>
#include <QTranslator>

#include "gui/translation.h"
#include "tests/gui/window/window_test.h"

namespace sriov::gui::test {
namespace {

class TranslationTest : public WindowTest {
 protected:
  ~TranslationTest() override {
    for (QTranslator* one : qApp->findChildren<QTranslator*>()) {
      QCoreApplication::removeTranslator(one);
      delete one;
    }
  }
};

#ifdef SRIOV_TRANSLATIONS
TEST_F(TranslationTest, PagesAndMenusAreNamedInTheUsersLanguage) {
  ASSERT_TRUE(load_translation(QLocale("eo_XX"), {path("none"), SRIOV_TRANSLATIONS}));
  show();
  EXPECT_EQ(page("compare").title(), "Kompari");
  EXPECT_EQ(window_->menuBar()->actions().front()->text(), "&Dosiero");
  EXPECT_EQ(page("doctor").title(), "Doctor") << "what is not translated stays as it is";
}
#endif

TEST_F(TranslationTest, WithoutOneTheWindowIsInEnglish) {
  EXPECT_FALSE(load_translation(QLocale("eo_XX"), {path("none")}));
  show();
  EXPECT_EQ(page("compare").title(), "Compare");
}

}  // namespace
}  // namespace sriov::gui::test
