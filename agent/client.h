// The controller's view of agents: connect to a target, then ordinary calls.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "collector/sampler.h"
#include "core/result.h"
#include "core/sample_block.h"
#include "core/time.h"
#include "core/trial.h"
#include "core/workload_types.h"
#include "host/shell.h"

namespace sriov::agent {

/// How to start an agent whose stdin and stdout are the connection.
/// Text forms: "local:" (this binary's agent here), "exec:COMMAND …" (any command that ends in an agent's stdio),
/// "ssh:[user@]host[:port]" (runs `sriov-bench-agent --stdio` there, or the path after a `#`). The local agent is
/// $SRIOV_BENCH_AGENT, else beside this program, else in its build tree, else in PATH; under Xen the build that can
/// load Xen's libraries (sriov-bench-agent-xen) comes first.
struct Target {
  std::string text;
  Command command;  ///< What is executed.
};
[[nodiscard]] Result<Target> parse_target(const std::string& text);

/// One event loop per controller thread; all clients of the thread share it.
class EventLoop {
 public:
  EventLoop();
  ~EventLoop();
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  struct State;
  [[nodiscard]] State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

struct AgentInfo {
  std::string version;
  std::string hostname;
  std::string kernel;
  bool is_static = false;
};

/// A side of a workload that was prepared on an agent.
class RemoteSide {
 public:
  virtual ~RemoteSide() = default;
  [[nodiscard]] virtual std::uint16_t port() const = 0;
};

/// Samples that an agent was asked for and that are on their way.
class RequestedSamples {
 public:
  virtual ~RequestedSamples() = default;
  /// Whether they are here, or the reason why none will come. Never waits: they come while the loop runs for others.
  [[nodiscard]] virtual bool have_come() const = 0;
  /// Waits for them where they have not come. Once only.
  [[nodiscard]] virtual Result<std::vector<SampleBlock>> take() = 0;
};

/// One connected agent. All calls block (the loop runs meanwhile) and fail with "agent gone" when its stream ends. To
/// be used by the thread that connected, and to be gone before its EventLoop.
class Client {
 public:
  /// Starts the target, checks protocol and version. `endpoint` names it in errors and blocks. `should_stop` is polled
  /// while the target is silent: an "interrupted" error then.
  [[nodiscard]] static Result<std::unique_ptr<Client>> connect(EventLoop& loop, const Target& target,
                                                               const std::string& endpoint,
                                                               std::int64_t timeout_ns = 20 * kNsPerSecond,
                                                               const std::function<bool()>& should_stop = {});
  virtual ~Client() = default;

  [[nodiscard]] virtual const std::string& endpoint() const = 0;
  [[nodiscard]] virtual const AgentInfo& info() const = 0;
  [[nodiscard]] virtual bool is_connected() const = 0;
  /// Offset by the smallest of `rounds` round trips.
  [[nodiscard]] virtual Result<ClockOffset> clock_offset(int rounds = 16) = 0;
  [[nodiscard]] virtual Result<std::vector<CollectorStatus>> collectors() = 0;
  /// Returns the collectors that were asked for and do not work there, and what working ones cannot know. The
  /// config's endpoint is this client's own.
  [[nodiscard]] virtual Result<std::vector<CollectorStatus>> start_sampling(const SamplerConfig& config) = 0;
  /// The rows since the start or the last call; sampling goes on.
  [[nodiscard]] virtual Result<std::vector<SampleBlock>> take_samples() = 0;
  /// As take_samples(), but does not wait for the answer. Rows that nobody takes from it are lost; take them before
  /// stop_sampling().
  [[nodiscard]] virtual Result<std::unique_ptr<RequestedSamples>> request_samples() = 0;
  [[nodiscard]] virtual Result<std::vector<SampleBlock>> stop_sampling() = 0;
  /// What collectors have to tell since the last call; after stop_sampling() too.
  [[nodiscard]] virtual Result<std::vector<Complaint>> take_complaints() = 0;
  [[nodiscard]] virtual Result<std::unique_ptr<RemoteSide>> prepare_workload(const WorkloadSpec& spec, bool server) = 0;
  /// JSON object of facts about the endpoint's machine (kernel, CPU, Xen, NICs, offloads, coalescing …).
  [[nodiscard]] virtual Result<std::string> environment() = 0;
  /// Commands and files of the agent's machine. Lives as long as the client.
  [[nodiscard]] virtual Shell& shell() = 0;
  /// Registers undo commands that the agent runs if this controller vanishes. Every call adds a batch: batches are run
  /// newest first, the commands of a batch in order (as JournalEntry::undo).
  [[nodiscard]] virtual Result<void> on_disconnect(const std::vector<Command>& undo) = 0;
  [[nodiscard]] virtual Result<void> clear_disconnect() = 0;
};

/// One side to run and its spec (the client's spec carries the server's address and port).
struct SideRun {
  Client* client = nullptr;
  RemoteSide* side = nullptr;
  WorkloadSpec spec;
  std::int64_t delay_ns = 0;  ///< How much later it is started than the others.
};
/// Starts several sides together, but for their delays, and waits for all. `should_stop` is polled (about 10 times a
/// second); when it returns true, or one side fails, the others are asked to stop and the results so far are returned.
[[nodiscard]] std::vector<Result<WorkloadReport>> run_sides(EventLoop& loop, const std::vector<SideRun>& sides,
                                                            const std::function<bool()>& should_stop);

}  // namespace sriov::agent
