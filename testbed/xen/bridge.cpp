#include "testbed/xen/bridge.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace sriov::xen {
namespace {

using Json = nlohmann::json;

std::string text_at(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool has_flag(const Json& link, std::string_view flag) {
  const auto flags = link.find("flags");
  if (flags == link.end() || !flags->is_array()) return false;
  return std::ranges::any_of(*flags, [&](const Json& entry) { return entry.is_string() && entry == flag; });
}

Link link_of(const Json& entry) {
  Link link;
  link.name = text_at(entry, "ifname");
  link.mac = text_at(entry, "address");
  link.master = text_at(entry, "master");
  link.is_up = has_flag(entry, "UP");
  if (const auto info = entry.find("linkinfo"); info != entry.end())
    link.is_bridge = text_at(*info, "info_kind") == "bridge";
  return link;
}

const Link* find_link(const std::vector<Link>& all, const std::string& name) {
  const auto found = std::ranges::find(all, name, &Link::name);
  return found == all.end() ? nullptr : &*found;
}

Result<void> create_bridge(const ChangingMachine& machine, const std::string& name) {
  return machine.change("bridge " + name, {quietly({"ip", "link", "del", "dev", name, "type", "bridge"})},
                        {"ip", "link", "add", "name", name, "type", "bridge"});
}

Result<void> bring_up(const ChangingMachine& machine, const std::string& name) {
  return machine.change(name + " up", {quietly({"ip", "link", "set", "dev", name, "down"})},
                        {"ip", "link", "set", "dev", name, "up"});
}

Result<void> enslave(const ChangingMachine& machine, const Link& uplink, const std::string& bridge) {
  if (uplink.master == bridge) return {};
  if (!uplink.master.empty())
    return fail_environment(fmt::format("{} is a port of {} already", uplink.name, uplink.master), machine.shell.name(),
                            fmt::format("set bridge = \"{}\" in [testbed], or another bridge_uplink", uplink.master));
  return machine.change(fmt::format("{} on bridge {}", uplink.name, bridge),
                        {quietly({"ip", "link", "set", "dev", uplink.name, "nomaster"})},
                        {"ip", "link", "set", "dev", uplink.name, "master", bridge});
}

Result<void> attach_uplink(const ChangingMachine& machine, const std::vector<Link>& all, const BridgeSpec& spec) {
  const Link* uplink = find_link(all, spec.uplink);
  if (uplink == nullptr)
    return fail_environment(fmt::format("there is no network device {}", spec.uplink), machine.shell.name(),
                            "set bridge_uplink in [testbed] to one that `ip link` shows");
  SRIOV_TRY(enslave(machine, *uplink, spec.name));
  return uplink->is_up ? Result<void>() : bring_up(machine, spec.uplink);
}

Result<void> add_address(const ChangingMachine& machine, const BridgeSpec& spec) {
  SRIOV_ASSIGN(const std::vector<Address> existing, addresses(machine.shell));
  for (const Address& address : existing)
    if (address.device == spec.name && fmt::format("{}/{}", address.address, address.prefix_length) == spec.address)
      return {};
  return machine.change(fmt::format("address {} on {}", spec.address, spec.name),
                        {quietly({"ip", "addr", "del", spec.address, "dev", spec.name})},
                        {"ip", "addr", "add", spec.address, "dev", spec.name});
}

}  // namespace

Result<std::vector<Link>> parse_links(std::string_view json) {
  const Json list = Json::parse(json, nullptr, false);
  if (!list.is_array()) return fail("the output of `ip -json link` is not a JSON array");
  std::vector<Link> out;
  for (const Json& entry : list)
    if (entry.is_object() && !text_at(entry, "ifname").empty()) out.push_back(link_of(entry));
  return out;
}

Result<std::vector<Link>> links(Shell& shell) {
  SRIOV_ASSIGN(const std::string json, shell.output_of({"ip", "-json", "-details", "link", "show"}));
  return parse_links(json);
}

std::vector<Address> parse_addresses(std::string_view text) {
  std::vector<Address> out;
  for (const std::string& line : split(text, '\n')) {
    const std::vector<std::string> words = split_at_blanks(line);
    // "2: eth0    inet 10.0.0.1/24 brd 10.0.0.255 scope global eth0"
    if (words.size() < 4 || (words[2] != "inet" && words[2] != "inet6")) continue;
    const auto slash = words[3].find('/');
    const std::string address = words[3].substr(0, slash);
    if (address.starts_with("127.") || address == "::1" || address.starts_with("fe80:")) continue;
    const auto length = slash == std::string::npos ? std::nullopt : to_int(words[3].substr(slash + 1));
    out.push_back({words[1], address, static_cast<int>(length.value_or(words[2] == "inet" ? 32 : 128))});
  }
  return out;
}

Result<std::vector<Address>> addresses(Shell& shell) {
  SRIOV_ASSIGN(const std::string text, shell.output_of({"ip", "-o", "addr", "show"}));
  return parse_addresses(text);
}

Result<void> ensure_bridge(const ChangingMachine& machine, const BridgeSpec& spec) {
  SRIOV_ASSIGN(const std::vector<Link> before, links(machine.shell));
  const Link* bridge = find_link(before, spec.name);
  if (bridge != nullptr && !bridge->is_bridge)
    return fail_environment(fmt::format("{} is not a bridge", spec.name), machine.shell.name(),
                            "set bridge in [testbed] to a bridge, or to a name that is free");
  if (bridge == nullptr) SRIOV_TRY(create_bridge(machine, spec.name));
  if (bridge == nullptr || !bridge->is_up) SRIOV_TRY(bring_up(machine, spec.name));
  if (!spec.uplink.empty()) SRIOV_TRY(attach_uplink(machine, before, spec));
  if (!spec.address.empty()) SRIOV_TRY(add_address(machine, spec));
  return {};
}

Result<std::vector<std::string>> parse_filter_macs(std::string_view json) {
  const Json list = Json::parse(json, nullptr, false);
  if (!list.is_array()) return fail("the output of `bridge -json fdb show` is not a JSON array");
  std::vector<std::string> macs;
  for (const Json& entry : list) {
    const auto flags = entry.is_object() ? entry.find("flags") : entry.end();
    if (flags == entry.end() || !flags->is_array()) continue;
    const bool own = std::ranges::any_of(*flags, [](const Json& flag) { return flag.is_string() && flag == "self"; });
    if (own) macs.push_back(text_at(entry, "mac"));
  }
  return macs;
}

Result<void> admit_macs(const ChangingMachine& machine, const std::string& uplink,
                        const std::vector<std::string>& macs) {
  SRIOV_ASSIGN(const std::string json, machine.shell.output_of({"bridge", "-json", "fdb", "show", "dev", uplink}));
  SRIOV_ASSIGN(const std::vector<std::string> present, parse_filter_macs(json));
  for (const std::string& mac : macs) {
    if (std::ranges::find(present, mac) != present.end()) continue;
    SRIOV_TRY(machine.change(fmt::format("{} in the filter of {}", mac, uplink),
                             {quietly({"bridge", "fdb", "del", mac, "dev", uplink, "self"})},
                             {"bridge", "fdb", "add", mac, "dev", uplink, "self"}));
  }
  return {};
}

}  // namespace sriov::xen
