#include "testbed/xen/domain_config.h"

#include <iterator>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov::xen {
namespace {

/// xl.cfg has no escapes inside quotes, so such values cannot be written at all.
bool is_quotable(std::string_view text) { return text.find_first_of("\"'\n") == std::string_view::npos; }

/// Commas separate the options of a vif.
bool is_vif_word(std::string_view text) { return is_quotable(text) && text.find(',') == std::string_view::npos; }

Result<void> check(const DomainConfig& config) {
  for (const std::string* value :
       {&config.name, &config.type, &config.kernel, &config.ramdisk, &config.cmdline, &config.serial, &config.tsc_mode})
    if (!is_quotable(*value)) return fail_usage(fmt::format("quotes cannot be part of a guest's settings: {}", *value));
  for (const VifConfig& vif : config.vifs)
    for (const std::string* value : {&vif.bridge, &vif.mac, &vif.type, &vif.model})
      if (!is_vif_word(*value))
        return fail_usage(fmt::format("quotes and commas cannot be part of a vif's settings: {}", *value));
  if (config.name.empty()) return fail_usage("a guest needs a name");
  return {};
}

std::string vif_entry(const VifConfig& vif) {
  std::vector<std::string> options;
  if (!vif.bridge.empty()) options.push_back("bridge=" + vif.bridge);
  if (!vif.mac.empty()) options.push_back("mac=" + vif.mac);
  options.push_back("type=" + vif.type);
  if (!vif.model.empty()) options.push_back("model=" + vif.model);
  return "'" + join(options, ",") + "'";
}

}  // namespace

Result<std::string> to_xl_config(const DomainConfig& config) {
  SRIOV_TRY(check(config));
  std::string text;
  const auto quoted = [&text](std::string_view key, std::string_view value) {
    if (!value.empty()) fmt::format_to(std::back_inserter(text), "{}=\"{}\"\n", key, value);
  };
  quoted("name", config.name);
  quoted("type", config.type);
  fmt::format_to(std::back_inserter(text), "memory={}\nvcpus={}\n", config.memory_mib, config.vcpus);
  if (config.type == "hvm") fmt::format_to(std::back_inserter(text), "hap={}\n", config.hap ? 1 : 0);
  quoted("kernel", config.kernel);
  quoted("ramdisk", config.ramdisk);
  quoted("cmdline", config.cmdline);
  if (config.type == "hvm") {
    quoted("serial", config.serial);
    text += "vga=\"none\"\nusb=0\n";  // Nothing polls in the device model while we measure.
  }
  quoted("tsc_mode", config.tsc_mode);
  std::vector<std::string> entries;
  for (const VifConfig& vif : config.vifs) entries.push_back(vif_entry(vif));
  if (!entries.empty()) fmt::format_to(std::back_inserter(text), "vif=[ {} ]\n", join(entries, ", "));
  entries.clear();
  for (const std::string& address : config.pci) entries.push_back("'" + address + "'");
  if (!entries.empty()) fmt::format_to(std::back_inserter(text), "pci=[ {} ]\n", join(entries, ", "));
  // A guest that dies is evidence: keep it for its serial log, and never let it restart inside a trial.
  text += "on_crash=\"preserve\"\non_reboot=\"preserve\"\n";
  for (const std::string& line : config.extra) text += line + "\n";
  return text;
}

}  // namespace sriov::xen
