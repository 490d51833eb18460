// The xen collector on another source than the running Xen's libraries.
#pragma once

#include <functional>
#include <memory>

#include "collector/collector.h"
#include "collector/xen/xen_library.h"

namespace sriov {

using XenLibraryOpen = std::function<Result<XenLibrary>(const Host&)>;
[[nodiscard]] std::unique_ptr<Collector> make_xen_collector(XenLibraryOpen open);

}  // namespace sriov
