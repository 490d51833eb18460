#include "agent/environment/environment.h"

#include "agent/environment/environment_parts.h"
#include "core/keyed_lines.h"
#include "core/text.h"
#include "core/version.h"
#include "host/file.h"

namespace sriov {
namespace environment {

void put(nlohmann::json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}

void put_number(nlohmann::json& object, const char* key, const std::string& text) {
  const auto value = to_int(text);
  if (value && *value >= 0) object[key] = *value;
}

}  // namespace environment

namespace {

constexpr std::int64_t kBytesPerKiB = 1024;

/// "MemTotal:        2030120 kB" to bytes.
void put_memory(nlohmann::json& facts, const std::string& meminfo) {
  const std::string amount = keyed_value(meminfo, "MemTotal");
  if (const auto kib = to_int(amount.substr(0, amount.find(' ')))) facts["memory_bytes"] = *kib * kBytesPerKiB;
}

}  // namespace

std::string environment_json(const Host& host) {
  using environment::put;
  nlohmann::json facts = nlohmann::json::object();
  facts["tool_version"] = std::string(kVersion);
  put(facts, "hostname", read_word(host.proc + "/sys/kernel/hostname"));
  put(facts, "kernel", read_word(host.proc + "/sys/kernel/osrelease"));
  put(facts, "kernel_version", read_word(host.proc + "/version"));
  put(facts, "kernel_command_line", read_word(host.proc + "/cmdline"));
  put_memory(facts, read_file(host.proc + "/meminfo").value_or(""));
  facts["cpu"] = environment::describe_cpu(host);
  if (auto hypervisor = environment::describe_hypervisor(host); !hypervisor.empty())
    facts["hypervisor"] = std::move(hypervisor);
  facts["nics"] = environment::describe_nics(host);
  if (auto irqs = environment::describe_irqs(host); !irqs.empty()) facts["irqs"] = std::move(irqs);
  return facts.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace sriov
