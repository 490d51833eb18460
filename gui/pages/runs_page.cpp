// What there is: the runs below a folder, to be filtered, annotated and opened.
#include <QCoreApplication>
#include <QFileDialog>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "gui/models/runs_model.h"
#include "gui/pages/page.h"

namespace sriov::gui {
namespace {

constexpr const char* kHeader = "header";
constexpr const char* kFolder = "folder";
constexpr int kLookAgainMs = 5000;

class RunsPage : public Page {
  Q_DECLARE_TR_FUNCTIONS(RunsPage)

 public:
  RunsPage()
      : model_(new RunsModel(this)),
        proxy_(new QSortFilterProxyModel(this)),
        folder_(new QLabel),
        filter_(new QLineEdit),
        open_(new QPushButton(tr("Open"))),
        table_(new QTableView) {
    proxy_->setSourceModel(model_);
    proxy_->setSortRole(RunsModel::kSortRole);
    proxy_->setSortCaseSensitivity(Qt::CaseInsensitive);
    proxy_->setFilterCaseSensitivity(Qt::CaseInsensitive);
    proxy_->setFilterKeyColumn(-1);
    set_up_table();
    set_content(make_content());
    watch(scan_);
    connect(filter_, &QLineEdit::textChanged, proxy_, &QSortFilterProxyModel::setFilterFixedString);
    connect(open_, &QPushButton::clicked, this, &RunsPage::open_selected);
    connect(model_, &RunsModel::failed, this, &Page::told);
    connect(&scan_, &BackgroundJob::progress, this,
            [this](int, int, const QString& what) { folder_->setText(tr("Looking into %1").arg(what)); });
    look_again_.setInterval(kLookAgainMs);
    connect(&look_again_, &QTimer::timeout, this, &RunsPage::look_at_running);
    look_again_.start();
  }

  [[nodiscard]] QString title() const override { return tr("Runs"); }
  [[nodiscard]] QString icon_path() const override { return QStringLiteral("M4 6h16 M4 12h16 M4 18h16"); }
  [[nodiscard]] int place() const override { return 0; }
  [[nodiscard]] bool needs_runs() const override { return false; }
  [[nodiscard]] bool takes_folders() const override { return true; }
  [[nodiscard]] const QAbstractItemModel* current_table() const override { return proxy_; }

  void show_runs(const RunSet& runs) override {
    if (!directory_.isEmpty()) return;
    if (!remembered_.isEmpty() && runs.is_empty()) return show_folder(remembered_);
    if (runs.is_empty())
      return show_message(tr("No folder is open"),
                          tr("File > Open folder of runs… lists what `sriov-bench run -o DIR` wrote below a folder. "
                             "Folders and runs can also be dragged here."),
                          true);
    show_folder(QFileInfo(runs.runs().front().directory).absolutePath());
  }

  void show_folder(const QString& directory) override {
    directory_ = directory;
    remembered_ = directory;
    show_content();
    using Found = std::vector<CatalogEntry>;
    scan_.start<Found>(
        [directory](JobControl& control) {
          int looked = 0;
          const auto visit = [&](const std::string& folder) {
            if (++looked % 50 == 1) control.report(looked, 0, QString::fromStdString(folder));
            return !control.is_cancelled();
          };
          Found found;
          for (const std::string& run : find_runs(directory.toStdString(), visit))
            if (!control.is_cancelled()) found.push_back(catalog_entry(run));
          return found;
        },
        [this](Found found) { show_found(std::move(found)); });
  }

  void save_layout(QSettings& settings) const override {
    settings.setValue(kHeader, table_->horizontalHeader()->saveState());
    settings.setValue(kFolder, remembered_);
  }
  void restore_layout(const QSettings& settings) override {
    table_->horizontalHeader()->restoreState(settings.value(kHeader).toByteArray());
    remembered_ = settings.value(kFolder).toString();
  }

 private:
  void set_up_table() {
    table_->setModel(proxy_);
    table_->setSortingEnabled(true);
    table_->sortByColumn(RunsModel::kDate, Qt::DescendingOrder);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setAlternatingRowColors(true);
    table_->setWordWrap(false);
    table_->verticalHeader()->hide();
    table_->verticalHeader()->setDefaultSectionSize(table_->fontMetrics().height() + 8);
    table_->horizontalHeader()->setStretchLastSection(true);
    table_->setAccessibleName(tr("Runs"));
    connect(table_, &QTableView::activated, this, [this](const QModelIndex& at) {
      if (!(at.flags() & Qt::ItemIsEditable)) open_selected();
    });
    connect(table_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &RunsPage::update_button);
  }

  QWidget* make_content() {
    filter_->setPlaceholderText(tr("Filter: any word of a line"));
    filter_->setClearButtonEnabled(true);
    filter_->setAccessibleName(tr("Filter of the runs"));
    folder_->setTextFormat(Qt::PlainText);
    open_->setEnabled(false);
    auto* line = new QHBoxLayout;
    line->addWidget(filter_, 1);
    line->addWidget(open_);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->addLayout(line);
    column->addWidget(folder_);
    column->addWidget(table_, 1);
    return content;
  }

  void show_found(std::vector<CatalogEntry> found) {
    const auto count = static_cast<int>(found.size());
    model_->set_entries(directory_, std::move(found));
    if (count == 0)
      return show_message(tr("No runs here"),
                          tr("There is no run.sqlite in %1 and the folders below it.").arg(directory_), true);
    folder_->setText(tr("Runs in %1: %2").arg(directory_, QString::number(count)));
    fit_columns();
    next_verdict();
    emit exports_changed();
  }

  /// Long sentences do not push the rest out of sight: the verdict has the room that the others leave.
  void fit_columns() {
    constexpr int kWidestName = 260;
    constexpr int kNarrowestVerdict = 260;
    constexpr int kNote = 160;
    table_->resizeColumnsToContents();
    table_->setColumnWidth(RunsModel::kRun, std::min(table_->columnWidth(RunsModel::kRun), kWidestName));
    table_->setColumnWidth(RunsModel::kTags, std::max(table_->columnWidth(RunsModel::kTags), 80));
    int others = kNote;
    for (int column = 0; column < RunsModel::kNote; ++column)
      if (column != RunsModel::kVerdict) others += table_->columnWidth(column);
    table_->setColumnWidth(RunsModel::kVerdict, std::max(kNarrowestVerdict, table_->viewport()->width() - others));
  }

  /// One run after the other: each reads all its samples.
  void next_verdict() {
    const QString directory = model_->without_verdict();
    if (directory.isEmpty()) return;
    verdicts_.start<QStringList>(
        [directory](JobControl&) {
          QStringList sentences;
          for (const std::string& one : verdict_sentences(directory.toStdString()))
            sentences << QString::fromStdString(one);
          return sentences;
        },
        [this, directory](const QStringList& sentences) {
          model_->set_verdicts(directory, sentences);
          next_verdict();
        });
  }

  /// Runs that are being written gain trials, and end.
  void look_at_running() {
    if (!isVisible() || scan_.is_running()) return;
    QStringList running;
    for (const CatalogEntry& entry : model_->entries())
      if (entry.state == RunState::running) running << QString::fromStdString(entry.directory);
    if (running.isEmpty()) return;
    using Found = std::vector<CatalogEntry>;
    refresh_.start<Found>(
        [running](JobControl&) {
          Found found;
          for (const QString& directory : running) found.push_back(catalog_entry(directory.toStdString()));
          return found;
        },
        [this](Found found) {
          for (CatalogEntry& entry : found) model_->update_entry(std::move(entry));
          if (!verdicts_.is_running()) next_verdict();
        });
  }

  [[nodiscard]] QStringList selected() const {
    QStringList directories;
    for (const QModelIndex& at : table_->selectionModel()->selectedRows())
      directories << at.data(RunsModel::kDirectoryRole).toString();
    return directories;
  }
  void update_button() {
    const auto count = static_cast<int>(selected().size());
    open_->setEnabled(count > 0);
    open_->setText(count > 1 ? tr("Open %n together", nullptr, count) : tr("Open"));
  }
  void open_selected() {
    if (const QStringList directories = selected(); !directories.isEmpty()) emit runs_wanted(directories);
  }

  RunsModel* model_;
  QSortFilterProxyModel* proxy_;
  QLabel* folder_;
  QLineEdit* filter_;
  QPushButton* open_;
  QTableView* table_;
  QString directory_;
  QString remembered_;
  BackgroundJob scan_;
  BackgroundJob verdicts_;
  BackgroundJob refresh_;
  QTimer look_again_;
};

const PageRegistration<RunsPage> registration{"runs"};

}  // namespace
}  // namespace sriov::gui
