#include "report/report_figures.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace sriov {
namespace {

bool has(const Comparison& comparison, const std::string& metric) {
  return std::ranges::any_of(comparison.tables, [&](const ComparisonTable& table) {
    const ComparisonRow* row = table.row(metric);
    return row != nullptr && std::ranges::any_of(row->cells, [](const auto& cell) { return cell.summary.has_value(); });
  });
}

bool has_numeric_factor(OpenRuns& runs) { return prepare_figure("scaling", runs, {}).has_value(); }

}  // namespace

Result<std::vector<FigureRequest>> report_figures(OpenRuns& runs, const ComparisonChoice& choice) {
  SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(choice.factor, choice.baseline));
  const FigureChoice common{"", choice.factor, choice.baseline, ""};
  std::vector<FigureRequest> out;
  const auto add = [&](const char* chart, const std::string& metric, const std::string& condition) {
    FigureRequest request{chart, common};
    request.choice.metric = metric;
    request.choice.condition = condition;
    out.push_back(std::move(request));
  };
  const bool scales = has_numeric_factor(runs);
  for (const char* metric : {"throughput_bps", "transactions_per_s", "latency_p50_us", "latency_p99_us",
                             "cpu_share_percent.dom0", "interrupts_per_mb.dom0"}) {
    if (!has(*comparison, metric)) continue;
    add("comparison-bars", metric, "");
    if (!scales || std::string_view(metric).starts_with("latency")) continue;
    out.push_back({"scaling", {metric, "", "", ""}});
  }
  add("cpu-stack", "", "");
  for (const ComparisonTable& table : comparison->tables) {
    if (!table.compared.empty()) add("ratios", "", table.condition);
    if (table.row("latency_p50_us") != nullptr)
      add("latency-ecdf", "", table.condition);
    else if (table.row("throughput_bps") != nullptr)
      add("timeline", "", table.condition);
  }
  return out;
}

std::string file_name(const FigureRequest& request, std::size_t position) {
  return fmt::format("{:02}-{}", position + 1, request.chart);
}

std::string batch_json(const std::vector<FigureRequest>& requests, const std::string& directory,
                       const std::string& ending) {
  nlohmann::json list = nlohmann::json::array();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const FigureChoice& choice = requests[i].choice;
    list.push_back({{"chart", requests[i].chart},
                    {"metric", choice.metric},
                    {"factor", choice.factor},
                    {"baseline", choice.baseline},
                    {"condition", choice.condition},
                    {"output", fmt::format("{}/{}.{}", directory, file_name(requests[i], i), ending)}});
  }
  return list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace sriov
