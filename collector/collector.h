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
/// before that are kAbsent. set() and the row bookkeeping allocate nothing while the reserved rows last.
class Recorder {
 public:
  /// `expected_rows` rows are reserved up front; more are possible at the cost of an allocation.
  explicit Recorder(std::size_t expected_rows);

  /// Adds a column (or finds the same one again) and returns its index.
  std::size_t column(const Metric& metric, Labels labels);
  void begin_row(std::int64_t begin_ns);
  /// Value of a column in the current row; columns that are not set stay kAbsent.
  void set(std::size_t column, std::int64_t value);
  void end_row(std::int64_t end_ns);

  [[nodiscard]] std::size_t rows() const { return block_.rows(); }
  /// Moves everything out.
  [[nodiscard]] SampleBlock take(std::string endpoint, std::string collector);

 private:
  SampleBlock block_;
  std::size_t reserved_rows_;
  std::map<std::string, std::size_t> index_;
};

/// Options of one collector, from the experiment or the command line: {"irqs": "vf"}.
using CollectorOptions = std::map<std::string, std::string>;

class Collector {
 public:
  virtual ~Collector() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  /// One sentence for `list collectors`.
  [[nodiscard]] virtual std::string_view help() const = 0;
  [[nodiscard]] virtual std::span<const Metric> metrics() const = 0;
  /// Whether it can work on this host; the error says why not and what would help.
  [[nodiscard]] virtual Result<void> probe(const Host& host) const = 0;
  /// Opens its files and sockets and declares the first columns.
  [[nodiscard]] virtual Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) = 0;
  /// Takes one row, between begin_row and end_row. Allocates nothing unless the layout changed. A source that fails
  /// at run time leaves its columns absent.
  virtual void sample(Recorder& recorder) = 0;
};

using CollectorRegistry = Registry<Collector>;

}  // namespace sriov
