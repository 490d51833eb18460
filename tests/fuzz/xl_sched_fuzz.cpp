// Calls agent/environment/scheduler.cpp
#include <cstdlib>

#include "agent/environment/environment_parts.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto parameters =
      sriov::environment::scheduler_parameters(std::string(reinterpret_cast<const char*>(data), size));
  if (parameters.is_null()) return 0;
  if (!parameters["pools"].is_object() || !parameters["domains"].is_object()) std::abort();
  for (const auto& domain : parameters["domains"])
    for (const auto& value : domain)
      if (!value.is_number_integer()) std::abort();
  if (parameters.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).empty()) std::abort();
  return 0;
}
