// Workloads whose traffic another tool carries. A tool is described by a profile, as TCP and UDP workloads are: what is
// started at each side, and how its output is read. The rest is shared.
//
// The two sides hold a TCP connection of their own, on which the server tells when and where its tool listens, and the
// client when the run was and what its tool tells of the server. The tools' own ports are beside it.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "workloads/adapters/tool_process.h"
#include "workloads/adapters/tool_reading.h"
#include "workloads/engine/profiled_workload.h"

namespace sriov {

/// One start of the tool at both sides. A tool that tells no intervals is started a first time for the warm-up.
struct ToolRun {
  ToolTiming timing;
  bool is_warmup = false;  ///< All of it: only its totals count.
};

/// What is started for a run, and how it is read when it has ended.
struct ToolStart {
  Command words;
  std::function<void(std::string_view)> log;  ///< Of kToolLogPath, or null.
  /// `told` is what the client's tool tells of the server; of a client, nothing.
  std::function<Result<ToolReading>(const ToolOutput& output, const ToolTold& told)> read;
};

/// A measure of workloads like it that the tool does not tell, and why.
struct NotTold {
  Metric metric;
  std::string_view why;
};

struct ToolProfile {
  static constexpr Protocol kProtocol = Protocol::any;

  WorkloadDescription describe;
  Protocol protocol = Protocol::tcp;
  std::string_view tool;                        ///< "iperf3": the client's program and the package.
  std::string_view server_tool;                 ///< The server's program.
  std::string_view install;                     ///< How it is installed.
  std::span<const std::string_view> options{};  ///< Shared options it can be told, beside those of every run.
  std::span<const NotTold> not_told{};
  Protocol server_listens = Protocol::tcp;  ///< How its server is reached first: most speak TCP before they do UDP.
  bool server_ends_itself = false;          ///< After one client; else it is interrupted.
  bool server_tells = true;                 ///< Its output is of use; else it is ended at once.
  /// The runs that make up a trial.
  std::vector<ToolRun> (*runs)(const WorkloadSpec& spec) = nullptr;
  /// The server listens on `port`, at spec.bind_address if there is one.
  Result<ToolStart> (*server)(const WorkloadSpec& spec, std::uint16_t port, const ToolRun& run) = nullptr;
  /// The client: spec.address, bound to spec.bind_address.
  Result<ToolStart> (*client)(const WorkloadSpec& spec, std::uint16_t port, const ToolRun& run) = nullptr;
};

/// Usage errors: what validate_spec() and the profile's check refuse, and options that the tool has nothing for.
[[nodiscard]] Result<void> check_tool_spec(const ToolProfile& profile, const WorkloadSpec& spec);
/// `profile` must outlive the side.
[[nodiscard]] std::unique_ptr<WorkloadSide> make_server_side(const ToolProfile& profile);
[[nodiscard]] std::unique_ptr<WorkloadSide> make_client_side(const ToolProfile& profile);

/// For tools that count no part of a run: a run for the warm-up, then one for the window.
[[nodiscard]] std::vector<ToolRun> warmup_then_window(const WorkloadSpec& spec);
/// A usage error when the duration is not of whole seconds, as most tools count.
[[nodiscard]] Result<void> check_whole_seconds(std::string_view tool, const WorkloadSpec& spec);
/// Whole seconds, rounded up, as an argument.
[[nodiscard]] std::string seconds_up(std::int64_t ns);

template <const ToolProfile& (*profile)()>
class ToolWorkload : public ProfiledWorkload<ToolProfile, profile> {
 public:
  Protocol protocol() const override { return profile().protocol; }
  std::string_view needs() const override { return profile().tool; }
  Result<void> check(const WorkloadSpec& spec) const override { return check_tool_spec(profile(), spec); }
};

}  // namespace sriov
