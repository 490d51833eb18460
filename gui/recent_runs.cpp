#include "gui/recent_runs.h"

#include <QSettings>

namespace sriov::gui {
namespace {

constexpr const char* kRecent = "recent";
constexpr const char* kDirectories = "directories";
constexpr int kMost = 10;

}  // namespace

QList<QStringList> recent_runs() {
  QSettings settings;
  QList<QStringList> out;
  const int count = settings.beginReadArray(kRecent);
  for (int i = 0; i < count && i < kMost; ++i) {
    settings.setArrayIndex(i);
    const QStringList directories = settings.value(kDirectories).toStringList();
    if (!directories.isEmpty()) out << directories;
  }
  settings.endArray();
  return out;
}

void add_recent(const QStringList& directories) {
  QList<QStringList> list = recent_runs();
  list.removeAll(directories);
  list.prepend(directories);
  while (list.size() > kMost) list.removeLast();
  QSettings settings;
  settings.remove(kRecent);
  settings.beginWriteArray(kRecent);
  for (int i = 0; i < list.size(); ++i) {
    settings.setArrayIndex(i);
    settings.setValue(kDirectories, list[i]);
  }
  settings.endArray();
}

void forget_recent() { QSettings().remove(kRecent); }

}  // namespace sriov::gui
