#include <gtest/gtest.h>

#include "collector/interrupts/irq_labels.h"
#include "host/file.h"

namespace sriov {
namespace {

/// Labels of one line of a captured tree, as text.
class CapturedIrqs {
 public:
  explicit CapturedIrqs(const std::string& tree)
      : host_(Host::at(SRIOV_FIXTURES "/trees/" + tree)), devices_(IrqDevices::scan(host_)) {
    table_.update(*read_file(host_.proc + "/interrupts"));
    for (const InterruptsRow& row : table_.rows()) has_xen_ipis_ = has_xen_ipis_ || is_xen_ipi(row);
  }
  std::string operator[](std::string_view irq) const {
    for (const InterruptsRow& row : table_.rows())
      if (row.name == irq) return to_string(irq_labels(row, devices_, has_xen_ipis_));
    return "no such line";
  }

 private:
  Host host_;
  IrqDevices devices_;
  InterruptsTable table_;
  bool has_xen_ipis_ = false;
};

TEST(IrqLabels, Dom0sLinesBelongToThePfTheVifAndXen) {
  const CapturedIrqs irqs("dom0");
  EXPECT_EQ(irqs["50"], "action=eth0-TxRx-0,class=pf-msix,device=eth0,irq=50,queue=0");
  EXPECT_EQ(irqs["51"], "action=eth0-rx-1,class=pf-msix,device=eth0,irq=51,queue=1");
  EXPECT_EQ(irqs["49"], "action=eth0,class=pf-msix,device=eth0,irq=49");
  EXPECT_EQ(irqs["52"], "action=vif1.0-q0-tx,class=netback,device=vif1.0,irq=52,queue=0,vif=vif1.0");
  EXPECT_EQ(irqs["46"], "action=ahci[0000:00:1f.2],class=xen-pirq,device=0000:00:1f.2,irq=46");
  EXPECT_EQ(irqs["16"], "action=i801_smbus,class=xen-pirq,irq=16");
  EXPECT_EQ(irqs["38"], "action=PCIe PME, aerdrv,class=xen-pirq,irq=38");
  EXPECT_EQ(irqs["24"], "action=timer0,class=timer,irq=24");
  EXPECT_EQ(irqs["26"], "action=resched0,class=ipi,irq=26");
  EXPECT_EQ(irqs["43"], "action=evtchn:xen-qemu-system,class=other,irq=43");
  // The same events as the resched event channels: not counted twice.
  EXPECT_EQ(irqs["RES"], "action=Rescheduling interrupts,class=other,irq=RES");
  EXPECT_EQ(irqs["LOC"], "action=Local timer interrupts,class=timer,irq=LOC");
  EXPECT_EQ(irqs["ERR"], "class=other,irq=ERR");
}

TEST(IrqLabels, TheGuestsLinesBelongToItsVfAndNetfront) {
  const CapturedIrqs irqs("guest");
  EXPECT_EQ(irqs["58"], "action=eth1-rx-0,class=vf-msix,device=eth1,irq=58,queue=0,vf=0000:00:03.0");
  EXPECT_EQ(irqs["57"], "action=eth1-tx-0,class=vf-msix,device=eth1,irq=57,queue=0,vf=0000:00:03.0");
  EXPECT_EQ(irqs["59"], "action=eth1,class=vf-msix,device=eth1,irq=59,vf=0000:00:03.0");
  EXPECT_EQ(irqs["56"], "action=vif0-q0-rx,class=netfront,device=eth0,irq=56,queue=0,vif=vif0");
  EXPECT_EQ(irqs["1"], "action=i8042,class=xen-pirq,irq=1");
  EXPECT_EQ(irqs["0"], "action=timer,class=timer,irq=0");
  EXPECT_EQ(irqs["HYP"], "action=Hypervisor callback interrupts,class=callback,irq=HYP");
}

TEST(IrqLabels, OlderNetfrontsAreKnownByTheirNetdev) {
  const IrqDevices devices = IrqDevices::scan(Host::at(SRIOV_FIXTURES "/trees/guest"));
  const InterruptsRow split{"70", "xen-dyn    -event     eth0-q1-rx"};
  EXPECT_EQ(to_string(irq_labels(split, devices, true)),
            "action=eth0-q1-rx,class=netfront,device=eth0,irq=70,queue=1,vif=vif0");
  const InterruptsRow single{"71", "xen-dyn    -event     eth0"};
  EXPECT_EQ(to_string(irq_labels(single, devices, true)), "action=eth0,class=netfront,device=eth0,irq=71,vif=vif0");
}

TEST(IrqLabels, AVfInDom0IsKnownByItsPhysfnAndItsActionsAddress) {
  const IrqDevices devices = IrqDevices::scan(Host::at(SRIOV_FIXTURES "/trees/dom0"));
  const InterruptsRow row{"80", "IR-PCI-MSIX-0000:01:10.2   0-edge      some_comp3@pci:0000:01:10.2"};
  EXPECT_EQ(to_string(irq_labels(row, devices, false)),
            "action=some_comp3@pci:0000:01:10.2,class=vf-msix,device=0000:01:10.2,irq=80,vf=0000:01:10.2");
}

TEST(IrqLabels, NamedIpisAreIpisWithoutXen) {
  const IrqDevices devices;
  EXPECT_EQ(to_string(irq_labels({"RES", "Rescheduling interrupts"}, devices, false)),
            "action=Rescheduling interrupts,class=ipi,irq=RES");
}

TEST(IrqDescription, TellsChipFlowAndActionApart) {
  const auto check = [](std::string_view text, std::string_view chip, std::string_view flow, std::string_view action) {
    const IrqDescription parts = parse_irq_description(text);
    EXPECT_EQ(parts.chip, chip) << text;
    EXPECT_EQ(parts.flow, flow) << text;
    EXPECT_EQ(parts.action, action) << text;
  };
  check("xen-pirq    -msi-x     eth1-rx-0", "xen-pirq", "-msi-x", "eth1-rx-0");
  check("xen-pirq   1-ioapic-edge  i8042", "xen-pirq", "1-ioapic-edge", "i8042");
  check("IO-APIC   2-edge      timer", "IO-APIC", "2-edge", "timer");
  check("PCI-MSIX-0000:00:05.0   0-edge      virtio4-config", "PCI-MSIX-0000:00:05.0", "0-edge", "virtio4-config");
  check("GICv3  27 Level     arch_timer", "GICv3", "27 Level", "arch_timer");
  check("xen-pirq    -msi-x     PCIe PME, aerdrv", "xen-pirq", "-msi-x", "PCIe PME, aerdrv");
  check("xen-dyn    -event", "xen-dyn", "-event", "");
  check("chip eth0", "chip", "", "eth0");
  check("", "", "", "");
}

TEST(IrqQueue, IsTheNumberAfterASeparator) {
  EXPECT_EQ(irq_queue("eth1-rx-0"), "0");
  EXPECT_EQ(irq_queue("iavf-eth0-TxRx-13"), "13");
  EXPECT_EQ(irq_queue("mlx5_comp3@pci:0000:01:00.0"), "3");
  EXPECT_EQ(irq_queue("virtio2-input.0"), "0");
  EXPECT_EQ(irq_queue("vif1.0-q2-tx"), "2");
  EXPECT_EQ(irq_queue("eth1"), "");
  EXPECT_EQ(irq_queue("vif1.0"), "");
  EXPECT_EQ(irq_queue("12"), "");
  EXPECT_EQ(irq_queue(""), "");
}

}  // namespace
}  // namespace sriov
