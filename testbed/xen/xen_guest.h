// One guest during a run: its agent, its devices by path, and what was changed inside it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/client.h"
#include "core/result.h"
#include "core/time.h"
#include "testbed/xen/guest_nics.h"
#include "testbed/xen/paths.h"
#include "testbed/xen/xen_host.h"
#include "testbed/xen/xen_settings.h"

namespace sriov::xen {

/// The agent of a machine and the undo commands of what we changed there. The agent holds the same commands and runs
/// them if the controller vanishes.
class ManagedMachine {
 public:
  [[nodiscard]] Result<void> connect(agent::EventLoop& loop, const std::string& target, const std::string& endpoint,
                                     std::int64_t timeout_ns = 20 * kNsPerSecond,
                                     const std::function<bool()>& should_stop = {});
  [[nodiscard]] agent::Client* client() const { return client_.get(); }
  [[nodiscard]] bool is_connected() const { return client_ != nullptr && client_->is_connected(); }
  /// Its shell, with changes recorded here and in the agent. Valid until the next connect() or release().
  [[nodiscard]] ChangingMachine machine();
  /// Puts back what was changed, newest first, and lets the agent go.
  void release();

 private:
  std::unique_ptr<agent::Client> client_;
  std::vector<JournalEntry> changes_;
};

/// What a guest needs to find its place.
struct GuestContext {
  XenHost& host;
  const XenSettings& settings;
  const std::vector<std::string>& paths;
  const ChangingMachine& peer;
  bool ipv6 = false;  ///< Paths get IPv6 addresses too.
  std::function<bool()> should_stop;
};

/// Finds the devices of every path in the guest, gives them addresses, finds their backends in dom0 and the peer's
/// ends, and keeps the paths apart. `domain` is set to the guest's Xen domain.
[[nodiscard]] Result<GuestPorts> set_up_guest(const GuestContext& context, const GuestSettings& guest,
                                              ManagedMachine& machine, Domain& domain);

/// Gives both ends of a port IPv6 addresses; `host` is the guest's, 1 … 64, or kDom0Host.
[[nodiscard]] Result<void> add_ipv6(const ChangingMachine& guest, const ChangingMachine& peer, const std::string& path,
                                    int host, PathPort& port);

/// The peer's device and address that face `guest_address`.
[[nodiscard]] Result<Address> facing_address(Shell& peer, const Address& guest_address, const std::string& wanted);

}  // namespace sriov::xen
