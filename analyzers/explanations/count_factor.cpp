#include "analyzers/explanations/count_factor.h"

#include <array>

namespace sriov {

std::string count_factor(const RunData& run) {
  static constexpr std::array<const char*, 7> kFactors{"guests",   "streams", "flows",     "queues",
                                                       "combined", "vcpus",   "dom0_vcpus"};
  for (const char* factor : kFactors) {
    Trials all;
    for (const ExplainedTrial& trial : run.trials()) all.push_back(&trial);
    if (by_number(all, factor).size() > 1) return factor;
  }
  return "";
}

std::map<double, Trials> by_number(const Trials& trials, const std::string& factor) {
  std::map<double, Trials> out;
  for (const ExplainedTrial* trial : trials)
    if (const auto n = trial->number(factor); n && *n > 0) out[*n].push_back(trial);
  return out;
}

}  // namespace sriov
