// sriov-bench export: results for other programs.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

#include "cli/subcommand.h"
#include "cli/tell_damage.h"
#include "cli/terminal.h"
#include "report/csv/export_csv.h"
#include "store/store.h"

namespace sriov::cli {
namespace {

/// A file to write, or stdout for "-". What an export that failed leaves behind is removed.
class Output {
 public:
  static Result<Output> open(const std::string& path) {
    if (path == "-") return Output(stdout, "");
    FILE* file = std::fopen(path.c_str(), "wbe");
    if (file == nullptr) return fail_errno("cannot create " + path, errno);
    return Output(file, path);
  }
  Output(Output&& other) noexcept
      : file_(std::exchange(other.file_, nullptr)), path_(std::exchange(other.path_, std::string())) {}
  Output& operator=(Output&&) = delete;
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  ~Output() {
    if (file_ == nullptr || path_.empty()) return;
    std::fclose(file_);
    std::remove(path_.c_str());
  }

  Result<void> write(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_) == bytes.size()) return {};
    return failed();
  }
  Result<void> finish() {
    FILE* file = std::exchange(file_, nullptr);
    const bool written = path_.empty() ? std::fflush(file) == 0 : std::fclose(file) == 0;
    if (!written) return failed();
    return {};
  }

 private:
  Output(FILE* file, std::string path) : file_(file), path_(std::move(path)) {}
  [[nodiscard]] tl::unexpected<Error> failed() const {
    return path_.empty() ? fail_stdout() : fail_errno("cannot write " + path_, errno);
  }

  FILE* file_;
  std::string path_;
};

class Export : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description(
        "Writes a run as CSV (RFC 4180, '.' as decimal sign, empty where a value is absent): one line per trial and "
        "metric, every interval of the workloads, or every raw sample.");
    app.add_option("directory", directory_, "Directory of the run")->required();
    app.add_option("--format", format_, "Output format")->check(CLI::IsMember({"csv"}))->capture_default_str();
    app.add_option("--what", what_,
                   "summary: the numbers of each trial, a line each; wide: the same with a column per metric; "
                   "intervals: what each side of a workload did second by second; "
                   "samples: raw counters over time")
        ->check(CLI::IsMember({"samples", "intervals", "summary", "wide"}))
        ->capture_default_str();
    app.add_option("-o,--output", output_, "File to write, - for stdout")->capture_default_str();
    app.footer(
        "Examples:\n"
        "  sriov-bench export results/first --what summary -o summary.csv\n"
        "  sriov-bench export results/first --what samples | gzip > samples.csv.gz\n"
        "docs/file-formats.md describes the columns.\n"
        "Exit code 5: parts of the run are damaged and were left out.");
  }

  Result<int> run() override {
    SRIOV_ASSIGN(const Store store, Store::open(directory_));
    SRIOV_ASSIGN(Output output, Output::open(output_));
    const Sink sink = [&](std::string_view bytes) { return output.write(bytes); };
    if (what_ == "samples") SRIOV_TRY(export_samples_csv(store, sink));
    if (what_ == "intervals") SRIOV_TRY(export_intervals_csv(store, sink));
    if (what_ == "summary") SRIOV_TRY(export_summary_csv(store, sink));
    if (what_ == "wide") SRIOV_TRY(export_wide_csv(store, sink));
    SRIOV_TRY(output.finish());
    return tell_damage({&store, 1}, kOk);
  }

 private:
  std::string directory_;
  std::string format_ = "csv";
  std::string what_ = "summary";
  std::string output_ = "-";
};

const SubcommandRegistration<Export> registration{"export"};

}  // namespace
}  // namespace sriov::cli
