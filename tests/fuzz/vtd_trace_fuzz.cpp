#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "collector/iotlb/vtd_trace_text.h"

// The same events come out however the bytes are cut: the first byte says where.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = bytes.empty() ? 0 : data[0] % bytes.size();
  std::vector<int> whole;
  std::vector<int> parts;
  const auto into = [](std::vector<int>& out) {
    return [&out](const sriov::VtdTraceLine& line) {
      out.push_back(static_cast<int>(line.event) * 65536 + line.requester.value_or(0));
    };
  };
  sriov::VtdTraceStream one;
  one.feed(bytes, into(whole));
  sriov::VtdTraceStream two;
  two.feed(bytes.substr(0, cut), into(parts));
  two.feed(bytes.substr(cut), into(parts));
  if (whole != parts) std::abort();
  return 0;
}
