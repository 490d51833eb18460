#include "cli/tell_damage.h"

#include <cstdio>

#include <fmt/format.h>

#include "cli/subcommand.h"

namespace sriov::cli {

int tell_damage(std::span<const Store> stores, int code) {
  bool any = false;
  for (const Store& store : stores)
    for (const std::string& what : store.damage()) {
      fmt::print(stderr, "sriov-bench: {}: damaged, left out: {}\n", store.directory(), what);
      any = true;
    }
  return any && code == kOk ? static_cast<int>(kPartial) : code;
}

}  // namespace sriov::cli
