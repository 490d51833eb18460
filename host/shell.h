// Commands and files of a machine, near or far: the same testbed code works on this host and through an agent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/time.h"

namespace sriov {

using Command = std::vector<std::string>;

struct CommandOutput {
  int exit_code = 0;  ///< 128 + signal when it was killed.
  std::string out;
  std::string err;
};

/// A machine that can be told to do things. Arguments are passed as a vector: no shell, no quoting.
class Shell {
 public:
  virtual ~Shell() = default;

  /// Runs a command to its end. An Error only when it could not be started, or took longer than `timeout_ns` (killed).
  [[nodiscard]] virtual Result<CommandOutput> run(const Command& command, std::int64_t timeout_ns) = 0;
  [[nodiscard]] virtual Result<std::string> read(const std::string& path) = 0;
  [[nodiscard]] virtual Result<void> write(const std::string& path, std::string_view contents) = 0;
  /// For messages: "this host", "lab dom0".
  [[nodiscard]] virtual std::string name() const = 0;

  /// run() that fails, with the command and the last lines of its stderr, when the exit code is not 0.
  [[nodiscard]] Result<std::string> output_of(const Command& command, std::int64_t timeout_ns = 30 * kNsPerSecond);
};

/// This machine.
class LocalShell : public Shell {
 public:
  [[nodiscard]] Result<CommandOutput> run(const Command& command, std::int64_t timeout_ns) override;
  [[nodiscard]] Result<std::string> read(const std::string& path) override;
  [[nodiscard]] Result<void> write(const std::string& path, std::string_view contents) override;
  [[nodiscard]] std::string name() const override { return "this host"; }
};

}  // namespace sriov
