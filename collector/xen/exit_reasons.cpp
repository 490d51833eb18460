#include "collector/xen/exit_reasons.h"

#include <array>

#include <fmt/format.h>

namespace sriov {
namespace {

// SVM (AMD64 manual, volume 2, appendix C). Slots from 143 are ours.
constexpr std::size_t kSvmRegisters = 16;
constexpr std::size_t kSvmExceptions = 64;
constexpr std::size_t kSvmExceptionsEnd = 96;
constexpr std::size_t kSvmNestedPageFault = 143;
constexpr std::uint32_t kSvmNestedPageFaultCode = 0x400;
constexpr std::uint32_t kSvmInvalidCode = 0xFFFF'FFFF;
constexpr std::array<std::string_view, 6> kSvmAbove{"NPF",  "AVIC_INCOMPLETE_IPI", "AVIC_NOACCEL", "VMGEXIT", "INVALID",
                                                    "other"};
constexpr std::size_t kSvmInvalid = kSvmNestedPageFault + 4;
constexpr std::size_t kSvmOther = kSvmNestedPageFault + 5;
constexpr std::array<std::string_view, 32> kExceptions{
    "DE", "DB", "NMI", "BP", "OF", "BR", "UD", "NM", "DF", "09", "TS", "NP", "SS", "GP", "PF", "15",
    "MF", "AC", "MC",  "XF", "20", "CP", "22", "23", "24", "25", "26", "27", "HV", "VC", "SX", "31"};
constexpr std::array<std::string_view, 47> kSvmFrom96{
    "INTR",      "NMI",     "SMI",        "INIT",       "VINTR",       "CR0_SEL_WRITE", "IDTR_READ",   "GDTR_READ",
    "LDTR_READ", "TR_READ", "IDTR_WRITE", "GDTR_WRITE", "LDTR_WRITE",  "TR_WRITE",      "RDTSC",       "RDPMC",
    "PUSHF",     "POPF",    "CPUID",      "RSM",        "IRET",        "SWINT",         "INVD",        "PAUSE",
    "HLT",       "INVLPG",  "INVLPGA",    "IOIO",       "MSR",         "TASK_SWITCH",   "FERR_FREEZE", "SHUTDOWN",
    "VMRUN",     "VMMCALL", "VMLOAD",     "VMSAVE",     "STGI",        "CLGI",          "SKINIT",      "RDTSCP",
    "ICEBP",     "WBINVD",  "MONITOR",    "MWAIT",      "MWAIT_ARMED", "XSETBV",        "RDPRU"};
static_assert(kSvmExceptionsEnd + kSvmFrom96.size() == kSvmNestedPageFault);
static_assert(kSvmOther < kExitSlots);

// VT-x (Intel manual, volume 3, appendix C): bits 0-15 are the basic reason, bit 31 says that an entry failed.
constexpr std::uint32_t kVmxBasicReason = 0xFFFF;
constexpr std::uint32_t kVmxEntryFailed = 0x8000'0000;
constexpr std::size_t kVmxEntryFailedSlot = kExitSlots - 2;
constexpr std::size_t kVmxOther = kExitSlots - 1;
constexpr std::array<std::string_view, 76> kVmx{"EXCEPTION_NMI",
                                                "EXTERNAL_INTERRUPT",
                                                "TRIPLE_FAULT",
                                                "INIT",
                                                "SIPI",
                                                "IO_SMI",
                                                "OTHER_SMI",
                                                "INTERRUPT_WINDOW",
                                                "NMI_WINDOW",
                                                "TASK_SWITCH",
                                                "CPUID",
                                                "GETSEC",
                                                "HLT",
                                                "INVD",
                                                "INVLPG",
                                                "RDPMC",
                                                "RDTSC",
                                                "RSM",
                                                "VMCALL",
                                                "VMCLEAR",
                                                "VMLAUNCH",
                                                "VMPTRLD",
                                                "VMPTRST",
                                                "VMREAD",
                                                "VMRESUME",
                                                "VMWRITE",
                                                "VMXOFF",
                                                "VMXON",
                                                "CR_ACCESS",
                                                "DR_ACCESS",
                                                "IO_INSTRUCTION",
                                                "MSR_READ",
                                                "MSR_WRITE",
                                                "INVALID_GUEST_STATE",
                                                "MSR_LOADING",
                                                "",
                                                "MWAIT",
                                                "MONITOR_TRAP_FLAG",
                                                "",
                                                "MONITOR",
                                                "PAUSE",
                                                "MCE_DURING_ENTRY",
                                                "",
                                                "TPR_BELOW_THRESHOLD",
                                                "APIC_ACCESS",
                                                "EOI_INDUCED",
                                                "GDTR_IDTR_ACCESS",
                                                "LDTR_TR_ACCESS",
                                                "EPT_VIOLATION",
                                                "EPT_MISCONFIG",
                                                "INVEPT",
                                                "RDTSCP",
                                                "PREEMPTION_TIMER",
                                                "INVVPID",
                                                "WBINVD",
                                                "XSETBV",
                                                "APIC_WRITE",
                                                "RDRAND",
                                                "INVPCID",
                                                "VMFUNC",
                                                "ENCLS",
                                                "RDSEED",
                                                "PML_FULL",
                                                "XSAVES",
                                                "XRSTORS",
                                                "PCONFIG",
                                                "SPP_RELATED",
                                                "UMWAIT",
                                                "TPAUSE",
                                                "LOADIWKEY",
                                                "ENCLV",
                                                "",
                                                "ENQCMD_PASID",
                                                "ENQCMDS_PASID",
                                                "BUS_LOCK",
                                                "NOTIFY"};

std::string svm_name(std::size_t slot) {
  if (slot < 4 * kSvmRegisters)
    return fmt::format("{}{}_{}", slot < 2 * kSvmRegisters ? "CR" : "DR", slot % kSvmRegisters,
                       slot / kSvmRegisters % 2 == 0 ? "READ" : "WRITE");
  if (slot < kSvmExceptionsEnd) return fmt::format("EXCEPTION_{}", kExceptions[slot - kSvmExceptions]);
  if (slot < kSvmNestedPageFault) return std::string(kSvmFrom96[slot - kSvmExceptionsEnd]);
  if (slot < kSvmNestedPageFault + kSvmAbove.size()) return std::string(kSvmAbove[slot - kSvmNestedPageFault]);
  return fmt::format("reason_{}", slot);
}

std::string vmx_name(std::size_t slot) {
  if (slot == kVmxEntryFailedSlot) return "ENTRY_FAILED";
  if (slot == kVmxOther) return "other";
  if (slot < kVmx.size() && !kVmx[slot].empty()) return std::string(kVmx[slot]);
  return fmt::format("reason_{}", slot);
}

}  // namespace

ExitCodes exit_codes_of(std::string_view vendor_id) {
  return vendor_id == "AuthenticAMD" || vendor_id == "HygonGenuine" ? ExitCodes::svm : ExitCodes::vmx;
}

std::size_t exit_slot(ExitCodes codes, std::uint32_t code) {
  if (codes == ExitCodes::vmx) {
    if ((code & kVmxEntryFailed) != 0) return kVmxEntryFailedSlot;
    return (code & kVmxBasicReason) < kVmx.size() ? code & kVmxBasicReason : kVmxOther;
  }
  if (code < kSvmNestedPageFault) return code;
  if (code == kSvmInvalidCode) return kSvmInvalid;
  const bool is_nested_range = code >= kSvmNestedPageFaultCode && code < kSvmNestedPageFaultCode + 4;
  return is_nested_range ? kSvmNestedPageFault + (code - kSvmNestedPageFaultCode) : kSvmOther;
}

std::string exit_name(ExitCodes codes, std::size_t slot) {
  return codes == ExitCodes::svm ? svm_name(slot) : vmx_name(slot);
}

}  // namespace sriov
