// One finished trial: everything that is kept of it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/experiment.h"
#include "core/sample_block.h"
#include "core/workload_types.h"

namespace sriov {

/// From a guest's point of view: what it receives and what it transmits.
enum class Direction { to_guest, from_guest };
[[nodiscard]] std::string_view to_string(Direction direction);

/// A network device that must (or must not) have carried the workload's bytes, and which of its counters say so.
struct Carrier {
  std::string endpoint;  ///< "guest1".
  std::string device;    ///< "eth1".
  Direction direction = Direction::to_guest;
  std::string metric;      ///< "netdev.rx_bytes": the counter that rises when bytes flow in `direction`.
  bool must_carry = true;  ///< false: a device of another path, which must stay quiet.
};

/// Client and server of one guest's traffic on a path.
struct Lane {
  std::string client_endpoint;  ///< "peer".
  std::string server_endpoint;  ///< "guest1": bytes of a stream workload flow client -> server.
  std::string client_address;
  std::string server_address;
  std::vector<Carrier> carriers;  ///< What verifies the path, at both ends and in dom0.
};

/// A path made ready for a trial.
struct PathSetup {
  std::string path;  ///< "vf", "netfront", …
  std::vector<Lane> lanes;
};

/// Offset of an endpoint's monotonic clock against the controller's, by min-RTT ping-pong.
struct ClockOffset {
  std::string endpoint;
  std::int64_t offset_ns = 0;  ///< endpoint time - controller time.
  std::int64_t error_ns = 0;   ///< Half the smallest round trip seen: the true offset is within ± this.
  std::int64_t taken_ns = 0;   ///< Controller's clock when it was taken.
};

enum class TrialStatus {
  ok,       ///< Counted.
  invalid,  ///< Ran, but the bytes did not take the path under test: kept, not averaged.
  failed,   ///< The workload or an endpoint failed: what was sampled is kept, not averaged.
};
[[nodiscard]] std::string_view to_string(TrialStatus status);

/// One side's report with where it ran.
struct EndpointReport {
  std::string endpoint;
  int lane = 0;
  bool is_server = false;
  WorkloadReport report;
};

struct TrialRecord {
  TrialPlace planned;
  int attempt = 1;  ///< 2 when the first attempt failed and the trial was repeated.
  TrialStatus status = TrialStatus::ok;
  std::string reason;  ///< Why it is invalid or failed; "" when ok.
  std::int64_t started_unix_ns = 0;
  std::int64_t begin_ns = 0;  ///< Controller's CLOCK_MONOTONIC.
  std::int64_t end_ns = 0;
  PathSetup setup;
  std::vector<ClockOffset> clocks;  ///< Before and after, per endpoint.
  std::vector<EndpointReport> reports;
  std::vector<SampleBlock> blocks;
};

}  // namespace sriov
