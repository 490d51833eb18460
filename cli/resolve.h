// Host names to addresses: here and nowhere below, because the agent is static and has no resolver.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace sriov::cli {

enum class Family { any, v4, v6 };

/// The addresses of a name or a numeric address, as numbers ("fe80::1%eth0"), in the resolver's order.
[[nodiscard]] Result<std::vector<std::string>> resolve_host(const std::string& host, Family family);

}  // namespace sriov::cli
