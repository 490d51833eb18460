// One subcommand of sriov-bench: one file, registered by name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "core/registry.h"
#include "core/result.h"

namespace sriov::cli {

/// Exit codes, in the man page too.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,  ///< A gate was breached or the work failed.
  kUsage = 2,
  kEnvironment = 3,  ///< This machine lacks something.
  kNotEnoughData = 4,
  kPartial = 5,  ///< Part of it was done and kept.
};
[[nodiscard]] int exit_code(ErrorKind kind);

class Subcommand {
 public:
  virtual ~Subcommand() = default;
  /// Adds options, help and examples (as the footer) to its CLI11 app.
  virtual void declare(CLI::App& app) = 0;
  /// For those that run a command of the user's: `command` is what stands after the first "--", untouched (CLI11 would
  /// take a word like [a,b] apart). False: "--" means nothing special here.
  virtual bool takes_command(const std::vector<std::string>& /*command*/) { return false; }
  /// Does it. Data goes to stdout, everything else to stderr. Returns an ExitCode.
  [[nodiscard]] virtual Result<int> run() = 0;
};

/// `const SubcommandRegistration<Show> registration{"show"};`
template <class Derived>
using SubcommandRegistration = Registration<Subcommand, Derived>;

/// Set by SIGINT and SIGTERM (installed by main): long work polls it, stops cleanly and puts everything back.
[[nodiscard]] bool interrupted();

}  // namespace sriov::cli
