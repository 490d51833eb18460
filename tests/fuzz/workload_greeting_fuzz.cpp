// The first line that anybody may send to a workload server.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/workload/workload_greeting.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto greeting = sriov::agent::parse_greeting(line);
  if (!greeting) return 0;
  const std::string again = sriov::agent::write_greeting(*greeting);
  if (again.size() > sriov::agent::kGreetingBytes || again.back() != '\n') std::abort();
  const auto second = sriov::agent::parse_greeting(std::string_view(again).substr(0, again.size() - 1));
  if (!second || second->word != greeting->word || second->protocol != greeting->protocol) std::abort();
  return 0;
}
