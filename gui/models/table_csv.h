// Tables of the window as files.
#pragma once

#include <QAbstractItemModel>
#include <string>

namespace sriov::gui {

/// What the user sees of a table, as RFC 4180: the headers, then every row.
[[nodiscard]] std::string table_csv(const QAbstractItemModel& model);

}  // namespace sriov::gui
