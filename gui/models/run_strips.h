// Strips of a run whose trials are seen while they run (`run --live`), read from its directory as it grows.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analyzers/strips/strip_builder.h"
#include "analyzers/trial/clock_alignment.h"
#include "core/result.h"
#include "store/store.h"

namespace sriov::gui {

/// A trial that has begun.
struct BegunTrial {
  std::int64_t begin_ns = 0;  ///< On the controller's clock, which is the time axis.
  int number = 0;             ///< In the plan, from 1.
  int attempt = 1;
  std::string levels;  ///< "path=vf workload=tcp_rr".
  std::string values;  ///< "vf tcp_rr", for where there is little room.
};

/// What has come since the last time.
struct RunStripsPart {
  bool is_there = false;     ///< The run hands out samples of the trial under way, or was killed while it did.
  bool was_cut_off = false;  ///< It is there, and nobody writes it any more.
  bool is_emulated = false;  ///< Known while it is there.
  std::vector<BegunTrial> begun;
  std::vector<Strip> strips;  ///< With a gap between trials.
};

/// Follows one run: all trials from now on, and what is there of the one before the present one. For one thread at a
/// time, none of them the window's: it reads a disk.
class RunStrips {
 public:
  explicit RunStrips(std::string run_directory);

  [[nodiscard]] Result<RunStripsPart> read();

 private:
  /// Which file it is: a run that is resumed makes it anew.
  using FileId = std::pair<std::uint64_t, std::uint64_t>;
  [[nodiscard]] std::optional<FileId> file_now() const;
  [[nodiscard]] Result<void> read_new_rows(RunStripsPart& part);

  std::string directory_;
  std::optional<Store> store_;  ///< Kept open: what is in it can be read when it has been taken away, too.
  FileId file_;                 ///< Of store_.
  std::int64_t trial_ = 0;      ///< The last one that was seen in store_, and its last block.
  std::int64_t block_ = 0;
  std::shared_ptr<ClockAlignment> clocks_;  ///< Of that trial, as they were before it.
  StripBuilder builder_;
};

}  // namespace sriov::gui
