// Levels side by side: SR-IOV against netfront first of all. Charts, the table, and what the reader must know.
#include <QCheckBox>
#include <QCoreApplication>
#include <QFormLayout>
#include <QHeaderView>
#include <QLabel>
#include <QSettings>
#include <QSplitter>
#include <QStyleOptionHeader>
#include <QTableView>
#include <QTextBrowser>
#include <QVBoxLayout>
#include <algorithm>

#include "analyzers/metrics/detail_metrics.h"
#include "gui/models/compare_view.h"
#include "gui/models/comparison_model.h"
#include "gui/pages/page.h"
#include "gui/widgets/choice_box.h"
#include "gui/widgets/figure_grid.h"

namespace sriov::gui {
namespace {

/// Names of levels may be sentences: no column takes more than a part of the table.
constexpr int kNarrow = 160;
constexpr int kColumnsInView = 4;

QString text_of(const std::string& text) { return QString::fromStdString(text); }

/// Cuts what is too long in its middle: levels' names often differ at their ends. Qt's cuts both ends.
class CutHeader : public QHeaderView {
 public:
  using QHeaderView::QHeaderView;

 protected:
  void initStyleOptionForIndex(QStyleOptionHeader* option, int column) const override {
    QHeaderView::initStyleOptionForIndex(option, column);
    constexpr int kMargin = 8;
    option->text = option->fontMetrics.elidedText(option->text, Qt::ElideMiddle, sectionSize(column) - kMargin);
  }
};

class ComparePage : public Page {
  Q_DECLARE_TR_FUNCTIONS(ComparePage)

 public:
  ComparePage() {
    set_up_table();
    words_->setAccessibleName(tr("Verdicts and caveats"));
    words_->setOpenLinks(false);
    published_->setToolTip(tr("Marks what papers report of the same paths and metric: other machines, in no verdict"));
    auto* upper = new QSplitter(Qt::Horizontal);
    upper->addWidget(charts_);
    upper->addWidget(words_);
    upper->setStretchFactor(0, 3);
    upper->setStretchFactor(1, 1);
    upper->setSizes({760, 300});
    splitter_->addWidget(upper);
    splitter_->addWidget(table_);
    splitter_->setSizes({420, 260});
    upper_ = upper;
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->addLayout(controls());
    column->addWidget(splitter_, 1);
    set_content(content);
    watch(job_);
    connect_controls();
  }

  [[nodiscard]] QString title() const override { return tr("Compare"); }
  [[nodiscard]] QString icon_path() const override { return QStringLiteral("M3 21h18 M7 21v-9 M12 21V5 M17 21v-6"); }
  [[nodiscard]] int place() const override { return 10; }
  [[nodiscard]] std::optional<FigureData> current_figure() const override {
    const FigureView* current = charts_->current();
    return current == nullptr ? std::nullopt : current->figure();
  }
  [[nodiscard]] FigureZoom current_zoom() const override {
    const FigureView* current = charts_->current();
    return current == nullptr ? FigureZoom{} : current->zoom();
  }
  [[nodiscard]] const QAbstractItemModel* current_table() const override { return model_; }

  void show_runs(const RunSet& /*runs*/) override { prepare(); }
  void show_view(const ViewState& /*view*/) override { prepare(); }

  void save_layout(QSettings& settings) const override {
    settings.setValue(QStringLiteral("splitter"), splitter_->saveState());
    settings.setValue(QStringLiteral("upper"), upper_->saveState());
  }
  void restore_layout(const QSettings& settings) override {
    splitter_->restoreState(settings.value(QStringLiteral("splitter")).toByteArray());
    upper_->restoreState(settings.value(QStringLiteral("upper")).toByteArray());
  }

 private:
  void set_up_table() {
    table_->setHorizontalHeader(new CutHeader(Qt::Horizontal));
    table_->setModel(model_);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::SingleSelection);
    table_->setAlternatingRowColors(true);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 8);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->setAccessibleName(tr("Comparison: a line a metric"));
  }

  QLayout* controls() {
    auto* line = new QHBoxLayout;
    const auto add = [&](const QString& text, QWidget* widget, int stretch) {
      auto* part = new QVBoxLayout;
      auto* label = new QLabel(text);
      label->setBuddy(widget);
      part->addWidget(label);
      part->addWidget(widget);
      line->addLayout(part, stretch);
    };
    add(tr("C&hart"), chart_, 4);
    add(tr("&Metric"), metric_, 4);
    add(tr("&Colour"), factor_, 2);
    add(tr("&Baseline"), baseline_, 2);
    add(tr("Con&dition"), condition_, 3);
    add(tr("&Panels"), panel_, 2);
    add(tr("&Axis"), axis_, 2);
    line->addWidget(published_, 0, Qt::AlignBottom);
    return line;
  }

  void connect_controls() {
    connect(chart_, &ChoiceBox::chosen, this, [this](const QString& value) { set(kCompareChart, value, tr("Chart")); });
    connect(panel_, &ChoiceBox::chosen, this,
            [this](const QString& value) { set(kComparePanel, value, tr("Panels")); });
    connect(axis_, &ChoiceBox::chosen, this, [this](const QString& value) { set(kCompareAxis, value, tr("Axis")); });
    connect(published_, &QCheckBox::clicked, this, [this](bool is_on) {
      set(kComparePublished, is_on ? QStringLiteral("1") : QString(), tr("Published numbers"));
    });
    connect(metric_, &ChoiceBox::chosen, this,
            [this](const QString& value) { choose(&FigureChoice::metric, value, tr("Metric")); });
    connect(condition_, &ChoiceBox::chosen, this,
            [this](const QString& value) { choose(&FigureChoice::condition, value, tr("Condition")); });
    connect(baseline_, &ChoiceBox::chosen, this,
            [this](const QString& value) { choose(&FigureChoice::baseline, value, tr("Baseline")); });
    connect(factor_, &ChoiceBox::chosen, this, [this](const QString& value) {
      ViewState next = view();
      next.choice = {next.choice.metric, value.toStdString(), "", ""};
      change_view(next, tr("Factor"));
    });
    connect(charts_, &FigureGrid::zoom_wanted, this, &ComparePage::change_zoom);
    connect(
        table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
          const auto& rows = model_->table().rows;
          if (is_filling_ || !current.isValid()) return;
          choose(&FigureChoice::metric, text_of(rows[static_cast<std::size_t>(current.row())].metric), tr("Metric"));
        });
  }

  void set(const QString& key, const QString& value, const QString& text) {
    ViewState next = view();
    if (value.isEmpty())
      next.setting.remove(key);
    else
      next.setting[key] = value;
    change_view(next, text);
  }
  void choose(std::string FigureChoice::*part, const QString& value, const QString& text) {
    ViewState next = view();
    next.choice.*part = value.toStdString();
    change_view(next, text, text == tr("Metric") ? QStringLiteral("compare/metric") : QString());
  }

  void prepare() {
    if (!runs().has_experiments())
      return show_message(tr("There is nothing to compare"),
                          tr("A recording has no levels to put side by side. Open an experiment's run."), true);
    using Found = Result<CompareView>;
    job_.start<Found>([set = runs(), wanted = view()](JobControl&) { return compare_view(set, wanted); },
                      [this](Found found) {
                        if (!found)
                          show_error(tr("There is nothing to compare"), found.error());
                        else
                          show(*found);
                        emit exports_changed();
                      });
  }

  void show(const CompareView& shown) {
    show_content();
    const ComparisonTable& table = shown.comparison.tables[shown.table];
    std::vector<FigureGrid::Item> items;
    for (const ComparePanel& panel : shown.panels)
      items.push_back({panel.name, panel.figure, view().zoom.value(panel.name)});
    charts_->set_items(items);
    show_table(table);
    show_words(shown, table);
    show_choices(shown, table);
  }

  void show_table(const ComparisonTable& table) {
    is_filling_ = true;
    model_->set_table(table);
    table_->resizeColumnsToContents();
    const int most = std::max(kNarrow, table_->viewport()->width() / kColumnsInView);
    for (int column = 0; column < model_->columnCount() - 1; ++column)
      table_->setColumnWidth(column, std::min(table_->columnWidth(column), most));
    for (std::size_t i = 0; i < table.rows.size(); ++i)
      if (table.rows[i].metric == metric_shown()) table_->selectRow(static_cast<int>(i));
    is_filling_ = false;
  }
  [[nodiscard]] std::string metric_shown() const {
    return view().choice.metric.empty() ? "throughput_bps" : view().choice.metric;
  }

  void show_words(const CompareView& shown, const ComparisonTable& table) {
    QString html = QStringLiteral("<b>%1</b>").arg(text_of(shown.comparison.run.name).toHtmlEscaped());
    const auto list = [&](const QString& heading, const std::vector<std::string>& sentences) {
      if (sentences.empty()) return;
      html += QStringLiteral("<p><b>%1</b></p><ul style='margin-left:12px;-qt-list-indent:0'>").arg(heading);
      for (const std::string& one : sentences) html += QStringLiteral("<li>%1</li>").arg(text_of(one).toHtmlEscaped());
      html += QStringLiteral("</ul>");
    };
    list(table.condition.empty() ? tr("Verdict") : tr("Verdict, %1").arg(text_of(table.condition).toHtmlEscaped()),
         table.verdicts);
    list(tr("Bear in mind"), shown.comparison.caveats);
    std::vector<std::string> notes;
    for (const ComparePanel& panel : shown.panels)
      if (panel.figure && std::ranges::find(notes, panel.figure->note) == notes.end())
        notes.push_back(panel.figure->note);
    list(tr("The chart"), notes);
    words_->setHtml(html);
  }

  void show_choices(const CompareView& shown, const ComparisonTable& table) {
    const ViewState& state = view();
    const QStringList names{tr("Bars"),      tr("Changes"),  tr("Latency curve"), tr("Latency boxes"),
                            tr("Over time"), tr("CPU time"), tr("By a number")};
    ChoiceBox::Choices charts;
    for (int i = 0; i < compare_charts().size(); ++i) charts << qMakePair(names.value(i), compare_charts()[i]);
    const QString chart = state.setting.value(kCompareChart, compare_charts().front());
    chart_->set_choices(charts, chart);
    ChoiceBox::Choices metrics;
    for (const bool are_details : {false, true})
      for (const ComparisonRow& row : table.rows)
        if (is_detail(row.metric) == are_details) metrics << qMakePair(text_of(row.label), text_of(row.metric));
    metric_->set_choices(metrics, text_of(metric_shown()));
    ChoiceBox::Choices factors;
    ChoiceBox::Choices panels{qMakePair(tr("one chart"), QString())};
    ChoiceBox::Choices axes;
    for (const RunFactor& factor : shown.factors) {
      const auto entry = qMakePair(text_of(factor.name), text_of(factor.name));
      factors << entry;
      if (factor.name != table.factor && factor.name != kRunFactor) panels << entry;
      if (factor.is_numeric) axes << entry;
    }
    factor_->set_choices(factors, text_of(table.factor));
    panel_->set_choices(panels, state.setting.value(kComparePanel));
    axis_->set_choices(axes, state.setting.value(kCompareAxis));
    axis_->setEnabled(chart == QStringLiteral("scaling") && axes.size() > 1);
    ChoiceBox::Choices levels;
    for (const std::string& level : table.levels) levels << qMakePair(text_of(level), text_of(level));
    baseline_->set_choices(levels, text_of(table.baseline));
    ChoiceBox::Choices conditions{qMakePair(tr("all"), QString())};
    for (const ComparisonTable& one : shown.comparison.tables)
      if (!one.condition.empty()) conditions << qMakePair(text_of(one.condition), text_of(one.condition));
    condition_->set_choices(conditions, text_of(state.choice.condition));
    published_->setChecked(state.setting.contains(kComparePublished));
    published_->setEnabled(chart == compare_charts().front());
  }

  BackgroundJob job_;
  bool is_filling_ = false;
  ComparisonModel* model_ = new ComparisonModel(this);
  ChoiceBox* chart_ = new ChoiceBox(tr("Kind of chart"));
  ChoiceBox* metric_ = new ChoiceBox(tr("Metric"));
  ChoiceBox* factor_ = new ChoiceBox(tr("Factor whose levels are compared, by colour"));
  ChoiceBox* baseline_ = new ChoiceBox(tr("Level that changes are against"));
  ChoiceBox* condition_ = new ChoiceBox(tr("Condition: levels of the other factors"));
  ChoiceBox* panel_ = new ChoiceBox(tr("Factor with a chart for each of its levels"));
  ChoiceBox* axis_ = new ChoiceBox(tr("Factor on the axis, where numbers are"));
  QCheckBox* published_ = new QCheckBox(tr("P&ublished"));
  FigureGrid* charts_ = new FigureGrid;
  QTableView* table_ = new QTableView;
  QTextBrowser* words_ = new QTextBrowser;
  QSplitter* splitter_ = new QSplitter(Qt::Vertical);
  QSplitter* upper_ = nullptr;
};

const PageRegistration<ComparePage> registration{"compare"};

}  // namespace
}  // namespace sriov::gui
