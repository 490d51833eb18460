// What a finished run tells beyond its tables: one explanation a file, registered by name.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analyzers/explanations/run_data.h"
#include "analyzers/stats/interval.h"
#include "core/registry.h"
#include "core/result.h"

namespace sriov {

struct FindingColumn {
  std::string heading;
  std::string unit;  ///< Of its numbers; "" for words and plain counts.
};

/// A word, or a number that may carry its 95 % interval; neither when it is not known.
struct FindingCell {
  std::string text;
  std::optional<double> value;
  std::optional<Interval> interval_95;

  static FindingCell of(std::string text) { return {std::move(text), {}, {}}; }
  static FindingCell of(std::optional<double> value, std::optional<Interval> interval = {}) {
    return {{}, value, interval};
  }
};

/// What one explanation found.
struct Finding {
  std::string title;                   ///< "Where the CPU time goes".
  std::vector<std::string> sentences;  ///< The verdict in words, the most important first.
  std::vector<FindingColumn> columns;
  std::vector<std::vector<FindingCell>> rows;
  std::vector<std::string> caveats;  ///< What to bear in mind.
  std::string absent;                ///< Why the run cannot tell, and what would; "" when it can.
  /// Times and rates of the machine are part of it: on emulated hardware they are the emulator's.
  bool depends_on_time = true;
};
[[nodiscard]] inline Finding absent_finding(std::string title, std::string why) {
  Finding out;
  out.title = std::move(title);
  out.absent = std::move(why);
  return out;
}

class Explanation {
 public:
  virtual ~Explanation() = default;
  /// The order in which they are told, from 0: what most readers want first.
  [[nodiscard]] virtual int place() const = 0;
  /// One line for `--help`.
  [[nodiscard]] virtual std::string help() const = 0;
  /// An error only when the store cannot be read: what the run cannot tell is Finding::absent.
  [[nodiscard]] virtual Result<Finding> explain(const RunData& run) const = 0;
};

/// `const ExplanationRegistration<Scaling> registration{"scaling"};`
template <class Derived>
using ExplanationRegistration = Registration<Explanation, Derived>;

/// Names in the order in which they are told.
[[nodiscard]] std::vector<std::string> explanation_names();

struct NamedFinding {
  std::string name;
  Finding finding;
};

/// What all explanations, or those called in `only`, find in the run. A usage error for a name that there is not.
[[nodiscard]] Result<std::vector<NamedFinding>> explain(const RunData& run, const std::vector<std::string>& only = {});

}  // namespace sriov
