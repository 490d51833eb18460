// What can be read of one PF's virtual functions, by whichever way its driver and the kernel allow.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/net/link_message.h"
#include "collector/net/netlink_socket.h"
#include "collector/vf/vf_message.h"
#include "collector/vf/vf_ports.h"
#include "collector/vf/vf_registers.h"
#include "core/result.h"

namespace sriov {

/// Where the counters of a PF's VFs come from.
enum class VfSource {
  none,
  netlink,      ///< The PF's driver: IFLA_VF_STATS.
  registers,    ///< The card itself.
  representor,  ///< The netdevs of switchdev mode.
};
[[nodiscard]] std::string_view to_string(VfSource source);
/// The counters that a source has.
[[nodiscard]] std::span<const VfCounter> counters_of(VfSource source);

/// A representor's counters from the VF's side: it receives what the VF transmits. Its drops and multicasts are of its
/// own queues, not the VF's: absent.
[[nodiscard]] VfCounters counters_of_representor(const LinkCounters& representor);

/// Asks the driver of a network device for its VFs: RTM_GETLINK of it, parsed into `out`.
using VfQuery = std::function<Result<void>(const std::string& netdev, VfMessage& out)>;
/// The kernel's answers, over a socket of the calling thread's network namespace.
[[nodiscard]] Result<VfQuery> kernel_vf_query();

struct VfPortOptions {
  bool live = true;        ///< false for a captured tree: no netlink.
  bool registers = false;  ///< Read the card's registers where they are known.
  VfQuery query = {};      ///< Instead of the kernel, for tests.
};

/// One PF. Chooses its source when it is made and says what is absent.
class VfPortCounters {
 public:
  VfPortCounters(VfPort port, const VfPortOptions& options);

  [[nodiscard]] const VfPort& port() const { return port_; }
  [[nodiscard]] VfSource source() const { return source_; }
  /// What is not known of this PF's VFs, with the reason and what would help.
  [[nodiscard]] const std::vector<Error>& absences() const { return absences_; }
  /// The same function after VFs or representors came or went; what was learnt of its counters is kept.
  void update(VfPort port) { port_ = std::move(port); }
  /// Whether `port` is this one, driven by the same driver.
  [[nodiscard]] bool is(const VfPort& port) const;

  /// Reads the VFs now, by netlink or from the registers; valid until the next read. Allocates nothing in steady state.
  [[nodiscard]] std::span<const VfReading> read(std::int64_t now_ns);
  /// Whether the kernel's number of VFs was another than port() has, at the last read.
  [[nodiscard]] bool has_outgrown() const;

 private:
  bool choose_registers();
  bool choose_netlink();
  bool choose_representors();
  Result<void> read_netlink();
  void say_absent(std::string what, std::string hint);

  VfPort port_;
  VfSource source_ = VfSource::none;
  std::vector<Error> absences_;
  std::optional<VfRegisters> registers_;
  VfQuery query_;
  VfEvidence evidence_;
  VfMessage message_;
};

}  // namespace sriov
