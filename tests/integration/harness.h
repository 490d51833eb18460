// Runs the real sriov-bench in a state directory of its own.
#pragma once

#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "host/file.h"
#include "host/process.h"
#include "host/shell.h"
#include "store/store.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::integration {

/// A directory for one test: experiment file, results, state. Removed afterwards. Skips the test when not root.
class BenchTest : public testing::Test {
 protected:
  void SetUp() override;

  /// Writes an experiment file and returns its path.
  [[nodiscard]] std::string experiment(const std::string& toml) const;
  [[nodiscard]] std::string result() const { return directory_ + "/result"; }
  [[nodiscard]] std::string directory() const { return directory_; }
  /// The command with the test's state directory in its environment.
  [[nodiscard]] Command command(const std::vector<std::string>& arguments) const;
  [[nodiscard]] CommandOutput bench(const std::vector<std::string>& arguments) const;
  /// What a program that was left running has said so far on its stderr; the last one that was started.
  [[nodiscard]] std::string said() const { return read_file(directory_ + "/stderr").value_or(""); }
  /// Starts it and leaves it running; its stderr goes to directory()/stderr.
  [[nodiscard]] Child start(const std::vector<std::string>& arguments) const;

  /// What is in the result; a failed expectation when it cannot be read.
  [[nodiscard]] std::vector<TrialSummary> trials() const;
  [[nodiscard]] std::vector<SampleBlock> blocks(std::int64_t trial_id) const;

 private:
  test::TemporaryDirectory temporary_;
  const std::string directory_ = temporary_.path();
};

/// Pids of the agents that `controller` started, in the order of their start: host, peer, switch, guest1 …
[[nodiscard]] std::vector<pid_t> agents_of(pid_t controller);
/// Bytes received by a device in the namespace of a process; 0 when there is none.
[[nodiscard]] std::int64_t received_bytes(pid_t pid, const std::string& device);
/// Waits until guest 1 of `controller` has received a few MB over `device`: a trial is under way. Its agent's pid, or
/// 0.
[[nodiscard]] pid_t wait_for_traffic(pid_t controller, const std::string& device);
/// Polls until `condition` holds, at most `seconds`.
[[nodiscard]] bool eventually(const std::function<bool()>& condition, int seconds);

}  // namespace sriov::integration
