// Options of workloads, as data: what experiments, the command line, the wire and the help know of them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/workload_types.h"

namespace sriov {

class Workload;

/// Which workloads an option means something to.
enum class Protocol { any, tcp, udp };

/// An option that all workloads of a protocol share.
struct WorkloadOption {
  std::string_view name;    ///< "message_bytes".
  std::string_view values;  ///< What may be given: "bytes", "true or false".
  std::string_view help;    ///< One sentence.
  Protocol protocol = Protocol::any;
  Result<void> (*set)(WorkloadSpec& spec, std::string_view text);  ///< A usage error when the value cannot be.
  std::string (*get)(const WorkloadSpec& spec);                    ///< Text that `set` reads back.
};
[[nodiscard]] std::span<const WorkloadOption> shared_options();

/// An option that one workload declares for itself; its value is kept in WorkloadSpec::own.
struct OwnOption {
  std::string_view name;                         ///< "footprint_bytes".
  std::string_view values;                       ///< What may be given.
  std::string_view fallback;                     ///< What holds when it is not given, as a user would write it.
  std::string_view help;                         ///< One sentence.
  Result<void> (*check)(std::string_view text);  ///< A usage error when the value cannot be.
  /// What is kept instead of the text, on the machine that reads it: the contents of a file that it names. nullptr: the
  /// text itself. Its own results must be left as they are.
  Result<std::string> (*expand)(std::string_view text) = nullptr;
};

/// The value given, or else the declared fallback.
[[nodiscard]] std::string own_value(std::span<const OwnOption> declared, const WorkloadSpec& spec,
                                    std::string_view name);

/// Sets one option of a spec from its text ("message_bytes" = "64k"): a shared one, or one that `spec.workload`
/// declares (that any workload declares, when it is ""). Usage errors name the nearest valid option.
[[nodiscard]] Result<void> set_workload_option(WorkloadSpec& spec, std::string_view option, std::string_view value);
/// All that set_workload_option knows for `workload`, or for any workload when it is "".
[[nodiscard]] std::vector<std::string> workload_options(std::string_view workload = {});
/// Whether `option` is one that `workload` has a use for.
[[nodiscard]] bool means_something(std::string_view option, const Workload& workload);

/// Checks for options of one's own.
[[nodiscard]] Result<void> check_bytes(std::string_view text);
[[nodiscard]] Result<void> check_switch(std::string_view text);

}  // namespace sriov
