// What became of a machine's facts while it was measured.
#pragma once

#include <string>
#include <vector>

namespace sriov {

/// One fact that is another at the end: "nics.eth0.coalescing.rx_usecs", "3", "100"; "" for one that was or is not
/// there.
struct EnvironmentChange {
  std::string fact;
  std::string begin;
  std::string end;

  /// "nics.eth0.coalescing.rx_usecs: 3 -> 100".
  [[nodiscard]] std::string text() const;
};

/// The differences between two environment_json() of a machine. Devices are matched by name, interrupts by number,
/// lists of words as sets. Empty when one of them is no JSON object.
[[nodiscard]] std::vector<EnvironmentChange> environment_changes(const std::string& begin_json,
                                                                 const std::string& end_json);

/// `begin_json` with the changes in it, as its list `changes`: what is stored of a run that has ended.
[[nodiscard]] std::string with_changes(const std::string& begin_json, const std::vector<EnvironmentChange>& changes);

}  // namespace sriov
