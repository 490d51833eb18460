#include "tests/gui/window/window_test.h"

#include <QAbstractButton>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTextEdit>

namespace sriov::gui::test {

void WindowTest::shoot(const std::string& name) {
  const QByteArray wanted = qgetenv("SRIOV_SCREENSHOTS");
  const std::string folder = wanted.isEmpty() ? SRIOV_SCREENSHOT_FOLDER : wanted.toStdString();
  std::filesystem::create_directories(folder);
  settle();
  EXPECT_TRUE(window_->grab().save(QString::fromStdString(folder + "/" + name + ".png")));
}

QString WindowTest::words_of(const QWidget& page) {
  QStringList words;
  for (const auto* label : page.findChildren<QLabel*>())
    if (label->isVisible()) words << label->text();
  for (const auto* button : page.findChildren<QAbstractButton*>())
    if (button->isVisible()) words << button->text();
  for (const auto* text : page.findChildren<QTextEdit*>())
    if (text->isVisible()) words << text->toPlainText();
  for (const auto* text : page.findChildren<QPlainTextEdit*>())
    if (text->isVisible()) words << text->toPlainText();
  return words.join(QLatin1Char('\n'));
}

}  // namespace sriov::gui::test
