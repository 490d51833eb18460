#include "gui/models/table_csv.h"

#include "core/csv.h"

namespace sriov::gui {

std::string table_csv(const QAbstractItemModel& model) {
  std::string out;
  const int columns = model.columnCount();
  const auto add = [&](int column, const QVariant& value) {
    if (column > 0) out += ',';
    append_csv_field(out, value.toString().toStdString());
  };
  for (int column = 0; column < columns; ++column) add(column, model.headerData(column, Qt::Horizontal));
  out += kCsvLineEnd;
  for (int row = 0; row < model.rowCount(); ++row) {
    for (int column = 0; column < columns; ++column) add(column, model.index(row, column).data());
    out += kCsvLineEnd;
  }
  return out;
}

}  // namespace sriov::gui
