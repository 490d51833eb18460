#include "report/json/recording_json.h"

#include <optional>

#include <nlohmann/json.hpp>

namespace sriov {
namespace {

nlohmann::ordered_json to_json(const Labels& labels) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  for (const auto& [name, value] : labels) out[name] = value;
  return out;
}

nlohmann::ordered_json to_json(const RecordedMetric& metric) {
  nlohmann::ordered_json biggest = nlohmann::ordered_json::array();
  for (const SeriesMean& series : metric.biggest)
    biggest.push_back({{"labels", to_json(series.labels)}, {"value", series.value}});
  const bool counter = metric.kind == MetricKind::counter;
  return {{"endpoint", metric.endpoint},
          {"metric", metric.metric},
          {"kind", to_string(metric.kind)},
          {"unit", metric.unit + (counter ? "/s" : "")},
          {"group", to_json(metric.group)},
          {"value", metric.value},
          {"series", metric.series},
          {"resets", metric.resets},
          {"biggest", biggest}};
}

}  // namespace

std::string recording_json(const RecordingSummary& summary) {
  const auto or_null = [](const std::optional<std::int64_t>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
  };
  nlohmann::ordered_json endpoints = nlohmann::ordered_json::array();
  for (const SamplingHealth& health : summary.endpoints)
    endpoints.push_back({{"endpoint", health.endpoint},
                         {"rows", health.rows},
                         {"seconds", health.seconds},
                         {"missed_deadlines", or_null(health.missed_deadlines)},
                         {"lateness_p50_ns", or_null(health.lateness_p50_ns)},
                         {"lateness_p99_ns", or_null(health.lateness_p99_ns)},
                         {"lateness_max_ns", or_null(health.lateness_max_ns)}});
  nlohmann::ordered_json metrics = nlohmann::ordered_json::array();
  for (const RecordedMetric& metric : summary.metrics) metrics.push_back(to_json(metric));
  nlohmann::ordered_json ratios = nlohmann::ordered_json::array();
  for (const RecordedRatio& ratio : summary.ratios)
    ratios.push_back({{"endpoint", ratio.endpoint},
                      {"ratio", ratio.ratio},
                      {"of", ratio.of},
                      {"traffic_of", ratio.against},
                      {"value", ratio.value}});
  const nlohmann::ordered_json out{
      {"emulated", summary.emulated}, {"endpoints", endpoints}, {"metrics", metrics}, {"ratios", ratios}};
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace sriov
