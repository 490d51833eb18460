#include "collector/vf/mac_counters.h"

#include <algorithm>

#include "core/sample_block.h"

namespace sriov {

MacIndices find_mac_statistics(const MacCounters& known, const std::vector<std::string>& names) {
  const std::array<const MacStatistic*, kMacCounterCount> wanted{&known.rx_bytes, &known.tx_bytes, &known.rx_packets,
                                                                 &known.tx_packets};
  MacIndices indices;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    for (const std::string_view part : *wanted[i]) {
      if (part.empty()) continue;
      const auto found = std::find(names.begin(), names.end(), part);
      if (found == names.end()) {
        indices[i].clear();
        break;
      }
      indices[i].push_back(static_cast<std::size_t>(found - names.begin()));
    }
  }
  return indices;
}

std::optional<MacReader> MacReader::open(const std::string& netdev, std::string_view driver) {
  const MacCounters* known = mac_counters(driver);
  if (known == nullptr || netdev.empty()) return std::nullopt;
  MacReader reader(netdev, *known);
  const auto is_there = [](const std::vector<std::size_t>& parts) { return !parts.empty(); };
  if (std::none_of(reader.indices_.begin(), reader.indices_.end(), is_there)) return std::nullopt;
  return reader;
}

void MacReader::look() {
  generation_ = statistics_.generation();
  indices_ = find_mac_statistics(*known_, statistics_.names());
}

MacReading MacReader::read() {
  MacReading out;
  out.fill(kAbsent);
  const auto values = statistics_.read();
  if (statistics_.generation() != generation_) look();
  for (std::size_t i = 0; values && i < indices_.size(); ++i) {
    if (indices_[i].empty()) continue;
    out[i] = 0;
    for (const std::size_t index : indices_[i]) out[i] += static_cast<std::int64_t>((*values)[index]);
  }
  return out;
}

}  // namespace sriov
