#include "core/pci_address.h"

#include <gtest/gtest.h>

namespace sriov {
namespace {

TEST(PciAddress, HasDomainBusDeviceFunction) {
  EXPECT_TRUE(is_pci_address("0000:01:10.0"));
  EXPECT_TRUE(is_pci_address("10000:e1:00.7"));
  for (const char* other : {"", "01:10.0", "0000:01:10", "0000:01:10.00", "vif-1-0", "0000:01-10.0", "virtio2"})
    EXPECT_FALSE(is_pci_address(other)) << other;
}

TEST(PciAddress, IsCompletedWithItsDomain) {
  EXPECT_EQ(full_pci_address("01:10.0"), "0000:01:10.0");
  EXPECT_EQ(full_pci_address("0001:01:10.0"), "0001:01:10.0");
}

}  // namespace
}  // namespace sriov
