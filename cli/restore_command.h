// What crashed sessions left on this host.
#pragma once

#include <string>
#include <vector>

namespace sriov::cli {

/// What was put back, and what could not be.
struct Restored {
  std::vector<std::string> done;
  std::vector<std::string> failed;
};
/// Undoes every journal whose owner is dead.
[[nodiscard]] Restored restore_abandoned();
/// The same, told on stderr; silent when there was nothing. For commands that are about to change the system.
void restore_abandoned_aloud();

}  // namespace sriov::cli
