// How a figure is to be written: size, letters, colours and file.
#pragma once

#include <QDialog>

#include "core/result.h"
#include "gui/figures/style.h"
#include "report/figure.h"

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLayout;
class QLineEdit;
class QPushButton;

namespace sriov::gui {

struct ExportChoice {
  FigureStyle style;
  QString path;            ///< .svg, .pdf or .png.
  bool with_data = false;  ///< The numbers too, as .csv beside it.
};

/// Writes the figure, and its numbers where they are wanted.
[[nodiscard]] Result<void> write_export(const FigureData& figure, const ExportChoice& choice);

class ExportDialog : public QDialog {
  Q_OBJECT

 public:
  explicit ExportDialog(FigureData figure, const FigureZoom& zoom = {}, QWidget* parent = nullptr);

  [[nodiscard]] ExportChoice choice() const;

 private:
  [[nodiscard]] QLayout* make_form();
  void connect_inputs();
  void browse();
  /// Draws the figure as it will be, small.
  void preview();

  FigureData figure_;
  FigureZoom zoom_;
  QDoubleSpinBox* width_mm_;
  QDoubleSpinBox* font_pt_;
  QComboBox* palette_;
  QCheckBox* dark_;
  QCheckBox* title_;
  QCheckBox* data_;
  QLineEdit* path_;
  QLabel* picture_;
  QPushButton* write_;
};

}  // namespace sriov::gui
