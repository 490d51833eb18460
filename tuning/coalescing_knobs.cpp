// Interrupt coalescing of the device under test, by the agent's own `coalesce` command: guests may have no ethtool.
#include <array>

#include <fmt/format.h>

#include "core/text.h"
#include "tuning/knob.h"

namespace sriov {
namespace {

struct CoalescingDescription {
  std::string_view name;
  std::string_view field;  ///< As `ethtool -C` calls it.
  std::string_view unit;
  std::string_view help;
};

class CoalescingKnob : public Knob {
 public:
  explicit CoalescingKnob(const CoalescingDescription& description) : description_(description) {}

  std::string_view name() const override { return description_.name; }
  std::string_view unit() const override { return description_.unit; }
  std::string_view help() const override { return description_.help; }
  KnobScope scope() const override { return KnobScope::device; }

  Result<std::string> get(const KnobTarget& target) const override {
    SRIOV_ASSIGN(const std::string text, target.shell.output_of(coalesce(target.device)));
    return value_in(text, target.device);
  }

  Result<std::string> set(const KnobTarget& target, const std::string& value) const override {
    const auto number = to_int(value);
    if (!number || *number < 0) return fail_usage(fmt::format("{} = '{}' is not a number", name(), value));
    SRIOV_ASSIGN(const std::string text,
                 target.shell.output_of(coalesce(target.device, {std::string(description_.field), value})));
    return value_in(text, target.device);
  }

  JournalEntry undo(const KnobTarget& target, const std::string& old_value) const override {
    return {fmt::format("{} of {} was {}", name(), target.device, old_value),
            {coalesce(target.device, {std::string(description_.field), old_value})}};
  }

 private:
  /// The agent that runs a command tells it where its own program is.
  static Command coalesce(const std::string& device, const std::vector<std::string>& change = {}) {
    Command command{"/bin/sh", "-c", "exec \"${SRIOV_BENCH_AGENT_PROGRAM:-sriov-bench-agent}\" coalesce \"$@\"", "sh",
                    device};
    command.insert(command.end(), change.begin(), change.end());
    return command;
  }

  Result<std::string> value_in(const std::string& text, const std::string& device) const {
    for (const std::string& line : split(text, '\n')) {
      const std::size_t colon = line.find(':');
      if (colon == std::string::npos || line.substr(0, colon) != description_.field) continue;
      return std::string(trim(std::string_view(line).substr(colon + 1)));
    }
    return fail(fmt::format("the agent told of no {}", description_.field), device);
  }

  CoalescingDescription description_;
};

constexpr std::array<CoalescingDescription, 5> kCoalescing{{
    {"rx_usecs", "rx-usecs", "us", "How long the device may wait after a packet came before it interrupts."},
    {"rx_frames", "rx-frames", "packets", "How many packets may come before it interrupts."},
    {"tx_usecs", "tx-usecs", "us", "How long it may wait after a packet was sent before it interrupts."},
    {"tx_frames", "tx-frames", "packets", "How many packets may be sent before it interrupts."},
    {"adaptive_rx", "adaptive-rx", "0 or 1", "Whether the driver chooses rx_usecs by the load."},
}};

struct RegisterCoalescing {
  RegisterCoalescing() {
    for (const CoalescingDescription& description : kCoalescing)
      KnobRegistry::instance().add(std::string(description.name),
                                   [description] { return std::make_unique<CoalescingKnob>(description); });
  }
};
const RegisterCoalescing registration;

}  // namespace
}  // namespace sriov
