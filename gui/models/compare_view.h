// What the Compare page shows for a selection: computed on a worker, plain values.
#pragma once

#include <QString>
#include <QStringList>
#include <vector>

#include "gui/models/run_set.h"
#include "gui/models/view_stack.h"
#include "report/run_factors.h"

namespace sriov::gui {

/// Keys of ViewState::setting.
inline const QString kCompareChart = QStringLiteral("compare/chart");
inline const QString kComparePanel = QStringLiteral("compare/panel");
inline const QString kCompareAxis = QStringLiteral("compare/axis");
inline const QString kComparePublished = QStringLiteral("compare/published");

/// The charts of the page in the order of its list, by FigureSource's name.
[[nodiscard]] const QStringList& compare_charts();

/// A chart, or why there is none.
struct ComparePanel {
  QString name;  ///< Zoom of it is kept under this: "compare/latency-ecdf/workload=tcp_rr".
  Result<FigureData> figure;
};

struct CompareView {
  Comparison comparison;
  std::vector<RunFactor> factors;
  std::vector<ComparePanel> panels;
  std::size_t table = 0;  ///< Of the comparison's, the one that the selection is about.
};

/// Of the experiments that are open. An error when nothing can be compared at all: a single chart without data is in
/// its panel.
[[nodiscard]] Result<CompareView> compare_view(const RunSet& runs, const ViewState& view);

}  // namespace sriov::gui
