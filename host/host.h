// The rooted view of a machine: readers take one, so tests run on captured trees.
#pragma once

#include <string>

#include "core/result.h"

namespace sriov {

/// Where /proc, /sys and /dev are. `Host{}` is this machine; `Host::at("fixtures/dom0")` a captured tree.
struct Host {
  std::string proc = "/proc";
  std::string sys = "/sys";
  std::string dev = "/dev";

  [[nodiscard]] static Host at(const std::string& root);
  /// False for a captured tree: netlink, ioctls and libraries would answer for the wrong machine.
  [[nodiscard]] bool is_live() const { return proc == "/proc"; }
};

}  // namespace sriov
