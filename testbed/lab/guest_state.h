// What `xl list` says of the lab's guests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sriov::lab {

/// One line of `xl list`.
struct GuestState {
  std::string name;
  std::string state;  ///< "running", "paused", "shut down", "crashed" or "dying".

  /// It will never run again: shut down by itself, crashed (a triple fault, say) or on its way out.
  [[nodiscard]] bool is_dead() const { return state != "running" && state != "paused"; }
};

/// Guests among the lines of `xl list`; dom0, zombies without a name and what cannot be parsed are left out.
[[nodiscard]] std::vector<GuestState> parse_guest_states(std::string_view xl_list);

}  // namespace sriov::lab
