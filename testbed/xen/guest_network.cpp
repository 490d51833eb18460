#include "testbed/xen/guest_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/text.h"
#include "host/remote_files.h"

namespace sriov::xen {
namespace {

struct Bytes {
  std::array<unsigned char, 16> value{};
  int bits = 0;  ///< 32, 128, or 0 when it is no address.
};

Bytes bytes_of(const std::string& address) {
  Bytes bytes;
  if (inet_pton(AF_INET, address.c_str(), bytes.value.data()) == 1)
    bytes.bits = 32;
  else if (inet_pton(AF_INET6, address.c_str(), bytes.value.data()) == 1)
    bytes.bits = 128;
  return bytes;
}

bool is_up(Shell& shell, const std::string& device) {
  const std::string flags = read_word(shell, "/sys/class/net/" + device + "/flags");  // "0x1003"; bit 0 is IFF_UP.
  return !flags.empty() && std::string_view("13579bdf").find(flags.back()) != std::string_view::npos;
}

std::string family_flag(const std::string& address) { return bytes_of(address).bits == 128 ? "-6" : "-4"; }

Result<void> bring_up(const ChangingMachine& guest, const std::string& device) {
  if (is_up(guest.shell, device)) return {};
  return guest.change(device + " up", {quietly({"ip", "link", "set", "dev", device, "down"})},
                      {"ip", "link", "set", "dev", device, "up"});
}

}  // namespace

Result<Address> ensure_address(const ChangingMachine& guest, const std::string& device, const std::string& wanted,
                               const std::string& setting) {
  SRIOV_TRY(bring_up(guest, device));
  SRIOV_ASSIGN(const std::vector<Address> present, addresses(guest.shell));
  for (const Address& address : present)
    if (address.device == device && (wanted.empty() || wanted == address.address ||
                                     wanted == fmt::format("{}/{}", address.address, address.prefix_length)))
      return address;
  if (wanted.empty())
    return fail_environment(fmt::format("{} has no IP address", device), guest.shell.name(),
                            fmt::format("give it one, or set {} = \"ADDRESS/24\" in [testbed]", setting));
  const auto slash = wanted.find('/');
  const auto length = slash == std::string::npos ? std::nullopt : to_int(wanted.substr(slash + 1));
  if (!length || bytes_of(wanted.substr(0, slash)).bits == 0 || *length > bytes_of(wanted.substr(0, slash)).bits)
    return fail_usage(fmt::format("{} = \"{}\" is not an address with a prefix length", setting, wanted), "[testbed]",
                      "write it like \"10.0.1.11/24\"");
  SRIOV_TRY(guest.change(fmt::format("address {} on {}", wanted, device),
                         {quietly({"ip", "addr", "del", wanted, "dev", device})},
                         {"ip", "addr", "add", wanted, "dev", device}));
  return Address{device, wanted.substr(0, slash), static_cast<int>(*length)};
}

Result<void> keep_arp_apart(const ChangingMachine& machine) {
  const std::string directory = "/proc/sys/net/ipv4/conf/all/";
  SRIOV_TRY(machine.set_kernel_file("arp_ignore", directory + "arp_ignore", "1"));
  return machine.set_kernel_file("arp_announce", directory + "arp_announce", "2");
}

Result<void> route_by_source(const ChangingMachine& guest, const Address& from, const std::string& to, int table) {
  const std::string family = family_flag(from.address);
  const std::string number = std::to_string(table);
  // Taken away first, so that doing it twice leaves one rule.
  const Command remove_rule = quietly({"ip", family, "rule", "del", "from", from.address, "table", number});
  const Command remove_route = quietly({"ip", family, "route", "flush", "table", number});
  SRIOV_TRY(guest.record({fmt::format("{} to {} by {}", from.address, to, from.device), {remove_rule, remove_route}}));
  SRIOV_TRY(guest.shell.output_of(remove_rule));
  SRIOV_TRY(guest.shell.output_of(remove_route));
  SRIOV_TRY(
      guest.shell.output_of({"ip", family, "route", "add", subnet_of(from), "dev", from.device, "table", number}));
  if (subnet_of(from) != subnet_of({from.device, to, from.prefix_length}))
    SRIOV_TRY(guest.shell.output_of({"ip", family, "route", "add", to, "dev", from.device, "table", number}));
  SRIOV_TRY(guest.shell.output_of({"ip", family, "rule", "add", "from", from.address, "table", number}));
  return {};
}

std::string ipv6_of(const std::string& path, int host) {
  static const std::vector<std::string> kPaths{"vf", "netfront", "emulated", "native"};
  const auto number = std::ranges::find(kPaths, path) - kPaths.begin() + 1;
  return fmt::format("fd53:72:{}::{:x}/64", number, host);
}

Result<Address> ensure_ipv6(const ChangingMachine& machine, const std::string& device, const std::string& address) {
  const std::string directory = fmt::format("/proc/sys/net/ipv6/conf/{}/", device);
  SRIOV_TRY(machine.set_kernel_file("IPv6 on " + device, directory + "disable_ipv6", "0"));
  // Nobody else can have an address of ours: the second of looking for duplicates is for nothing.
  SRIOV_TRY(machine.set_kernel_file("address checks on " + device, directory + "accept_dad", "0"));
  return ensure_address(machine, device, address, "ip_version");
}

std::string subnet_of(const Address& address) {
  Bytes bytes = bytes_of(address.address);
  const int prefix = std::clamp(address.prefix_length, 0, bytes.bits);
  for (int bit = prefix; bit < bytes.bits; ++bit)
    bytes.value[static_cast<std::size_t>(bit / 8)] &=
        static_cast<unsigned char>(~(0x80U >> static_cast<unsigned>(bit % 8)));
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(bytes.bits == 128 ? AF_INET6 : AF_INET, bytes.value.data(), text.data(), text.size());
  return fmt::format("{}/{}", text.data(), prefix);
}

bool same_subnet(const Address& a, const Address& b) {
  const Bytes left = bytes_of(a.address);
  const Bytes right = bytes_of(b.address);
  if (left.bits == 0 || left.bits != right.bits) return false;
  const int prefix = std::clamp(std::min(a.prefix_length, b.prefix_length), 0, left.bits);
  for (int bit = 0; bit < prefix; ++bit) {
    const auto byte = static_cast<std::size_t>(bit / 8);
    if (((left.value[byte] ^ right.value[byte]) >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

}  // namespace sriov::xen
