// All checks on one machine, and the two forms of their report.
#pragma once

#include <string>
#include <vector>

#include "testbed/doctor/check.h"

namespace sriov::doctor {

/// A finding with the check it comes from.
struct ReportEntry {
  Section section = Section::host;
  std::string check;  ///< Registered name: "vf-mac".
  Finding finding;
};
using Report = std::vector<ReportEntry>;

/// Runs every registered check; ordered by section, then by the checks' names.
[[nodiscard]] Report examine(const Machine& machine);

/// For people: aligned, a line for what was found and, unless all is well, lines for why and what to do. `color` adds
/// terminal colours.
[[nodiscard]] std::string to_text(const Report& report, bool color);

/// {"format": 1, "tool": "…", "findings": [{section, check, subject, status, what, why, action}, …],
///  "counts": {"ok": n, "warn": n, "missing": n, "unknown": n}}; empty why and action are left out.
[[nodiscard]] std::string to_json(const Report& report);

}  // namespace sriov::doctor
