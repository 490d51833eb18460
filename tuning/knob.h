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

class Knob {
 public:
  virtual ~Knob() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string_view unit() const = 0;
  [[nodiscard]] virtual std::string_view help() const = 0;
  /// The value in force on that machine; an error says why the knob is not there.
  [[nodiscard]] virtual Result<std::string> get(Shell& shell) const = 0;
  /// Sets it and returns the value in force afterwards: kernels round silently.
  [[nodiscard]] virtual Result<std::string> set(Shell& shell, const std::string& value) const = 0;
  /// What to journal before set(): puts `old_value` back.
  [[nodiscard]] virtual JournalEntry undo(const std::string& old_value) const = 0;
};

using KnobRegistry = Registry<Knob>;

}  // namespace sriov
