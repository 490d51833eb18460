// Charts as files, with or without a window.
#pragma once

#include <QChart>
#include <QString>

#include "core/result.h"

namespace sriov::gui {

/// Writes `chart` as SVG or PNG, by the ending of `path`.
[[nodiscard]] Result<void> export_chart(QChart& chart, const QString& path, QSize size = {900, 600});

}  // namespace sriov::gui
