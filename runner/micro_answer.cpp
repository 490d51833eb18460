#include "runner/micro_answer.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace sriov {
namespace {

using Json = nlohmann::json;

tl::unexpected<Error> no_answer() {
  return fail("sriov-bench-micro gave no answer that can be understood", {}, "use the same version at both ends");
}

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool flag_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_boolean() && found->get<bool>();
}

/// Finite and not negative, or absent.
std::optional<double> number_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_number()) return std::nullopt;
  const double value = found->get<double>();
  return std::isfinite(value) && value >= 0 ? std::optional(value) : std::nullopt;
}

std::optional<Error> error_of(const Json& object) {
  const auto found = object.find("error");
  if (found == object.end() || !found->is_object()) return std::nullopt;
  Error error{text_of(*found, "what"), text_of(*found, "where"), text_of(*found, "hint"), ErrorKind::environment};
  if (error.what.empty()) error.what = "it does not work, and does not say why";
  return error;
}

}  // namespace

Result<std::vector<MicroEntry>> parse_micro_list(std::string_view json) {
  const Json list = Json::parse(json, nullptr, false);
  if (!list.is_object() || !list.contains("benchmarks") || !list["benchmarks"].is_array()) return no_answer();
  std::vector<MicroEntry> out;
  for (const Json& one : list["benchmarks"]) {
    if (!one.is_object() || text_of(one, "name").empty()) return no_answer();
    MicroEntry entry{text_of(one, "name"),   text_of(one, "help"),   text_of(one, "hvm_exit"),
                     text_of(one, "source"), flag_of(one, "unsafe"), error_of(one)};
    if (!entry.why_not && !flag_of(one, "works")) entry.why_not = Error{"it does not work there", "", ""};
    out.push_back(std::move(entry));
  }
  return out;
}

Result<MicroAnswer> parse_micro_answer(std::string_view json) {
  const Json object = Json::parse(json, nullptr, false);
  if (!object.is_object()) return no_answer();
  MicroAnswer out;
  out.why_not = error_of(object);
  if (out.why_not) return out;
  out.ns_per_operation = number_of(object, "ns_per_operation");
  const auto operations = number_of(object, "operations");
  if (!out.ns_per_operation || !operations || *operations < 1 || *operations > 1e18) return no_answer();
  out.operations = static_cast<std::int64_t>(*operations);
  out.cycles_per_operation = number_of(object, "cycles_per_operation");
  if (!out.cycles_per_operation) out.why_no_cycles = text_of(object, "why_no_cycles");
  return out;
}

}  // namespace sriov
