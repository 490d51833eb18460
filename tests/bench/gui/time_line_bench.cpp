// The dashboard's time line: a run of ten million samples, and live charts. QT_QPA_PLATFORM=offscreen or a display.
#include <benchmark/benchmark.h>
#include <qcustomplot.h>

#include <QApplication>
#include <cmath>
#include <filesystem>
#include <random>

#include "core/time.h"
#include "gui/models/trial_time_line.h"
#include "gui/widgets/strip_view.h"
#include "store/store.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::gui {
namespace {

constexpr std::int64_t kMs = 1'000'000;

/// One trial of `rows` rows a millisecond apart: the interrupts of `lines` lines on 4 CPUs.
TrialRecord large_trial(std::int64_t rows, int lines) {
  TrialRecord record;
  record.planned = {0, 0, {{"path", "vf"}}};
  record.clocks = {{"dom0", 0, 1000, 0}};
  record.end_ns = rows * kMs;
  SampleBlock block;
  block.endpoint = "dom0";
  block.collector = "interrupts";
  for (std::int64_t row = 0; row < rows; ++row) block.begin_ns.push_back(row * kMs);
  block.end_ns = block.begin_ns;
  std::mt19937 random(1);
  for (int line = 0; line < lines; ++line)
    for (int cpu = 0; cpu < 4; ++cpu) {
      block.series.push_back(
          {"interrupts.count",
           "interrupts",
           MetricKind::counter,
           {{"class", "c" + std::to_string(line % 8)}, {"cpu", std::to_string(cpu)}, {"irq", std::to_string(line)}}});
      std::vector<std::int64_t> values;
      std::int64_t value = 0;
      for (std::int64_t row = 0; row < rows; ++row) values.push_back(value += static_cast<std::int64_t>(random() % 20));
      block.columns.push_back(std::move(values));
    }
  record.blocks.push_back(std::move(block));
  return record;
}

/// What the window waits for until a strip view has been drawn.
void draw(StripView& view, const std::vector<StripCurves>& strips, std::int64_t origin_ns) {
  std::vector<const StripCurves*> shown;
  for (const StripCurves& strip : strips) shown.push_back(&strip);
  view.set_strips(shown, origin_ns);
  view.set_range(view.whole_range().value_or(Span{0, 1}));
  view.findChild<QCustomPlot*>()->replot(QCustomPlot::rpImmediateRefresh);
}

/// From the choice of a trial of ten million samples to its first picture: 10,000 rows of 1,000 series.
void open_ten_million_samples(benchmark::State& state) {
  const sriov::test::TemporaryDirectory directory;
  const std::string path = directory.path() + "/run";
  RunInfo info;
  info.name = "large";
  info.testbed = "netns";
  {
    auto store = Store::create(path, info);
    if (!store || !store->put_trial(large_trial(10'000, 250))) return state.SkipWithError("cannot write the run");
  }
  StripView view;
  view.resize(1280, 900);
  view.show();
  for (auto step : state) {
    const auto trials = trials_of(path);
    const auto line = read_time_line(trials->front());
    draw(view, line->strips, line->origin_ns);
    view.set_strips({}, 0);
  }
}
BENCHMARK(open_ten_million_samples)->Unit(benchmark::kNsPerMs);

Strip strip_of(std::int64_t steps, int curves, int place) {
  Strip strip{"k" + std::to_string(place), place, "dom0", "Interrupts", "1/s", curves > 1, {}, {}, {}};
  std::mt19937 random(2);
  for (std::int64_t i = 0; i < steps; ++i) strip.instants_ns.push_back(i * kMs);
  for (int curve = 0; curve < curves; ++curve) {
    strip.names.push_back("curve " + std::to_string(curve));
    strip.values.emplace_back();
    for (std::int64_t i = 0; i < steps; ++i) strip.values.back().push_back(static_cast<double>(random() % 1000));
  }
  return strip;
}

/// One frame while the user moves or zooms: six strips of eight curves with 200,000 steps each (9.6 million points).
void move_a_frame(benchmark::State& state) {
  std::vector<StripCurves> all;
  for (int place = 0; place < 6; ++place) all.emplace_back(strip_of(200'000, 8, place));
  std::vector<const StripCurves*> shown;
  for (const StripCurves& strip : all) shown.push_back(&strip);
  StripView view;
  view.resize(1280, 900);
  view.set_strips(shown, 0);
  view.show();
  auto* plot = view.findChild<QCustomPlot*>();
  double at_s = 0;
  for (auto step : state) {
    at_s = std::fmod(at_s + 0.7, 100);
    view.set_range({at_s, at_s + static_cast<double>(state.range(0))});
    plot->replot(QCustomPlot::rpImmediateRefresh);
  }
  state.counters["frames/s"] = benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(move_a_frame)->Arg(1)->Arg(20)->Arg(100)->Unit(benchmark::kNsPerMs);

/// One update of a live view that is shown: 200 curves in 20 strips, a minute of ten samples a second each. Ten of them
/// a second: 15 ms of CPU are 15 % of a core.
void update_two_hundred_curves(benchmark::State& state) {
  std::vector<StripCurves> all;
  std::vector<Strip> next;
  constexpr std::int64_t kSteps = 600;
  for (int place = 0; place < 20; ++place) {
    Strip strip = strip_of(kSteps, 10, place);
    for (auto& instant : strip.instants_ns) instant *= 100;
    all.emplace_back(strip, 36'000);
    next.push_back(strip_of(1, 10, place));
  }
  std::vector<const StripCurves*> shown;
  for (std::size_t i = 0; i < static_cast<std::size_t>(state.range(0)); ++i) shown.push_back(&all[i]);
  StripView view;
  view.resize(1280, 900);
  view.set_strips(shown, 0);
  view.show();
  auto* plot = view.findChild<QCustomPlot*>();
  std::int64_t now = kSteps;
  for (auto step : state) {
    for (Strip& one : next) one.instants_ns.front() = now * 100 * kMs;
    append_strips(all, next, 36'000);
    const double now_s = static_cast<double>(++now) / 10;
    view.strips_grew(Span{now_s - 60, now_s});
    plot->replot(QCustomPlot::rpImmediateRefresh);
  }
}
BENCHMARK(update_two_hundred_curves)->Arg(8)->Arg(20)->Unit(benchmark::kNsPerMs);

}  // namespace
}  // namespace sriov::gui

int main(int argc, char** argv) {
  QApplication application(argc, argv);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
