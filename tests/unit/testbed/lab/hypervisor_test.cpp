// The lab's hypervisors: their names, what they can do, and the change to the packaged binary.
#include "testbed/lab/hypervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sriov::lab {
namespace {

using ::testing::HasSubstr;

const std::string kInstruction("\x81\x23\xf7\xff\xf7\xff", 6);
const std::string kChanged("\x81\x23\xf6\xff\xf7\xff", 6);

std::string elf(const std::string& contents) {
  return "\x7f"
         "ELF" +
         std::string(60, '\0') + contents;
}

TEST(LabHypervisor, NamesRoundTrip) {
  for (const HypervisorKind kind : kHypervisors) {
    const auto parsed = parse_hypervisor(to_text(kind));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, kind);
  }
  const auto none = parse_hypervisor("");
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->has_value());
  const auto unknown = parse_hypervisor("kvm");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
  EXPECT_THAT(unknown.error().text(), HasSubstr("package, source, shadow"));
}

TEST(LabHypervisor, SaysWhatItIs) {
  EXPECT_EQ(describe(HypervisorKind::package), "package: nested paging, no performance counters");
  EXPECT_EQ(describe(HypervisorKind::source), "source: nested paging, performance counters");
  EXPECT_EQ(describe(HypervisorKind::shadow), "shadow: shadow paging, no performance counters");
}

TEST(LabHypervisor, ChangesOneByte) {
  const auto changed = allow_cr0_reads(elf("before" + kInstruction + "after"), "xen.elf");
  ASSERT_TRUE(changed) << changed.error().text();
  EXPECT_EQ(*changed, elf("before" + kChanged + "after"));
  const auto at_the_end = allow_cr0_reads(elf(kInstruction), "xen.elf");
  ASSERT_TRUE(at_the_end);
  EXPECT_EQ(*at_the_end, elf(kChanged));
}

TEST(LabHypervisor, RefusesWhatItDoesNotKnow) {
  for (const auto& [contents, count] : {std::pair<std::string, std::string>{"", "0 times"},
                                        {kInstruction.substr(0, 5), "0 times"},
                                        {kChanged, "0 times"},
                                        {kInstruction + kInstruction, "2 times"},
                                        {kInstruction + "between" + kInstruction + kInstruction, "3 times"}}) {
    const auto changed = allow_cr0_reads(elf(contents), "xen.elf");
    ASSERT_FALSE(changed) << count;
    EXPECT_EQ(changed.error().kind, ErrorKind::environment);
    EXPECT_EQ(changed.error().where, "xen.elf");
    EXPECT_THAT(changed.error().what, HasSubstr(count));
    EXPECT_THAT(changed.error().hint, HasSubstr("sriov-bench lab up --hypervisor source"));
  }
  EXPECT_FALSE(allow_cr0_reads("", "xen.elf"));
  EXPECT_FALSE(allow_cr0_reads("\x1f\x8b" + kInstruction, "xen.elf"));  // Still packed.
}

}  // namespace
}  // namespace sriov::lab
