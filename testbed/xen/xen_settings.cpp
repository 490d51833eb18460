#include "testbed/xen/xen_settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov::xen {
namespace {

using Settings = std::map<std::string, std::string>;

constexpr int kNumberedGuests = 8;  // Beyond that, "guest" with {n} says it in one line.
constexpr std::array<std::string_view, 3> kGuestPaths{"vf", "netfront", "emulated"};
constexpr std::array<std::string_view, 14> kHostNames{
    "pf", "bridge",      "bridge_uplink", "bridge_address", "peer",          "peer_address",     "native_address",
    "xl", "iommu_pages", "guest_kernel",  "guest_ramdisk",  "guest_cmdline", "guest_memory_mib", "guest_vcpus"};

std::string value(const Settings& settings, const std::string& name) {
  const auto found = settings.find(name);
  return found == settings.end() ? std::string() : found->second;
}

/// "guest2_vf_address" before "guest_vf_address".
std::string guest_value(const Settings& settings, int number, const std::string& suffix) {
  const std::string own = value(settings, fmt::format("guest{}{}", number, suffix));
  return own.empty() ? value(settings, "guest" + suffix) : own;
}

void replace_all(std::string& text, const std::string& word, const std::string& by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
    text.replace(at, word.size(), by);
}

/// Locally administered, the same in every run, so that results of different runs can be compared.
std::string default_mac(std::string_view path, int number) {
  const auto index = std::ranges::find(kGuestPaths, path) - kGuestPaths.begin();
  return fmt::format("02:53:56:00:{:02x}:{:02x}", index + 1, number & 0xff);
}

bool wants(const std::vector<std::string>& paths, std::string_view path) {
  return std::ranges::find(paths, path) != paths.end();
}

GuestSettings guest_of(const Settings& settings, int number, bool created) {
  GuestSettings guest;
  guest.number = number;
  guest.endpoint = fmt::format("guest{}", number);
  for (const std::string_view path : kGuestPaths) {
    const std::string name(path);
    std::string mac = guest_value(settings, number, "_" + name + "_mac");
    if (mac.empty() && created) mac = default_mac(path, number);
    guest.macs[name] = expand(to_lower(mac), guest);
    guest.addresses[name] = expand(guest_value(settings, number, "_" + name + "_address"), guest);
  }
  guest.target = expand(guest_value(settings, number, ""), guest);
  return guest;
}

Result<int> positive(const Settings& settings, const std::string& name, int otherwise) {
  const std::string text = value(settings, name);
  if (text.empty()) return otherwise;
  const auto number = to_int(text);
  if (!number || *number < 1 || *number > 1'000'000)
    return fail_usage(fmt::format("{} = \"{}\" is not a positive whole number", name, text), "[testbed]");
  return static_cast<int>(*number);
}

Result<std::optional<GuestImage>> image_of(const Settings& settings) {
  GuestImage image;
  image.kernel = value(settings, "guest_kernel");
  image.ramdisk = value(settings, "guest_ramdisk");
  image.cmdline = value(settings, "guest_cmdline");
  if (image.kernel.empty() && image.ramdisk.empty()) return std::optional<GuestImage>();
  if (image.kernel.empty() || image.ramdisk.empty())
    return fail_usage("guests that the tool makes need both a kernel and a ramdisk", "[testbed]",
                      "add guest_kernel = \"/boot/vmlinuz\" and guest_ramdisk = \"/boot/guest.img\"");
  SRIOV_ASSIGN(image.memory_mib, positive(settings, "guest_memory_mib", image.memory_mib));
  SRIOV_ASSIGN(image.vcpus, positive(settings, "guest_vcpus", image.vcpus));
  return std::optional<GuestImage>(image);
}

tl::unexpected<Error> missing(std::string what, std::string line) {
  return fail_usage(std::move(what), "[testbed]", fmt::format("add {}", line));
}

Result<void> check(const XenSettings& settings, const std::vector<std::string>& paths) {
  if (settings.peer.empty())
    return missing("the xen testbed needs a peer: the machine at the other end of the wire",
                   "peer = \"ssh:root@peer\"");
  if (settings.pf.empty() && (wants(paths, "native") || (settings.image && wants(paths, "vf"))))
    return missing("these paths need to know the physical function", "pf = \"eth0\" (`sriov-bench doctor` lists them)");
  const bool needs_vif = wants(paths, "netfront") || wants(paths, "emulated");
  if (settings.image && needs_vif && settings.bridge.empty())
    return missing("guests that the tool makes need a bridge for their vifs", "bridge = \"xenbr0\"");
  for (const GuestSettings& guest : settings.guests)
    if (guest.target.empty())
      return missing(
          fmt::format("nothing says how to reach {}", guest.endpoint),
          fmt::format("{} = \"ssh:root@ADDRESS\" (or guest = \"ssh:root@10.0.0.1{{n}}\" for all)", guest.endpoint));
  return {};
}

}  // namespace

std::vector<std::string> xen_setting_names() {
  std::vector<std::string> names(kHostNames.begin(), kHostNames.end());
  for (int number = 0; number <= kNumberedGuests; ++number) {
    const std::string guest = number == 0 ? "guest" : fmt::format("guest{}", number);
    names.push_back(guest);
    for (const std::string_view path : kGuestPaths) {
      names.push_back(fmt::format("{}_{}_address", guest, path));
      names.push_back(fmt::format("{}_{}_mac", guest, path));
    }
  }
  return names;
}

std::string expand(std::string text, const GuestSettings& guest) {
  replace_all(text, "{n}", std::to_string(guest.number));
  for (const auto& [path, mac] : guest.macs) replace_all(text, "{" + path + "_mac}", mac);
  return text;
}

Result<XenSettings> parse_xen_settings(const Settings& settings, int guests, const std::vector<std::string>& paths) {
  XenSettings out;
  out.pf = value(settings, "pf");
  out.bridge = value(settings, "bridge");
  out.bridge_uplink = value(settings, "bridge_uplink");
  out.bridge_address = value(settings, "bridge_address");
  out.peer = value(settings, "peer");
  out.peer_address = value(settings, "peer_address");
  out.native_address = value(settings, "native_address");
  out.small_pages = value(settings, "iommu_pages") == "4k";
  if (const std::string pages = value(settings, "iommu_pages"); !pages.empty() && !out.small_pages)
    return fail_usage(fmt::format("unknown iommu_pages '{}'", pages), "[testbed_settings]",
                      "known: 4k; left out, Xen maps 2 MiB pages where it can");
  if (const std::string xl = value(settings, "xl"); !xl.empty()) out.xl = xl;
  SRIOV_ASSIGN(out.image, image_of(settings));
  const bool needs_guests = std::ranges::any_of(kGuestPaths, [&](std::string_view path) { return wants(paths, path); });
  for (int number = 1; needs_guests && number <= guests; ++number)
    out.guests.push_back(guest_of(settings, number, out.image.has_value()));
  SRIOV_TRY(check(out, paths));
  return out;
}

}  // namespace sriov::xen
