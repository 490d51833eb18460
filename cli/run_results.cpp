#include "cli/run_results.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "analyzers/comparison/comparison.h"
#include "cli/terminal.h"
#include "report/csv/export_csv.h"
#include "report/text/render_comparison.h"
#include "store/store.h"

namespace sriov::cli {
namespace {

using Exporter = Result<void> (*)(const Store&, const Sink&);

Result<void> try_write_csv(const Store& store, const std::string& path, Exporter exporter) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  if (!file) return fail_errno("cannot create it", errno, path);
  const Sink sink = [&](std::string_view bytes) -> Result<void> {
    if (file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()))) return {};
    return fail_errno("cannot write it", errno, path);
  };
  SRIOV_TRY(exporter(store, sink));
  file.close();
  if (!file) return fail_errno("cannot write it", errno, path);
  return {};
}

/// A file that could not be written whole would be taken for the result: it is removed.
Result<void> write_csv(const Store& store, const std::string& path, Exporter exporter) {
  auto written = try_write_csv(store, path, exporter);
  if (!written) std::remove(path.c_str());
  return written;
}

}  // namespace

Result<void> write_result_files(const std::string& directory) {
  SRIOV_ASSIGN(const Store store, Store::open(directory));
  SRIOV_TRY(write_csv(store, directory + "/summary.csv", export_summary_csv));
  return write_csv(store, directory + "/samples.csv", export_samples_csv);
}

Result<void> print_comparison(const std::string& directory) {
  SRIOV_ASSIGN(const Store store, Store::open(directory));
  SRIOV_ASSIGN(const Comparison comparison, compare(store));
  SRIOV_TRY(print_stdout(render_comparison(comparison, false, stdout_style())));
  fmt::print(stderr, "CSV: {0}/summary.csv (numbers of each trial), {0}/samples.csv (raw counters)\n", directory);
  return {};
}

}  // namespace sriov::cli
