#include "core/trial.h"

namespace sriov {

std::string_view to_string(Direction direction) { return direction == Direction::to_guest ? "to_guest" : "from_guest"; }

std::string_view to_string(TrialStatus status) {
  switch (status) {
    case TrialStatus::ok:
      return "ok";
    case TrialStatus::invalid:
      return "invalid";
    case TrialStatus::failed:
      return "failed";
  }
  return "failed";
}

}  // namespace sriov
