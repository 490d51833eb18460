#include "collector/iotlb/iio_events.h"

#include <algorithm>
#include <vector>

#include "core/keyed_lines.h"
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

}  // namespace

std::span<const IotlbGroup> iio_iotlb_groups(int model) {
  for (const IioModels& row : table())
    if (std::ranges::find(row.models, model) != row.models.end()) return row.groups;
  return {};
}

int intel_model(std::string_view cpuinfo) {
  constexpr int kNone = -1;
  // The first processor stands for all: what it does not say is not taken from another.
  const std::string_view first = cpuinfo.substr(0, cpuinfo.find("\n\n"));
  if (keyed_value(first, "vendor_id") != "GenuineIntel" || keyed_value(first, "cpu family") != "6") return kNone;
  const auto model = to_int(keyed_value(first, "model"));
  return model && *model >= 0 && *model < 0x1000 ? static_cast<int>(*model) : kNone;
}

}  // namespace sriov
