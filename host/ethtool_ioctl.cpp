#include "host/ethtool_ioctl.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "core/text.h"

namespace sriov {

EthtoolDevice::EthtoolDevice(const std::string& name) : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  std::strncpy(request_.ifr_name, name.c_str(), IFNAMSIZ - 1);
}

std::string EthtoolDevice::name() const { return request_.ifr_name; }

bool EthtoolDevice::ask(void* command) {
  request_.ifr_data = static_cast<char*>(command);
  return ::ioctl(socket_.get(), SIOCETHTOOL, &request_) == 0;
}

bool EthtoolDevice::ask_kernel(unsigned long number, ifreq& answer) {
  answer = ifreq{};
  std::memcpy(answer.ifr_name, request_.ifr_name, IFNAMSIZ);
  return ::ioctl(socket_.get(), number, &answer) == 0;
}

std::optional<std::uint32_t> EthtoolDevice::string_count(ethtool_stringset set) {
  // Asked at every sample: on the stack. The header is followed by one count for the one set that is asked for.
  alignas(ethtool_sset_info) std::array<char, sizeof(ethtool_sset_info) + sizeof(std::uint32_t)> buffer{};
  auto* info = reinterpret_cast<ethtool_sset_info*>(buffer.data());
  info->cmd = ETHTOOL_GSSET_INFO;
  info->sset_mask = std::uint64_t{1} << set;
  if (!ask(info) || info->sset_mask == 0) return std::nullopt;
  std::uint32_t count = 0;
  std::memcpy(&count, buffer.data() + sizeof(ethtool_sset_info), sizeof count);
  return count;
}

std::vector<std::string> EthtoolDevice::strings(ethtool_stringset set) {
  const auto count = string_count(set);
  if (!count || *count == 0) return {};
  // The kernel writes as many as there are by now, whatever `len` says: room for a set that just grew.
  constexpr std::size_t kRoomToGrow = 256;
  EthtoolBuffer<ethtool_gstrings> buffer((*count + kRoomToGrow) * std::size_t{ETH_GSTRING_LEN});
  buffer.header()->cmd = ETHTOOL_GSTRINGS;
  buffer.header()->string_set = static_cast<std::uint32_t>(set);
  buffer.header()->len = *count;
  if (!ask(buffer.header())) return {};
  const std::size_t written = std::min(*count, buffer.header()->len);
  return ethtool_strings({static_cast<const char*>(buffer.tail()), *count * std::size_t{ETH_GSTRING_LEN}}, written);
}

ethtool_drvinfo EthtoolDevice::driver() {
  ethtool_drvinfo info{};
  info.cmd = ETHTOOL_GDRVINFO;
  if (!ask(&info)) return {};
  return info;
}

std::vector<std::string> ethtool_strings(std::string_view bytes, std::size_t count) {
  std::vector<std::string> out;
  for (; out.size() < count && bytes.size() >= ETH_GSTRING_LEN; bytes.remove_prefix(ETH_GSTRING_LEN)) {
    const std::string_view field = bytes.substr(0, ETH_GSTRING_LEN);
    out.emplace_back(field.substr(0, field.find('\0')));
  }
  return out;
}

std::string ethtool_text(const char* field, std::size_t size) {
  return std::string(trim(std::string_view(field, ::strnlen(field, size))));
}

}  // namespace sriov
