// /proc/net/snmp and /proc/net/netstat (net/ipv4/proc.c): pairs of lines, the names and then the values of a protocol.
// /proc/net/snmp6 (net/ipv6/proc.c): a line for every name and its value.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sriov {

/// One counter: "Tcp", "RetransSegs".
struct SnmpField {
  std::string_view protocol;
  std::string_view name;
};

/// Writes the value of every field to its place in `values`; kAbsent for those that the text does not hold. Fields are
/// found by name: kernels add and reorder them. `values` is as long as `fields`.
void parse_snmp(std::string_view text, std::span<const SnmpField> fields, std::span<std::int64_t> values);

/// The same for /proc/net/snmp6, whose names hold the protocol: "Udp6InDatagrams".
void parse_snmp6(std::string_view text, std::span<const std::string_view> names, std::span<std::int64_t> values);

}  // namespace sriov
