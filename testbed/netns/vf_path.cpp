#include "testbed/netns/vf_path.h"

#include <fmt/format.h>

#include "core/text.h"
#include "host/clock.h"
#include "host/kernel_file.h"

namespace sriov::netns {
namespace {

constexpr const char* kDevice = "vf0";  // The VF's name inside its namespace.
constexpr std::int64_t kVfTimeout = 20'000'000'000;
constexpr std::int64_t kPoll = 100'000'000;

std::string address_of(std::size_t vf, int ip_version = 4) {
  return ip_version == 6 ? fmt::format("fd53:18:200::{}", vf + 1) : fmt::format("198.18.200.{}", vf + 1);
}
std::string device_file(const std::string& pf, const std::string& file) {
  return fmt::format("/sys/class/net/{}/device/{}", pf, file);
}

Result<std::int64_t> read_number(Shell& shell, const std::string& path) {
  SRIOV_ASSIGN(const std::string text, shell.read(path));
  const auto value = to_int(trim(text));
  if (!value) return fail(fmt::format("'{}' is not a number", trim(text)), path);
  return *value;
}

Result<std::vector<std::string>> names_in(Shell& shell, const std::string& directory) {
  SRIOV_ASSIGN(const std::string out, shell.output_of({"ls", directory}));
  std::vector<std::string> names;
  for (const std::string& line : split(out, '\n'))
    if (!trim(line).empty()) names.emplace_back(trim(line));
  return names;
}

Result<std::string> find_pf(Shell& shell, std::size_t needed) {
  SRIOV_ASSIGN(const std::vector<std::string> devices, names_in(shell, "/sys/class/net"));
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

Result<VfPath> VfPath::make(const Spaces& spaces, const std::string& pf, bool journaled) {
  Shell& shell = spaces.host.shell();
  const std::size_t needed = spaces.guests.size() + 1;
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
  auto created = path.create(spaces);
  if (created) return path;
  path.remove(spaces);
  return tl::unexpected(created.error());
}

Result<void> VfPath::create(const Spaces& spaces) {
  Shell& shell = spaces.host.shell();
  const std::size_t needed = spaces.guests.size() + 1;
  const std::string file = device_file(pf_, "sriov_numvfs");
  SRIOV_ASSIGN(const std::string link, ip(spaces.host, "-oneline link show dev " + pf_));
  undo_ = {kernel_file_command(file, "0")};
  if (link.find(",UP") == std::string::npos) undo_.push_back({"ip", "link", "set", "dev", pf_, "down"});
  if (journal_) SRIOV_TRY(journal_->record({fmt::format("{} VFs on {}", needed, pf_), undo_}));
  SRIOV_TRY(spaces.host.client->on_disconnect(undo_));
  SRIOV_TRY(ip(spaces.host, fmt::format("link set dev {} up", pf_)));
  SRIOV_TRY(shell.write(file, std::to_string(needed)));
  SRIOV_TRY(give(spaces, 0, spaces.peer));
  for (std::size_t i = 0; i < spaces.guests.size(); ++i) SRIOV_TRY(give(spaces, i + 1, spaces.guests[i]));
  return {};
}

Result<void> VfPath::give(const Spaces& spaces, std::size_t vf, const Space& to) {
  const std::string directory = device_file(pf_, fmt::format("virtfn{}/net", vf));
  const std::int64_t deadline = monotonic_ns() + kVfTimeout;
  while (true) {
    const auto names = names_in(spaces.host.shell(), directory);
    if (names && !names->empty()) {
      SRIOV_TRY(ip(spaces.host, fmt::format("link set dev {} down", names->front())));
      SRIOV_TRY(ip(spaces.host, fmt::format("link set dev {} netns {} name {}", names->front(), to.pid, kDevice)));
      break;
    }
    if (monotonic_ns() > deadline)
      return fail_environment(fmt::format("VF {} of {} has no network device", vf, pf_), "testbed netns",
                              "is the VF's driver there (igbvf, iavf, ixgbevf, mlx5_core)?");
    sleep_until_ns(monotonic_ns() + kPoll);
  }
  const VethEnd end{&to, kDevice};
  SRIOV_TRY(ip(to, fmt::format("link set dev {} up", kDevice)));
  SRIOV_TRY(set_address(end, address_of(vf) + "/24"));
  if (spaces.ipv6) SRIOV_TRY(set_address(end, address_of(vf, 6) + "/64"));
  return wait_for_link(end, kVfTimeout);
}

PathSetup VfPath::setup(const Spaces& spaces, const TrialSettings& settings) const {
  PathSetup setup{"vf-netns", {}};
  const bool between_guests = settings.partner == Partner::guest;
  for (std::size_t i = 0; i < static_cast<std::size_t>(settings.lanes()); ++i) {
    const std::size_t server = between_guests ? 2 * i + 1 : i;
    const Space& client = between_guests ? spaces.guests[2 * i] : spaces.peer;
    const std::string& guest = spaces.guests[server].name;
    Lane lane{client.name,
              guest,
              address_of(between_guests ? 2 * i + 1 : 0, settings.ip_version),
              address_of(server + 1, settings.ip_version),
              {}};
    add_pair(lane, guest, kDevice, client.name, kDevice, true);
    add_idle_veth(lane, spaces, server);
    setup.lanes.push_back(std::move(lane));
  }
  return setup;
}

void VfPath::remove(const Spaces& spaces) {
  LocalShell local;
  const bool alive = spaces.host.client && spaces.host.client->is_connected();
  if (journal_) {
    // What cannot be put back now stays in the journal for the next command.
    (void)journal_->restore(alive ? spaces.host.shell() : static_cast<Shell&>(local));
  } else if (alive) {
    for (const Command& command : undo_) (void)spaces.host.shell().output_of(command);
  }
  if (alive) (void)spaces.host.client->clear_disconnect();
  undo_.clear();
}

}  // namespace sriov::netns
