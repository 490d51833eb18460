// The path `vf-netns`: virtual functions of the machine's own SR-IOV NIC, each in a namespace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/journal.h"
#include "testbed/netns/topology.h"

namespace sriov::netns {

/// VF 0 is the peer's, VF i guest i's: traffic goes from VF to VF through the NIC's own switch, as between guests.
class VfPath {
 public:
  /// Makes the VFs of `pf` ("" = the first idle NIC that can have them) and moves them into the namespaces. A PF that
  /// has VFs already is refused: they may be in use. With `journaled` the journal of this host undoes it after a crash;
  /// on another machine only the agent there can.
  [[nodiscard]] static Result<VfPath> make(const Namespaces& namespaces, const std::string& pf, bool journaled);
  [[nodiscard]] PathSetup setup(const Namespaces& namespaces, const TrialSettings& settings) const;
  [[nodiscard]] const std::string& pf() const { return pf_; }
  /// Takes the VFs away again.
  void remove(const Namespaces& namespaces);

 private:
  explicit VfPath(std::string pf) : pf_(std::move(pf)) {}
  [[nodiscard]] Result<void> create(const Namespaces& namespaces);
  [[nodiscard]] Result<void> give(const Namespaces& namespaces, std::size_t vf, const Namespace& to);

  std::string pf_;
  std::optional<Journal> journal_;
  std::vector<Command> undo_;
};

}  // namespace sriov::netns
