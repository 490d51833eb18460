#include "collector/iotlb/pci_requester.h"

#include <charconv>

#include <fmt/format.h>

#include "core/pci_address.h"
#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kWhere = "collector iotlb, option requesters";
constexpr unsigned kMostDevice = 0x1F;
constexpr unsigned kMostFunction = 7;

std::string pci_folder(const Host& host) { return host.sys + "/bus/pci/devices"; }

std::optional<unsigned> hexadecimal(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

PciRequester describe(const Host& host, const std::string& address) {
  const std::string folder = pci_folder(host) + "/" + address;
  PciRequester out;
  out.address = address;
  out.id = requester_id(address).value_or(0);
  out.is_vf = exists(folder + "/physfn");
  out.iommu = link_name(folder + "/iommu");
  return out;
}

}  // namespace

Labels PciRequester::labels() const {
  Labels labels{{"requester", address}};
  if (is_vf) labels.emplace_back("vf", address);
  return labels;
}

std::optional<std::uint16_t> requester_id(std::string_view address) {
  if (!is_pci_address(address)) return std::nullopt;
  const std::string_view place = address.substr(address.find(':') + 1);
  const auto bus = hexadecimal(place.substr(0, 2));
  const auto device = hexadecimal(place.substr(3, 2));
  const auto function = hexadecimal(place.substr(6));
  if (!bus || !device || !function || *device > kMostDevice || *function > kMostFunction) return std::nullopt;
  return static_cast<std::uint16_t>(*bus << 8 | *device << 3 | *function);
}

Result<void> check_requesters(const std::string& option) {
  if (option == "none" || option == "vf") return {};
  for (const std::string& part : split(option, ','))
    if (const std::string address(trim(part)); !requester_id(address))
      return fail_usage(fmt::format("'{}' is no PCI address", address), std::string(kWhere),
                        "none, vf for all VFs, or addresses: 0000:01:10.0,0000:01:10.2");
  return {};
}

Result<std::vector<PciRequester>> parse_requesters(const Host& host, const std::string& option) {
  SRIOV_TRY(check_requesters(option));
  std::vector<PciRequester> out;
  if (option == "none") return out;
  if (option == "vf") {
    for (const std::string& address : list_directory(pci_folder(host)))
      if (requester_id(address) && exists(pci_folder(host) + "/" + address + "/physfn"))
        out.push_back(describe(host, address));
    if (out.empty()) return fail_environment("this host has no VF", std::string(kWhere), "make VFs first");
    return out;
  }
  for (const std::string& part : split(option, ',')) {
    const std::string address(trim(part));
    if (!exists(pci_folder(host) + "/" + address))
      return fail_usage(fmt::format("there is no device {} here", address), std::string(kWhere));
    out.push_back(describe(host, address));
  }
  return out;
}

}  // namespace sriov
