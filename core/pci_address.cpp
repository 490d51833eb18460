#include "core/pci_address.h"

#include <algorithm>

namespace sriov {
namespace {

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace

bool is_pci_address(std::string_view text) {
  const std::size_t bus = text.find(':');
  const std::size_t dot = text.rfind('.');
  if (bus == std::string_view::npos || dot == std::string_view::npos || text.size() != bus + 8 || dot != bus + 6)
    return false;
  return bus >= 4 && is_hex(text.substr(0, bus)) && is_hex(text.substr(bus + 1, 2)) && text[bus + 3] == ':' &&
         is_hex(text.substr(bus + 4, 2)) && is_hex(text.substr(dot + 1));
}

std::string full_pci_address(std::string_view address) {
  return std::ranges::count(address, ':') == 1 ? "0000:" + std::string(address) : std::string(address);
}

}  // namespace sriov
