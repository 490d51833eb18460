// The runs that were opened last.
#pragma once

#include <QList>
#include <QStringList>

namespace sriov::gui {

/// Newest first; each entry is the directories that were open together.
[[nodiscard]] QList<QStringList> recent_runs();
/// Puts it first; the oldest beyond ten are forgotten.
void add_recent(const QStringList& directories);
void forget_recent();

}  // namespace sriov::gui
