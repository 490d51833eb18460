// Collectors alone, beside any workload of the user's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/client.h"
#include "collector/collector.h"
#include "core/result.h"
#include "core/time.h"
#include "host/shell.h"

namespace sriov {

/// The collectors that are sampled when none are named; a recording adds `self` in any case.
[[nodiscard]] std::vector<std::string> default_record_collectors();

struct RecordEndpoint {
  std::string name;  ///< Of the endpoint: in blocks, messages and tables.
  agent::Target target;
};

/// "TARGET" or "NAME=TARGET". The name is made from the target otherwise: "local", ssh's host, "exec".
[[nodiscard]] Result<RecordEndpoint> parse_record_endpoint(const std::string& text);

/// Adds "COLLECTOR.OPTION=VALUE" to `options`.
[[nodiscard]] Result<void> add_collector_option(std::map<std::string, CollectorOptions>& options,
                                                const std::string& text);

/// "cpu,netdev" taken apart. A usage error when it names none or a name between commas is missing; whether there are
/// such collectors record() finds out.
[[nodiscard]] Result<std::vector<std::string>> parse_collector_names(const std::string& text);

struct RecordRequest {
  std::vector<RecordEndpoint> endpoints;  ///< Of different names; none with `root`.
  std::string root;                       ///< A captured tree to read instead; "" for none.
  std::vector<std::string> collectors;
  std::map<std::string, CollectorOptions> collector_options;  ///< By collector.
  std::int64_t interval_ns = 100 * kNsPerMs;
  std::int64_t duration_ns = 0;    ///< 0: until the command ends or should_stop.
  Command command;                 ///< Empty: none.
  std::string directory;           ///< Where the recording goes; it must not hold a run.
  std::int64_t take_every_ns = 0;  ///< How often samples go from memory to disk; 0: chosen by the interval.
  std::function<bool()> should_stop;
  std::function<void(const std::string&)> on_event;  ///< What is worth saying at once.
};

struct RecordOutcome {
  std::string directory;
  std::int64_t trial_id = 0;
  std::optional<int> command_exit_code;  ///< When there was a command; 128 + signal.
  bool command_was_stopped = false;      ///< By us, because the duration was over or should_stop.
  std::vector<std::string> complaints;   ///< What collectors lost or learnt meanwhile; they are events of the run.
  std::string incomplete_because;        ///< "" when every endpoint was recorded to the end.
};

/// Records until the duration is over, the command ends or should_stop; all of these are good endings. What was sampled
/// is on disk at most 10 s later (or one interval), so memory does not grow with time and kill -9 costs the last part
/// only. An endpoint that is lost is told and left out from then on. An Error means that nothing was recorded: no
/// collector works (environment), the directory cannot be used, an endpoint cannot be reached.
[[nodiscard]] Result<RecordOutcome> record(const RecordRequest& request);

}  // namespace sriov
