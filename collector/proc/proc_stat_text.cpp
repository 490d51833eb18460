#include "collector/proc/proc_stat_text.h"

#include "collector/text_scan.h"
#include "core/sample_block.h"

namespace sriov {

void parse_proc_stat(std::string_view text, std::vector<CpuTicks>& out) {
  out.clear();
  TextScan lines(text);
  while (lines.rest().starts_with("cpu")) {
    TextScan line(lines.line().substr(3));
    const auto cpu = line.number();
    if (!cpu || *cpu >= kMostCpus) continue;  // "cpu " is the sum of all.
    CpuTicks& row = out.emplace_back();
    row.cpu = *cpu;
    row.ticks.fill(kAbsent);
    for (std::int64_t& ticks : row.ticks) {
      line.skip_blanks();
      const auto value = line.number();
      if (!value) break;
      if (*value <= kMostTicks) ticks = *value;
    }
  }
}

}  // namespace sriov
