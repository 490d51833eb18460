#include "report/data/data_folder.h"

#include <string_view>

#include <fmt/format.h>

#include "host/file.h"
#include "report/csv/export_csv.h"
#include "report/latex/pgfplots.h"

namespace sriov {
namespace {

constexpr std::string_view kLoadR =
    R"(# The numbers of the run in base R: Rscript load.R
wide <- read.csv("wide.csv", check.names = FALSE)   # a row a trial, a column a metric
tidy <- read.csv("summary.csv")                     # a row a trial and metric, with its unit
wide <- subset(wide, status == "ok")

# Mean and 95 % t interval over repetitions, by path and workload.
interval <- function(x) {
  x <- x[!is.na(x)]
  if (length(x) < 2) return(c(n = length(x), mean = mean(x), low = NA, high = NA))
  half <- qt(0.975, length(x) - 1) * sd(x) / sqrt(length(x))
  c(n = length(x), mean = mean(x), low = mean(x) - half, high = mean(x) + half)
}
metric <- "throughput_bps"
print(do.call(rbind, tapply(wide[[metric]], paste(wide$path, wide$workload), interval)))
)";

constexpr std::string_view kLoadPython =
    R"(# The numbers of the run with pandas: python3 load.py
import pandas as pd

wide = pd.read_csv("wide.csv")      # a row a trial, a column a metric
tidy = pd.read_csv("summary.csv")   # a row a trial and metric, with its unit
wide = wide[wide["status"] == "ok"]

# Mean and standard error over repetitions, by path and workload.
metric = "throughput_bps"
print(wide.groupby(["path", "workload"], dropna=False)[metric].agg(["count", "mean", "sem"]))
)";

Result<std::string> csv_text(Result<void> (*write)(const Store&, const Sink&), const Store& store) {
  std::string out;
  SRIOV_TRY(write(store, [&](std::string_view bytes) -> Result<void> {
    out.append(bytes);
    return {};
  }));
  return out;
}

}  // namespace

Result<void> write_data_folder(OpenRuns& runs, const std::vector<FigureRequest>& requests,
                               const std::string& directory) {
  SRIOV_TRY(make_directories(directory));
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto data = prepare_figure(requests[i].chart, runs, requests[i].choice);
    if (!data && data.error().kind != ErrorKind::not_enough_data) return tl::unexpected(data.error());
    if (!data) continue;
    const std::string name = file_name(requests[i], i);
    for (std::size_t series = 0; series < data->series.size(); ++series)
      SRIOV_TRY(write_file(fmt::format("{}/{}-{}.dat", directory, name, series + 1), series_table(*data, series)));
    SRIOV_TRY(write_file(fmt::format("{}/{}.tex", directory, name), pgfplots_picture(*data, name)));
  }
  SRIOV_ASSIGN(const std::string wide, csv_text(export_wide_csv, runs.stores().front()));
  SRIOV_ASSIGN(const std::string tidy, csv_text(export_summary_csv, runs.stores().front()));
  SRIOV_TRY(write_file(directory + "/wide.csv", wide));
  SRIOV_TRY(write_file(directory + "/summary.csv", tidy));
  SRIOV_TRY(write_file(directory + "/load.R", kLoadR));
  return write_file(directory + "/load.py", kLoadPython);
}

}  // namespace sriov
