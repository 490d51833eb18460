#include "gui/models/run_set.h"

#include <QCoreApplication>
#include <algorithm>

namespace sriov::gui {

RunSet RunSet::open(const QStringList& directories, JobControl& control) {
  RunSet set;
  std::vector<std::string> experiments;
  int step = 0;
  for (const QString& directory : directories) {
    if (control.is_cancelled()) return {};
    control.report(step++, static_cast<int>(directories.size()),
                   QCoreApplication::translate("RunSet", "Opening %1").arg(directory));
    const auto store = Store::open(directory.toStdString());
    const auto info = store ? store->info() : Result<RunInfo>(tl::unexpected(store.error()));
    if (!info) {
      set.problems_.push_back(info.error());
      continue;
    }
    set.runs_.push_back({directory, *info});
    if (!info->is_recording()) experiments.push_back(directory.toStdString());
  }
  if (experiments.empty()) return set;
  auto opened = OpenRuns::open(experiments);
  if (opened)
    set.shared_ = std::make_shared<Shared>(std::move(*opened));
  else
    set.problems_.push_back(opened.error());
  return set;
}

QStringList RunSet::directories() const {
  QStringList out;
  for (const OpenRun& run : runs_) out << run.directory;
  return out;
}

bool RunSet::any_emulated() const {
  return std::ranges::any_of(runs_, [](const OpenRun& run) { return run.info.emulated; });
}

}  // namespace sriov::gui
