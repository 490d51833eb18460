#include "testbed/lab/xen_machine.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"
#include "host/clock.h"
#include "testbed/lab/access.h"
#include "testbed/lab/lab_guest.h"
#include "testbed/xen/guest_network.h"

namespace sriov::lab {
namespace {

constexpr std::int64_t kConnect_ns = 120'000'000'000;
constexpr std::int64_t kGuestQuietMost_ns = 240'000'000'000;  // Without a new console line.
constexpr std::int64_t kPoll_ns = 500'000'000;
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
  SRIOV_TRY(dom0_.connect(loop_, target, "dom0", kConnect_ns));
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
  SRIOV_TRY(xen::ensure_vfs(host_->machine(), kPf, kVfs));
  return {};
}

Result<std::vector<int>> XenMachine::running_guests() {
  SRIOV_ASSIGN(const std::vector<xen::Domain> domains, host_->xl().domains());
  std::vector<int> numbers;
  for (int number = 1; number <= kMostGuests; ++number)
    if (std::ranges::find(domains, guest_name(number), &xen::Domain::name) != domains.end()) numbers.push_back(number);
  return numbers;
}

Result<void> XenMachine::create(int number) {
  stage(fmt::format("creating {}", guest_name(number)));
  const xen::GuestSettings settings = guest_settings(number, "");
  SRIOV_ASSIGN(const auto vfs, host_->prepare_vfs(kPf, {settings.macs.at("vf")}));
  SRIOV_TRY(host_->make_assignable(vfs.front()));
  SRIOV_TRY(host_->shell().output_of({"rm", "-f", guest_console(number)}));
  SRIOV_TRY(host_->create_guest(guest_config(number, vfs.front().pci_address, state_.hap)));
  return {};
}

Result<void> XenMachine::destroy(int number) {
  const auto destroyed = host_->xl().destroy(guest_name(number));
  SRIOV_ASSIGN(const std::vector<int> running, running_guests());
  if (std::ranges::find(running, number) == running.end()) return {};
  return destroyed ? fail("the domain is still there after it was destroyed", guest_name(number))
                   : tl::unexpected(destroyed.error());
}

/// Shut down or crashed (a triple fault of its emulated processor, now and then), by the letters of `xl list`.
Result<bool> XenMachine::is_dead(int number) {
  SRIOV_ASSIGN(const CommandOutput out, host_->shell().run({"xl", "list", guest_name(number)}, 60'000'000'000));
  if (out.exit_code != 0) return true;
  const std::vector<std::string> lines = split(trim(out.out), '\n');
  std::vector<std::string> cells;
  for (std::string& cell : split(lines.back(), ' '))
    if (!cell.empty()) cells.push_back(std::move(cell));
  if (cells.size() < 5) return false;
  return cells[4].find_first_of("scd") != std::string::npos;  // Shutdown, crashed, dying.
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
    if (console.find("GUEST: ready") != std::string::npos) return {};
    if (console.size() != size) grown_at = monotonic_ns();
    size = console.size();
    SRIOV_ASSIGN(const bool dead, is_dead(guest.number));
    const bool silent = monotonic_ns() - grown_at > kGuestQuietMost_ns;
    if (dead || silent)
      return fail(fmt::format("{} while it booted; its console's end: '{}'", dead ? "it died" : "it fell silent",
                              trim(console.size() > 300 ? console.substr(console.size() - 300) : console)),
                  guest.settings.endpoint, "the machine's console log may say why: " + state_.console);
    sleep_until_ns(monotonic_ns() + kPoll_ns);
  }
}

Result<void> XenMachine::connect(LabGuest& guest) {
  stage(fmt::format("{}: waiting for its agent", guest.settings.endpoint));
  Result<void> connected;
  for (int attempt = 1; attempt <= 3; ++attempt) {
    if (stopping()) return interrupted();
    connected = guest.machine.connect(loop_, guest.settings.target, guest.settings.endpoint, kConnect_ns);
    if (connected) break;
  }
  return connected;
}

Result<void> XenMachine::make_guests(int count) {
  if (count > kMostGuests) return fail_usage(fmt::format("the lab has room for {} guests", kMostGuests), "guests");
  SRIOV_ASSIGN(const std::vector<int> running, running_guests());
  const auto runs = [&running](int number) { return std::ranges::find(running, number) != running.end(); };
  for (int number = 1; number <= count; ++number) {
    bool dead = false;
    if (runs(number)) {
      SRIOV_ASSIGN(dead, is_dead(number));
    }
    if (dead) SRIOV_TRY(destroy(number));
    if (dead || !runs(number)) SRIOV_TRY(create(number));
    auto guest = std::make_unique<LabGuest>();
    guest->number = number;
    guest->settings = guest_settings(number, guest_target(state_, number));
    guests_.push_back(std::move(guest));
  }
  for (const auto& guest : guests_) {
    if (auto booted = await_boot(*guest); !booted) {
      if (booted.error().kind == ErrorKind::interrupted) return booted;
      ++remade_guests_;
      stage(fmt::format("{}: {}; creating it once more", guest->settings.endpoint, booted.error().what));
      SRIOV_TRY(destroy(guest->number));
      SRIOV_TRY(create(guest->number));
      SRIOV_TRY(await_boot(*guest));
    }
    SRIOV_TRY(connect(*guest));
  }
  return {};
}

Result<void> XenMachine::recover() {
  if (!dom0_.is_connected()) SRIOV_TRY(connect_dom0());
  for (const auto& guest : guests_) {
    SRIOV_ASSIGN(const bool dead, is_dead(guest->number));
    if (dead) {
      ++remade_guests_;
      stage(fmt::format("{} died; creating it once more", guest->settings.endpoint));
      SRIOV_TRY(destroy(guest->number));
      SRIOV_TRY(create(guest->number));
      SRIOV_TRY(await_boot(*guest));
    }
    if (dead || !guest->machine.is_connected()) SRIOV_TRY(connect(*guest));
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
