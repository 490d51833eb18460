// What all pages filter and zoom by, with undo.
#pragma once

#include <QMap>
#include <QObject>
#include <QString>
#include <QUndoStack>
#include <optional>

#include "gui/figures/style.h"
#include "report/figure.h"

namespace sriov::gui {

/// One selection for all pages: what is filtered on one is filtered on the next.
struct ViewState {
  FigureChoice choice;             ///< Metric, factor, baseline and condition.
  std::optional<Span> time_s;      ///< The part of a trial that time lines show; since the trial began.
  QMap<QString, FigureZoom> zoom;  ///< By the name of the chart, "compare/latency-ecdf".
  QMap<QString, QString> setting;  ///< What a single page has chosen, "scaling/factor".

  bool operator==(const ViewState&) const = default;
};

/// The selection and how it came about. Pages ask for changes here and draw what changed() says.
class ViewStack : public QObject {
  Q_OBJECT

 public:
  explicit ViewStack(QObject* parent = nullptr);

  [[nodiscard]] const ViewState& state() const { return state_; }
  /// Makes `next` the selection, as a step of its own: `text` is what the Edit menu says ("Zoom"). Steps in a row with
  /// the same `merge_key`, which is not "", are one: a drag is undone at once.
  void change(const ViewState& next, const QString& text, const QString& merge_key = {});
  /// For other runs: nothing is chosen, and there is nothing to undo.
  void reset();

  [[nodiscard]] QUndoStack& undo_stack() { return undo_; }

 signals:
  void changed();

 private:
  class Step;
  void set(const ViewState& state);

  ViewState state_;
  QUndoStack undo_;
};

}  // namespace sriov::gui
