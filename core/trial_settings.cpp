#include "core/trial_settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"

namespace sriov {
namespace {

constexpr int kMostGuests = 64;
constexpr std::int64_t kMostStaggerNs = 3600 * kNsPerSecond;

Result<void> set_guests(TrialSettings& settings, const std::string& value) {
  const auto guests = to_int(value);
  if (!guests || *guests < 1 || *guests > kMostGuests)
    return fail_usage(fmt::format("'{}' is not a number of guests (1 to {})", value, kMostGuests));
  settings.guests = static_cast<int>(*guests);
  return {};
}

Result<void> set_partner(TrialSettings& settings, const std::string& value) {
  for (const Partner partner : {Partner::peer, Partner::guest}) {
    if (value != to_string(partner)) continue;
    settings.partner = partner;
    return {};
  }
  return fail_usage(fmt::format("unknown partner '{}'", value), "", "known: peer, guest");
}

Result<void> set_ip_version(TrialSettings& settings, const std::string& value) {
  if (value != "4" && value != "6")
    return fail_usage(fmt::format("'{}' is not an IP version", value), "", "known: 4, 6");
  settings.ip_version = value == "4" ? 4 : 6;
  return {};
}

Result<void> set_stagger(TrialSettings& settings, const std::string& value) {
  SRIOV_ASSIGN(const std::int64_t stagger_ns, parse_duration_ns(value));
  if (stagger_ns < 0 || stagger_ns > kMostStaggerNs)
    return fail_usage(fmt::format("a stagger of {} is out of range (0 to {})", value, format_duration(kMostStaggerNs)));
  settings.stagger_ns = stagger_ns;
  return {};
}

const std::array<TrialSetting, 4> kSettings{{
    {"guests", "1 to 64", "Guests that take part.", &set_guests,
     [](const TrialSettings& settings) { return std::to_string(settings.guests); }},
    {"partner", "peer, guest",
     "Whom a guest's traffic is with: the peer on the wire, or another guest (guest 1 sends to 2, 3 to 4 …).",
     &set_partner, [](const TrialSettings& settings) { return std::string(to_string(settings.partner)); }},
    {"ip_version", "4, 6", "IPv4 or IPv6.", &set_ip_version,
     [](const TrialSettings& settings) { return std::to_string(settings.ip_version); }},
    {"stagger", "a duration",
     "How much later each guest's traffic starts than that of the one before; all are counted in one window.",
     &set_stagger, [](const TrialSettings& settings) { return exact_duration(settings.stagger_ns); }},
}};

}  // namespace

std::string_view to_string(Partner partner) { return partner == Partner::guest ? "guest" : "peer"; }

std::span<const TrialSetting> trial_settings() { return kSettings; }

const TrialSetting* find_trial_setting(std::string_view name) {
  const auto found = std::find_if(kSettings.begin(), kSettings.end(),
                                  [&](const TrialSetting& setting) { return setting.name == name; });
  return found == kSettings.end() ? nullptr : &*found;
}

Result<void> check_trial_settings(const TrialSettings& settings) {
  if (settings.partner != Partner::guest || settings.guests % 2 == 0) return {};
  return fail_usage(fmt::format("partner = \"guest\" needs an even number of guests, not {}", settings.guests), "",
                    "two guests make a lane: set guests to 2, 4 …");
}

}  // namespace sriov
