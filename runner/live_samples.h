// The samples of the trial under way, in a folder of the run for who looks on.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/trial.h"
#include "store/store.h"

namespace sriov {

/// Where they are while a run writes them: "DIR/live", a run directory of its own (see docs/file-formats.md).
[[nodiscard]] std::string live_directory(const std::string& run_directory);

/// Takes away what a run that was killed left there; files that are not ours stay. Harmless when there is nothing.
void remove_live_samples(const std::string& run_directory);

/// Writes them: the trial under way and the one before it, so that a reader who looks once a trial misses nothing. No
/// trial fails because of it: what fails is told once, and no more is written then. Its end takes the folder away.
class LiveSamples {
 public:
  /// `info`: the run's. `tell`: a sentence for the user.
  LiveSamples(const std::string& run_directory, const RunInfo& info, std::function<void(const std::string&)> tell);
  ~LiveSamples();
  LiveSamples(const LiveSamples&) = delete;
  LiveSamples& operator=(const LiveSamples&) = delete;
  LiveSamples(LiveSamples&&) = delete;
  LiveSamples& operator=(LiveSamples&&) = delete;

  /// A trial's sampling has begun; `record` has its levels, its begin, its setup and the clocks as they were before it.
  void begin(const TrialRecord& record);
  /// Rows of that trial, each block going on where the one of its collector before it ended.
  void add(const std::vector<SampleBlock>& blocks);

 private:
  void give_up(const Error& why);

  std::string run_directory_;
  std::function<void(const std::string&)> tell_;
  std::optional<Store> store_;  ///< Gone when writing failed.
  std::int64_t trial_id_ = 0;   ///< 0: none has begun.
};

}  // namespace sriov
