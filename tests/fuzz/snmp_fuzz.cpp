#include <array>
#include <cstdlib>

#include "collector/proc/snmp_text.h"
#include "core/sample_block.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<sriov::SnmpField, 3> kFields{
      {{"Tcp", "InSegs"}, {"Udp", "InErrors"}, {"TcpExt", "TCPTimeouts"}}};
  std::array<std::int64_t, kFields.size()> values{};
  sriov::parse_snmp({reinterpret_cast<const char*>(data), size}, kFields, values);
  for (const std::int64_t value : values)
    if (value != sriov::kAbsent && value < 0) std::abort();
  constexpr std::array<std::string_view, 2> kNames{"Udp6InDatagrams", "Udp6InErrors"};
  std::array<std::int64_t, kNames.size()> values6{};
  sriov::parse_snmp6({reinterpret_cast<const char*>(data), size}, kNames, values6);
  for (const std::int64_t value : values6)
    if (value != sriov::kAbsent && value < 0) std::abort();
  return 0;
}
