#include <cstdlib>

#include "collector/vf/vf_message.h"
#include "core/sample_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sriov::VfMessage message;
  sriov::parse_vf_message(std::as_bytes(std::span(data, size)), message);
  if (message.vfs.size() > size / sizeof(std::uint32_t)) std::abort();
  for (const sriov::VfReading& reading : message.vfs)
    for (const std::int64_t value : reading.counters)
      if (value < 0 && value != sriov::kAbsent) std::abort();
  sriov::VfEvidence evidence(false);
  evidence.judge(message);
  return 0;
}
