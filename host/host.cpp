#include "host/host.h"

namespace sriov {

Host Host::at(const std::string& root) {
  if (root.empty() || root == "/") return {};
  return {root + "/proc", root + "/sys", root + "/dev"};
}

}  // namespace sriov
