#include "core/join_blocks.h"

#include <algorithm>
#include <utility>

namespace sriov {

bool append_rows(SampleBlock& whole, const SampleBlock& part) {
  if (part.endpoint != whole.endpoint || part.collector != whole.collector) return false;
  // A recorder only ever adds columns behind those that it has.
  if (part.series.size() < whole.series.size()) return false;
  if (!std::equal(whole.series.begin(), whole.series.end(), part.series.begin())) return false;
  const std::size_t before = whole.rows();
  for (std::size_t i = whole.series.size(); i < part.series.size(); ++i) {
    whole.series.push_back(part.series[i]);
    whole.columns.emplace_back(before, kAbsent);
  }
  whole.begin_ns.insert(whole.begin_ns.end(), part.begin_ns.begin(), part.begin_ns.end());
  whole.end_ns.insert(whole.end_ns.end(), part.end_ns.begin(), part.end_ns.end());
  for (std::size_t i = 0; i < part.columns.size(); ++i)
    whole.columns[i].insert(whole.columns[i].end(), part.columns[i].begin(), part.columns[i].end());
  return true;
}

void join_blocks(std::vector<SampleBlock>& all, std::vector<SampleBlock> parts) {
  for (SampleBlock& part : parts) {
    const auto last = std::find_if(all.rbegin(), all.rend(), [&](const SampleBlock& block) {
      return block.endpoint == part.endpoint && block.collector == part.collector;
    });
    if (last == all.rend() || !append_rows(*last, part)) all.push_back(std::move(part));
  }
}

}  // namespace sriov
