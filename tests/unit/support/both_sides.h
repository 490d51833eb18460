// Both sides of a workload, for real, over loopback.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "host/process.h"
#include "workloads/workload.h"

namespace sriov::test {

inline constexpr std::int64_t kMs = 1'000'000;

/// The program of others that `workload` needs and that is not here; "" when nothing is missing.
inline std::string missing_program(const std::string& workload) {
  const std::string needed(WorkloadRegistry::instance().make(workload)->needs());
  return needed.empty() || !find_program(needed).empty() ? "" : needed;
}

/// Tools count whole seconds, and take their time to begin.
inline bool is_carried_by_a_tool(const std::string& workload) {
  return !WorkloadRegistry::instance().make(workload)->needs().empty();
}

/// A short run over loopback, with the workload's own sizes.
inline WorkloadSpec spec_of(const std::string& workload, const std::string& address = "127.0.0.1") {
  WorkloadSpec spec;
  spec.workload = workload;
  spec.address = address;
  spec.bind_address = address;
  spec.message_bytes = WorkloadRegistry::instance().make(workload)->default_message_bytes();
  spec.warmup_ns = 50 * kMs;
  spec.duration_ns = 200 * kMs;
  if (is_carried_by_a_tool(workload)) {
    spec.warmup_ns = 0;
    spec.duration_ns = 1'000 * kMs;
  }
  if (workload == "udp_stream") spec.rate_bps = 20'000'000;
  return spec;
}

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

/// NaN when it is not there.
inline double value(const Result<WorkloadReport>& report, std::string_view name) {
  if (!report) return std::nan("");
  return report->measure(name).value_or(std::nan(""));
}

}  // namespace sriov::test

#define ASSERT_BOTH(reports)                                                    \
  ASSERT_TRUE((reports).server.has_value()) << (reports).server.error().text(); \
  ASSERT_TRUE((reports).client.has_value()) << (reports).client.error().text()
