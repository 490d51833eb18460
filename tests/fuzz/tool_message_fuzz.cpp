#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "workloads/adapters/tool_message.h"

// What was read is written so that it is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = sriov::decode_tool_message({reinterpret_cast<const char*>(data), size});
  if (!message) return 0;
  const auto again = sriov::decode_tool_message(sriov::encode(*message));
  if (!again || again->kind != message->kind || again->told.measures.size() != message->told.measures.size())
    std::abort();
  return 0;
}
