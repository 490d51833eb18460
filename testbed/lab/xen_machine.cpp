#include "testbed/lab/xen_machine.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "testbed/lab/access.h"
#include "testbed/lab/lab_guest.h"
#include "testbed/xen/guest_network.h"

namespace sriov::lab {
namespace {

constexpr std::int64_t kConnectNs = 120 * kNsPerSecond;
constexpr std::int64_t kGuestQuietMostNs = 240 * kNsPerSecond;  // Without a new console line.
constexpr std::int64_t kPollNs = 500 * kNsPerMs;
constexpr std::int64_t kListNs = 60 * kNsPerSecond;
constexpr int kConnectAttempts = 3;
constexpr int kMostRemakes = 2;
constexpr int kVfs = kMostGuests;  // Their number can only change by taking all away.
const std::string kPf = "pf0";

Result<void> no_record(const JournalEntry&) { return {}; }  // The machine is thrown away as a whole.

tl::unexpected<Error> interrupted() { return fail("interrupted", "lab", "", ErrorKind::interrupted); }

}  // namespace

XenMachine::XenMachine(agent::EventLoop& loop, MachineState state, Progress progress, std::function<bool()> should_stop)
    : loop_(loop), state_(std::move(state)), progress_(std::move(progress)), should_stop_(std::move(should_stop)) {}

void XenMachine::stage(const std::string& text) const {
  if (progress_) progress_({text, -1});
}

Result<void> XenMachine::connect_dom0() {
  stage("dom0: connecting its agent");
  SRIOV_ASSIGN(const std::string target, dom0_target(state_));
  host_.reset();
  SRIOV_TRY(dom0_.connect(loop_, target, "dom0", kConnectNs, should_stop_));
  host_ = std::make_unique<xen::XenHost>(dom0_.client()->shell(), no_record);
  return {};
}

Result<void> XenMachine::prepare() {
  SRIOV_TRY(connect_dom0());
  stage("making VFs and bridges");
  SRIOV_TRY(host_->check());
  SRIOV_TRY(host_->prepare_bridge({"mgmtbr", "", "10.77.0.1/24"}, {}));
  SRIOV_TRY(host_->prepare_bridge({"xenbr0", "up0", "10.77.2.2/24"}, {}));
  // The PF first: a VF whose PF is down stays in reset.
  SRIOV_TRY(xen::ensure_address(host_->machine(), kPf, "10.77.1.2/24", "native_address"));
  SRIOV_ASSIGN(const xen::PhysicalFunction pf, xen::ensure_vfs(host_->machine(), kPf, kVfs));
  for (int number = 1; number <= kVfs; ++number)
    SRIOV_TRY(xen::set_vf_mac(host_->machine(), pf, pf.vfs[static_cast<std::size_t>(number - 1)].index,
                              guest_settings(number, "").macs.at("vf")));
  return {};
}

Result<std::vector<GuestState>> XenMachine::guest_states() {
  SRIOV_ASSIGN(const std::string text, host_->shell().output_of({"xl", "list"}, kListNs));
  return parse_guest_states(text);
}

/// Guest N always has VF N-1, whose MAC was set before any guest ran.
Result<void> XenMachine::create(int number) {
  stage(fmt::format("creating {}", guest_name(number)));
  SRIOV_ASSIGN(const xen::PhysicalFunction pf, xen::find_physical_function(host_->shell(), kPf));
  if (pf.vfs.size() < static_cast<std::size_t>(number)) return fail("its VF is gone", guest_name(number));
  const VirtualFunction& vf = pf.vfs[static_cast<std::size_t>(number - 1)];
  SRIOV_TRY(host_->make_assignable(vf));
  SRIOV_TRY(host_->shell().output_of({"rm", "-f", guest_console(number)}));
  SRIOV_TRY(host_->create_guest(guest_config(number, vf.pci_address, has_nested_paging(state_.hypervisor))));
  return {};
}

Result<void> XenMachine::destroy(int number) {
  const auto destroyed = host_->xl().destroy(guest_name(number));
  SRIOV_ASSIGN(const std::vector<GuestState> states, guest_states());
  if (std::ranges::find(states, guest_name(number), &GuestState::name) == states.end()) return {};
  return destroyed ? fail("the domain is still there after it was destroyed", guest_name(number))
                   : tl::unexpected(destroyed.error());
}

/// A triple fault of its emulated processor, now and then; or somebody destroyed it.
Result<bool> XenMachine::is_dead(int number) {
  SRIOV_ASSIGN(const std::vector<GuestState> states, guest_states());
  const auto found = std::ranges::find(states, guest_name(number), &GuestState::name);
  return found == states.end() || found->is_dead();
}

std::string XenMachine::console_of(int number) { return host_->shell().read(guest_console(number)).value_or(""); }

/// Until the guest's console says that it is ready.
Result<void> XenMachine::await_boot(LabGuest& guest) {
  stage(fmt::format("{}: booting", guest.settings.endpoint));
  std::size_t size = 0;
  std::int64_t grown_at = monotonic_ns();
  while (true) {
    if (stopping()) return interrupted();
    const std::string console = console_of(guest.number);
    if (const std::size_t at = console.find("GUEST: failed"); at != std::string::npos)
      return fail(std::string(trim(console.substr(at, console.find('\n', at) - at))), guest.settings.endpoint);
    if (console.find("GUEST: ready") != std::string::npos) return {};
    if (console.size() != size) grown_at = monotonic_ns();
    size = console.size();
    SRIOV_ASSIGN(const bool dead, is_dead(guest.number));
    const bool silent = monotonic_ns() - grown_at > kGuestQuietMostNs;
    if (dead || silent)
      return fail(fmt::format("{} while it booted; its console's end: '{}'", dead ? "it died" : "it fell silent",
                              trim(console.size() > 300 ? console.substr(console.size() - 300) : console)),
                  guest.settings.endpoint, "the machine's console log may say why: " + state_.console);
    sleep_until_ns(monotonic_ns() + kPollNs);
  }
}

Result<void> XenMachine::connect(LabGuest& guest) {
  stage(fmt::format("{}: waiting for its agent", guest.settings.endpoint));
  Result<void> connected;
  for (int attempt = 1; attempt <= kConnectAttempts; ++attempt) {
    connected = guest.machine.connect(loop_, guest.settings.target, guest.settings.endpoint, kConnectNs, should_stop_);
    if (connected || connected.error().kind == ErrorKind::interrupted) break;
    SRIOV_ASSIGN(const bool dead, is_dead(guest.number));
    if (dead) return fail("it died before its agent answered", guest.settings.endpoint);
  }
  return connected;
}

/// Until its agent answers. A guest that does not get there is made again, `most_remakes` times.
Result<void> XenMachine::await(LabGuest& guest, int most_remakes) {
  for (int remake = 0;; ++remake) {
    auto ready = await_boot(guest);
    if (ready) ready = connect(guest);
    if (ready || remake >= most_remakes || ready.error().kind == ErrorKind::interrupted) return ready;
    SRIOV_TRY(remake_guest(guest, ready.error().what));
  }
}

Result<void> XenMachine::remake_guest(LabGuest& guest, const std::string& why) {
  remakes_.push_back(fmt::format("{}: {}", guest.settings.endpoint, why));
  stage(fmt::format("{}: {}; creating it again", guest.settings.endpoint, why));
  SRIOV_TRY(destroy(guest.number));
  return create(guest.number);
}

Result<int> XenMachine::make_guests(int count) {
  if (count > kMostGuests) return fail_usage(fmt::format("the lab has room for {} guests", kMostGuests), "guests");
  for (int number = 1; number <= count; ++number) {
    if (stopping()) return interrupted();
    auto guest = std::make_unique<LabGuest>();
    guest->number = number;
    guest->settings = guest_settings(number, guest_target(state_, number));
    SRIOV_ASSIGN(const bool dead, is_dead(number));
    if (dead) {
      SRIOV_TRY(destroy(number));
      SRIOV_TRY(create(number));
    }
    guests_.push_back(std::move(guest));
  }
  for (const auto& guest : guests_) SRIOV_TRY(await(*guest, kMostRemakes));
  SRIOV_ASSIGN(const std::vector<GuestState> states, guest_states());
  return static_cast<int>(std::ranges::count_if(states, [](const GuestState& one) { return !one.is_dead(); }));
}

Result<void> XenMachine::recover() {
  if (!dom0_.is_connected()) SRIOV_TRY(connect_dom0());
  for (const auto& guest : guests_) {
    SRIOV_ASSIGN(const bool dead, is_dead(guest->number));
    if (dead) SRIOV_TRY(remake_guest(*guest, "it died"));
    if (dead || !guest->machine.is_connected()) SRIOV_TRY(await(*guest, 1));
  }
  return {};
}

void XenMachine::release() {
  for (const auto& guest : guests_) guest->machine.release();
  guests_.clear();
  host_.reset();
  dom0_.release();
}

}  // namespace sriov::lab
