// What `sriov-bench workload` prints for people.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/workload/workload_server.h"
#include "core/workload_types.h"
#include "report/text/text_table.h"

namespace sriov::cli {

/// "tcp_stream, 2 streams, 65536 byte messages, 3 s after 1 s of warm-up".
[[nodiscard]] std::string describe_run(const WorkloadSpec& spec);

/// One line an interval, under headings that stand before the first.
class IntervalLines {
 public:
  IntervalLines(const WorkloadSpec& spec, bool is_client);
  /// With the headings when it is the first one.
  [[nodiscard]] std::string line(const WorkloadInterval& interval);

 private:
  struct Column {
    std::string heading;
    std::size_t width;
    std::function<std::string(const WorkloadInterval&)> cell;
  };
  void choose_columns(const WorkloadInterval& interval);
  void add_bytes(const char* heading, const char* measure);
  void add_part_transactions(const std::string& measure);

  bool is_client_;
  bool sends_;
  bool receives_;
  std::vector<Column> columns_;
  std::int64_t origin_ns_ = 0;
};

/// What the two sides make of a run; a side that is not here is nullptr.
struct RunSides {
  const WorkloadSpec* spec = nullptr;
  const agent::SideOutcome* client = nullptr;
  const agent::SideOutcome* server = nullptr;
};

/// Payload per second at the receiving end, or what the sending end knows; nullopt when neither has a report.
struct Throughput {
  double bps = 0;
  bool is_received = false;
};
[[nodiscard]] std::optional<Throughput> throughput(const RunSides& sides);

/// The rate that was asked for and what the sender made of it; nullopt for an unpaced run.
struct PacedRate {
  double asked_bps = 0;
  double achieved_bps = 0;
  [[nodiscard]] bool is_reached() const { return achieved_bps >= 0.995 * asked_bps; }
};
[[nodiscard]] std::optional<PacedRate> paced_rate(const RunSides& sides);

/// The block at the end: a table of both sides, throughput, losses, rate, notes and failures.
[[nodiscard]] std::string render_result(const RunSides& sides, const TextStyle& style);

}  // namespace sriov::cli
