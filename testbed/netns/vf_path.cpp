#include "testbed/netns/vf_path.h"

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/kernel_file.h"
#include "host/remote_files.h"
#include "host/virtual_functions.h"

namespace sriov::netns {
namespace {

constexpr const char* kDevice = "vf0";  // The VF's name inside its namespace.
constexpr std::int64_t kVfTimeoutNs = 20 * kNsPerSecond;
constexpr std::int64_t kPollNs = 100 * kNsPerMs;

std::string address_of(std::size_t vf, int ip_version = 4) {
  return ip_version == 6 ? fmt::format("fd53:18:200::{}", vf + 1) : fmt::format("198.18.200.{}", vf + 1);
}
std::string device_folder(const std::string& pf) { return fmt::format("/sys/class/net/{}/device", pf); }
std::string device_file(const std::string& pf, const std::string& file) { return device_folder(pf) + "/" + file; }

Result<std::string> find_pf(Shell& shell, std::size_t needed) {
  SRIOV_ASSIGN(const std::vector<std::string> devices, try_list_directory(shell, "/sys/class/net"));
  std::string why = "no NIC of it has SR-IOV";
  for (const std::string& device : devices) {
    const auto total = read_number(shell, device_file(device, "sriov_totalvfs"));
    if (!total || *total == 0) continue;
    const auto made = read_number(shell, device_file(device, "sriov_numvfs"));
    if (made && *made == 0 && *total >= static_cast<std::int64_t>(needed)) return device;
    why = fmt::format("{} has {} VFs already or fewer than {} in all", device, made ? *made : 0, needed);
  }
  return fail_environment(fmt::format("path vf-netns is not possible on {}: {}", shell.name(), why), "testbed netns",
                          "use a NIC with SR-IOV and no VFs made, name it with --set testbed_settings.pf=DEVICE, or "
                          "leave the path out");
}

}  // namespace

Result<VfPath> VfPath::make(const Namespaces& namespaces, const std::string& pf, bool journaled) {
  Shell& shell = namespaces.host.shell();
  const std::size_t needed = namespaces.guests.size() + 1;
  std::string device = pf;
  if (device.empty()) {
    SRIOV_ASSIGN(device, find_pf(shell, needed));
  }
  const auto total = read_number(shell, device_file(device, "sriov_totalvfs"));
  if (!total || *total < static_cast<std::int64_t>(needed))
    return fail_environment(fmt::format("{} cannot have {} VFs", device, needed), "testbed netns",
                            total ? fmt::format("it has at most {}", *total) : "it is not an SR-IOV NIC");
  SRIOV_ASSIGN(const std::int64_t made, read_number(shell, device_file(device, "sriov_numvfs")));
  if (made != 0)
    return fail_environment(fmt::format("{} has {} VFs already", device, made), "testbed netns",
                            "they may be in use: remove them or choose another PF");
  VfPath path(device);
  if (journaled) {
    SRIOV_ASSIGN(path.journal_, Journal::open(Journal::directory(), "VFs of " + device));
  }
  auto created = path.create(namespaces);
  if (created) return path;
  path.remove(namespaces);
  return tl::unexpected(created.error());
}

Result<void> VfPath::create(const Namespaces& namespaces) {
  Shell& shell = namespaces.host.shell();
  const std::size_t needed = namespaces.guests.size() + 1;
  const std::string file = device_file(pf_, "sriov_numvfs");
  SRIOV_ASSIGN(const std::string link, ip(namespaces.host, "-oneline link show dev " + pf_));
  undo_ = {kernel_file_command(file, "0")};
  if (link.find(",UP") == std::string::npos) undo_.push_back({"ip", "link", "set", "dev", pf_, "down"});
  if (journal_) SRIOV_TRY(journal_->record({fmt::format("{} VFs on {}", needed, pf_), undo_}));
  SRIOV_TRY(namespaces.host.client->on_disconnect(undo_));
  SRIOV_TRY(ip(namespaces.host, fmt::format("link set dev {} up", pf_)));
  SRIOV_TRY(shell.write(file, std::to_string(needed)));
  SRIOV_TRY(give(namespaces, 0, namespaces.peer));
  for (std::size_t i = 0; i < namespaces.guests.size(); ++i) SRIOV_TRY(give(namespaces, i + 1, namespaces.guests[i]));
  return {};
}

Result<void> VfPath::give(const Namespaces& namespaces, std::size_t vf, const Namespace& to) {
  const std::string directory = virtual_function_folder(device_folder(pf_), static_cast<unsigned>(vf)) + "/net";
  const std::int64_t deadline = monotonic_ns() + kVfTimeoutNs;
  while (true) {
    const auto names = try_list_directory(namespaces.host.shell(), directory);
    if (names && !names->empty()) {
      SRIOV_TRY(ip(namespaces.host, fmt::format("link set dev {} down", names->front())));
      SRIOV_TRY(ip(namespaces.host, fmt::format("link set dev {} netns {} name {}", names->front(), to.pid, kDevice)));
      break;
    }
    if (monotonic_ns() > deadline)
      return fail_environment(fmt::format("VF {} of {} has no network device", vf, pf_), "testbed netns",
                              "is the VF's driver there (igbvf, iavf, ixgbevf, mlx5_core)?");
    sleep_until_ns(monotonic_ns() + kPollNs);
  }
  const VethEnd end{&to, kDevice};
  SRIOV_TRY(ip(to, fmt::format("link set dev {} up", kDevice)));
  SRIOV_TRY(set_address(end, address_of(vf) + "/24"));
  if (namespaces.ipv6) SRIOV_TRY(set_address(end, address_of(vf, 6) + "/64"));
  return wait_for_link(end, kVfTimeoutNs);
}

PathSetup VfPath::setup(const Namespaces& namespaces, const TrialSettings& settings) const {
  PathSetup setup{"vf-netns", {}};
  const bool between_guests = settings.partner == Partner::guest;
  for (std::size_t i = 0; i < static_cast<std::size_t>(settings.lanes()); ++i) {
    const std::size_t server = between_guests ? 2 * i + 1 : i;
    const Namespace& client = between_guests ? namespaces.guests[2 * i] : namespaces.peer;
    const std::string& guest = namespaces.guests[server].name;
    Lane lane{client.name,
              guest,
              address_of(between_guests ? 2 * i + 1 : 0, settings.ip_version),
              address_of(server + 1, settings.ip_version),
              {}};
    add_pair(lane, guest, kDevice, client.name, kDevice, true);
    add_idle_veth(lane, namespaces, server);
    setup.lanes.push_back(std::move(lane));
  }
  return setup;
}

void VfPath::remove(const Namespaces& namespaces) {
  LocalShell local;
  const bool alive = namespaces.host.client && namespaces.host.client->is_connected();
  if (journal_) {
    // What cannot be put back now stays in the journal for the next command.
    (void)journal_->restore(alive ? namespaces.host.shell() : static_cast<Shell&>(local));
  } else if (alive) {
    for (const Command& command : undo_) (void)namespaces.host.shell().output_of(command);
  }
  if (alive) (void)namespaces.host.client->clear_disconnect();
  undo_.clear();
}

}  // namespace sriov::netns
