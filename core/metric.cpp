#include "core/metric.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace sriov {
namespace {

/// Labels that number parts of a whole, whatever the metric.
constexpr std::array<std::string_view, 4> kParts{"cpu", "vcpu", "pcpu", "queue"};

/// For series of builds that kept no Series::apart: the first of these that a series has told it apart.
constexpr std::array<std::string_view, 9> kApartBefore{"mode",   "class",  "device", "vif",      "domain",
                                                       "reason", "action", "event",  "requester"};

}  // namespace

std::string apart_labels(const Metric& metric) {
  if (metric.apart != kApartByDefault) return std::string(metric.apart);
  if (metric.labels.empty()) return {};
  std::vector<std::string> names = split(metric.labels, ',');
  std::erase_if(names,
                [](const std::string& name) { return std::find(kParts.begin(), kParts.end(), name) != kParts.end(); });
  return join(names, ",");
}

std::string_view to_string(MetricKind kind) { return kind == MetricKind::counter ? "counter" : "gauge"; }

std::string_view label(const Labels& labels, std::string_view name) {
  for (const auto& [key, value] : labels)
    if (key == name) return value;
  return {};
}

Labels sorted(Labels labels) {
  std::stable_sort(labels.begin(), labels.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Labels out;
  for (auto& entry : labels) {
    if (!out.empty() && out.back().first == entry.first)
      out.back() = std::move(entry);
    else
      out.push_back(std::move(entry));
  }
  return out;
}

std::string to_string(const Labels& labels) {
  std::string out;
  for (const auto& [key, value] : labels) {
    if (!out.empty()) out += ',';
    out += key + '=' + value;
  }
  return out;
}

Labels sum_group(const Series& series) {
  Labels group;
  const auto add = [&](std::string_view name) {
    const std::string_view value = label(series.labels, name);
    if (!value.empty()) group.emplace_back(name, value);
    return !value.empty();
  };
  if (series.apart) {
    for (const std::string& name : split(*series.apart, ',')) add(name);
  } else {
    (void)std::any_of(kApartBefore.begin(), kApartBefore.end(), add);
  }
  return sorted(std::move(group));
}

}  // namespace sriov
