// The domains of a host and their names, from Xenstore, as they come and go.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "collector/xen/xenstore.h"

namespace sriov {

/// A domain that is no more, or that has another name than before.
struct ChangedDomain {
  std::uint32_t domid = 0;
  std::string name;  ///< Before.
  bool has_gone = false;
};

class XenDomainList {
 public:
  /// Without a store (nullptr) domains have numbers only and never go.
  explicit XenDomainList(std::unique_ptr<XenstoreReader> store);

  /// Reads the list anew when domains came or went, or PCI devices changed hands, since the last call: true then.
  /// One poll() when not.
  bool update();
  /// Those that went or changed their names at the last update() that was true.
  [[nodiscard]] const std::vector<ChangedDomain>& changed() const { return changed_; }
  /// "hvm1"; "domain 7" of one whose name is not known.
  [[nodiscard]] std::string name(std::uint32_t domid) const;
  /// It was there and is no more.
  [[nodiscard]] bool has_gone(std::uint32_t domid) const { return gone_.contains(domid); }

 private:
  void read();

  std::unique_ptr<XenstoreReader> store_;
  std::map<std::uint32_t, std::string> names_;  ///< Of those that are there.
  std::set<std::uint32_t> gone_;
  std::vector<ChangedDomain> changed_;
};

}  // namespace sriov
