#include <cstdlib>

#include "collector/xen/xenstore.h"
#include "core/pci_address.h"
#include "tests/fuzz/answering_end.h"

/// The input is what xenstored answers: once to single questions, once to those about pciback's devices.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kMostPayload = 4096;
  sriov::fuzz::AnsweringEnd one(data, size);
  sriov::Xenstore xenstore(one.take());
  static_cast<void>(xenstore.watch("backend/pci"));
  if (const auto value = xenstore.read("name"); value && value->size() > kMostPayload) std::abort();
  for (const std::string& name : xenstore.list("backend"))
    if (name.empty()) std::abort();
  static_cast<void>(xenstore.has_changed());
  if (xenstore.has_changed()) std::abort();  // Everything was taken: told once.

  sriov::fuzz::AnsweringEnd other(data, size);
  sriov::Xenstore again(other.take());
  for (const sriov::PciOwner& owner : sriov::pci_owners(again))
    if (!sriov::is_pci_address(owner.pci_address)) std::abort();
  return 0;
}
