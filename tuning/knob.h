// A setting that can be read, changed and put back on an endpoint. One file a knob (or a family of like ones).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/registry.h"
#include "core/result.h"
#include "host/journal.h"
#include "host/shell.h"

namespace sriov {

/// What a knob is a setting of.
enum class KnobScope {
  machine,  ///< Of a kernel: KnobTarget::device has no meaning.
  device,   ///< Of the network device that the path under test uses there.
};

/// Where a knob is turned.
struct KnobTarget {
  Shell& shell;
  std::string device{};  ///< "vf0".
};

class Knob {
 public:
  virtual ~Knob() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string_view unit() const = 0;
  [[nodiscard]] virtual std::string_view help() const = 0;
  [[nodiscard]] virtual KnobScope scope() const { return KnobScope::machine; }
  /// The value in force there; an error says why the knob is not there.
  [[nodiscard]] virtual Result<std::string> get(const KnobTarget& target) const = 0;
  /// Sets it and returns the value in force afterwards: kernels and drivers round silently.
  [[nodiscard]] virtual Result<std::string> set(const KnobTarget& target, const std::string& value) const = 0;
  /// What to journal before set(): puts `old_value` back.
  [[nodiscard]] virtual JournalEntry undo(const KnobTarget& target, const std::string& old_value) const = 0;
};

using KnobRegistry = Registry<Knob>;

}  // namespace sriov
