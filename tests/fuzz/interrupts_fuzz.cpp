// The input is two contents of /proc/interrupts, separated by a NUL: the second one updates the first.
#include <algorithm>
#include <cstdlib>

#include "collector/interrupts/interrupts_text.h"
#include "collector/interrupts/irq_labels.h"

namespace {

using sriov::InterruptsRow;
using sriov::InterruptsTable;

void require(bool condition) {
  if (!condition) std::abort();
}

bool same(const InterruptsTable& a, const InterruptsTable& b) {
  if (a.cpus() != b.cpus() || a.rows().size() != b.rows().size()) return false;
  for (std::size_t i = 0; i < a.rows().size(); ++i) {
    const InterruptsRow& x = a.rows()[i];
    const InterruptsRow& y = b.rows()[i];
    const auto left = a.values(x);
    const auto right = b.values(y);
    if (x.name != y.name || x.description != y.description || x.per_cpu != y.per_cpu) return false;
    if (!std::equal(left.begin(), left.end(), right.begin(), right.end())) return false;
  }
  return true;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(input.find('\0'), input.size());
  const std::string_view first = input.substr(0, cut);
  const std::string_view second = input.substr(std::min(cut + 1, input.size()));
  InterruptsTable updated;
  updated.update(first);
  updated.update(second);
  // Updating must give what reading anew gives.
  InterruptsTable anew;
  anew.update(second);
  require(same(updated, anew));
  require(anew.update(second) != InterruptsTable::Change::values);
  const sriov::IrqDevices devices;
  for (const InterruptsRow& row : anew.rows()) {
    require(!row.name.empty() && (row.value_count <= 1 || row.value_count == anew.cpus().size()));
    require(!sriov::label(sriov::irq_labels(row, devices, false), "class").empty());
  }
  return 0;
}
