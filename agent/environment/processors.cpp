#include "agent/environment/environment_parts.h"
#include "core/keyed_lines.h"
#include "core/text.h"
#include "core/time.h"
#include "host/file.h"
#include "host/process.h"
#include "host/shell.h"

namespace sriov::environment {
namespace {

std::int64_t count_processors(const std::string& cpuinfo) {
  std::int64_t count = 0;
  for (const std::string& line : split(cpuinfo, '\n'))
    if (line.starts_with("processor")) ++count;
  return count;
}

bool has_word(const std::string& words, std::string_view word) {
  for (const std::string& candidate : split(words, ' '))
    if (candidate == word) return true;
  return false;
}

/// xl has a command for each scheduler that has parameters, by its name: "xl sched-credit2".
void put_scheduler_parameters(nlohmann::json& facts, const std::string& scheduler) {
  constexpr std::int64_t kTimeoutNs = 10 * kNsPerSecond;
  if (scheduler != "credit" && scheduler != "credit2" && scheduler != "rtds") return;
  const auto output = LocalShell().output_of({"xl", "sched-" + scheduler}, kTimeoutNs);
  if (!output) return;
  if (nlohmann::json parameters = scheduler_parameters(*output); !parameters.is_null())
    facts["scheduler_parameters"] = std::move(parameters);
}

/// Only dom0 may ask the hypervisor for its command line.
void put_xl_info(nlohmann::json& facts) {
  if (find_program("xl").empty()) return;
  constexpr std::int64_t kTimeoutNs = 10 * kNsPerSecond;
  const auto info = LocalShell().output_of({"xl", "info"}, kTimeoutNs);
  if (!info) return;
  put(facts, "command_line", keyed_value(*info, "xen_commandline"));
  const std::string scheduler = keyed_value(*info, "xen_scheduler");
  put(facts, "scheduler", scheduler);
  put_scheduler_parameters(facts, scheduler);
  put(facts, "virtualization_capabilities", keyed_value(*info, "virt_caps"));
  put_number(facts, "physical_cpus", keyed_value(*info, "nr_cpus"));
}

}  // namespace

nlohmann::json describe_cpu(const Host& host) {
  nlohmann::json facts = nlohmann::json::object();
  const std::string cpuinfo = read_file(host.proc + "/cpuinfo").value_or("");
  // QEMU's own processor models (target/i386/cpu.c) are no hardware's: what runs on them takes the emulator's time.
  const std::string model = keyed_value(cpuinfo, "model name");
  if (!model.empty()) facts["emulated"] = model.starts_with("QEMU Virtual CPU") || model.starts_with("QEMU TCG CPU");
  put(facts, "model", model);
  put(facts, "vendor", keyed_value(cpuinfo, "vendor_id"));
  put_number(facts, "family", keyed_value(cpuinfo, "cpu family"));
  put_number(facts, "model_number", keyed_value(cpuinfo, "model"));
  put_number(facts, "stepping", keyed_value(cpuinfo, "stepping"));
  put(facts, "microcode", keyed_value(cpuinfo, "microcode"));
  put(facts, "bugs", keyed_value(cpuinfo, "bugs"));
  if (const std::int64_t count = count_processors(cpuinfo); count > 0) facts["count"] = count;
  if (const std::string flags = keyed_value(cpuinfo, "flags"); !flags.empty())
    facts["under_hypervisor"] = has_word(flags, "hypervisor");
  const std::string cpus = host.sys + "/devices/system/cpu";
  put(facts, "governor", read_word(cpus + "/cpu0/cpufreq/scaling_governor"));
  put(facts, "frequency_driver", read_word(cpus + "/cpu0/cpufreq/scaling_driver"));
  put(facts, "idle_driver", read_word(cpus + "/cpuidle/current_driver"));
  put(facts, "smt", read_word(cpus + "/smt/control"));
  const std::string clocksource = host.sys + "/devices/system/clocksource/clocksource0";
  put(facts, "clocksource", read_word(clocksource + "/current_clocksource"));
  put(facts, "clocksources_available", read_word(clocksource + "/available_clocksource"));
  return facts;
}

nlohmann::json describe_hypervisor(const Host& host) {
  nlohmann::json facts = nlohmann::json::object();
  const std::string folder = host.sys + "/hypervisor";
  put(facts, "type", read_word(folder + "/type"));
  const std::string major = read_word(folder + "/version/major");
  const std::string minor = read_word(folder + "/version/minor");
  if (!major.empty() && !minor.empty()) {
    std::string version = major;
    version.append(".").append(minor).append(read_word(folder + "/version/extra"));
    facts["version"] = version;
  }
  put(facts, "guest_type", read_word(folder + "/guest_type"));
  put(facts, "uuid", read_word(folder + "/uuid"));
  put(facts, "capabilities", read_word(folder + "/properties/capabilities"));
  put(facts, "changeset", read_word(folder + "/properties/changeset"));
  put(facts, "compiler", read_word(folder + "/compilation/compiler"));
  const bool is_dom0 = read_word(host.proc + "/xen/capabilities").find("control_d") != std::string::npos;
  if (!facts.empty()) facts["is_dom0"] = is_dom0;
  if (is_dom0 && host.is_live()) put_xl_info(facts);
  return facts;
}

}  // namespace sriov::environment
