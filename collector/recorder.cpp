#include <algorithm>

#include "collector/collector.h"

namespace sriov {
namespace {

constexpr std::size_t kMostReservedValues = (std::size_t{64} << 20U) / sizeof(std::int64_t);

}  // namespace

Recorder::Recorder(std::size_t expected_rows) : reserved_rows_(std::max<std::size_t>(expected_rows, 1)) {
  begin_ns_.reserve(reserved_rows_);
  end_ns_.reserve(reserved_rows_);
  row_begins_.reserve(reserved_rows_);
}

std::size_t Recorder::column(const Metric& metric, Labels labels) {
  labels = sorted(std::move(labels));
  std::string key(metric.name);
  for (const auto& [name, value] : labels) key.append(1, '\0').append(name).append(1, '\0').append(value);
  const auto [place, is_new] = index_.try_emplace(std::move(key), series_.size());
  if (is_new) {
    series_.push_back(
        {std::string(metric.name), std::string(metric.unit), metric.kind, std::move(labels), apart_labels(metric)});
    if (in_row_) values_.push_back(kAbsent);
  }
  return place->second;
}

void Recorder::reserve_rows() {
  const std::size_t rows_left = reserved_rows_ > rows() ? reserved_rows_ - rows() : 1;
  const std::size_t wanted = std::min(rows_left * series_.size(), kMostReservedValues);
  // Past the reservation, grow by half as vectors do, so that a long run is not copied at every row.
  values_.reserve(values_.size() + std::max({wanted, values_.size() / 2, series_.size()}));
}

void Recorder::begin_row(std::int64_t begin_ns) {
  row_has_value_ = false;
  if (values_.capacity() - values_.size() < series_.size()) reserve_rows();
  row_begin_ = values_.size();
  in_row_ = true;
  row_begins_.push_back(row_begin_);
  begin_ns_.push_back(begin_ns);
  end_ns_.push_back(begin_ns);
  values_.resize(values_.size() + series_.size(), kAbsent);
}

void Recorder::end_row(std::int64_t end_ns) {
  if (!in_row_) return;
  end_ns_.back() = end_ns;
  row_begin_ = values_.size();
  in_row_ = false;
}

Recorder Recorder::split_rows() {
  Recorder rows(1);
  rows.series_ = series_;
  std::swap(rows.begin_ns_, begin_ns_);
  std::swap(rows.end_ns_, end_ns_);
  std::swap(rows.row_begins_, row_begins_);
  std::swap(rows.values_, values_);
  begin_ns_.reserve(reserved_rows_);
  end_ns_.reserve(reserved_rows_);
  row_begins_.reserve(reserved_rows_);
  row_begin_ = 0;
  return rows;
}

SampleBlock Recorder::take(std::string endpoint, std::string collector) {
  SampleBlock block;
  block.endpoint = std::move(endpoint);
  block.collector = std::move(collector);
  block.columns.assign(series_.size(), std::vector<std::int64_t>(rows(), kAbsent));
  row_begins_.push_back(values_.size());
  for (std::size_t row = 0; row + 1 < row_begins_.size(); ++row) {
    const std::size_t width = row_begins_[row + 1] - row_begins_[row];
    for (std::size_t column = 0; column < width; ++column)
      block.columns[column][row] = values_[row_begins_[row] + column];
  }
  block.series = std::move(series_);
  block.begin_ns = std::move(begin_ns_);
  block.end_ns = std::move(end_ns_);
  *this = Recorder(reserved_rows_);
  return block;
}

}  // namespace sriov
