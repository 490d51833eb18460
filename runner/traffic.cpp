#include "runner/traffic.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {

agent::Client* find_agent(const std::vector<Endpoint>& endpoints, const std::string& name) {
  for (const Endpoint& endpoint : endpoints)
    if (endpoint.name == name) return endpoint.agent;
  return nullptr;
}

namespace {

const ClockOffset* find_clock(const std::vector<ClockOffset>& clocks, const std::string& endpoint) {
  for (const ClockOffset& clock : clocks)
    if (clock.endpoint == endpoint) return &clock;
  return nullptr;
}

/// What a lane's receiver needs to tell one-way delays.
void set_clock_relation(const std::vector<ClockOffset>& clocks, const Lane& lane, WorkloadSpec& spec) {
  const ClockOffset* server = find_clock(clocks, lane.server_endpoint);
  const ClockOffset* client = find_clock(clocks, lane.client_endpoint);
  if (server == nullptr || client == nullptr) return;
  spec.clock_offset_ns = server->offset_ns - client->offset_ns;
  spec.clock_error_ns = server->error_ns + client->error_ns;
}

}  // namespace

Result<Traffic> Traffic::prepare(const std::vector<Endpoint>& endpoints, const PathSetup& setup,
                                 const WorkloadSpec& spec, const std::vector<ClockOffset>& clocks) {
  Traffic traffic;
  for (std::size_t i = 0; i < setup.lanes.size(); ++i) {
    const Lane& lane = setup.lanes[i];
    WorkloadSpec server = spec;
    set_clock_relation(clocks, lane, server);
    server.bind_address = lane.server_address;
    SRIOV_ASSIGN(const std::uint16_t port, traffic.add(endpoints, {lane.server_endpoint, static_cast<int>(i), true,
                                                                   nullptr, nullptr, std::move(server)}));
    WorkloadSpec client = spec;
    client.address = lane.server_address;
    client.port = port;
    client.bind_address = lane.client_address;
    SRIOV_TRY(traffic.add(endpoints,
                          {lane.client_endpoint, static_cast<int>(i), false, nullptr, nullptr, std::move(client)}));
  }
  return traffic;
}

Result<std::uint16_t> Traffic::add(const std::vector<Endpoint>& endpoints, Side side) {
  side.client = find_agent(endpoints, side.endpoint);
  if (side.client == nullptr) return fail("the testbed has no such endpoint", side.endpoint);
  auto remote = side.client->prepare_workload(side.spec, side.is_server);
  if (!remote) return tl::unexpected(remote.error().at(side.endpoint));
  side.remote = std::move(*remote);
  const std::uint16_t port = side.remote->port();
  sides_.push_back(std::move(side));
  return port;
}

void Traffic::stagger(std::int64_t stagger_ns) {
  int last = 0;
  for (const Side& side : sides_) last = std::max(last, side.lane);
  for (Side& side : sides_) {
    side.delay_ns = side.lane * stagger_ns;
    side.spec.warmup_ns += (last - side.lane) * stagger_ns;
  }
}

Result<void> Traffic::run(agent::EventLoop& loop, const std::function<bool()>& should_stop,
                          std::vector<EndpointReport>& reports) {
  std::vector<agent::SideRun> runs;
  for (const Side& side : sides_) runs.push_back({side.client, side.remote.get(), side.spec, side.delay_ns});
  auto results = agent::run_sides(loop, runs, should_stop);
  std::vector<std::string> errors;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const Side& side = sides_[i];
    if (results[i])
      reports.push_back({side.endpoint, side.lane, side.is_server, std::move(*results[i])});
    else
      errors.push_back(results[i].error().at(side.endpoint).text());
  }
  if (errors.empty()) return {};
  return fail(join(errors, "; "));
}

}  // namespace sriov
