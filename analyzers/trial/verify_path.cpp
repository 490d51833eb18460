#include "analyzers/trial/verify_path.h"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "analyzers/trial/counter.h"

namespace sriov {
namespace {

constexpr double kMustCarryShare = 0.90;
constexpr double kQuietShare = 0.05;
constexpr double kQuietBytes = 64.0 * 1024;  // ARP, neighbour discovery and the like.
constexpr double kBytesPerMegabyte = 1e6;

/// The end that the paths of a testbed lead to. Lanes join it with "peer"; between two guests it is the server.
const std::string& guest_side(const Lane& lane) {
  return lane.server_endpoint == "peer" ? lane.client_endpoint : lane.server_endpoint;
}

/// Payload of a lane in one direction over the whole trial, warm-up included, as the samples are: what the receiving
/// side got or, when it did not say, what the sending side sent. nullopt when neither reported.
std::optional<double> payload_bytes(const TrialRecord& trial, std::size_t lane_index, Direction direction) {
  const Lane& lane = trial.setup.lanes[lane_index];
  std::optional<double> received;
  std::optional<double> sent;
  for (const EndpointReport& entry : trial.reports) {
    if (entry.lane < 0 || static_cast<std::size_t>(entry.lane) != lane_index) continue;
    const std::string& where = entry.is_server ? lane.server_endpoint : lane.client_endpoint;
    const bool is_receiver = (where == guest_side(lane)) == (direction == Direction::to_guest);
    if (is_receiver)
      received = entry.report.measure("total_bytes_received");
    else
      sent = entry.report.measure("total_bytes_sent");
  }
  return received ? received : sent;
}

/// Whether anything arrived within the counted window; where no side counts what arrives, whether anything was sent.
bool moved_in_window(const TrialRecord& trial) {
  std::optional<double> received;
  std::optional<double> sent;
  for (const EndpointReport& entry : trial.reports) {
    if (const auto bytes = entry.report.measure("bytes_received")) received = received.value_or(0) + *bytes;
    if (const auto bytes = entry.report.measure("bytes_sent")) sent = sent.value_or(0) + *bytes;
  }
  const auto moved = received ? received : sent;
  return !moved || *moved > 0;
}

/// One counter and the payload of the lanes that expect something of it. Several lanes may share a device.
struct Expectation {
  double carried_payload = 0;  ///< Of lanes that it must carry.
  double other_payload = 0;    ///< Of lanes that it must not carry.
  bool must_carry = false;
};
using CounterKey = std::tuple<std::string, std::string, Direction, std::string>;  // endpoint, device, direction, metric

std::optional<double> carried_bytes(const TrialRecord& trial, const CounterKey& key) {
  const auto& [endpoint, device, direction, metric] = key;
  for (const SampleBlock& block : trial.blocks) {
    if (block.endpoint != endpoint || block.rows() < 2) continue;
    for (std::size_t i = 0; i < block.series.size(); ++i) {
      const Series& series = block.series[i];
      if (series.metric != metric || label(series.labels, "device") != device) continue;
      const auto instants = row_instants(block);
      const auto risen = counter_increase(instants, block.columns[i], instants.front(), instants.back());
      if (risen.status == CounterIncrease::Status::known) return risen.value;
    }
  }
  return std::nullopt;
}

std::string megabytes(double bytes) { return fmt::format("{:.1f} MB", bytes / kBytesPerMegabyte); }

std::string check(const TrialRecord& trial, const CounterKey& key, const Expectation& expected) {
  const auto& [endpoint, device, direction, metric] = key;
  const std::string name = fmt::format("{} {}", endpoint, device);
  const auto carried = carried_bytes(trial, key);
  if (!carried)
    return fmt::format("unverified: {} of {} was not sampled from one end of the trial to the other", metric, name);
  if (expected.must_carry) {
    if (*carried >= kMustCarryShare * expected.carried_payload) return {};
    return fmt::format("{} carried {} of {} ({})", name, megabytes(*carried), megabytes(expected.carried_payload),
                       to_string(direction));
  }
  if (*carried <= std::max(kQuietShare * expected.other_payload, kQuietBytes)) return {};
  return fmt::format("{} is of another path and carried {} while the workload moved {} ({})", name, megabytes(*carried),
                     megabytes(expected.other_payload), to_string(direction));
}

}  // namespace

PathVerdict verify_path(const TrialRecord& trial) {
  std::map<CounterKey, Expectation> expectations;
  double all_payload = 0;
  for (std::size_t i = 0; i < trial.setup.lanes.size(); ++i) {
    const auto to_guest = payload_bytes(trial, i, Direction::to_guest);
    const auto from_guest = payload_bytes(trial, i, Direction::from_guest);
    if (!to_guest || !from_guest) return {false, fmt::format("unverified: lane {} reported no payload", i)};
    all_payload += *to_guest + *from_guest;
    for (const Carrier& carrier : trial.setup.lanes[i].carriers) {
      Expectation& expected = expectations[{carrier.endpoint, carrier.device, carrier.direction, carrier.metric}];
      const double payload = carrier.direction == Direction::to_guest ? *to_guest : *from_guest;
      (carrier.must_carry ? expected.carried_payload : expected.other_payload) += payload;
      expected.must_carry = expected.must_carry || carrier.must_carry;
    }
  }
  if (expectations.empty()) return {false, "unverified: the testbed named no counters to verify the path by"};
  if (all_payload <= 0) return {false, "the workload moved no payload"};
  if (!moved_in_window(trial))
    return {false, "the workload moved no payload within its window: an endpoint or the path stood still"};
  PathVerdict verdict{true, ""};
  for (const auto& [key, expected] : expectations) {
    const std::string wrong = check(trial, key, expected);
    if (wrong.empty()) continue;
    verdict.valid = false;
    verdict.reason += (verdict.reason.empty() ? "" : "; ") + wrong;
  }
  return verdict;
}

}  // namespace sriov
