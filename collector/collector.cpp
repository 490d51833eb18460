#include "collector/collector.h"

#include <algorithm>

#include "core/text.h"

namespace sriov {

std::string option_value(std::span<const CollectorOption> declared, const CollectorOptions& given,
                         std::string_view name) {
  if (const auto found = given.find(std::string(name)); found != given.end()) return found->second;
  for (const CollectorOption& option : declared)
    if (option.name == name) return std::string(option.fallback);
  return {};
}

Result<std::unique_ptr<Collector>> make_collector(const std::string& name) {
  auto collector = CollectorRegistry::instance().make(name);
  if (collector) return collector;
  const std::vector<std::string> names = CollectorRegistry::instance().names();
  const std::string near = name.empty() ? "" : nearest(name, names);
  return fail_usage(name.empty() ? "the name of a collector is empty" : "there is no collector '" + name + "'", {},
                    near.empty() ? "collectors: " + join(names, ", ") : "did you mean '" + near + "'?");
}

Result<void> check_option(const Collector& collector, const std::string& option) {
  std::vector<std::string> known;
  for (const CollectorOption& declared : collector.options()) known.emplace_back(declared.name);
  if (std::find(known.begin(), known.end(), option) != known.end()) return {};
  const std::string near = nearest(option, known);
  const std::string list = known.empty() ? "it has none" : "it has: " + join(known, ", ");
  return fail_usage("unknown option '" + option + "'", "collector " + std::string(collector.name()),
                    near.empty() ? list : "did you mean '" + near + "'?");
}

}  // namespace sriov
