// What Xen's debug keys say about interrupts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/xen/xen_irq_map.h"
#include "collector/xen/xen_irqs_text.h"
#include "host/file.h"

namespace sriov {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string capture(const std::string& key) {
  return read_file(SRIOV_FIXTURES "/captures/dom0/xl_debugkey_" + key + ".txt").value_or("");
}

XenIrqs parse(std::string_view text) {
  XenIrqs irqs;
  parse_xen_irqs(text, irqs);
  return irqs;
}

TEST(XenIrqs, OfTheCaptures) {
  const XenIrqs irqs = parse(capture("i") + capture("M"));
  EXPECT_EQ(irqs.size(), 26U);
  EXPECT_EQ(irqs.at(29), (XenIrq{"MSI-X", "", "", {1}}));
  EXPECT_EQ(irqs.at(28), (XenIrq{"MSI-X", "", "", {0}}));
  EXPECT_EQ(irqs.at(31), (XenIrq{"MSI", "", "", {0}}));
  EXPECT_EQ(irqs.at(16), (XenIrq{"IO-APIC-level", "", "", {0}}));
  EXPECT_EQ(irqs.at(0).handler, "timer_interrupt");
  EXPECT_EQ(irqs.at(24), (XenIrq{"IOMMU", "", "iommu_page_fault", {}}));
  EXPECT_THAT(irqs.at(5).domains, IsEmpty()) << "mapped, unbound";
}

TEST(XenIrqs, HaveTheFunctionThatSendsThem) {
  const XenIrqs irqs = parse(read_file(SRIOV_FIXTURES "/captures/lab/xl_dmesg_irqs.txt").value_or(""));
  EXPECT_EQ(irqs.at(31), (XenIrq{"MSI-X", "0000:01:10.0", "", {1}})) << "the guest's VF";
  EXPECT_EQ(irqs.at(41), (XenIrq{"MSI-X", "0000:01:10.0", "", {1}}));
  EXPECT_EQ(irqs.at(28), (XenIrq{"MSI-X", "0000:01:00.0", "", {0}})) << "the PF";
  EXPECT_EQ(irqs.at(27), (XenIrq{"MSI", "0000:00:1f.2", "", {0}}));
  EXPECT_EQ(irqs.at(24), (XenIrq{"IOMMU", "", "iommu_page_fault", {}}));
}

TEST(XenIrqs, ASharedLineHasSeveralDomains) {
  const XenIrqs irqs =
      parse("   IRQ:  16 vec:c0 IO-APIC-level   status=030 aff:{0}/{0-1} in-flight=0 d0: 16(---),d12: 40(-M-)\n");
  EXPECT_THAT(irqs.at(16).domains, ElementsAre(0, 12));
}

TEST(XenIrqs, OnlyTheNewestOutputCounts) {
  const std::string old =
      "(XEN) IRQ information:\n(XEN)    IRQ:  40 vec:59 PCI-MSI/-X status=030 aff:{1}/{0-1} "
      "in-flight=0 d7: 55(---)\n";
  EXPECT_FALSE(parse(old + capture("i")).contains(40));
  EXPECT_TRUE(parse(old).contains(40));
  // The console's ring was too small for the beginning.
  const std::string cut = capture("i").substr(capture("i").find("IRQ:  30"));
  EXPECT_EQ(parse(cut).size(), 3U);
}

TEST(XenIrqs, BrokenLinesAreNoInterrupts) {
  for (const char* text : {"", "\n\n", "(XEN)", "IRQ:", "IRQ: x vec:1", "IRQ:99999999999999999999 vec:1 a",
                           "IRQ:70000 vec:1 PCI", "IRQ: -3 vec:1 PCI", "MSI-X", "MSI-X   x vec=1", "MSI-X 29",
                           "0000:01:10.0 - d1 - MSIs < ", "0000:01:10.0", " - MSIs < 12 >", "12345678901 - MSIs < 4 >"})
    EXPECT_THAT(parse(text), IsEmpty()) << text;
  EXPECT_THAT(parse("IRQ:  7 vec:1 PCI in-flight=0 d99999: 1\n").at(7).domains, IsEmpty());
  EXPECT_THAT(parse("IRQ:  7 vec:1 PCI in-flight=0 d1\n").at(7).domains, IsEmpty());
}

/// Answers `xl` from texts; says what was asked.
class FakeXl : public Shell {
 public:
  Result<CommandOutput> run(const Command& command, std::int64_t) override {
    asked.push_back(command.back());
    return CommandOutput{0, command.back() == "dmesg" ? console : "", ""};
  }
  Result<std::string> read(const std::string& path) override { return fail("no " + path); }
  Result<void> write(const std::string& path, std::string_view) override { return fail("no " + path); }
  std::string name() const override { return "fake"; }

  std::string console;
  std::vector<std::string> asked;
};

TEST(XenIrqs, AreAskedForInOrder) {
  FakeXl xl;
  xl.console = capture("i");
  const auto irqs = ask_xen_irqs(xl);
  ASSERT_TRUE(irqs) << irqs.error().text();
  EXPECT_TRUE(irqs->contains(29));
  EXPECT_THAT(xl.asked, ElementsAre("i", "M", "Q", "dmesg"));
  xl.console = "(XEN) nothing of that\n";
  EXPECT_FALSE(ask_xen_irqs(xl));
}

}  // namespace
}  // namespace sriov
