// Two machines of runs side by side.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "analyzers/trial/environment_changes.h"
#include "core/result.h"

namespace sriov::gui {

struct EnvironmentDifference {
  QStringList machines;  ///< That either run has; "" is the testbed.
  QString machine;       ///< The one that is compared.
  std::vector<EnvironmentChange> changes;
  bool is_in_both = true;
};

/// For a worker's thread. Of the same directory twice: what changed while it was measured. `machine` is one of the
/// runs' endpoints; for one that neither has it is dom0, else the host.
[[nodiscard]] Result<EnvironmentDifference> environment_difference(const QString& left, const QString& right,
                                                                   const QString& machine);

}  // namespace sriov::gui
