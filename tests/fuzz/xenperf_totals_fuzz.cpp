#include <algorithm>
#include <array>
#include <cstdlib>
#include <span>
#include <string_view>

#include "collector/xen/xenperf_totals.h"

namespace {

/// Takes numbers off the input, zeros when it is used up.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const std::uint8_t value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  std::uint32_t word() {
    std::uint32_t value = 0;
    for (int i = 0; i < 4; ++i) value = value << 8U | byte();
    return value;
  }
  [[nodiscard]] bool is_empty() const { return rest_.empty(); }

 private:
  std::span<const std::uint8_t> rest_;
};

bool same(const std::vector<sriov::PerfDescription>& a, const std::vector<sriov::PerfDescription>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& left, const auto& right) {
    return left.name == right.name && left.values == right.values;
  });
}

std::vector<sriov::PerfDescription> descriptions(Input& input) {
  constexpr std::array<std::string_view, 6> kNames{
      "exceptions", "#interrupts", "vmexits", "hypercalls", "number of shadow pages in use", "calls to shadow_alloc"};
  std::vector<sriov::PerfDescription> out(input.byte() % 8);
  for (sriov::PerfDescription& description : out) {
    const std::uint8_t kind = input.byte();
    description.name.fill(kind == 0xff ? 'x' : '\0');  // Without an end.
    const std::string_view name = kNames[kind % kNames.size()];
    if (kind != 0xff) std::copy(name.begin(), name.end(), description.name.begin());
    const std::uint8_t values = input.byte();
    description.values = values == 0xff ? 0xffff'ffffU : values % 9U;
  }
  return out;
}

}  // namespace

/// The input is a series of readings: descriptions, then as many values as it says.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, size);
  sriov::PerfTotals totals;
  auto described = descriptions(input);
  std::vector<sriov::PerfDescription> known;  // Of the last reading that was taken.
  while (!input.is_empty()) {
    if (input.byte() % 4 == 0) described = descriptions(input);
    std::vector<std::uint32_t> values(input.byte());
    std::generate(values.begin(), values.end(), [&] { return input.word(); });
    const auto before = totals.counters();
    const bool taken = totals.update(described, values);
    const auto& after = totals.counters();
    if (!taken && after.size() != before.size()) std::abort();
    if (taken && after.size() != described.size()) std::abort();
    const bool goes_on = !before.empty() && same(described, known);
    if (taken) known = described;
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (after[i].is_level) continue;
      for (std::size_t k = 0; k < after[i].totals.size(); ++k) {
        if (after[i].totals[k] < 0) std::abort();
        if (taken && goes_on && after[i].totals[k] < before[i].totals[k]) std::abort();  // Counters rise.
      }
    }
  }
  return 0;
}
