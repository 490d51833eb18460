#include "core/version.h"

namespace sriov {

const std::string_view kVersion = SRIOV_VERSION;

}  // namespace sriov
