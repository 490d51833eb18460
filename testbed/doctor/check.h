// One question about this machine: a check is one small file that registers itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/registry.h"
#include "host/host.h"
#include "host/shell.h"

namespace sriov::doctor {

enum class Status {
  ok,       ///< There and fine.
  warn,     ///< There, but it will spoil or bias a measurement.
  missing,  ///< Not there; what needs it does not work here.
  unknown,  ///< Could not be found out; `what` says why.
};
[[nodiscard]] std::string_view to_string(Status status);

/// Headings of the report, in its order.
enum class Section { host, xen, iommu, sriov, traps, lab, testbeds, collectors };
[[nodiscard]] std::string_view to_string(Section section);

/// One answer.
struct Finding {
  std::string subject;  ///< What it is about: "dom0", "eth0", "collector cpu".
  Status status = Status::ok;
  std::string what;    ///< What was found.
  std::string why;     ///< Why it matters. May be empty when all is well.
  std::string action;  ///< What to do. May be empty.
};

/// The machine that is looked at: this one, or a captured tree.
struct Machine {
  Host host;     ///< Its /proc, /sys and /dev.
  Shell& shell;  ///< Its commands and files.

  [[nodiscard]] bool is_live() const { return host.is_live(); }
};

class Check {
 public:
  virtual ~Check() = default;
  [[nodiscard]] virtual Section section() const = 0;
  /// Looks and changes nothing. An empty list when the question does not arise here.
  [[nodiscard]] virtual std::vector<Finding> look(const Machine& machine) const = 0;
};

using CheckRegistry = Registry<Check>;
template <class Derived>
using CheckRegistration = Registration<Check, Derived>;

}  // namespace sriov::doctor
