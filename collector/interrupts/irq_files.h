// The counts of a few interrupts, each from its own file: cheaper than all of /proc/interrupts.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/file.h"
#include "host/host.h"

namespace sriov {

/// /sys/kernel/irq/N of one interrupt, kept open.
class IrqFiles {
 public:
  /// `possible_cpus`: as many as parse_cpu_list() has for /sys/devices/system/cpu/possible. nullopt when the interrupt
  /// is not there or says something else.
  [[nodiscard]] static std::optional<IrqFiles> open(const Host& host, const std::string& irq,
                                                    std::size_t possible_cpus);

  /// Counts now, by possible CPU; empty when the interrupt has gone or belongs to somebody else now: numbers are used
  /// again. Allocates nothing.
  [[nodiscard]] std::span<const std::int64_t> read();

 private:
  [[nodiscard]] std::string_view read_once(const Fd& file);

  Fd counts_file_;
  Fd actions_file_;
  std::string actions_;  ///< What the interrupt's users call it: "eth1-rx-0".
  std::vector<std::int64_t> counts_;
  std::vector<char> buffer_;
};

}  // namespace sriov
