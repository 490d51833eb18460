// Levels side by side: chart, table and what the reader must know.
#include <QComboBox>
#include <QCoreApplication>
#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/models/comparison_model.h"
#include "gui/pages/page.h"
#include "gui/widgets/figure_view.h"
#include "report/figures/comparison_bars.h"

namespace sriov::gui {
namespace {

class ComparePage : public Page {
  Q_DECLARE_TR_FUNCTIONS(ComparePage)

 public:
  ComparePage()
      : model_(new ComparisonModel(this)),
        conditions_(new QComboBox),
        table_(new QTableView),
        chart_(new FigureView),
        caveats_(new QLabel) {
    table_->setModel(model_);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->verticalHeader()->hide();
    table_->setAccessibleName(tr("Comparison by path"));
    chart_->setAccessibleName(tr("Chart of the selected metric"));
    conditions_->setAccessibleName(tr("Condition"));
    caveats_->setWordWrap(true);
    auto* splitter = new QSplitter(Qt::Vertical);
    splitter->addWidget(chart_);
    splitter->addWidget(table_);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->addWidget(caveats_);
    column->addWidget(conditions_);
    column->addWidget(splitter, 1);
    set_content(content);
    connect(conditions_, &QComboBox::currentIndexChanged, this, &ComparePage::show_condition);
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) { show_metric(current.row()); });
  }

  [[nodiscard]] QString title() const override { return tr("Compare"); }
  [[nodiscard]] QString icon_path() const override { return QStringLiteral("M3 21h18 M7 21v-9 M12 21V5 M17 21v-6"); }
  [[nodiscard]] int place() const override { return 10; }
  [[nodiscard]] std::optional<FigureData> current_figure() const override { return chart_->figure(); }
  [[nodiscard]] const QAbstractItemModel* current_table() const override { return model_; }

  void show_runs(const RunSet& runs) override {
    using Found = Result<Comparison>;
    job_.start<Found>(
        [runs](JobControl&) {
          return runs.with_runs([](OpenRuns& open) -> Found {
            SRIOV_ASSIGN(const Comparison* comparison, open.comparison("", ""));
            return *comparison;
          });
        },
        [this](Found found) {
          if (!found) return show_error(tr("There is nothing to compare"), found.error());
          show_content();
          show(std::move(*found));
        });
  }

 private:
  void show(Comparison comparison) {
    comparison_ = std::move(comparison);
    QString text = QStringLiteral("<b>%1</b>").arg(QString::fromStdString(comparison_.run.name).toHtmlEscaped());
    for (const std::string& caveat : comparison_.caveats)
      text += QStringLiteral("<br>") + QString::fromStdString(caveat).toHtmlEscaped();
    caveats_->setText(text);
    conditions_->clear();
    for (const ComparisonTable& table : comparison_.tables)
      conditions_->addItem(table.condition.empty() ? tr("all trials") : QString::fromStdString(table.condition));
  }
  void show_condition(int index) {
    if (index < 0 || index >= static_cast<int>(comparison_.tables.size())) return;
    model_->set_table(comparison_.tables[static_cast<std::size_t>(index)]);
    table_->resizeColumnsToContents();
    table_->setCurrentIndex(model_->index(0, 0));
  }
  void show_metric(int row) {
    const ComparisonTable& table = model_->table();
    if (row < 0 || row >= static_cast<int>(table.rows.size())) return;
    chart_->set_figure(
        comparison_bars({&table}, table.rows[static_cast<std::size_t>(row)].metric, comparison_.run.emulated));
    emit exports_changed();
  }

  BackgroundJob job_;
  Comparison comparison_;
  ComparisonModel* model_;
  QComboBox* conditions_;
  QTableView* table_;
  FigureView* chart_;
  QLabel* caveats_;
};

const PageRegistration<ComparePage> registration{"compare"};

}  // namespace
}  // namespace sriov::gui
