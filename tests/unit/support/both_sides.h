// Both sides of a workload, for real, over loopback.
#pragma once

#include <functional>
#include <thread>

#include "workloads/workload.h"

namespace sriov::test {

inline constexpr std::int64_t kMs = 1'000'000;

struct Reports {
  Result<WorkloadReport> server = fail("not run");
  Result<WorkloadReport> client = fail("not run");
};

struct Stops {
  StopFlag server;
  StopFlag client;
};

/// Runs both sides; `meanwhile` gets the stop flags once both have begun.
inline Reports run_both(
    const WorkloadSpec& spec, const std::function<void(Stops&)>& meanwhile = [](Stops&) {}) {
  const auto workload = WorkloadRegistry::instance().make(spec.workload);
  const auto server = workload->make_server();
  const auto client = workload->make_client();
  Reports reports;
  const auto port = server->prepare(spec);
  if (!port) {
    reports.server = tl::unexpected(port.error());
    return reports;
  }
  WorkloadSpec client_spec = spec;
  client_spec.port = *port;
  Stops stops;
  std::jthread serving([&] { reports.server = server->run(spec, stops.server); });
  std::jthread calling([&] { reports.client = client->run(client_spec, stops.client); });
  meanwhile(stops);
  serving.join();
  calling.join();
  return reports;
}

}  // namespace sriov::test
