#include "collector/net/standard_statistics.h"

#include <linux/ethtool.h>

#include <algorithm>

namespace sriov {
namespace {

class KernelStats : public StandardStatsSource {
 public:
  KernelStats(EthtoolNetlink netlink, std::uint32_t groups) : netlink_(std::move(netlink)), groups_(groups) {}

  std::vector<std::string> strings(std::uint32_t set) override {
    return netlink_.strings(set).value_or(std::vector<std::string>());
  }
  bool read(const std::string& device, std::vector<StandardValue>& out) override {
    return netlink_.read_standard_stats(device, groups_, out).has_value();
  }

 private:
  EthtoolNetlink netlink_;
  std::uint32_t groups_;  ///< How many there are.
};

}  // namespace

Result<std::unique_ptr<StandardStatsSource>> open_standard_stats() {
  SRIOV_ASSIGN(EthtoolNetlink netlink, EthtoolNetlink::open());
  const auto groups = netlink.strings(ETH_SS_STATS_STD);
  if (!groups || groups->empty())
    return fail_environment("this kernel has no standard statistics (Linux 5.13 and later)");
  const auto count = static_cast<std::uint32_t>(groups->size());
  return std::make_unique<KernelStats>(std::move(netlink), count);
}

StandardStatistics::StandardStatistics(std::string device, std::string driver, const Metric& metric,
                                       StandardStatsSource& source, Recorder& recorder)
    : device_(std::move(device)), driver_(std::move(driver)), metric_(&metric), source_(&source) {
  if (!source_->read(device_, values_)) return;
  for (const StandardValue& value : values_) add_column(value.key, recorder);
}

void StandardStatistics::sample(Recorder& recorder) {
  if (!source_->read(device_, values_)) return;
  for (std::size_t i = 0; i < values_.size(); ++i)
    recorder.set(column_of(values_[i].key, i, recorder), values_[i].value);
}

/// The answers of a driver are alike: the column is nearly always at the same place.
std::size_t StandardStatistics::column_of(const StandardKey& key, std::size_t place, Recorder& recorder) {
  if (place < columns_.size() && columns_[place].first == key) return columns_[place].second;
  const auto known = std::ranges::find(columns_, key, [](const auto& column) { return column.first; });
  return known == columns_.end() ? add_column(key, recorder) : known->second;
}

std::size_t StandardStatistics::add_column(const StandardKey& key, Recorder& recorder) {
  using enum StandardKey::Kind;
  Labels labels{{"device", device_}, {"driver", driver_}, {"group", string_of(ETH_SS_STATS_STD, key.group)}};
  labels.emplace_back("statistic", key.kind == statistic ? string_of(key.names, key.place) : histogram_name(key));
  if (key.kind != statistic) labels.emplace_back("direction", key.kind == rx_histogram ? "rx" : "tx");
  columns_.emplace_back(key, recorder.column(*metric_, std::move(labels)));
  return columns_.back().second;
}

std::string StandardStatistics::string_of(std::uint32_t set, std::uint32_t place) {
  auto known = strings_.find(set);
  if (known == strings_.end()) known = strings_.emplace(set, source_->strings(set)).first;
  const std::vector<std::string>& strings = known->second;
  return place < strings.size() && !strings[place].empty() ? strings[place] : std::to_string(place);
}

}  // namespace sriov
