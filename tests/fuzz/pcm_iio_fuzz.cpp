#include <cstdlib>
#include <optional>

#include "collector/iotlb/pcm_iio_text.h"
#include "collector/text_scan.h"
#include "core/sample_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sriov::TextScan lines({reinterpret_cast<const char*>(data), size});
  std::optional<sriov::PcmIioColumns> columns;
  while (!lines.at_end()) {
    const std::string_view line = lines.line();
    if (const auto header = sriov::parse_pcm_iio_header(line)) columns = header;
    if (!columns) continue;
    const auto row = sriov::parse_pcm_iio_row(line, *columns);
    if (!row) continue;
    if (row->socket.empty() || row->stack.empty()) std::abort();
    for (std::size_t event = 0; event < sriov::kPcmIioEventCount; ++event)
      if (row->per_second[event] != sriov::kAbsent && (row->per_second[event] < 0 || !columns->events[event]))
        std::abort();
  }
  return 0;
}
