// First touches of huge pages.
#include <optional>

#include "core/text.h"
#include "host/clock.h"
#include "host/file.h"
#include "micro/benchmark.h"
#include "micro/fresh_memory.h"

namespace sriov {
namespace {

constexpr std::int64_t kPages = 2;
constexpr std::size_t kSmallBytes = 4096;
constexpr MicroDescription kDescription{
    "page_touch_2m", "One first touch of a page of 2 MiB: the fault, 2 MiB zeroed, its entry in the page table.",
    "As page_touch_4k, at most one for 512 times the memory.",
    "a fresh anonymous mmap of 4 MiB: reserved huge pages where two are free, else transparent ones"};

class PageTouch2m : public MicroBenchmark {
 public:
  const MicroDescription& description() const override { return kDescription; }
  Result<void> probe(const MicroContext& context) const override {
    SRIOV_TRY(choose(context));
    return {};
  }
  Result<void> prepare(const MicroContext& context) override {
    SRIOV_ASSIGN(const FreshMemory::Pages pages, choose(context));
    SRIOV_ASSIGN(FreshMemory memory, FreshMemory::reserve(kPages * FreshMemory::kHugeBytes, pages));
    memory_.emplace(std::move(memory));
    if (touch_is_huge()) return {};
    return fail_environment("the kernel gave small pages: its memory is too fragmented, or too small");
  }
  MicroTiming timing() const override { return {true, kPages, 0}; }
  void run(benchmark::State& state) override {
    for (auto _ : state) {
      const bool renewed = memory_->renew();
      const std::int64_t begin_ns = monotonic_ns();
      if (renewed) memory_->touch(0, FreshMemory::kHugeBytes);
      state.SetIterationTime(static_cast<double>(monotonic_ns() - begin_ns) / 1e9);
      if (renewed && is_whole()) continue;
      state.SkipWithError("the kernel ran out of huge pages");
      break;
    }
  }

 private:
  static Result<FreshMemory::Pages> choose(const MicroContext& context) {
    const std::string mm = context.host.sys + "/kernel/mm/";
    const auto free = to_int(read_word(mm + "hugepages/hugepages-2048kB/free_hugepages"));
    if (free && *free >= kPages) return FreshMemory::Pages::reserved_huge;
    const std::string transparent = read_word(mm + "transparent_hugepage/enabled");
    if (transparent.find("[always]") != std::string::npos || transparent.find("[madvise]") != std::string::npos)
      return FreshMemory::Pages::transparent_huge;
    return fail_environment("no huge pages: none are reserved, and transparent ones are off", {},
                            "write 2 to /proc/sys/vm/nr_hugepages, or madvise to "
                            "/sys/kernel/mm/transparent_hugepage/enabled");
  }

  /// After a first touch of each huge page nothing in it faults any more: had it been a small one, the next would.
  [[nodiscard]] bool is_whole() const {
    const long before = minor_faults();
    memory_->touch(kSmallBytes, FreshMemory::kHugeBytes);
    return minor_faults() == before;
  }
  [[nodiscard]] bool touch_is_huge() const {
    if (!memory_->renew()) return false;
    memory_->touch(0, FreshMemory::kHugeBytes);
    return is_whole();
  }

  std::optional<FreshMemory> memory_;
};

const Registration<MicroBenchmark, PageTouch2m> registration{"page_touch_2m"};

}  // namespace
}  // namespace sriov
