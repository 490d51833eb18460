// One source of samples. A collector is one file: its metrics as data, a probe, set-up, and a hot sample().
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/metric.h"
#include "core/registry.h"
#include "core/result.h"
#include "core/sample_block.h"
#include "host/host.h"

namespace sriov {

/// Where a collector puts its columns and values. Columns may be added at any time (hot-plugged IRQs, vifs): rows
/// before that are kAbsent. set() and the row bookkeeping allocate nothing while the reserved rows last. Rows are kept
/// one after the other while sampling (a row is written in one sweep) and become columns in take().
class Recorder {
 public:
  /// `expected_rows` rows are reserved at the first row (at most 64 MiB); more are possible at the cost of allocations.
  explicit Recorder(std::size_t expected_rows);

  /// Adds a column (or finds the same one again) and returns its index. For set-up and layout changes: it builds
  /// strings; collectors keep the index.
  std::size_t column(const Metric& metric, Labels labels);
  void begin_row(std::int64_t begin_ns);
  /// Value of a column in the current row; columns that are not set stay kAbsent. Ignored outside a row.
  void set(std::size_t column, std::int64_t value) {
    if (row_begin_ + column >= values_.size()) return;
    values_[row_begin_ + column] = value;
    row_has_value_ = row_has_value_ || value != kAbsent;
  }
  void end_row(std::int64_t end_ns);
  /// Whether the current or the last row has a value that is not absent.
  [[nodiscard]] bool row_has_value() const { return row_has_value_; }

  [[nodiscard]] std::size_t rows() const { return begin_ns_.size(); }
  [[nodiscard]] std::size_t columns() const { return series_.size(); }
  /// Moves the rows out and keeps the columns, so that sampling goes on: between rows only. Quick; what is returned is
  /// for take(), which is not.
  [[nodiscard]] Recorder split_rows();
  /// Moves everything out; the recorder is empty afterwards, without columns.
  [[nodiscard]] SampleBlock take(std::string endpoint, std::string collector);

 private:
  void reserve_rows();

  std::size_t reserved_rows_;
  std::vector<Series> series_;
  std::map<std::string, std::size_t, std::less<>> index_;
  std::vector<std::int64_t> begin_ns_;
  std::vector<std::int64_t> end_ns_;
  std::vector<std::size_t> row_begins_;  ///< Where each row starts in values_; a row is as wide as it was then.
  std::vector<std::int64_t> values_;
  std::size_t row_begin_ = 0;  ///< Start of the open row, or values_.size() when none is open.
  bool in_row_ = false;
  bool row_has_value_ = false;
};

/// An option that a collector declares.
struct CollectorOption {
  std::string_view name;      ///< "irqs".
  std::string_view fallback;  ///< What holds when it is not given, as a user would write it: "all".
  std::string_view help;      ///< One sentence.
};

/// Values of one collector's options, from the experiment or the command line: {"irqs": "vf"}.
using CollectorOptions = std::map<std::string, std::string>;

/// The value given, or else the declared fallback; "" for an option that is not declared.
[[nodiscard]] std::string option_value(std::span<const CollectorOption> declared, const CollectorOptions& given,
                                       std::string_view name);

/// What a collector lost or learnt while it sampled: its child ended, a domain went away.
struct Complaint {
  std::int64_t at_ns = 0;  ///< When it was noticed, by the CLOCK_MONOTONIC of the machine that asked.
  Error what;
  std::string collector = {};  ///< Its name; the sampler enters it.

  /// "collector vmexit: xentrace ended: …".
  [[nodiscard]] std::string text() const;
};

/// Whether a collector works on a machine, and what is to be said of that.
struct CollectorStatus {
  std::string name;
  bool works = false;
  Error why;  ///< Why it does not work, or what a working one cannot know.

  /// "collector xen skipped: …" or "collector vf cannot tell everything: …".
  [[nodiscard]] std::string text() const;
};

/// Of what a collector's numbers are.
enum class CollectorScope {
  machine,            ///< Of the whole kernel or hypervisor, whichever network namespace they are read in.
  network_namespace,  ///< Of the network namespace that the agent runs in, wholly or in part.
  agent,              ///< Of the sampling process itself.
};
/// "machine", "network namespace", "agent".
[[nodiscard]] std::string_view to_string(CollectorScope scope);

class Collector {
 public:
  virtual ~Collector() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  /// One sentence for `list collectors`.
  [[nodiscard]] virtual std::string_view help() const = 0;
  /// Of several agents on one kernel only one runs those of the machine.
  [[nodiscard]] virtual CollectorScope scope() const = 0;
  [[nodiscard]] virtual std::span<const Metric> metrics() const = 0;
  /// The options that open() understands.
  [[nodiscard]] virtual std::span<const CollectorOption> options() const { return {}; }
  /// Whether it can work on this host; the error says why not and what would help.
  [[nodiscard]] virtual Result<void> probe(const Host& host) const = 0;
  /// The same with what was chosen: of several ways only the one that was asked for counts.
  [[nodiscard]] virtual Result<void> probe_with(const Host& host, const CollectorOptions& /*options*/) const {
    return probe(host);
  }
  /// A usage error that names the option when a value can be right on no host. `options` holds declared ones alone.
  [[nodiscard]] virtual Result<void> check_values(const CollectorOptions& /*options*/) const { return {}; }
  /// Opens its files and sockets and declares the first columns. `options` holds declared ones alone; a value that
  /// cannot be is a usage error.
  [[nodiscard]] virtual Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) = 0;
  /// After open(): what it cannot know here although it works, each with the reason and what would help.
  [[nodiscard]] virtual std::vector<Error> absences() const { return {}; }
  /// Takes one row, between begin_row and end_row. Allocates nothing unless the layout changed. A source that fails
  /// at run time leaves its columns absent.
  virtual void sample(Recorder& recorder) = 0;
  /// What there is to tell since the last call; called between rows, and once more after the last.
  [[nodiscard]] virtual std::vector<Complaint> take_complaints() { return {}; }
};

using CollectorRegistry = Registry<Collector>;

/// Names of all that are registered with this scope, sorted.
[[nodiscard]] std::vector<std::string> collectors_of(CollectorScope scope);

/// The registered collector, or a usage error with the nearest name.
[[nodiscard]] Result<std::unique_ptr<Collector>> make_collector(const std::string& name);

/// A usage error, with the nearest valid name, when `collector` declares no option `option`.
[[nodiscard]] Result<void> check_option(const Collector& collector, const std::string& option);
/// check_option() of all, then their values: what can be said before a host is looked at.
[[nodiscard]] Result<void> check_options(const Collector& collector, const CollectorOptions& options);

/// The value of an option that is a duration; a usage error that names it when it is none or out of range.
struct DurationRange {
  std::int64_t shortest_ns = 0;
  std::int64_t longest_ns = 0;
};
[[nodiscard]] Result<std::int64_t> duration_option(std::span<const CollectorOption> declared,
                                                   const CollectorOptions& given, std::string_view collector,
                                                   std::string_view name, DurationRange range);

}  // namespace sriov
