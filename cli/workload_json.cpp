#include "cli/workload_json.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "core/time.h"
#include "core/version.h"
#include "host/clock.h"
#include "workloads/option.h"
#include "workloads/workload.h"

namespace sriov::cli {
namespace {

using nlohmann::ordered_json;

double seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

/// Counts without a decimal point.
ordered_json number(double value) {
  constexpr double kExact = 9e15;
  if (!std::isfinite(value)) return nullptr;
  if (value == std::floor(value) && std::abs(value) < kExact) return static_cast<std::int64_t>(value);
  return value;
}

ordered_json latency_json(const Histogram& latency) {
  constexpr std::array<std::pair<const char*, double>, 5> kQuantiles{
      {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p99.9", 0.999}, {"p99.99", 0.9999}}};
  ordered_json out{
      {"count", latency.count()}, {"min", static_cast<double>(latency.min()) / 1e3}, {"mean", latency.mean() / 1e3}};
  for (const auto& [name, quantile] : kQuantiles) out[name] = static_cast<double>(latency.quantile(quantile)) / 1e3;
  out["max"] = static_cast<double>(latency.max()) / 1e3;
  out["saturated"] = latency.saturated();
  return out;
}

ordered_json measures_json(const std::vector<Measure>& measures) {
  ordered_json out = ordered_json::object();
  for (const Measure& measure : measures)
    out[measure.name] = ordered_json{{"value", number(measure.value)}, {"unit", measure.unit}};
  return out;
}

ordered_json side_json(const agent::SideOutcome* side) {
  if (side == nullptr) return nullptr;
  ordered_json out;
  out["complete"] = side->has_report && !side->failed();
  out["failure"] = nullptr;
  if (side->failed())
    out["failure"] =
        ordered_json{{"what", side->failure.what}, {"where", side->failure.where}, {"hint", side->failure.hint}};
  if (!side->has_report) return out;
  const WorkloadReport& report = side->report;
  out["window_s"] = seconds(report.window_end_ns - report.window_begin_ns);
  out["note"] = report.note;
  out["measures"] = measures_json(report.measures);
  out["latency_us"] = report.latency_ns ? latency_json(*report.latency_ns) : ordered_json();
  out["intervals"] = ordered_json::array();
  for (const WorkloadInterval& interval : report.intervals)
    out["intervals"].push_back(interval_json(interval, report.intervals.front().begin_ns));
  return out;
}

/// Every option that the workload has a use for, as a user would write it.
ordered_json options_json(const WorkloadSpec& spec) {
  ordered_json out = ordered_json::object();
  const auto workload = WorkloadRegistry::instance().make(spec.workload);
  if (!workload) return out;
  for (const WorkloadOption& option : shared_options())
    if (means_something(option.name, *workload)) out[std::string(option.name)] = option.get(spec);
  for (const OwnOption& option : workload->own_options())
    out[std::string(option.name)] = own_value(workload->own_options(), spec, option.name);
  return out;
}

/// Someone at the other end asked for the end; a run of a given amount ends when it is carried.
bool ended_early(const RunSides& sides) {
  constexpr std::int64_t kToleranceNs = 100 * kNsPerMs;
  const agent::SideOutcome* side = sides.client != nullptr ? sides.client : sides.server;
  if (sides.spec->total_bytes > 0 || side == nullptr || !side->has_report) return false;
  const std::int64_t missing_ns = sides.spec->duration_ns - (side->report.window_end_ns - side->report.window_begin_ns);
  return missing_ns > std::max(kToleranceNs, sides.spec->duration_ns / 100);
}

bool is_complete(const agent::SideOutcome* side) { return side == nullptr || (side->has_report && !side->failed()); }

}  // namespace

std::string_view status_of(const RunSides& sides, bool was_interrupted) {
  const bool has_any =
      (sides.client != nullptr && sides.client->has_report) || (sides.server != nullptr && sides.server->has_report);
  if (!has_any) return "failed";
  if (!is_complete(sides.client) || !is_complete(sides.server)) return "partial";
  return was_interrupted || ended_early(sides) ? "interrupted" : "complete";
}

ordered_json interval_json(const WorkloadInterval& interval, std::int64_t origin_ns) {
  ordered_json out{{"begin_s", seconds(interval.begin_ns - origin_ns)},
                   {"end_s", seconds(interval.end_ns - origin_ns)},
                   {"warmup", interval.is_warmup}};
  out["counts"] = ordered_json::object();
  for (const Measure& count : interval.measures) out["counts"][count.name] = number(count.value);
  out["latency_us"] = interval.latency_ns ? latency_json(interval.latency_ns->unpack()) : ordered_json();
  return out;
}

ordered_json run_json(const RunSides& sides, const std::string& peer, std::int64_t started_unix_ns,
                      bool was_interrupted) {
  ordered_json out{{"format", "sriov-bench workload"}, {"version", kWorkloadJsonVersion}, {"tool_version", kVersion}};
  out["started"] = format_utc(started_unix_ns);
  out["peer"] = peer;
  out["status"] = status_of(sides, was_interrupted);
  out["workload"] = sides.spec->workload;
  out["duration_s"] = seconds(sides.spec->duration_ns);
  out["warmup_s"] = seconds(sides.spec->warmup_ns);
  out["options"] = options_json(*sides.spec);
  const auto rate = throughput(sides);
  out["throughput_bps"] = rate ? ordered_json(rate->bps) : ordered_json();
  out["throughput_is_received"] = rate && rate->is_received;
  const auto paced = paced_rate(sides);
  out["rate"] = nullptr;
  if (paced)
    out["rate"] = ordered_json{
        {"asked_bps", paced->asked_bps}, {"achieved_bps", paced->achieved_bps}, {"reached", paced->is_reached()}};
  out["client"] = side_json(sides.client);
  out["server"] = side_json(sides.server);
  return out;
}

std::string json_text(const ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace sriov::cli
