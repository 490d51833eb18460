#include "gui/translation.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QTranslator>
#include <algorithm>

namespace sriov::gui {

QStringList translation_folders() {
  const QString program = QCoreApplication::applicationDirPath();
  return {program + QStringLiteral("/../share/sriov-bench/translations"), program + QStringLiteral("/translations")};
}

bool load_translation(const QLocale& locale, const QStringList& folders) {
  auto* own = new QTranslator(qApp);
  const auto is_in = [&](const QString& folder) {
    return own->load(locale, QStringLiteral("sriov-bench"), QStringLiteral("_"), folder);
  };
  if (std::ranges::none_of(folders, is_in)) {
    delete own;
    return false;
  }
  QCoreApplication::installTranslator(own);
  auto* of_qt = new QTranslator(qApp);
  if (of_qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                  QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
    QCoreApplication::installTranslator(of_qt);
  return true;
}

}  // namespace sriov::gui
