// /sys/kernel/irq/N/per_cpu_count (kernel/irq/irqdesc.c): the counts of one interrupt.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sriov {

/// "25,0" into `counts`, one place a *possible* CPU in ascending order; /proc/interrupts has a column per *online* one.
/// False when the text is not as many counts as there are places: then nothing in `counts` may be used.
[[nodiscard]] bool parse_irq_counts(std::string_view text, std::span<std::int64_t> counts);

}  // namespace sriov
