// Which way a trial's metric is better.
#pragma once

#include <string_view>

namespace sriov {

enum class Better {
  higher,
  lower,
  neither,  ///< More of it is neither good nor bad: packets a second, an error bound.
};

/// By the name up to its first '.': "cpu_percent.dom0" is as cpu_percent.
[[nodiscard]] Better better_direction(std::string_view metric);
/// Whether it means on emulated hardware what it means on real: counts for an amount of work do, and shares; rates and
/// times are the emulator's.
[[nodiscard]] bool holds_in_emulation(std::string_view metric);

}  // namespace sriov
