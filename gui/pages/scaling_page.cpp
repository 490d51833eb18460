// What more guests, streams or larger messages do.
#include <QCoreApplication>
#include <set>

#include "gui/pages/chart_page.h"
#include "report/run_factors.h"

namespace sriov::gui {
namespace {

const QString kAxis = QStringLiteral("scaling/axis");
const QString kMetric = QStringLiteral("scaling/metric");
const QString kCondition = QStringLiteral("scaling/condition");

class ScalingPage : public ChartPage {
  Q_DECLARE_TR_FUNCTIONS(ScalingPage)

 public:
  ScalingPage() {
    add_choice(tr("&Axis"), kAxis);
    add_choice(tr("&Metric"), kMetric);
    add_choice(tr("Con&dition"), kCondition);
  }
  [[nodiscard]] QString title() const override { return tr("Scaling"); }
  [[nodiscard]] QString icon_path() const override { return QStringLiteral("M3 3v18h18 M6 17l5-6 4 3 6-9"); }
  [[nodiscard]] int place() const override { return 20; }

 protected:
  [[nodiscard]] std::string chart() const override { return "scaling"; }
  [[nodiscard]] std::vector<std::string> explanations() const override { return {"scaling"}; }
  [[nodiscard]] FigureChoice choice(const ViewState& view) const override {
    return {view.setting.value(kMetric).toStdString(), view.setting.value(kAxis).toStdString(), "",
            view.setting.value(kCondition).toStdString()};
  }
  [[nodiscard]] Choices choices() const override { return &offered; }

 private:
  static Result<QList<ChoiceBox::Choices>> offered(OpenRuns& runs, const FigureChoice& chosen) {
    SRIOV_ASSIGN(const std::vector<RunFactor> factors, run_factors(runs));
    ChoiceBox::Choices axes;
    std::string axis = chosen.factor;
    for (const RunFactor& factor : factors) {
      if (!factor.is_numeric) continue;
      if (axis.empty()) axis = factor.name;
      axes << qMakePair(QString::fromStdString(factor.name), QString::fromStdString(factor.name));
    }
    ChoiceBox::Choices metrics{qMakePair(tr("throughput or transactions"), QString())};
    ChoiceBox::Choices conditions{qMakePair(tr("the first"), QString())};
    SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(axis, ""));
    std::set<std::string> seen;
    for (const ComparisonTable& table : comparison->tables) {
      for (const ComparisonRow& row : table.rows)
        if (seen.insert(row.metric).second)
          metrics << qMakePair(QString::fromStdString(row.label), QString::fromStdString(row.metric));
      // Paths are the curves: only what else there is chooses among conditions.
      QStringList others;
      for (const QString& word : QString::fromStdString(table.condition).split(QLatin1Char(' ')))
        if (!word.startsWith(QStringLiteral("path="))) others << word;
      const auto entry = qMakePair(others.join(QLatin1Char(' ')), others.join(QLatin1Char(' ')));
      if (!entry.first.isEmpty() && !conditions.contains(entry)) conditions << entry;
    }
    return QList<ChoiceBox::Choices>{axes, metrics, conditions};
  }
};

const PageRegistration<ScalingPage> registration{"scaling"};

}  // namespace
}  // namespace sriov::gui
