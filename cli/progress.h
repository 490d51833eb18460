// Progress of long work on stderr: one line that rewrites itself on a terminal, nothing otherwise.
#pragma once

#include <cstdint>
#include <string>

#include "testbed/testbed.h"

namespace sriov::cli {

/// Shows a named stage, elapsed time, and the time left where the fraction is known. The estimate starts when the
/// fraction does, so what came before (booting) does not spoil it.
class ProgressLine {
 public:
  ProgressLine();
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ProgressLine(ProgressLine&&) = delete;
  ProgressLine& operator=(ProgressLine&&) = delete;

  void show(const Stage& stage);
  /// Prints a line of its own above the progress line.
  void say(const std::string& text);
  /// Takes the progress line away.
  void clear();

 private:
  [[nodiscard]] std::string line(const Stage& stage, std::int64_t now_ns);

  bool is_terminal_;
  std::int64_t begin_ns_;
  std::int64_t drawn_ns_ = 0;
  std::string stage_;
  std::int64_t counted_since_ns_ = 0;  ///< When the present run of fractions began, and where.
  double counted_from_ = 0;
  double last_fraction_ = -1;
  bool is_drawn_ = false;
};

}  // namespace sriov::cli
