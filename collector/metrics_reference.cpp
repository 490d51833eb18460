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

Where series are summed (`record`, `show`, CSV, figures) it is never over the labels in **bold**: they tell apart what would
be counted twice, or is worth knowing on its own. Of gauges the highest mean is shown.

Of several agents on one kernel (testbeds `netns` and `lab-linux`) only one samples what is of the machine.
)";

/// A cell must not end its column.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
  return out;
}

/// Labels of a metric as code, those that tell it apart in bold.
std::string label_list(const Metric& metric) {
  std::vector<std::string> out;
  const std::string apart = apart_labels(metric);
  for (const std::string& name : split(metric.labels, ',')) {
    const std::string_view mark = is_listed(apart, name) ? "**" : "";
    if (!name.empty()) out.push_back(fmt::format("{}`{}`{}", mark, name, mark));
  }
  return join(out, ", ");
}

/// A line for each collector.
std::string overview() {
  std::string out = "\n| Collector | Tells | Of the |\n| --- | --- | --- |\n";
  for (const std::string& name : CollectorRegistry::instance().names()) {
    const auto collector = CollectorRegistry::instance().make(name);
    out +=
        fmt::format("| [`{}`](#{}) | {} | {} |\n", name, name, cell(collector->help()), to_string(collector->scope()));
  }
  return out;
}

}  // namespace

std::string metrics_markdown() {
  std::string out = std::string(kIntroduction) + overview();
  for (const std::string& name : CollectorRegistry::instance().names()) {
    const auto collector = CollectorRegistry::instance().make(name);
    out += fmt::format("\n## {}\n\n{}\n\n", name, collector->help());
    for (const CollectorOption& option : collector->options())
      out += fmt::format("Option `{}` (default `{}`): {}\n\n", option.name, option.fallback, option.help);
    out += "| Metric | Unit | Kind | Labels | Meaning | Source |\n| --- | --- | --- | --- | --- | --- |\n";
    for (const Metric& metric : collector->metrics())
      out += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", metric.name, metric.unit, to_string(metric.kind),
                         label_list(metric), cell(metric.help), cell(metric.source));
  }
  return out;
}

}  // namespace sriov
