// sriov-bench-gui [DIR]: looks at a run. With --export it writes one chart and needs no display.
#include <QApplication>
#include <QCommandLineParser>
#include <cstdio>
#include <optional>

#include "core/text.h"
#include "core/version.h"
#include "gui/comparison_chart.h"
#include "gui/export_chart.h"
#include "gui/main_window.h"

namespace sriov::gui {
namespace {

constexpr int kUsageExit = 2;

Result<void> export_metric(const std::string& directory, const std::string& metric, const QString& path) {
  SRIOV_ASSIGN(const Store store, Store::open(directory));
  SRIOV_ASSIGN(const Comparison comparison, compare(store));
  std::vector<std::string> names;
  for (const ComparisonTable& table : comparison.tables) {
    for (const ComparisonRow& row : table.rows) {
      if (row.metric == metric) return export_chart(*comparison_chart(table, row, comparison.run.emulated), path);
      names.push_back(row.metric);
    }
  }
  const std::string near = nearest(metric, names);
  return fail_usage("no metric '" + metric + "' in this run", directory,
                    near.empty() ? "" : "did you mean " + near + "?");
}

int run(QApplication& application) {
  QCommandLineParser parser;
  parser.setApplicationDescription(QApplication::translate("main", "Looks at the result of a sriov-bench run."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument("DIR", "Run directory that `sriov-bench run -o DIR` wrote.", "[DIR]");
  parser.addOptions({{"export", "Write the chart of METRIC and exit; needs no display.", "METRIC"},
                     {"run", "Run directory for --export.", "DIR"},
                     {{"o", "output"}, "File for --export, .svg or .png.", "FILE"}});
  parser.process(application);
  if (parser.isSet("export")) {
    const auto done =
        export_metric(parser.value("run").toStdString(), parser.value("export").toStdString(), parser.value("output"));
    if (done) return 0;
    std::fprintf(stderr, "sriov-bench-gui: %s\n", done.error().text().c_str());
    return done.error().kind == ErrorKind::usage ? kUsageExit : 1;
  }
  MainWindow window;
  const QStringList directories = parser.positionalArguments();
  if (!directories.isEmpty()) window.open_run(directories.front());
  window.show();
  return QApplication::exec();
}

bool wants_export(int argc, char** argv) {
  for (int i = 1; i < argc; ++i)
    if (std::string_view(argv[i]).starts_with("--export")) return true;
  return false;
}

}  // namespace
}  // namespace sriov::gui

int main(int argc, char** argv) {
  if (sriov::gui::wants_export(argc, argv)) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication application(argc, argv);
  QApplication::setApplicationName("sriov-bench-gui");
  QApplication::setApplicationVersion(
      QString::fromUtf8(sriov::kVersion.data(), static_cast<int>(sriov::kVersion.size())));
  return sriov::gui::run(application);
}
