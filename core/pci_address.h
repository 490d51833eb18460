// Addresses of PCI functions as text.
#pragma once

#include <string>
#include <string_view>

namespace sriov {

/// Whether `text` has the form of a PCI address with its domain: "0000:01:10.0".
[[nodiscard]] bool is_pci_address(std::string_view text);
/// "01:10.0" becomes "0000:01:10.0"; full addresses stay.
[[nodiscard]] std::string full_pci_address(std::string_view address);

}  // namespace sriov
