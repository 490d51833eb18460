// sriov-bench-gui [DIR]: looks at a run. With --export, --batch or --list it needs no display.
#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QLocale>
#include <QSettings>
#include <algorithm>
#include <array>
#include <cstdio>

#include "core/version.h"
#include "gui/appearance.h"
#include "gui/batch.h"
#include "gui/main_window.h"
#include "gui/pages/live_page.h"
#include "gui/translation.h"
#include "host/file.h"

namespace sriov::gui {
namespace {

constexpr int kUsageExit = 2;
constexpr int kNotEnoughDataExit = 4;
constexpr double kNarrowest_mm = 30;
constexpr double kWidest_mm = 500;
constexpr double kSmallest_pt = 4;
constexpr double kLargest_pt = 40;

int exit_code(const Error& error) {
  if (error.kind == ErrorKind::usage) return kUsageExit;
  return error.kind == ErrorKind::not_enough_data ? kNotEnoughDataExit : 1;
}

int tell(const Error& error) {
  std::fprintf(stderr, "sriov-bench-gui: %s\n", error.text().c_str());
  return exit_code(error);
}

std::vector<std::string> texts(const QStringList& list) {
  std::vector<std::string> out;
  for (const QString& text : list) out.push_back(text.toStdString());
  return out;
}

Result<double> number(const QCommandLineParser& parser, const QString& name, double low, double high) {
  bool is_number = false;
  const double value = parser.value(name).toDouble(&is_number);
  if (is_number && value >= low && value <= high) return value;
  return fail_usage("'" + parser.value(name).toStdString() + "' is no size", "--" + name.toStdString(),
                    "from " + std::to_string(static_cast<int>(low)) + " to " + std::to_string(static_cast<int>(high)));
}

Result<FigureOrder> order_of(const QCommandLineParser& parser) {
  FigureOrder order;
  order.chart = parser.value("export").toStdString();
  order.output = parser.value("output").toStdString();
  order.choice = {parser.value("metric").toStdString(), parser.value("factor").toStdString(),
                  parser.value("baseline").toStdString(), parser.value("condition").toStdString()};
  SRIOV_ASSIGN(order.style.width_mm, number(parser, "width-mm", kNarrowest_mm, kWidest_mm));
  SRIOV_ASSIGN(order.style.font_pt, number(parser, "font-pt", kSmallest_pt, kLargest_pt));
  order.style.dark = parser.isSet("dark");
  const auto palette = parse_palette(parser.value("palette").toStdString());
  if (!palette)
    return fail_usage("'" + parser.value("palette").toStdString() + "' is no palette", "--palette",
                      "colour or greyscale");
  order.style.palette = *palette;
  return order;
}

/// The figures' exit code: of the first that failed.
Result<int> export_figures(const QCommandLineParser& parser) {
  if (!parser.isSet("run")) return fail_usage("no run was given", {}, "add --run DIR");
  SRIOV_ASSIGN(const FigureOrder defaults, order_of(parser));
  std::vector<FigureOrder> orders{defaults};
  if (parser.isSet("batch")) {
    SRIOV_ASSIGN(const std::string json, read_file(parser.value("batch").toStdString()));
    SRIOV_ASSIGN(orders, parse_batch(json, defaults));
  } else if (defaults.output.empty()) {
    return fail_usage("no file was given", {}, "add -o FILE.svg, .pdf or .png");
  }
  SRIOV_ASSIGN(OpenRuns runs, OpenRuns::open(texts(parser.values("run"))));
  const std::vector<Error> errors = export_all(runs, orders);
  for (const Error& error : errors) tell(error);
  return errors.empty() ? 0 : exit_code(errors.front());
}

/// What --help says, for translations.
struct Help {
  Q_DECLARE_TR_FUNCTIONS(Help)
};

void add_options(QCommandLineParser& parser) {
  parser.setApplicationDescription(Help::tr("Looks at the results of sriov-bench runs."));
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument(
      "DIR", Help::tr("Run directories that `sriov-bench run -o DIR` wrote, or a folder of such."), "[DIR …]");
  parser.addOptions(
      {{"list", Help::tr("List the charts and exit.")},
       {"export", Help::tr("Write CHART and exit; needs no display."), "CHART"},
       {"batch", Help::tr("Write the figures of a JSON list and exit."), "FILE"},
       {"run", Help::tr("Run directory, as DIR is; --export and --batch need it; may be repeated."), "DIR"},
       {{"o", "output"}, Help::tr("File for --export: .svg, .pdf or .png."), "FILE"},
       {"metric", Help::tr("What the chart shows (names as in compare --json)."), "METRIC"},
       {"factor", Help::tr("Whose levels are compared."), "FACTOR"},
       {"baseline", Help::tr("Level that changes are against."), "LEVEL"},
       {"condition", Help::tr("Levels of other factors: 'workload=tcp_rr guests=2'."), "LEVELS"},
       {"width-mm", Help::tr("Width in mm: 85 is a column of a two-column paper, 178 both."), "MM", "85"},
       {"font-pt", Help::tr("Size of the text in points."), "PT", "8"},
       {"live", Help::tr("Watch a machine as it is now: [NAME=]local:, ssh:… or exec:…; may be repeated."), "TARGET"},
       {"palette", Help::tr("colour (safe for colour-blind readers) or greyscale."), "NAME", "colour"},
       {"dark", Help::tr("Light ink on dark paper.")}});
}

int run(QApplication& application) {
  QCommandLineParser parser;
  add_options(parser);
  parser.process(application);
  if (parser.isSet("list")) {
    std::fputs(list_figures().c_str(), stdout);
    return 0;
  }
  if (parser.isSet("export") || parser.isSet("batch")) {
    const Result<int> code = export_figures(parser);
    return code ? *code : tell(code.error());
  }
  if (chosen_appearance() != Appearance::desktop) set_appearance(chosen_appearance());
  QApplication::setWindowIcon(QIcon(":/sriov-bench-gui.svg"));
  QApplication::setDesktopFileName("sriov-bench-gui");
  MainWindow window;
  window.open_any(parser.positionalArguments() + parser.values("run"));
  window.show();
  if (parser.isSet("live")) {
    window.show_page("live");
    if (auto* live = dynamic_cast<LivePage*>(window.current_page())) live->watch(parser.values("live"));
  }
  return QApplication::exec();
}

bool needs_no_display(int argc, char** argv) {
  static constexpr std::array<std::string_view, 3> kWithout{"--export", "--batch", "--list"};
  return std::any_of(argv + 1, argv + argc, [](std::string_view word) {
    return std::ranges::any_of(kWithout, [&](std::string_view option) { return word.starts_with(option); });
  });
}

/// Without a display Qt warns of a session that is not there (XDG_RUNTIME_DIR): nothing that figures need.
void only_what_matters(QtMsgType type, const QMessageLogContext& /*context*/, const QString& text) {
  if (type == QtCriticalMsg || type == QtFatalMsg)
    std::fprintf(stderr, "sriov-bench-gui: %s\n", text.toUtf8().constData());
}

}  // namespace
}  // namespace sriov::gui

int main(int argc, char** argv) {
  if (sriov::gui::needs_no_display(argc, argv)) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qInstallMessageHandler(sriov::gui::only_what_matters);
  }
  QApplication application(argc, argv);
  QApplication::setOrganizationName("sriov-bench");
  QApplication::setApplicationName("sriov-bench-gui");
  QSettings::setDefaultFormat(QSettings::IniFormat);
  QApplication::setApplicationVersion(
      QString::fromUtf8(sriov::kVersion.data(), static_cast<int>(sriov::kVersion.size())));
  sriov::gui::load_translation(QLocale(), sriov::gui::translation_folders());
  return sriov::gui::run(application);
}
