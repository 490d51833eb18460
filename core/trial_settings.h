// How a trial uses its testbed, beside path and workload: each is a key of the experiment file or a factor of it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace sriov {

/// Whom a guest's traffic is with.
enum class Partner {
  peer,   ///< The machine on the wire: a lane for each guest.
  guest,  ///< Another guest ("inter-VM"): VF to VF through the NIC's switch, vif to vif through the bridge.
};
[[nodiscard]] std::string_view to_string(Partner partner);

struct TrialSettings {
  int guests = 1;  ///< That take part. With Partner::guest an even number: 1 sends to 2, 3 to 4 …
  Partner partner = Partner::peer;
  int ip_version = 4;           ///< 4 or 6.
  std::int64_t stagger_ns = 0;  ///< Each lane starts so much later than the one before it; all are counted together.

  /// Guests at the two ends of lanes: a lane each, or one for two.
  [[nodiscard]] int lanes() const { return partner == Partner::guest ? guests / 2 : guests; }
};

/// One of them, by the name that experiment files use.
struct TrialSetting {
  std::string_view name;
  std::string_view values;  ///< What it may be, in words.
  std::string_view help;
  Result<void> (*set)(TrialSettings& settings, const std::string& value);
  std::string (*get)(const TrialSettings& settings);  ///< As set() reads it.
};
[[nodiscard]] std::span<const TrialSetting> trial_settings();
/// nullptr when there is none of that name.
[[nodiscard]] const TrialSetting* find_trial_setting(std::string_view name);
/// What each alone allows may not go together: a usage error then.
[[nodiscard]] Result<void> check_trial_settings(const TrialSettings& settings);

}  // namespace sriov
