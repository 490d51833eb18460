#include "collector/collector.h"

#include <algorithm>

#include "core/text.h"

namespace sriov {

std::string_view to_string(CollectorScope scope) {
  switch (scope) {
    case CollectorScope::machine:
      return "machine";
    case CollectorScope::network_namespace:
      return "network namespace";
    case CollectorScope::agent:
      return "agent";
  }
  return "";
}

std::string Complaint::text() const { return "collector " + collector + ": " + what.text(); }

std::string CollectorStatus::text() const {
  return "collector " + name + (works ? " cannot tell everything: " : " skipped: ") + why.text();
}

std::string option_value(std::span<const CollectorOption> declared, const CollectorOptions& given,
                         std::string_view name) {
  if (const auto found = given.find(std::string(name)); found != given.end()) return found->second;
  for (const CollectorOption& option : declared)
    if (option.name == name) return std::string(option.fallback);
  return {};
}

std::vector<std::string> collectors_of(CollectorScope scope) {
  std::vector<std::string> out = CollectorRegistry::instance().names();
  std::erase_if(out,
                [&](const std::string& name) { return CollectorRegistry::instance().make(name)->scope() != scope; });
  return out;
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

Result<void> check_options(const Collector& collector, const CollectorOptions& options) {
  for (const auto& [option, value] : options) SRIOV_TRY(check_option(collector, option));
  return collector.check_values(options);
}

Result<std::int64_t> duration_option(std::span<const CollectorOption> declared, const CollectorOptions& given,
                                     std::string_view collector, std::string_view name, DurationRange range) {
  const std::string text = option_value(declared, given, name);
  const auto value_ns = parse_duration_ns(text);
  if (value_ns && *value_ns >= range.shortest_ns && *value_ns <= range.longest_ns) return *value_ns;
  return fail_usage("'" + text + "' is " + (value_ns ? "out of range" : "no duration"),
                    "collector " + std::string(collector) + ", option " + std::string(name),
                    format_duration(range.shortest_ns) + " to " + format_duration(range.longest_ns));
}

}  // namespace sriov
