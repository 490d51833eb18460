// A run with more machines, devices and longer names than anybody has: every page stays readable.
#include <QPixmap>

#include "core/registry.h"
#include "gui/appearance.h"
#include "gui/models/compare_view.h"
#include "gui/widgets/strip_view.h"
#include "tests/gui/window/window_test.h"

namespace sriov::gui::test {
namespace {

constexpr int kMachines = 12;
constexpr int kDevices = 60;
constexpr int kLegend_px = 210;

/// Of a machine with many devices: rates that differ, names that are long.
SampleBlock crowded(const std::string& endpoint, const std::string& collector, const std::string& metric,
                    const std::string& label, const SampleBlock& like) {
  SampleBlock block;
  block.endpoint = endpoint;
  block.collector = collector;
  block.begin_ns = like.begin_ns;
  block.end_ns = like.end_ns;
  for (int device = 0; device < kDevices; ++device) {
    const std::string name = "enp129s0f0np0v" + std::to_string(device) + "-Übertragungsgerät-данные-データ";
    block.series.push_back(
        {metric, "bytes", MetricKind::counter, sorted({{label, name}, {"cpu", std::to_string(device)}, {"irq", "7"}})});
    std::vector<std::int64_t> values;
    for (std::size_t row = 0; row < like.begin_ns.size(); ++row)
      values.push_back(static_cast<std::int64_t>(row * row) * 1'000'000 * (device + 1));
    block.columns.push_back(std::move(values));
  }
  return block;
}

class CrowdedTest : public WindowTest {
 protected:
  CrowdedTest() {
    auto store = Store::create(path("crowded").toStdString(), sriov::test::synthetic_info(true));
    EXPECT_TRUE(store);
    int index = 0;
    for (int repetition = 0; repetition < 2; ++repetition)
      for (const char* on : {"vf", "netfront"})
        for (int level = 0; level < 4; ++level) {
          TrialRecord record = sriov::test::make_record(sriov::test::on_path(on, index++, repetition));
          record.planned.cell["path"] =
              std::string(on) + " with a driver of a very long name, firmware " + std::to_string(level) + ", Größe 大";
          crowd(record);
          EXPECT_TRUE(store->put_trial(record));
          for (int mark = 0; mark < 8; ++mark)
            EXPECT_TRUE(store->put_event(record.started_unix_ns + mark * 500'000'000LL, "gäst-1",
                                         "rx_usecs = 20, was 3: a sentence that goes on and on until nobody reads it"));
        }
  }
  static void crowd(TrialRecord& record) {
    const SampleBlock like = record.blocks.front();  // dom0's clock.
    for (int machine = 0; machine < kMachines; ++machine) {
      const std::string name = "rechenzentrum-süd-gestell-" + std::to_string(machine) + "-仮想マシン";
      for (ClockOffset clock : std::vector(record.clocks))
        if (clock.endpoint == like.endpoint) {
          clock.endpoint = name;
          record.clocks.push_back(clock);
        }
      record.blocks.push_back(crowded(name, "netdev", "netdev.rx_bytes", "device", like));
      record.blocks.push_back(crowded(name, "interrupts", "interrupts.count", "class", like));
    }
  }
  [[nodiscard]] StripView* strips() { return window_->current_page()->findChild<StripView*>(); }
};

TEST_F(CrowdedTest, EveryPageIsShownInBothSizes) {
  const Appearance before = chosen_appearance();
  for (const bool is_large : {false, true}) {
    set_appearance(is_large ? Appearance::dark : Appearance::light);
    show(is_large ? 1920 : 1280, is_large ? 1080 : 800);
    open({path("crowded")});
    const std::string look = is_large ? "crowded-large-dark-" : "crowded-small-light-";
    for (const std::string& name : Registry<Page>::instance().names()) {
      page(name);
      EXPECT_LE(window_->width(), is_large ? 1920 : 1280) << name << " is no wider than the screen";
      shoot(look + name);
    }
    page("compare");
    for (const QString& chart : compare_charts()) {
      ViewState next = window_->view_stack().state();
      next.setting[kCompareChart] = chart;
      window_->view_stack().change(next, chart);
      settle();
      shoot(look + "compare-" + chart.toStdString());
    }
  }
  set_appearance(before);
}

TEST_F(CrowdedTest, LegendsFitBesideTheirStrips) {
  show();
  open({path("crowded")});
  page("time-line");
  ASSERT_NE(strips()->current_strip(), nullptr);
  const auto whole = strips()->whole_range();
  ASSERT_TRUE(whole);
  strips()->read_at((whole->low + whole->high) / 2);
  const QFontMetrics metrics(strips()->font());
  for (std::size_t curve = 0; curve < strips()->current_strip()->names().size(); ++curve)
    EXPECT_LE(metrics.horizontalAdvance(strips()->legend_text(0, curve)), kLegend_px);
}

}  // namespace
}  // namespace sriov::gui::test
