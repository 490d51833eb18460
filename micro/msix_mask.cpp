// Masking and unmasking an MSI-X vector, as a driver's poll loop may do with each interrupt.
#include <csignal>
#include <optional>

#include "host/file.h"
#include "micro/benchmark.h"
#include "micro/msix_table.h"

namespace sriov {
namespace {

constexpr MicroDescription kDescription{
    "msix_mask",
    "One unmask, one mask and a read that waits for them, of an MSI-X vector that nobody uses, of a VF or else a "
    "network card whose driver uses MSI-X.",
    "Each access: the table's page is not mapped into the guest. Xen takes the writes to the mask itself, the device "
    "model the rest.",
    "writes to the MSI-X table through /sys/bus/pci/devices/ADDRESS/resourceN", true};

class MsixMask : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }

  Result<void> probe(const MicroContext& context) const override {
    // It maps these pages read-only behind the kernel's back: a write faults again and again and never ends.
    if (read_word(context.host.sys + "/hypervisor/guest_type") == "PV")
      return fail_environment("Xen lets no PV domain write to MSI-X tables");
    for (const MicroPciFunction& function : scan_pci_functions(context.host))
      if (is_candidate(function)) return {};
    return fail_environment("there is no network card here that is not assigned to a guest");
  }

  Result<void> prepare(const MicroContext& context) override {
    block_signals();
    std::optional<Error> first;
    for (const MicroPciFunction& function : scan_pci_functions(context.host)) {
      if (!is_candidate(function)) continue;
      auto vector = SpareMsixVector::open(function);
      if (vector) {
        vector_.emplace(std::move(*vector));
        return {};
      }
      if (!first) first = vector.error();
    }
    return tl::unexpected(*first);
  }

  void run(benchmark::State& state) override {
    for (auto _ : state) {
      vector_->unmask();
      vector_->mask();
      benchmark::DoNotOptimize(vector_->read_back());
    }
  }

 private:
  static bool is_candidate(const MicroPciFunction& function) { return function.is_network && !function.is_assigned; }

  /// A signal would end the process with the vector unmasked; the loop is short, so it waits.
  static void block_signals() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  }

  std::optional<SpareMsixVector> vector_;
};

const Registration<MicroBenchmark, MsixMask> registration{"msix_mask"};

}  // namespace
}  // namespace sriov
