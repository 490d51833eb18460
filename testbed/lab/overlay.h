// The second disk of the lab's machine: agents, guests' kernel and initramfs, keys. Made at every boot.
#pragma once

#include <functional>
#include <string>

#include "core/result.h"
#include "testbed/lab/image.h"

namespace sriov::lab {

/// Makes it in `directory` (which is created) and returns its path.
[[nodiscard]] Result<std::string> make_overlay(const Image& image, const std::string& directory,
                                               const std::function<bool()>& should_stop);

}  // namespace sriov::lab
