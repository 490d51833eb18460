#include "testbed/xen/xl.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/pci_address.h"
#include "core/text.h"
#include "core/time.h"

namespace sriov::xen {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kQueryTimeoutNs = 30 * kNsPerSecond;
constexpr std::int64_t kCreateTimeoutNs = 240 * kNsPerSecond;  // An emulated machine needs over a minute for it.

const Json& member(const Json& object, const char* name) {
  static const Json kNothing;
  if (!object.is_object()) return kNothing;
  const auto found = object.find(name);
  return found == object.end() ? kNothing : *found;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : std::string(); }

int int_of(const Json& value) { return value.is_number_integer() ? value.get<int>() : 0; }

/// libxl leaves out members that have their default, so a function number of 0 is simply not there.
std::string pci_address_of(const Json& device) {
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", int_of(member(device, "domain")), int_of(member(device, "bus")),
                     int_of(member(device, "dev")), int_of(member(device, "func")));
}

Domain domain_of(const Json& entry) {
  const Json& config = member(entry, "config");
  const Json& created = member(config, "c_info");
  Domain domain;
  domain.id = int_of(member(entry, "domid"));
  domain.name = text_of(member(created, "name"));
  domain.type = text_of(member(created, "type"));
  domain.uuid = text_of(member(created, "uuid"));
  for (const Json& nic : member(config, "nics"))
    domain.nics.push_back({int_of(member(nic, "devid")), to_lower(text_of(member(nic, "mac"))),
                           text_of(member(nic, "bridge")), text_of(member(nic, "nictype"))});
  for (const Json& device : member(config, "pcidevs")) domain.pci_addresses.push_back(pci_address_of(device));
  return domain;
}

}  // namespace

Result<std::vector<Domain>> parse_domains(std::string_view json) {
  const Json list = Json::parse(json, nullptr, false);
  if (!list.is_array()) return fail("the output of `xl list -l` is not a JSON array");
  std::vector<Domain> domains;
  for (const Json& entry : list) domains.push_back(domain_of(entry));
  return domains;
}

std::string_view HypervisorInfo::field(std::string_view key) const {
  const auto found = fields.find(key);
  return found == fields.end() ? std::string_view() : std::string_view(found->second);
}

bool HypervisorInfo::has_capability(std::string_view capability) const {
  return std::ranges::count(split(field("virt_caps"), ' '), capability) > 0;
}

HypervisorInfo parse_info(std::string_view text) {
  HypervisorInfo info;
  for (const std::string& line : split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    info.fields[std::string(trim(line.substr(0, colon)))] = trim(line.substr(colon + 1));
  }
  return info;
}

Result<std::vector<NetworkRow>> parse_network_list(std::string_view text) {
  std::vector<NetworkRow> rows;
  for (const std::string& line : split(text, '\n')) {
    const auto cells = split_at_blanks(line);
    if (cells.empty() || cells[0] == "Idx") continue;
    const auto index = to_int(cells[0]);
    const auto backend = cells.size() > 1 ? to_int(cells[1]) : std::nullopt;
    const auto state = cells.size() > 4 ? to_int(cells[4]) : std::nullopt;
    if (!index || !backend || !state)
      return fail(fmt::format("cannot understand this line of `xl network-list`: {}", line));
    rows.push_back({static_cast<int>(*index), static_cast<int>(*backend), to_lower(cells[2]), static_cast<int>(*state),
                    cells.back()});
  }
  return rows;
}

Result<HypervisorInfo> Xl::info() {
  SRIOV_ASSIGN(const std::string text, shell_->output_of({program_, "info"}, kQueryTimeoutNs));
  return parse_info(text);
}

Result<std::vector<Domain>> Xl::domains() {
  SRIOV_ASSIGN(const std::string json, shell_->output_of({program_, "list", "-l"}, kQueryTimeoutNs));
  return parse_domains(json);
}

Result<Domain> Xl::domain(std::string_view name) {
  SRIOV_ASSIGN(const std::vector<Domain> all, domains());
  std::vector<std::string> names;
  for (const Domain& domain : all) {
    if (domain.name == name) return domain;
    names.push_back(domain.name);
  }
  return fail_environment(fmt::format("no domain is called '{}'; running: {}", name, join(names, ", ")), shell_->name(),
                          "see `xl list`");
}

Result<void> Xl::create(const std::string& config_path) {
  SRIOV_TRY(shell_->output_of({program_, "create", config_path}, kCreateTimeoutNs));
  return {};
}

Result<void> Xl::destroy(const std::string& name) {
  SRIOV_TRY(shell_->output_of({program_, "destroy", name}, kCreateTimeoutNs));
  return {};
}

Result<std::vector<std::string>> Xl::assignable() {
  SRIOV_ASSIGN(const std::string text, shell_->output_of({program_, "pci-assignable-list"}, kQueryTimeoutNs));
  std::vector<std::string> addresses;
  for (const std::string& line : split(text, '\n'))
    if (const auto cells = split_at_blanks(line); !cells.empty()) addresses.push_back(full_pci_address(cells[0]));
  return addresses;
}

Result<void> Xl::make_assignable(const std::string& pci_address) {
  SRIOV_TRY(shell_->output_of({program_, "pci-assignable-add", pci_address}, kQueryTimeoutNs));
  return {};
}

Result<void> Xl::attach_pci(const std::string& domain, const std::string& pci_address) {
  SRIOV_TRY(shell_->output_of({program_, "pci-attach", domain, pci_address}, kCreateTimeoutNs));
  return {};
}

Result<int> parse_memory_mib(std::string_view text) {
  const std::vector<std::string> lines = split(text, '\n');
  const std::vector<std::string> words = lines.size() > 1 ? split_at_blanks(lines[1]) : std::vector<std::string>();
  const auto memory = words.size() > 2 ? to_int(words[2]) : std::nullopt;
  if (!memory || *memory < 0 || *memory > std::numeric_limits<int>::max())
    return fail("`xl list` shows no memory of the domain");
  return static_cast<int>(*memory);
}

Result<int> Xl::memory_mib(const std::string& domain) {
  SRIOV_ASSIGN(const std::string text, shell_->output_of({program_, "list", domain}));
  return parse_memory_mib(text);
}

Result<void> Xl::set_memory(const std::string& domain, int memory_mib) {
  SRIOV_TRY(shell_->output_of({program_, "mem-set", domain, std::to_string(memory_mib)}));
  return {};
}

Result<std::vector<NetworkRow>> Xl::network_list(const std::string& domain) {
  SRIOV_ASSIGN(const std::string text, shell_->output_of({program_, "network-list", domain}, kQueryTimeoutNs));
  return parse_network_list(text);
}

}  // namespace sriov::xen
