// /proc/interrupts as a table that is parsed anew only where its bytes changed (kernel/irq/proc.c: show_interrupts).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sriov {

/// One line: an interrupt number or a named kernel count.
struct InterruptsRow {
  std::string name;         ///< "57" or "NMI".
  std::string description;  ///< What follows the counts: "xen-pirq    -msi-x     eth1-rx-0".
  bool per_cpu = true;      ///< false for lines with one count for the whole machine (ERR, MIS).
  std::size_t first_value = 0;
  std::size_t value_count = 0;  ///< As many as CPUs, 1 for the whole machine, 0 when the line does not fit the header.

  [[nodiscard]] bool is_numbered() const { return name.front() >= '0' && name.front() <= '9'; }
};

/// The current contents. Works on any bytes: lines that are not of the expected form are left out, and a line whose
/// counts do not match the header (a CPU came or went while the kernel wrote the file) has no values.
class InterruptsTable {
 public:
  enum class Change {
    none,    ///< The same bytes as before.
    values,  ///< Other counts in the same lines.
    layout,  ///< Lines, descriptions or CPUs changed: rows() and cpus() are new.
  };

  /// Takes the file's next contents. Allocates nothing unless the layout changed.
  Change update(std::string_view text);

  /// CPU ids of the header, in its order: the online CPUs, which need not be contiguous.
  [[nodiscard]] const std::vector<std::int64_t>& cpus() const { return cpus_; }
  [[nodiscard]] const std::vector<InterruptsRow>& rows() const { return rows_; }
  [[nodiscard]] std::span<const std::int64_t> values(const InterruptsRow& row) const {
    return std::span(values_).subspan(row.first_value, row.value_count);
  }

 private:
  /// A line of the previous text, line feed included.
  struct Line {
    std::size_t at = 0;
    std::size_t size = 0;
    std::size_t prefix_size = 0;  ///< Up to and with the colon.
    std::ptrdiff_t row = -1;      ///< In rows_; -1 for a line that was left out.
  };

  bool update_lines(std::string_view text, bool& changed);
  bool update_values(const Line& line, std::string_view text);
  void rebuild(std::string_view text);
  void add_line(std::string_view line, std::size_t at);

  std::string previous_;
  std::size_t header_size_ = 0;
  bool incomplete_ = true;  ///< Some line did not fit the header: look at everything again next time.
  std::vector<Line> lines_;
  std::vector<std::int64_t> cpus_;
  std::vector<InterruptsRow> rows_;
  std::vector<std::int64_t> values_;
};

}  // namespace sriov
