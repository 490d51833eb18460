#include "analyzers/strips/strip.h"

#include <algorithm>
#include <map>

namespace sriov {

std::vector<StripCurve> group_curves(const SampleBlock& block, std::string_view metric,
                                     const std::function<std::string(const Labels&)>& name_of, std::size_t most) {
  struct Group {
    StripCurve curve;
    double size = 0;
  };
  std::map<std::string, Group> by_name;
  for (std::size_t i = 0; i < block.series.size(); ++i) {
    if (block.series[i].metric != metric) continue;
    std::string name = name_of(block.series[i].labels);
    if (name.empty()) continue;
    Group& group = by_name[name];
    group.curve.name = std::move(name);
    group.curve.columns.push_back(i);
    const std::int64_t last = block.columns[i].empty() ? kAbsent : block.columns[i].back();
    if (last != kAbsent) group.size += static_cast<double>(last);
  }
  std::vector<Group> groups;
  for (auto& [name, group] : by_name) groups.push_back(std::move(group));
  std::stable_sort(groups.begin(), groups.end(), [](const Group& a, const Group& b) { return a.size > b.size; });
  std::vector<StripCurve> curves;
  for (Group& group : groups) {
    if (curves.size() < most) {
      curves.push_back(std::move(group.curve));
      continue;
    }
    if (curves.size() == most) curves.push_back({"other", {}, {}});
    auto& rest = curves.back().columns;
    rest.insert(rest.end(), group.curve.columns.begin(), group.curve.columns.end());
  }
  return curves;
}

}  // namespace sriov
