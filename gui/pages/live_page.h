// What main() and tests ask of the live page.
#pragma once

#include <QStringList>
#include <vector>

#include "gui/models/strip_curves.h"
#include "gui/pages/page.h"

namespace sriov::gui {

class LivePage : public Page {
 public:
  /// Begins to watch these machines, in place of those that are watched.
  virtual void watch(const QStringList& targets) = 0;
  [[nodiscard]] virtual const std::vector<StripCurves>& strips() const = 0;
};

}  // namespace sriov::gui
