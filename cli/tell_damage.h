// What a command does about runs of which parts cannot be read.
#pragma once

#include <span>

#include "store/store.h"

namespace sriov::cli {

/// Names on stderr what could not be read of the runs. `code` becomes kPartial when there was any and the command would
/// have ended well.
[[nodiscard]] int tell_damage(std::span<const Store> stores, int code);

}  // namespace sriov::cli
