// docs/workloads.md, written from what the workloads declare.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include <fmt/format.h>

#include "core/text.h"
#include "host/file.h"
#include "workloads/workload.h"

namespace sriov {
namespace {

constexpr const char* kHead =
    "# Workloads\n\nWritten from what the workloads declare (`sriov-bench list workloads`, `list metrics`). How they "
    "measure is in\n[method.md](method.md).\n\n";

std::string protocol_of(Protocol protocol) {
  if (protocol == Protocol::tcp) return "TCP";
  return protocol == Protocol::udp ? "UDP" : "all";
}

std::string workload_section() {
  std::string out = "| workload | over | what it does | its own options |\n| --- | --- | --- | --- |\n";
  for (const std::string& name : WorkloadRegistry::instance().names()) {
    const auto workload = WorkloadRegistry::instance().make(name);
    std::vector<std::string> options;
    for (const OwnOption& option : workload->own_options()) options.push_back(fmt::format("`{}`", option.name));
    out += fmt::format("| `{}` | {} | {} | {} |\n", name, protocol_of(workload->protocol()), workload->help(),
                       join(options, ", "));
  }
  return out;
}

std::string option_section() {
  std::string out =
      "\n## Options of all workloads\n\nGiven in `[workload]` of an experiment, to those workloads that have a use for "
      "them; as factors; and to\n`sriov-bench workload`.\n\n"
      "| option | for | values | default | what it does |\n| --- | --- | --- | --- | --- |\n";
  const WorkloadSpec defaults;
  for (const WorkloadOption& option : shared_options()) {
    const bool by_workload = option.name == "message_bytes";
    const std::string text = option.get(defaults);
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", option.name, protocol_of(option.protocol), option.values,
                       by_workload ? "by workload" : text, option.help);
  }
  out +=
      "\n## Options of single workloads\n\n| workload | option | values | default | what it does |\n"
      "| --- | --- | --- | --- | --- |\n";
  for (const std::string& name : WorkloadRegistry::instance().names()) {
    const auto workload = WorkloadRegistry::instance().make(name);
    for (const OwnOption& option : workload->own_options())
      out += fmt::format("| `{}` | `{}` | {} | {} | {} |\n", name, option.name, option.values, option.fallback,
                         option.help);
  }
  return out;
}

std::string measure_section() {
  std::map<std::string, std::pair<Metric, std::vector<std::string>>> by_name;
  for (const std::string& name : WorkloadRegistry::instance().names()) {
    const auto workload = WorkloadRegistry::instance().make(name);
    for (const Metric& metric : workload->measures()) {
      const auto found = by_name.try_emplace(std::string(metric.name), std::pair(metric, std::vector<std::string>{}));
      found.first->second.second.push_back(name);
    }
  }
  std::string out =
      "\n## What a side reports\n\nOver the counted window, where it can know it.\n\n"
      "| measure | unit | what it is | source | workloads |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& [name, entry] : by_name)
    out += fmt::format("| `{}` | {} | {} | {} | {} |\n", name, entry.first.unit, entry.first.help, entry.first.source,
                       join(entry.second, ", "));
  return out;
}

std::string workloads_markdown() { return kHead + workload_section() + option_section() + measure_section(); }

TEST(WorkloadReference, IsUpToDate) {
  const std::string path = SRIOV_CONFIGS "/../docs/workloads.md";
  if (std::getenv("SRIOV_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(path, workloads_markdown()));
  }
  const auto written = read_file(path);
  ASSERT_TRUE(written) << written.error().text();
  EXPECT_EQ(*written, workloads_markdown()) << "SRIOV_UPDATE_GOLDEN=1 writes it anew";
}

TEST(WorkloadReference, DeclarationsAreConsistent) {
  for (const std::string& name : WorkloadRegistry::instance().names()) {
    const auto workload = WorkloadRegistry::instance().make(name);
    EXPECT_EQ(workload->name(), name);
    for (const OwnOption& option : workload->own_options()) {
      EXPECT_TRUE(option.check(option.fallback)) << name << ' ' << option.name;
      EXPECT_FALSE(option.help.empty()) << option.name;
    }
    for (const Metric& metric : workload->measures())
      EXPECT_FALSE(metric.unit.empty() || metric.help.empty() || metric.source.empty()) << metric.name;
  }
  const WorkloadSpec defaults;
  for (const WorkloadOption& option : shared_options()) {
    WorkloadSpec spec;
    EXPECT_TRUE(option.set(spec, option.get(defaults))) << option.name;
  }
}

}  // namespace
}  // namespace sriov
