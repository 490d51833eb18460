// A read of a VF's register.
#include <unistd.h>

#include <optional>

#include <fmt/format.h>

#include "micro/benchmark.h"
#include "micro/pci_functions.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "vf_mmio_read",
    "One read of 4 bytes of a VF's status register in BAR 0. Read-only; of VFs that are not known, the first register, "
    "and only with --unsafe: reading may change a device.",
    "None with nested paging: the VF's memory is mapped into the guest, and what is seen is the way over PCI Express "
    "and back. An emulated card exits to its emulator.",
    "mmap of /sys/bus/pci/devices/ADDRESS/resource0"};

class VfMmioRead : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }

  Result<void> probe(const MicroContext& context) const override {
    SRIOV_TRY(choose(context));
    return {};
  }

  Result<void> prepare(const MicroContext& context) override {
    SRIOV_ASSIGN(const MicroPciFunction function, choose(context));
    const std::uint32_t offset = vf_status_register(function).value_or(0);
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    SRIOV_ASSIGN(PciMemory memory, PciMemory::open(function, 0, offset / page * page, page, false));
    memory_.emplace(std::move(memory));
    register_ = memory_->word(offset % page);
    if (*register_ != kNoAnswer) return {};
    return fail_environment("the VF does not answer: it is off or being reset", function.address);
  }

  void run(benchmark::State& state) override {
    for (auto _ : state) {
      // A copy: given the register itself, DoNotOptimize may write it back.
      const std::uint32_t value = *register_;
      benchmark::DoNotOptimize(value);
    }
  }

 private:
  static Result<MicroPciFunction> choose(const MicroContext& context) {
    std::string assigned;
    std::string unknown;
    for (const MicroPciFunction& function : scan_pci_functions(context.host)) {
      if (!function.is_vf) break;  // VFs come first.
      if (!function.is_assigned && (vf_status_register(function) || context.unsafe)) return function;
      (function.is_assigned ? assigned : unknown) = function.address;
    }
    if (!unknown.empty())
      return fail_environment("no VF here has a known status register", unknown,
                              "--unsafe reads its first register, whatever that is");
    if (!assigned.empty()) return fail_environment("the VFs here are assigned to guests", assigned);
    return fail_environment("there is no VF here");
  }

  std::optional<PciMemory> memory_;
  volatile std::uint32_t* register_ = nullptr;
};

const Registration<MicroBenchmark, VfMmioRead> registration{"vf_mmio_read"};

}  // namespace
}  // namespace sriov
