// The knobs that trials are run with: set before each, put back when the run ends.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/experiment.h"
#include "core/trial.h"
#include "testbed/testbed.h"
#include "tuning/knob.h"

namespace sriov {

/// A knob by the name that experiments use: "rx_usecs" on the guests of a trial, "dom0:netdev_budget" on dom0.
struct KnobName {
  std::string role;  ///< "guest": every guest that takes part; else the endpoint's name: "dom0", "peer", "host".
  std::string knob;
};
struct KnobSetting {
  KnobName name;
  std::string value;
};
/// nullopt when there is no such knob or role.
[[nodiscard]] std::optional<KnobName> parse_knob_name(const std::string& text);
/// All that the registry has, for messages: those of guests by their bare names.
[[nodiscard]] std::vector<std::string> knob_names();

/// Keeps what was there before the first change of each. The agent of the endpoint holds the same undo commands and
/// runs them if the controller vanishes.
class KnobKeeper {
 public:
  /// `on_change` is told once of each value in force: (endpoint, "vf0: rx_usecs = 100, was 3").
  explicit KnobKeeper(std::function<void(const std::string&, const std::string&)> on_change)
      : on_change_(std::move(on_change)) {}

  /// Brings the knobs of a trial about. A value that the kernel rounds is told; one that a trial before this one set
  /// and this one does not name is put back.
  [[nodiscard]] Result<void> apply(const std::vector<KnobSetting>& settings, const PathSetup& setup,
                                   const std::vector<Endpoint>& endpoints);
  /// Puts everything back where an agent is connected. The error names what was not.
  [[nodiscard]] Result<void> restore(const std::vector<Endpoint>& endpoints);

 private:
  /// A knob where it is turned.
  struct LocatedKnob {
    std::string endpoint;
    std::string device;
    std::string knob;
    friend bool operator<(const LocatedKnob& a, const LocatedKnob& b) {
      return std::tie(a.endpoint, a.device, a.knob) < std::tie(b.endpoint, b.device, b.knob);
    }
  };
  [[nodiscard]] Result<void> turn(const LocatedKnob& which, const std::string& value, agent::Client& agent);
  [[nodiscard]] Result<void> put_back_unnamed(const std::set<LocatedKnob>& named,
                                              const std::vector<Endpoint>& endpoints);

  std::function<void(const std::string&, const std::string&)> on_change_;
  std::map<LocatedKnob, std::string> before_;  ///< What each had before its first change.
  std::set<std::string> told_;
};

}  // namespace sriov
