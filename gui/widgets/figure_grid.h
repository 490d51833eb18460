// Several charts side by side, or the reason why one has no data.
#pragma once

#include <QWidget>
#include <vector>

#include "core/result.h"
#include "gui/widgets/figure_view.h"

class QGridLayout;

namespace sriov::gui {

class FigureGrid : public QWidget {
  Q_OBJECT

 public:
  struct Item {
    QString name;  ///< What zoom_wanted() says.
    Result<FigureData> figure;
    FigureZoom zoom;
  };

  explicit FigureGrid(QWidget* parent = nullptr);

  void set_items(const std::vector<Item>& items);
  /// The one that was pointed at last, else the first with data; nullptr when none has.
  [[nodiscard]] const FigureView* current() const;
  [[nodiscard]] const std::vector<FigureView*>& views() const { return views_; }

 signals:
  void zoom_wanted(const QString& name, const sriov::gui::FigureZoom& zoom);

 private:
  void add_item(const Item& item, int row, int column);

  QGridLayout* layout_;
  std::vector<FigureView*> views_;
};

}  // namespace sriov::gui
