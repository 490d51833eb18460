// dom0 of the lab: bridges, VFs and guests inside a machine that has booted.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/client.h"
#include "core/result.h"
#include "testbed/lab/guest_state.h"
#include "testbed/lab/machine.h"
#include "testbed/testbed.h"
#include "testbed/xen/xen_guest.h"
#include "testbed/xen/xen_host.h"

namespace sriov::lab {

/// A guest and the way to it.
struct LabGuest {
  int number = 1;
  xen::GuestSettings settings;
  xen::ManagedMachine machine;
  xen::Domain domain;
  xen::GuestPorts ports;
};

/// What is inside the machine, through an agent in dom0. Everything is made when it is not there already, so it serves
/// a fresh machine and one that is up.
class XenMachine {
 public:
  XenMachine(agent::EventLoop& loop, MachineState state, Progress progress, std::function<bool()> should_stop);

  /// Connects dom0's agent, makes bridges and VFs.
  [[nodiscard]] Result<void> prepare();
  /// Makes guests 1 … `count` where they are not running and connects their agents; returns how many run in all. A
  /// guest that dies, or lacks a device, is made again, twice at most.
  [[nodiscard]] Result<int> make_guests(int count);
  /// Connects again whoever was lost and makes dead guests again; the guests' ports are to be set up again then.
  [[nodiscard]] Result<void> recover();

  [[nodiscard]] const MachineState& state() const { return state_; }
  [[nodiscard]] xen::XenHost& host() { return *host_; }
  [[nodiscard]] xen::ManagedMachine& dom0() { return dom0_; }
  [[nodiscard]] std::vector<std::unique_ptr<LabGuest>>& guests() { return guests_; }
  /// Guests that had to be made again, with reasons: "guest1: it died while it booted …".
  [[nodiscard]] const std::vector<std::string>& remakes() const { return remakes_; }
  /// Lets all agents go.
  void release();

 private:
  [[nodiscard]] Result<void> connect_dom0();
  [[nodiscard]] Result<void> create(int number);
  [[nodiscard]] Result<void> destroy(int number);
  [[nodiscard]] Result<bool> is_dead(int number);
  [[nodiscard]] Result<void> connect(LabGuest& guest);
  [[nodiscard]] Result<void> await_boot(LabGuest& guest);
  [[nodiscard]] Result<void> await(LabGuest& guest, int most_remakes);
  [[nodiscard]] Result<void> remake_guest(LabGuest& guest, const std::string& why);
  [[nodiscard]] Result<std::vector<GuestState>> guest_states();
  void stage(const std::string& text) const;
  [[nodiscard]] bool stopping() const { return should_stop_ && should_stop_(); }
  [[nodiscard]] std::string console_of(int number);

  agent::EventLoop& loop_;
  MachineState state_;
  Progress progress_;
  std::function<bool()> should_stop_;
  xen::ManagedMachine dom0_;
  std::unique_ptr<xen::XenHost> host_;
  std::vector<std::unique_ptr<LabGuest>> guests_;
  std::vector<std::string> remakes_;
};

}  // namespace sriov::lab
