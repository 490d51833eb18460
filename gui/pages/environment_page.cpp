// What differs between the machines of two runs: what a comparison of them may rest on.
#include <algorithm>

#include <QCoreApplication>
#include <QDir>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include "gui/models/environment_difference.h"
#include "gui/models/environment_model.h"
#include "gui/pages/page.h"
#include "gui/widgets/choice_box.h"

namespace sriov::gui {
namespace {

const QString kLeft = QStringLiteral("environment/left");
const QString kRight = QStringLiteral("environment/right");
const QString kMachine = QStringLiteral("environment/machine");

class EnvironmentPage : public Page {
  Q_DECLARE_TR_FUNCTIONS(EnvironmentPage)

 public:
  EnvironmentPage() {
    proxy_->setSourceModel(model_);
    proxy_->setFilterKeyColumn(-1);
    proxy_->setFilterCaseSensitivity(Qt::CaseInsensitive);
    table_->setModel(proxy_);
    table_->setSortingEnabled(true);
    table_->sortByColumn(EnvironmentModel::kFact, Qt::AscendingOrder);
    table_->setAlternatingRowColors(true);
    table_->verticalHeader()->hide();
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->setAccessibleName(tr("Facts that differ"));
    filter_->setPlaceholderText(tr("Filter"));
    filter_->setClearButtonEnabled(true);
    filter_->setAccessibleName(tr("Filter of the facts"));
    said_->setWordWrap(true);
    auto* line = new QHBoxLayout;
    for (ChoiceBox* box : {left_, right_, machine_}) line->addWidget(box, 1);
    line->addWidget(filter_, 1);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->addLayout(line);
    column->addWidget(said_);
    column->addWidget(table_, 1);
    set_content(content);
    watch(job_);
    connect(filter_, &QLineEdit::textChanged, proxy_, &QSortFilterProxyModel::setFilterFixedString);
    connect(left_, &ChoiceBox::chosen, this, [this](const QString& value) { set(kLeft, value); });
    connect(right_, &ChoiceBox::chosen, this, [this](const QString& value) { set(kRight, value); });
    connect(machine_, &ChoiceBox::chosen, this, [this](const QString& value) { set(kMachine, value); });
  }
  [[nodiscard]] QString title() const override { return tr("Environments"); }
  [[nodiscard]] QString icon_path() const override {
    return QStringLiteral("M4 4h7v16h-7z M13 4h7v16h-7z M6 9h3 M15 9h3 M15 13h3");
  }
  [[nodiscard]] int place() const override { return 60; }
  [[nodiscard]] const QAbstractItemModel* current_table() const override { return proxy_; }

  void show_runs(const RunSet& /*runs*/) override { prepare(); }
  void show_view(const ViewState& /*view*/) override { prepare(); }

 private:
  void set(const QString& key, const QString& value) {
    ViewState next = view();
    next.setting[key] = value;
    change_view(next, tr("Environments"));
  }

  void prepare() {
    const QStringList directories = runs().directories();
    const QString left = view().setting.value(kLeft, directories.front());
    const QString right = view().setting.value(kRight, directories.value(1, directories.front()));
    ChoiceBox::Choices choices;
    for (const QString& directory : directories) choices << qMakePair(QDir(directory).dirName(), directory);
    left_->set_choices(choices, left);
    right_->set_choices(choices, right);
    using Found = Result<EnvironmentDifference>;
    job_.start<Found>([left, right, machine = view().setting.value(kMachine)](
                          JobControl&) { return environment_difference(left, right, machine); },
                      [this, left, right](const Found& found) {
                        if (found)
                          show(left, right, *found);
                        else
                          show_error(tr("The environments cannot be read"), found.error());
                        emit exports_changed();
                      });
  }

  void show(const QString& left, const QString& right, const EnvironmentDifference& found) {
    show_content();
    ChoiceBox::Choices machines;
    for (const QString& machine : found.machines)
      machines << qMakePair(machine.isEmpty() ? tr("testbed") : machine, machine);
    machine_->set_choices(machines, found.machine);
    const bool is_one = left == right;
    model_->set_changes(is_one ? tr("at the beginning") : QDir(left).dirName(),
                        is_one ? tr("at the end") : QDir(right).dirName(), found.changes);
    table_->resizeColumnsToContents();
    for (int column = 0; column < EnvironmentModel::kRight; ++column)
      table_->setColumnWidth(column, std::min(table_->columnWidth(column), 420));
    const auto count = static_cast<int>(found.changes.size());
    if (!found.is_in_both)
      said_->setText(tr("Only one of the runs has this machine."));
    else if (is_one)
      said_->setText(count == 0 ? tr("Nothing changed on this machine while it was measured. Two runs that are open "
                                     "together can be compared.")
                                : tr("Facts that changed while it was measured: %1").arg(count));
    else
      said_->setText(count == 0 ? tr("Both are alike in all that was looked at.")
                                : tr("Facts that differ: %1").arg(count));
  }

  BackgroundJob job_;
  EnvironmentModel* model_ = new EnvironmentModel(this);
  QSortFilterProxyModel* proxy_ = new QSortFilterProxyModel(this);
  ChoiceBox* left_ = new ChoiceBox(tr("Run at the left"));
  ChoiceBox* right_ = new ChoiceBox(tr("Run at the right"));
  ChoiceBox* machine_ = new ChoiceBox(tr("Machine"));
  QLineEdit* filter_ = new QLineEdit;
  QLabel* said_ = new QLabel;
  QTableView* table_ = new QTableView;
};

const PageRegistration<EnvironmentPage> registration{"environments"};

}  // namespace
}  // namespace sriov::gui
