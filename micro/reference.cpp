#include "micro/reference.h"

#include <fmt/format.h>

#include "micro/benchmark.h"

namespace sriov {
namespace {

constexpr std::string_view kIntroduction = R"(# Micro-benchmarks

Made from the benchmarks' own declarations by the unit tests (`SRIOV_UPDATE_GOLDEN=1` writes it anew). `sriov-bench micro`
times them ([user guide](user-guide.md#what-single-operations-cost)). Each gives a trial two metrics: `ns_per_op.NAME`, the
mean time of one operation in a repetition, and `cycles_per_op.NAME`, the same in ticks of the time-stamp counter, absent
where the processor does not say that these are constant. What cannot be timed is absent with the reason.

| Name | One operation | Exit in an HVM guest | Source |
| --- | --- | --- | --- |
)";

}  // namespace

std::string micro_markdown() {
  std::string out(kIntroduction);
  for (const std::string& name : MicroRegistry::instance().names()) {
    const auto benchmark = MicroRegistry::instance().make(name);
    const MicroDescription& about = benchmark->description();
    out += fmt::format("| `{}`{} | {} | {} | {} |\n", name, about.is_unsafe ? " (`--unsafe`)" : "", about.help,
                       about.hvm_exit, about.source);
  }
  return out;
}

}  // namespace sriov
