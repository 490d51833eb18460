#include "collector/iio_events.h"

#include <algorithm>
#include <vector>

#include "collector/text_scan.h"
#include "core/text.h"

namespace sriov {
namespace {

struct IioModels {
  std::vector<int> models;
  std::vector<IotlbGroup> groups;
  std::string_view source;  ///< Where the encodings were read.
};

constexpr std::string_view kPcm = "intel/pcm 202604, src/opCode-6-MODEL.txt";

/// Only encodings that were read in a source are here. A model that is missing is refused: a wrong encoding counts
/// something, and that would be believed.
const std::vector<IioModels>& table() {
  using enum IotlbMetric;
  const IotlbGroup lookups_and_misses{{"event=0x40,umask=0x01,ch_mask=0,fc_mask=0",   // IOTLB Lookup
                                       "event=0x40,umask=0x20,ch_mask=0,fc_mask=0"},  // IOTLB Miss
                                      {{lookups, {0}, {}}, {misses, {1}, {}}},
                                      true};
  const IotlbGroup hits_and_misses{{"event=0x41,umask=0x01,ch_mask=0x01,fc_mask=0x7",   // IOTLB Hit
                                    "event=0x41,umask=0x20,ch_mask=0x01,fc_mask=0x7"},  // IOTLB Miss
                                   {{lookups, {0, 1}, {}}, {misses, {1}, {}}},
                                   true};
  const auto reads = [](const char* event) { return IotlbGroup{{event}, {{page_walk_reads, {0}, {}}}, false}; };
  static const std::vector<IioModels> kTable{
      // Skylake-SP, Cascade Lake, Cooper Lake. VT-d Mem Read.
      {{85}, {hits_and_misses, reads("event=0x84,umask=0x04,ch_mask=0x10,fc_mask=0x7")}, kPcm},
      // Ice Lake-SP and -D, Snow Ridge. IOMMU Mem Access.
      {{106, 108, 134}, {lookups_and_misses, reads("event=0x41,umask=0x40,ch_mask=0,fc_mask=0")}, kPcm},
      // Sapphire and Emerald Rapids, Granite Rapids and -D, Sierra Forest, Grand Ridge.
      {{143, 207, 173, 174, 175, 182}, {lookups_and_misses, reads("event=0x41,umask=0xc0,ch_mask=0,fc_mask=0")}, kPcm},
  };
  return kTable;
}

/// The value of "name\t: value".
std::string_view value_in(std::string_view line, std::string_view name) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || trim(line.substr(0, colon)) != name) return {};
  return trim(line.substr(colon + 1));
}

}  // namespace

std::span<const IotlbGroup> iio_iotlb_groups(int model) {
  for (const IioModels& row : table())
    if (std::ranges::find(row.models, model) != row.models.end()) return row.groups;
  return {};
}

int intel_model(std::string_view cpuinfo) {
  constexpr int kNone = -1;
  bool intel = false;
  bool family_6 = false;
  int model = kNone;
  TextScan lines(cpuinfo);
  while (!lines.at_end()) {
    const std::string_view line = lines.line();
    if (trim(line).empty()) break;  // The first processor stands for all.
    if (const auto vendor = value_in(line, "vendor_id"); !vendor.empty()) intel = vendor == "GenuineIntel";
    if (const auto family = value_in(line, "cpu family"); !family.empty()) family_6 = family == "6";
    if (const auto number = to_int(value_in(line, "model")); number && *number < 0x1000)
      model = static_cast<int>(*number);
  }
  return intel && family_6 ? model : kNone;
}

}  // namespace sriov
