#include "core/metric.h"

#include <algorithm>

namespace sriov {

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

}  // namespace sriov
