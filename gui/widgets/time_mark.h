// Something that happened, as a line across all strips.
#pragma once

#include <QString>
#include <cstdint>

namespace sriov::gui {

struct TimeMark {
  std::int64_t at_ns = 0;
  QString text;
};

}  // namespace sriov::gui
