// A page of one chart and the words that go with it.
#pragma once

#include <string>
#include <vector>

#include "gui/pages/page.h"
#include "gui/widgets/choice_box.h"
#include "gui/widgets/figure_grid.h"

class QHBoxLayout;
class QSplitter;

namespace sriov::gui {

class ReportText;

/// What the worker hands to the page.
struct ChartAndWords {
  Result<FigureData> figure;
  QString words;
  /// Of each list of the page what can be chosen, in the order of add_choice().
  QList<ChoiceBox::Choices> choices;
};

class ChartPage : public Page {
  Q_OBJECT

 public:
  ChartPage();

  [[nodiscard]] std::optional<FigureData> current_figure() const override;
  [[nodiscard]] FigureZoom current_zoom() const override;
  void show_runs(const RunSet& runs) override;
  void show_view(const ViewState& view) override;
  void save_layout(QSettings& settings) const override;
  void restore_layout(const QSettings& settings) override;

 protected:
  /// FigureSource's name; also the name under which its zoom is kept.
  [[nodiscard]] virtual std::string chart() const = 0;
  /// What is chosen for the chart, from the selection.
  [[nodiscard]] virtual FigureChoice choice(const ViewState& view) const = 0;
  /// Explanations whose text is shown below the chart; none: the chart's note.
  [[nodiscard]] virtual std::vector<std::string> explanations() const { return {}; }
  /// Called on a worker: what the lists of the page offer. May not touch the page.
  using Choices = std::function<Result<QList<ChoiceBox::Choices>>(OpenRuns&, const FigureChoice&)>;
  [[nodiscard]] virtual Choices choices() const { return {}; }

  /// A list above the chart, whose value is kept as `setting` of the selection.
  void add_choice(const QString& label, const QString& setting);

 private:
  void prepare();
  void show(const ChartAndWords& shown);

  BackgroundJob job_;
  QHBoxLayout* controls_;
  QSplitter* splitter_;
  FigureGrid* charts_;
  ReportText* words_;
  QList<QPair<ChoiceBox*, QString>> lists_;
};

}  // namespace sriov::gui
