// sriov-bench report: a run as one HTML file.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include <fmt/format.h>

#include "cli/scratch_directory.h"
#include "cli/subcommand.h"
#include "cli/tell_damage.h"
#include "cli/terminal.h"
#include "core/time.h"
#include "host/data_files.h"
#include "host/file.h"
#include "host/shell.h"
#include "report/data/data_folder.h"
#include "report/html/html_report.h"
#include "report/report_figures.h"

namespace sriov::cli {
namespace {

constexpr std::int64_t kFiguresTimeoutNs = 120 * kNsPerSecond;

class Report : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description(
        "Writes a run as one HTML file for reading, printing and archiving: what was run where, verdicts, tables with "
        "intervals, figures, caveats, left-out trials. The file needs no network and no scripts.");
    app.add_option("directory", directories_, "Directory of the run; several to compare runs")
        ->required()
        ->type_name("DIR");
    app.add_option("-o,--output", output_, "File to write, - for stdout")->capture_default_str();
    app.add_option("--factor", choice_.factor, "Factor whose levels stand side by side, as of compare");
    app.add_option("--baseline", choice_.baseline, "Level that changes are against, as of compare")->type_name("LEVEL");
    app.add_option("--data", data_,
                   "Also write the figures' numbers there: tables and pictures for LaTeX (pgfplots), CSV, and what "
                   "loads it in R and Python")
        ->type_name("FOLDER");
    app.add_flag("--no-figures", no_figures_, "Tables only; does not start sriov-bench-gui");
    app.footer(
        "Examples:\n"
        "  sriov-bench report results/first -o first.html\n"
        "  sriov-bench report results/bare-metal results/on-xen --baseline bare-metal -o both.html\n"
        "  sriov-bench report results/first -o first.html --data figures\n"
        "Figures are drawn by sriov-bench-gui, found beside this program or in PATH; without it the report has tables "
        "only\nand says so.\nExit codes: 4 no valid trial; 5 parts of a run are damaged and were left out.");
  }

  Result<int> run() override {
    SRIOV_ASSIGN(OpenRuns runs, OpenRuns::open(directories_));
    html::ReportParts parts;
    parts.choice = choice_;
    SRIOV_ASSIGN(const std::vector<FigureRequest> requests, report_figures(runs, choice_));
    if (no_figures_)
      parts.figures_missing = "Figures were not asked for.";
    else if (const auto drawn = draw(requests, parts); !drawn)
      parts.figures_missing = "There are no figures: " + drawn.error().text() + ".";
    parts.findings = findings_of(runs);
    SRIOV_ASSIGN(const std::string text, html::render_report(runs, parts));
    SRIOV_TRY(output_ == "-" ? print_stdout(text) : write_file(output_, text, true));
    if (!data_.empty()) SRIOV_TRY(write_data_folder(runs, requests, data_));
    if (output_ != "-") fmt::print(stderr, "report: {}\n", output_);
    return tell_damage(runs.stores(), kOk);
  }

 private:
  /// Of one run; explanations are of runs, not of differences between them. What cannot be explained is left out.
  [[nodiscard]] static std::vector<NamedFinding> findings_of(const OpenRuns& runs) {
    if (runs.stores().size() != 1) return {};
    const auto data = RunData::load(runs.stores().front());
    if (!data) return {};
    return explain(*data).value_or(std::vector<NamedFinding>{});
  }

  /// One start of the drawing program for all figures.
  Result<void> draw(const std::vector<FigureRequest>& requests, html::ReportParts& parts) const {
    SRIOV_ASSIGN(const std::string program, companion_program("sriov-bench-gui"));
    SRIOV_ASSIGN(const ScratchDirectory folder, ScratchDirectory::make());
    const std::string batch = folder.path() + "/batch.json";
    SRIOV_TRY(write_file(batch, batch_json(requests, folder.path(), "svg")));
    Command command{program, "--batch", batch};
    for (const std::string& directory : directories_) {
      command.emplace_back("--run");
      command.push_back(directory);
    }
    LocalShell shell;
    SRIOV_ASSIGN(const CommandOutput output, shell.run(command, kFiguresTimeoutNs));
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const auto file = read_file(fmt::format("{}/{}.svg", folder.path(), file_name(requests[i], i)));
      if (!file) continue;  // The run has nothing for it.
      if (auto figure = html::inline_figure(*file)) parts.figures.push_back(std::move(*figure));
    }
    if (parts.figures.empty())
      return fail(fmt::format("{} drew none (exit code {})", program, output.exit_code), {},
                  output.err.substr(0, output.err.find('\n')));
    return {};
  }

  std::vector<std::string> directories_;
  std::string output_ = "report.html";
  std::string data_;
  ComparisonChoice choice_;
  bool no_figures_ = false;
};

const SubcommandRegistration<Report> registration{"report"};

}  // namespace
}  // namespace sriov::cli
