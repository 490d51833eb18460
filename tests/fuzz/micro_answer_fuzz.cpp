#include <cmath>
#include <cstdlib>

#include "runner/micro_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto answer = sriov::parse_micro_answer(text);
  if (answer && answer->ns_per_operation.has_value() == answer->why_not.has_value()) std::abort();
  if (answer && answer->ns_per_operation && (!std::isfinite(*answer->ns_per_operation) || answer->operations < 1))
    std::abort();
  const auto list = sriov::parse_micro_list(text);
  if (!list) return 0;
  for (const sriov::MicroEntry& entry : *list)
    if (entry.name.empty()) std::abort();
  return 0;
}
