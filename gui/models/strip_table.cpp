#include "gui/models/strip_table.h"

#include <algorithm>
#include <cmath>

namespace sriov::gui {

void StripTable::show(const StripCurves* strip, std::int64_t origin_ns, std::int64_t from_ns, std::int64_t to_ns) {
  beginResetModel();
  strip_ = strip;
  origin_ns_ = origin_ns;
  first_ = last_ = 0;
  if (strip != nullptr && !strip->names().empty()) {
    const auto& instants = strip->instants_ns();
    const auto index_of = [&](auto found) { return static_cast<std::size_t>(found - instants.begin()); };
    first_ =
        std::max(index_of(std::lower_bound(instants.begin(), instants.end(), from_ns)), strip->curve(0).first_kept());
    last_ = std::max(first_, index_of(std::upper_bound(instants.begin(), instants.end(), to_ns)));
  }
  endResetModel();
}

int StripTable::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : static_cast<int>(last_ - first_);
}

int StripTable::columnCount(const QModelIndex& parent) const {
  if (parent.isValid() || strip_ == nullptr) return 0;
  return static_cast<int>(strip_->names().size()) + 1;
}

QVariant StripTable::data(const QModelIndex& index, int role) const {
  if (!index.isValid() || role != Qt::DisplayRole) return {};
  const std::size_t step = first_ + static_cast<std::size_t>(index.row());
  if (index.column() == 0) return static_cast<double>(strip_->instants_ns()[step] - origin_ns_) / 1e9;
  const double value = strip_->curve(static_cast<std::size_t>(index.column() - 1)).at(step);
  return std::isnan(value) ? QVariant() : QVariant(value);
}

QVariant StripTable::headerData(int section, Qt::Orientation orientation, int role) const {
  if (role != Qt::DisplayRole || orientation != Qt::Horizontal || section < 0 || section >= columnCount()) return {};
  if (section == 0) return QStringLiteral("time_s");
  return QString::fromStdString(strip_->names()[static_cast<std::size_t>(section - 1)]);
}

}  // namespace sriov::gui
