#include "gui/pages/chart_page.h"

#include <QLabel>
#include <QSettings>
#include <QSplitter>
#include <QVBoxLayout>

#include "gui/models/findings_text.h"
#include "gui/widgets/report_text.h"

namespace sriov::gui {

ChartPage::ChartPage()
    : controls_(new QHBoxLayout),
      splitter_(new QSplitter(Qt::Vertical)),
      charts_(new FigureGrid),
      words_(new ReportText(tr("Findings"))) {
  controls_->addStretch(0);
  splitter_->addWidget(charts_);
  splitter_->addWidget(words_);
  splitter_->setStretchFactor(0, 3);
  splitter_->setStretchFactor(1, 1);
  splitter_->setSizes({520, 180});
  auto* content = new QWidget;
  auto* column = new QVBoxLayout(content);
  column->addLayout(controls_);
  column->addWidget(splitter_, 1);
  set_content(content);
  watch(job_);
  connect(charts_, &FigureGrid::zoom_wanted, this, &ChartPage::change_zoom);
}

void ChartPage::add_choice(const QString& label, const QString& setting) {
  auto* list = new ChoiceBox(QString(label).remove(QLatin1Char('&')));
  auto* text = new QLabel(label);
  text->setBuddy(list);
  controls_->insertWidget(controls_->count() - 1, text);
  controls_->insertWidget(controls_->count() - 1, list, 1);
  lists_ << qMakePair(list, setting);
  connect(list, &ChoiceBox::chosen, this, [this, label, setting](const QString& value) {
    ViewState next = view();
    next.setting[setting] = value;
    change_view(next, QString(label).remove(QLatin1Char('&')));
  });
}

std::optional<FigureData> ChartPage::current_figure() const {
  const FigureView* current = charts_->current();
  return current == nullptr ? std::nullopt : current->figure();
}

FigureZoom ChartPage::current_zoom() const {
  const FigureView* current = charts_->current();
  return current == nullptr ? FigureZoom{} : current->zoom();
}

void ChartPage::show_runs(const RunSet& /*runs*/) { prepare(); }
void ChartPage::show_view(const ViewState& /*view*/) { prepare(); }

void ChartPage::prepare() {
  if (!runs().has_experiments())
    return show_message(tr("There is nothing to draw"), tr("A recording has no levels. Open an experiment's run."),
                        true);
  const auto work = [set = runs(), name = chart(), wanted = choice(view()), only = explanations(),
                     offer = choices()](JobControl& control) {
    ChartAndWords out{Result<FigureData>(FigureData{}), {}, {}};
    out.figure = set.with_runs([&](OpenRuns& open) { return prepare_figure(name, open, wanted); });
    if (offer)
      if (auto offered = set.with_runs([&](OpenRuns& open) { return offer(open, wanted); }))
        out.choices = std::move(*offered);
    if (only.empty())
      out.words = out.figure ? QString::fromStdString(out.figure->note) : QString();
    else
      out.words = findings_text(set, only, control);
    return out;
  };
  job_.start<ChartAndWords>(work, [this](const ChartAndWords& shown) { show(shown); });
}

void ChartPage::show(const ChartAndWords& shown) {
  const QString name = QString::fromStdString(chart());
  for (int i = 0; i < lists_.size() && i < shown.choices.size(); ++i)
    lists_[i].first->set_choices(shown.choices[i], view().setting.value(lists_[i].second));
  // With a list there is something else to choose: the page stays, and the chart's place says why it is empty.
  if (!shown.figure && lists_.isEmpty()) {
    show_error(tr("There is nothing to draw"), shown.figure.error());
  } else {
    show_content();
    charts_->set_items({{name, shown.figure, view().zoom.value(name)}});
    words_->setPlainText(shown.words);
    words_->setLineWrapMode(explanations().empty() ? QPlainTextEdit::WidgetWidth : QPlainTextEdit::NoWrap);
  }
  emit exports_changed();
}

void ChartPage::save_layout(QSettings& settings) const {
  settings.setValue(QStringLiteral("splitter"), splitter_->saveState());
}

void ChartPage::restore_layout(const QSettings& settings) {
  splitter_->restoreState(settings.value(QStringLiteral("splitter")).toByteArray());
}

}  // namespace sriov::gui
