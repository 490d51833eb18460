// Virtual functions of a PCI device in a tree that the test writes.
#include "host/virtual_functions.h"

#include <gtest/gtest.h>

#include "tests/unit/support/written_tree.h"

namespace sriov {
namespace {

TEST(VirtualFunctions, AreInOrderOfTheirNumbers) {
  const test::WrittenTree tree;
  for (const int vf : {0, 10, 2})
    tree.link("/pf/virtfn" + std::to_string(vf), "../0000:01:10." + std::to_string(vf % 8));
  tree.write("/pf/virtfnord", "");
  tree.write("/pf/sriov_numvfs", "3\n");
  const auto vfs = virtual_functions(tree.path() + "/pf");
  ASSERT_EQ(vfs.size(), 3U);
  EXPECT_EQ(vfs[1].index, 2U);
  EXPECT_EQ(vfs[1].pci_address, "0000:01:10.2");
  EXPECT_EQ(vfs[2].index, 10U) << "not in the order of their names";
  EXPECT_EQ(virtual_function_folder("/pf", 10), "/pf/virtfn10");
}

TEST(VirtualFunctions, AreTheSameThroughAShell) {
  const test::WrittenTree tree;
  const std::string pci = "/sys/bus/pci/devices/";
  tree.link(pci + "0000:01:00.0/virtfn1", "../0000:01:10.2");
  tree.link(pci + "0000:01:00.0/virtfn0", "../0000:01:10.0");
  tree.write(pci + "0000:01:10.2/vendor", "0x8086\n");
  tree.link(pci + "0000:01:10.0/driver", "../../../../bus/pci/drivers/pciback");
  LocalShell shell;
  const std::string folder = tree.path() + pci + "0000:01:00.0";
  for (const auto& vfs : {virtual_functions(folder), virtual_functions(shell, folder)}) {
    ASSERT_EQ(vfs.size(), 2U);
    EXPECT_EQ(vfs[0].index, 0U);
    EXPECT_EQ(vfs[0].pci_address, "0000:01:10.0");
    EXPECT_EQ(vfs[0].driver, "pciback");
    EXPECT_EQ(vfs[1].pci_address, "0000:01:10.2");
    EXPECT_EQ(vfs[1].driver, "");
  }
  EXPECT_TRUE(virtual_functions(shell, "/no/such/device").empty());
}

TEST(VirtualFunctions, OfADeviceWithoutAny) { EXPECT_TRUE(virtual_functions("/no/such/device").empty()); }

}  // namespace
}  // namespace sriov
