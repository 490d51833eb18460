#include "testbed/lab/hypervisor.h"

#include <elf.h>

#include <fmt/format.h>

namespace sriov::lab {
namespace {

// and dword [rbx], ~(CR_INTERCEPT_CR3_READ | CR_INTERCEPT_CR3_WRITE): construct_vmcb() in xen/arch/x86/hvm/svm/vmcb.c.
// Bit N of the operand is the intercept of reads of CRN.
constexpr std::string_view kLetsCr3Through{"\x81\x23\xf7\xff\xf7\xff", 6};
constexpr std::size_t kOperand = 2;
constexpr unsigned char kCr0Read = 1;

std::size_t occurrences(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

}  // namespace

std::string to_text(HypervisorKind kind) {
  switch (kind) {
    case HypervisorKind::source:
      return "source";
    case HypervisorKind::shadow:
      return "shadow";
    case HypervisorKind::package:
      break;
  }
  return "package";
}

Result<std::optional<HypervisorKind>> parse_hypervisor(std::string_view text) {
  if (text.empty()) return std::nullopt;
  for (const HypervisorKind kind : kHypervisors)
    if (text == to_text(kind)) return kind;
  return fail_usage(fmt::format("unknown hypervisor '{}'", text), "hypervisor", "known: package, source, shadow");
}

bool has_nested_paging(HypervisorKind kind) { return kind != HypervisorKind::shadow; }

bool has_performance_counters(HypervisorKind kind) { return kind == HypervisorKind::source; }

std::string describe(HypervisorKind kind) {
  return fmt::format("{}: {} paging, {}performance counters", to_text(kind),
                     has_nested_paging(kind) ? "nested" : "shadow", has_performance_counters(kind) ? "" : "no ");
}

Result<std::string> allow_cr0_reads(std::string elf, const std::string& where) {
  if (!elf.starts_with(std::string_view(ELFMAG, SELFMAG)))
    return fail("the hypervisor is not an ELF file", where, "sriov-bench lab build --force");
  if (const std::size_t count = occurrences(elf, kLetsCr3Through); count != 1)
    return fail_environment(
        fmt::format("this Xen cannot be given nested paging: the instruction to change is in it {} times, not once",
                    count),
        where, "use one that is built from source: sriov-bench lab up --hypervisor source");
  char& operand = elf[elf.find(kLetsCr3Through) + kOperand];
  operand = static_cast<char>(static_cast<unsigned char>(operand) & ~kCr0Read);
  return elf;
}

}  // namespace sriov::lab
