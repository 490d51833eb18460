// First touches of small pages.
#include <optional>

#include "host/clock.h"
#include "micro/benchmark.h"
#include "micro/fresh_memory.h"

namespace sriov {
namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::int64_t kPages = FreshMemory::kHugeBytes / kPageBytes;
constexpr MicroDescription kDescription{
    "page_touch_4k", "One first touch of a page of 4 KiB: the fault, a zeroed page, its entry in the page table.",
    "None with nested paging once Xen has backed the memory; with shadow paging each change of a page table. PV: a "
    "hypercall for each.",
    "a fresh anonymous mmap of 2 MiB, written to page by page"};

class PageTouch4k : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> prepare(const MicroContext& /*context*/) override {
    SRIOV_ASSIGN(FreshMemory memory, FreshMemory::reserve(FreshMemory::kHugeBytes, FreshMemory::Pages::small));
    memory_.emplace(std::move(memory));
    return {};
  }
  MicroTiming timing() const override { return {true, kPages, 0}; }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      if (!memory_->renew()) {
        state.SkipWithError("no memory");
        break;
      }
      const std::int64_t begin_ns = monotonic_ns();
      memory_->touch(0, kPageBytes);
      state.SetIterationTime(static_cast<double>(monotonic_ns() - begin_ns) / 1e9);
    }
  }

 private:
  std::optional<FreshMemory> memory_;
};

const Registration<MicroBenchmark, PageTouch4k> registration{"page_touch_4k"};

}  // namespace
}  // namespace sriov
