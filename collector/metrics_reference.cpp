#include "collector/metrics_reference.h"

#include <fmt/format.h>

#include "collector/collector.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr std::string_view kIntroduction = R"(# Metrics

Made from the collectors' own declarations by the unit tests (`SRIOV_UPDATE_GOLDEN=1` writes it anew). Counters are
stored raw, as the source gives them, and rise from an unknown start; rates are computed when results are read. Gauges
are levels at the instant of the sample. A value that could not be known is absent, never 0. Each row of a collector
carries the times (`CLOCK_MONOTONIC`, ns) when reading began and ended.
)";

/// A cell must not end its column.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

std::string code_list(std::string_view names) {
  if (names.empty()) return "";
  return "`" + join(split(names, ','), "`, `") + "`";
}

}  // namespace

std::string metrics_markdown() {
  std::string out(kIntroduction);
  for (const std::string& name : CollectorRegistry::instance().names()) {
    const auto collector = CollectorRegistry::instance().make(name);
    out += fmt::format("\n## {}\n\n{}\n\n", name, collector->help());
    for (const CollectorOption& option : collector->options())
      out += fmt::format("Option `{}` (default `{}`): {}\n\n", option.name, option.fallback, option.help);
    out += "| Metric | Unit | Kind | Labels | Meaning | Source |\n| --- | --- | --- | --- | --- | --- |\n";
    for (const Metric& metric : collector->metrics())
      out += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", metric.name, metric.unit, to_string(metric.kind),
                         code_list(metric.labels), cell(metric.help), cell(metric.source));
  }
  return out;
}

}  // namespace sriov
