// The window in the user's language, where there is a translation.
#pragma once

#include <QLocale>
#include <QStringList>

namespace sriov::gui {

/// Where translations are looked for: share/sriov-bench/translations beside the program's folder, and the build tree.
[[nodiscard]] QStringList translation_folders();

/// Installs sriov-bench_LOCALE.qm of the first folder that has one ("de_AT", then "de"), and Qt's own words in the same
/// language. Whether there was one; without, everything stays English, Qt's words too: no window in two languages.
bool load_translation(const QLocale& locale, const QStringList& folders);

}  // namespace sriov::gui
