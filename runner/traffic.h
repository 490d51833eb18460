// The two sides of a workload on every lane of a path.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "agent/client.h"
#include "core/trial.h"
#include "testbed/testbed.h"

namespace sriov {

/// The endpoint's agent; nullptr when the testbed has none of that name.
[[nodiscard]] agent::Client* find_agent(const std::vector<Endpoint>& endpoints, const std::string& name);

/// Sides prepared on their agents: servers listen, clients know where to.
class Traffic {
 public:
  /// `clocks`: the endpoints' offsets where they are known; one-way delays need them.
  [[nodiscard]] static Result<Traffic> prepare(const std::vector<Endpoint>& endpoints, const PathSetup& setup,
                                               const WorkloadSpec& spec, const std::vector<ClockOffset>& clocks);
  /// Lane i starts i times so much later, with a warm-up that is so much shorter than the first one's that the counted
  /// windows of all are the same.
  void stagger(std::int64_t stagger_ns);
  /// Runs all sides together and adds what they report to `reports`. The error joins what the sides said.
  [[nodiscard]] Result<void> run(agent::EventLoop& loop, const std::function<bool()>& should_stop,
                                 std::vector<EndpointReport>& reports);

 private:
  struct Side {
    std::string endpoint;
    int lane = 0;
    bool is_server = false;
    agent::Client* client = nullptr;
    std::unique_ptr<agent::RemoteSide> remote;
    WorkloadSpec spec;
    std::int64_t delay_ns = 0;
  };
  [[nodiscard]] Result<std::uint16_t> add(const std::vector<Endpoint>& endpoints, Side side);

  std::vector<Side> sides_;
};

}  // namespace sriov
