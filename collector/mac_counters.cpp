#include "collector/mac_counters.h"

#include <algorithm>
#include <cstring>

#include "core/sample_block.h"

namespace sriov {
namespace {

constexpr std::size_t kRoomToGrow = 256;  // Should the set grow between the question and the answer.

}  // namespace

MacPlaces find_mac_statistics(const MacCounters& known, const std::vector<std::string>& names) {
  const std::array<const MacStatistic*, kMacCounterCount> wanted{&known.rx_bytes, &known.tx_bytes, &known.rx_packets,
                                                                 &known.tx_packets};
  MacPlaces places;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    for (const std::string_view part : *wanted[i]) {
      if (part.empty()) continue;
      const auto found = std::find(names.begin(), names.end(), part);
      if (found == names.end()) {
        places[i].clear();
        break;
      }
      places[i].push_back(static_cast<std::size_t>(found - names.begin()));
    }
  }
  return places;
}

std::optional<MacReader> MacReader::open(const std::string& netdev, std::string_view driver) {
  const MacCounters* known = mac_counters(driver);
  if (known == nullptr || netdev.empty()) return std::nullopt;
  MacReader reader(netdev, *known);
  const auto is_there = [](const std::vector<std::size_t>& parts) { return !parts.empty(); };
  if (std::none_of(reader.places_.begin(), reader.places_.end(), is_there)) return std::nullopt;
  return reader;
}

void MacReader::look() {
  const std::vector<std::string> names = device_.strings(ETH_SS_STATS);
  statistics_ = names.size();
  places_ = find_mac_statistics(*known_, names);
  values_ = EthtoolBuffer<ethtool_stats>((statistics_ + kRoomToGrow) * sizeof(std::uint64_t));
}

MacReading MacReader::read() {
  MacReading out;
  out.fill(kAbsent);
  const auto count = device_.string_count(ETH_SS_STATS);
  if (!count) return out;  // The device has gone.
  if (*count != statistics_) look();
  ethtool_stats& header = *values_.header();
  header.cmd = ETHTOOL_GSTATS;
  header.n_stats = static_cast<std::uint32_t>(statistics_);
  if (!device_.ask(&header) || header.n_stats != statistics_) return out;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    if (places_[i].empty()) continue;
    out[i] = 0;
    for (const std::size_t place : places_[i]) {
      std::uint64_t part = 0;
      std::memcpy(&part, static_cast<const char*>(values_.tail()) + place * sizeof part, sizeof part);
      out[i] += static_cast<std::int64_t>(part);
    }
  }
  return out;
}

}  // namespace sriov
