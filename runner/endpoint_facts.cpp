#include "runner/endpoint_facts.h"

#include <nlohmann/json.hpp>

namespace sriov {

bool is_emulated(const std::string& environment) {
  const auto facts = nlohmann::json::parse(environment, nullptr, false);
  return facts.is_object() && facts.contains("cpu") && facts["cpu"].is_object() &&
         facts["cpu"].value("emulated", nlohmann::json()) == true;
}

}  // namespace sriov
