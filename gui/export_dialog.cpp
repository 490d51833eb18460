#include "gui/export_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QGraphicsScene>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>
#include <utility>

#include "gui/export_chart.h"
#include "host/file.h"
#include "report/csv/figure_csv.h"

namespace sriov::gui {
namespace {

constexpr const char* kFolder = "export/folder";
constexpr const char* kWidth = "export/width_mm";
constexpr const char* kFont = "export/font_pt";
constexpr const char* kPalette = "export/palette";
constexpr int kPreviewWidth = 420;

QDoubleSpinBox* spin(double low, double high, double value, const QString& unit, const QString& name) {
  auto* box = new QDoubleSpinBox;
  box->setRange(low, high);
  box->setDecimals(1);
  box->setSuffix(QLatin1Char(' ') + unit);
  box->setValue(value);
  box->setAccessibleName(name);
  return box;
}

}  // namespace

Result<void> write_export(const FigureData& figure, const ExportChoice& choice) {
  SRIOV_TRY(export_figure(figure, choice.style, choice.path));
  if (!choice.with_data) return {};
  const QFileInfo file(choice.path);
  const QString beside = file.path() + QLatin1Char('/') + file.completeBaseName() + QStringLiteral(".csv");
  return write_file(beside.toStdString(), figure_csv(figure));
}

ExportDialog::ExportDialog(FigureData figure, const FigureZoom& zoom, QWidget* parent)
    : QDialog(parent),
      figure_(std::move(figure)),
      zoom_(zoom),
      width_mm_(spin(30, 500, QSettings().value(kWidth, 85).toDouble(), tr("mm"), tr("Width"))),
      font_pt_(spin(4, 40, QSettings().value(kFont, 8).toDouble(), tr("pt"), tr("Size of the text"))),
      palette_(new QComboBox),
      dark_(new QCheckBox(tr("Light on &dark, for slides"))),
      title_(new QCheckBox(tr("With its &title"))),
      data_(new QCheckBox(tr("Its &numbers too, as CSV beside it"))),
      path_(new QLineEdit),
      picture_(new QLabel),
      write_(nullptr) {
  setWindowTitle(tr("Export the figure"));
  width_mm_->setToolTip(tr("85 mm is a column of a two-column paper, 178 mm are both"));
  palette_->addItem(tr("Colours, safe for colour-blind readers"), static_cast<int>(FigurePalette::colour));
  palette_->addItem(tr("Greyscale"), static_cast<int>(FigurePalette::greyscale));
  palette_->setCurrentIndex(QSettings().value(kPalette, 0).toInt() == 1 ? 1 : 0);
  palette_->setAccessibleName(tr("Palette"));
  path_->setAccessibleName(tr("File"));
  path_->setText(QDir(QSettings().value(kFolder, QDir::currentPath()).toString())
                     .filePath(QString::fromStdString(figure_.chart) + QStringLiteral(".svg")));
  picture_->setMinimumSize(kPreviewWidth, kPreviewWidth * 2 / 3);
  picture_->setAlignment(Qt::AlignCenter);
  picture_->setAccessibleName(tr("Preview"));
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Save | QDialogButtonBox::Cancel);
  write_ = buttons->button(QDialogButtonBox::Save);
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  auto* column = new QVBoxLayout(this);
  column->addWidget(picture_, 1);
  column->addLayout(make_form());
  column->addWidget(buttons);
  connect_inputs();
  preview();
}

QLayout* ExportDialog::make_form() {
  auto* browse_button = new QPushButton(tr("&Choose…"));
  connect(browse_button, &QPushButton::clicked, this, &ExportDialog::browse);
  auto* file = new QHBoxLayout;
  file->addWidget(path_, 1);
  file->addWidget(browse_button);
  auto* form = new QFormLayout;
  form->addRow(tr("&Width"), width_mm_);
  form->addRow(tr("Te&xt"), font_pt_);
  form->addRow(tr("&Palette"), palette_);
  for (QCheckBox* box : {dark_, title_, data_}) form->addRow(box);
  form->addRow(tr("&File (.svg, .pdf, .png)"), file);
  return form;
}

void ExportDialog::connect_inputs() {
  for (QDoubleSpinBox* box : {width_mm_, font_pt_})
    connect(box, &QDoubleSpinBox::valueChanged, this, &ExportDialog::preview);
  connect(palette_, &QComboBox::currentIndexChanged, this, &ExportDialog::preview);
  for (QCheckBox* box : {dark_, title_}) connect(box, &QCheckBox::toggled, this, &ExportDialog::preview);
  connect(path_, &QLineEdit::textChanged, this,
          [this](const QString& text) { write_->setEnabled(!text.trimmed().isEmpty()); });
  connect(this, &QDialog::accepted, this, [this] {
    QSettings settings;
    settings.setValue(kFolder, QFileInfo(path_->text()).absolutePath());
    settings.setValue(kWidth, width_mm_->value());
    settings.setValue(kFont, font_pt_->value());
    settings.setValue(kPalette, palette_->currentIndex());
  });
}

ExportChoice ExportDialog::choice() const {
  ExportChoice out;
  out.style.zoom = zoom_;
  out.style.width_mm = width_mm_->value();
  out.style.font_pt = font_pt_->value();
  out.style.palette = static_cast<FigurePalette>(palette_->currentData().toInt());
  out.style.dark = dark_->isChecked();
  out.style.with_title = title_->isChecked();
  out.with_data = data_->isChecked();
  out.path = path_->text().trimmed();
  return out;
}

void ExportDialog::browse() {
  const QString chosen = QFileDialog::getSaveFileName(this, tr("Export the figure"), path_->text(),
                                                      tr("SVG (*.svg);;PDF (*.pdf);;PNG (*.png)"));
  if (!chosen.isEmpty()) path_->setText(chosen);
}

void ExportDialog::preview() {
  const QImage image = figure_image(figure_, choice().style);
  picture_->setPixmap(
      QPixmap::fromImage(image).scaled(picture_->minimumSize() * 1.0, Qt::KeepAspectRatio, Qt::SmoothTransformation));
}

}  // namespace sriov::gui
