#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "store/column_codec.h"
#include "store/schema.h"
#include "store/trial_rows.h"

namespace sriov {
namespace {

using sqlite::Database;
using sqlite::Statement;

tl::unexpected<Error> damaged(const Database& database, const std::string& what) {
  return fail("the database is damaged: " + what, database.file(), "", ErrorKind::not_enough_data);
}

/// Instants of monotonic clocks, offsets and errors: none is beyond 36 years. With this bound their sums and
/// differences fit into 64 bits.
bool is_possible(std::int64_t ns) {
  constexpr std::int64_t kFarthest = std::int64_t{1} << 60U;
  return ns > -kFarthest && ns < kFarthest;
}

Result<void> check_times(const Database& database, std::initializer_list<std::int64_t> times) {
  if (std::all_of(times.begin(), times.end(), is_possible)) return {};
  return damaged(database, "a time is out of range");
}

/// How users know a trial.
std::string name_of_trial(const Database& database, std::int64_t id) {
  const auto index = database.query_integer(fmt::format("SELECT planned_index FROM trial WHERE id = {}", id));
  return index ? fmt::format("trial {}", *index) : fmt::format("the trial with id {}", id);
}

Result<TrialStatus> to_status(const Database& database, std::string_view text) {
  for (const TrialStatus status : {TrialStatus::ok, TrialStatus::invalid, TrialStatus::failed})
    if (to_string(status) == text) return status;
  return damaged(database, fmt::format("unknown trial status '{}'", text));
}

Result<Direction> to_direction(const Database& database, std::string_view text) {
  for (const Direction direction : {Direction::to_guest, Direction::from_guest})
    if (to_string(direction) == text) return direction;
  return damaged(database, fmt::format("unknown direction '{}'", text));
}

Result<void> read_factors(const Database& database, TrialSummary& trial) {
  SRIOV_ASSIGN(Statement select, database.prepare("SELECT factor, level FROM trial_factor WHERE trial_id = ?"));
  SRIOV_TRY(select.start(trial.id));
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return {};
    trial.record.planned.cell[select.text(0)] = select.text(1);
  }
}

Result<void> read_lanes(const Database& database, TrialSummary& trial) {
  SRIOV_ASSIGN(Statement select,
               database.prepare("SELECT client_endpoint, server_endpoint, client_address, server_address FROM lane "
                                "WHERE trial_id = ? ORDER BY position"));
  SRIOV_TRY(select.start(trial.id));
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return {};
    trial.record.setup.lanes.push_back({select.text(0), select.text(1), select.text(2), select.text(3), {}});
  }
}

Result<void> read_carriers(const Database& database, TrialSummary& trial) {
  SRIOV_ASSIGN(Statement select,
               database.prepare("SELECT lane, endpoint, device, direction, metric, must_carry FROM carrier "
                                "WHERE trial_id = ? ORDER BY lane, position"));
  SRIOV_TRY(select.start(trial.id));
  auto& lanes = trial.record.setup.lanes;
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return {};
    const std::int64_t lane = select.integer(0);
    if (lane < 0 || static_cast<std::size_t>(lane) >= lanes.size())
      return damaged(database, fmt::format("trial {} has a carrier of a lane that is not there", trial.id));
    SRIOV_ASSIGN(const Direction direction, to_direction(database, select.bytes(3)));
    lanes[static_cast<std::size_t>(lane)].carriers.push_back(
        {select.text(1), select.text(2), direction, select.text(4), select.integer(5) != 0});
  }
}

Result<void> read_clocks(const Database& database, TrialSummary& trial) {
  SRIOV_ASSIGN(Statement select, database.prepare("SELECT endpoint, offset_ns, error_ns, taken_ns FROM clock_offset "
                                                  "WHERE trial_id = ? ORDER BY position"));
  SRIOV_TRY(select.start(trial.id));
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return {};
    SRIOV_TRY(check_times(database, {select.integer(1), select.integer(2), select.integer(3)}));
    trial.record.clocks.push_back({select.text(0), select.integer(1), select.integer(2), select.integer(3)});
  }
}

Result<std::optional<Histogram>> read_latency(const Database& database, const Statement& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  const auto words = decode_column(row.bytes(column));
  Histogram histogram;
  if (!words || !histogram.decode(*words)) return damaged(database, "a latency histogram cannot be decoded");
  return histogram;
}

Result<std::vector<Measure>> read_measures(Statement& select, std::int64_t report_id) {
  std::vector<Measure> measures;
  SRIOV_TRY(select.start(report_id));
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return measures;
    measures.push_back({select.text(0), select.text(1), select.real(2)});
  }
}

Result<std::vector<AbsentMeasure>> read_absences(Statement& select, std::int64_t report_id) {
  std::vector<AbsentMeasure> absent;
  SRIOV_TRY(select.start(report_id));
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return absent;
    absent.push_back({select.text(0), select.text(1), select.text(2)});
  }
}

/// Runs of older builds have no table of them.
Result<Statement> select_absences(const Database& database) {
  SRIOV_ASSIGN(const bool there, has_table(database, "absent_measure"));
  return database.prepare(there ? "SELECT name, unit, why FROM absent_measure WHERE report_id = ? ORDER BY position"
                                : "SELECT '', '', '' WHERE ? IS NULL");
}

Result<std::vector<Measure>> read_counts(const Database& database, std::string_view text,
                                         const std::vector<Measure>& measures) {
  const auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  if (!json.is_object()) return damaged(database, "the counts of an interval cannot be read");
  std::vector<Measure> counts;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_number()) return damaged(database, "a count of an interval is not a number");
    const auto known = std::find_if(measures.begin(), measures.end(),
                                    [&name = name](const Measure& measure) { return measure.name == name; });
    counts.push_back({name, known == measures.end() ? std::string() : known->unit, value.get<double>()});
  }
  return counts;
}

Result<std::vector<WorkloadInterval>> read_intervals_of(const Database& database, Statement& select,
                                                        std::int64_t report_id, const std::vector<Measure>& measures) {
  std::vector<WorkloadInterval> intervals;
  SRIOV_TRY(select.start(report_id));
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return intervals;
    WorkloadInterval interval;
    interval.begin_ns = select.integer(0);
    interval.end_ns = select.integer(1);
    SRIOV_TRY(check_times(database, {interval.begin_ns, interval.end_ns}));
    interval.is_warmup = select.integer(2) != 0;
    SRIOV_ASSIGN(interval.measures, read_counts(database, select.bytes(3), measures));
    SRIOV_ASSIGN(const std::optional<Histogram> latency, read_latency(database, select, 4));
    if (latency) interval.latency_ns = PackedHistogram(*latency);
    intervals.push_back(std::move(interval));
  }
}

Result<void> read_reports(const Database& database, TrialSummary& trial) {
  SRIOV_ASSIGN(Statement measures,
               database.prepare("SELECT name, unit, value FROM measure WHERE report_id = ? ORDER BY position"));
  SRIOV_ASSIGN(Statement absences, select_absences(database));
  SRIOV_ASSIGN(Statement select, database.prepare("SELECT id, endpoint, lane, is_server, window_begin_ns, "
                                                  "window_end_ns, note, latency FROM report WHERE trial_id = ? "
                                                  "ORDER BY id"));
  SRIOV_TRY(select.start(trial.id));
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return {};
    EndpointReport entry;
    entry.endpoint = select.text(1);
    entry.lane = static_cast<int>(select.integer(2));
    entry.is_server = select.integer(3) != 0;
    entry.report.window_begin_ns = select.integer(4);
    entry.report.window_end_ns = select.integer(5);
    SRIOV_TRY(check_times(database, {entry.report.window_begin_ns, entry.report.window_end_ns}));
    entry.report.note = select.text(6);
    SRIOV_ASSIGN(entry.report.latency_ns, read_latency(database, select, 7));
    SRIOV_ASSIGN(entry.report.measures, read_measures(measures, select.integer(0)));
    SRIOV_ASSIGN(entry.report.absent, read_absences(absences, select.integer(0)));
    trial.record.reports.push_back(std::move(entry));
  }
}

/// As far as it goes: a damaged row or page ends it.
Result<void> read_heads(const Database& database, std::vector<TrialSummary>& trials) {
  SRIOV_ASSIGN(Statement select, database.prepare("SELECT id, planned_index, repetition, attempt, status, reason, "
                                                  "started_unix_ns, begin_ns, end_ns, path FROM trial ORDER BY id"));
  SRIOV_TRY(select.start());
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return {};
    TrialSummary trial;
    trial.id = select.integer(0);
    trial.record.planned.index = static_cast<int>(select.integer(1));
    trial.record.planned.repetition = static_cast<int>(select.integer(2));
    trial.record.attempt = static_cast<int>(select.integer(3));
    SRIOV_ASSIGN(trial.record.status, to_status(database, select.bytes(4)));
    trial.record.reason = select.text(5);
    trial.record.started_unix_ns = select.integer(6);
    trial.record.begin_ns = select.integer(7);
    trial.record.end_ns = select.integer(8);
    SRIOV_TRY(check_times(database, {trial.record.begin_ns, trial.record.end_ns}));
    trial.record.setup.path = select.text(9);
    trials.push_back(std::move(trial));
  }
}

Result<void> read_parts(const Database& database, TrialSummary& trial) {
  SRIOV_TRY(read_factors(database, trial));
  SRIOV_TRY(read_lanes(database, trial));
  SRIOV_TRY(read_carriers(database, trial));
  SRIOV_TRY(read_clocks(database, trial));
  return read_reports(database, trial);
}

Result<Labels> to_labels(const Database& database, std::string_view text) {
  const auto json = nlohmann::ordered_json::parse(text, nullptr, false);
  if (!json.is_object()) return damaged(database, "the labels of a series cannot be read");
  Labels labels;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) return damaged(database, "a label of a series is not text");
    labels.emplace_back(name, value.get<std::string>());
  }
  return labels;
}

Result<std::vector<std::int64_t>> read_column(const Database& database, std::string_view bytes, std::int64_t rows) {
  auto values = decode_column(bytes);
  if (!values) return damaged(database, "samples cannot be decoded: " + values.error().what);
  if (static_cast<std::int64_t>(values->size()) != rows)
    return damaged(database, fmt::format("{} samples where {} were written", values->size(), rows));
  return values;
}

/// Series by their ids: the same ones come in every block of a run.
using KnownSeries = std::map<std::int64_t, Series>;

Result<const Series*> series_of(const Database& database, const Statement& row, KnownSeries& known) {
  const std::int64_t id = row.integer(6);
  if (const auto found = known.find(id); found != known.end()) return &found->second;
  Series series;
  series.metric = row.text(0);
  series.unit = row.text(1);
  series.kind = row.bytes(2) == to_string(MetricKind::gauge) ? MetricKind::gauge : MetricKind::counter;
  SRIOV_ASSIGN(series.labels, to_labels(database, row.bytes(3)));
  if (!row.is_null(7)) series.apart = row.text(7);
  return &known.emplace(id, std::move(series)).first->second;
}

/// The statements that read a block's parts, and what they have in common.
struct BlockReader {
  const Database& database;
  Statement columns;
  Statement checksums;  ///< Of builds that had none: yields no row.
  KnownSeries known{};

  static Result<BlockReader> open(const Database& database) {
    SRIOV_ASSIGN(const bool has_checksums, has_table(database, "block_checksum"));
    SRIOV_ASSIGN(const bool has_apart, has_table(database, "series_apart"));
    const std::string apart = has_apart ? "(SELECT labels FROM series_apart WHERE series_id = series.id)" : "NULL";
    SRIOV_ASSIGN(Statement columns, database.prepare("SELECT metric, unit, kind, series.labels, samples, position, "
                                                     "series_id, " +
                                                     apart +
                                                     " FROM block_column LEFT JOIN series ON series.id = series_id "
                                                     "WHERE block_id = ? ORDER BY position"));
    SRIOV_ASSIGN(Statement checksums,
                 database.prepare(has_checksums ? "SELECT fnv1a FROM block_checksum WHERE block_id = ?"
                                                : "SELECT 0 WHERE ? IS NULL"));
    return BlockReader{database, std::move(columns), std::move(checksums)};
  }

  Result<void> read_columns(std::int64_t block_id, std::int64_t rows, Checksum& checksum, SampleBlock& block) {
    SRIOV_TRY(columns.start(block_id));
    for (std::int64_t position = 0;; ++position) {
      SRIOV_ASSIGN(const bool has_row, columns.next());
      if (!has_row) return {};
      if (columns.is_null(0) || columns.integer(5) != position) return damaged(database, "a series is missing");
      SRIOV_ASSIGN(const Series* series, series_of(database, columns, known));
      SRIOV_ASSIGN(auto values, read_column(database, columns.bytes(4), rows));
      checksum.add(columns.integer(6));
      checksum.add(columns.bytes(4));
      block.series.push_back(*series);
      block.columns.push_back(std::move(values));
    }
  }

  Result<void> check(std::int64_t block_id, const Checksum& checksum) {
    SRIOV_TRY(checksums.start(block_id));
    SRIOV_ASSIGN(const bool has_row, checksums.next());
    if (has_row && checksums.integer(0) != checksum.value())
      return damaged(database, "it is not what was written (checksum)");
    return {};
  }

  Result<void> read(const Statement& row, SampleBlock& block) {
    const std::int64_t rows = row.integer(3);
    SRIOV_ASSIGN(block.begin_ns, read_column(database, row.bytes(4), rows));
    SRIOV_ASSIGN(block.end_ns, read_column(database, row.bytes(5), rows));
    if (!std::all_of(block.begin_ns.begin(), block.begin_ns.end(), is_possible) ||
        !std::all_of(block.end_ns.begin(), block.end_ns.end(), is_possible))
      return damaged(database, "a time is out of range");
    Checksum checksum = checksum_of_head(block.endpoint, block.collector, row.bytes(4), row.bytes(5));
    SRIOV_TRY(read_columns(row.integer(0), rows, checksum, block));
    return check(row.integer(0), checksum);
  }
};

/// Those of one report after the other; a damaged list is left empty.
Result<void> read_all_intervals(const Database& database, std::int64_t trial_id, Damage& damage,
                                std::vector<std::vector<WorkloadInterval>>& out) {
  SRIOV_ASSIGN(const bool has_intervals, has_table(database, "interval"));
  SRIOV_ASSIGN(Statement reports, database.prepare("SELECT id FROM report WHERE trial_id = ? ORDER BY id"));
  SRIOV_ASSIGN(Statement measures,
               database.prepare("SELECT name, unit, value FROM measure WHERE report_id = ? ORDER BY position"));
  Statement select;
  if (has_intervals) {
    SRIOV_ASSIGN(select, database.prepare("SELECT begin_ns, end_ns, is_warmup, counts, latency FROM interval "
                                          "WHERE report_id = ? ORDER BY position"));
  }
  SRIOV_TRY(reports.start(trial_id));
  while (true) {
    SRIOV_ASSIGN(const bool has_row, reports.next());
    if (!has_row) return {};
    out.emplace_back();
    if (!has_intervals) continue;
    const auto read = [&]() -> Result<void> {
      SRIOV_ASSIGN(const std::vector<Measure> declared, read_measures(measures, reports.integer(0)));
      SRIOV_ASSIGN(out.back(), read_intervals_of(database, select, reports.integer(0), declared));
      return {};
    };
    SRIOV_TRY(go_on_without(read(), name_of_trial(database, trial_id) + ", intervals of a report", damage));
  }
}

}  // namespace

Result<std::vector<TrialSummary>> read_trials(const Database& database, Damage& damage) {
  std::vector<TrialSummary> trials;
  auto listed = read_heads(database, trials);
  if (!listed && trials.empty()) return tl::unexpected(std::move(listed).error());
  SRIOV_TRY(
      go_on_without(std::move(listed), fmt::format("the list of trials after its first {}", trials.size()), damage));
  for (TrialSummary& trial : trials) {
    auto read = read_parts(database, trial);
    if (!read && is_damage(read.error())) {
      trial.record.status = TrialStatus::failed;
      trial.record.reason = "it cannot be read whole any more: " + read.error().what;
    }
    SRIOV_TRY(go_on_without(std::move(read), fmt::format("trial {}", trial.record.planned.index), damage));
  }
  return trials;
}

Result<std::vector<std::vector<WorkloadInterval>>> read_intervals(const Database& database, std::int64_t trial_id,
                                                                  Damage& damage) {
  std::vector<std::vector<WorkloadInterval>> out;
  SRIOV_TRY(go_on_without(read_all_intervals(database, trial_id, damage, out),
                          name_of_trial(database, trial_id) + ", intervals", damage));
  return out;
}

Result<std::int64_t> read_blocks(const Database& database, std::int64_t trial_id, std::int64_t after,
                                 const std::function<Result<void>(SampleBlock)>& visit, Damage& damage) {
  Result<void> visited;
  std::int64_t last = after;
  const auto read = [&]() -> Result<void> {
    SRIOV_ASSIGN(BlockReader reader, BlockReader::open(database));
    SRIOV_ASSIGN(Statement select, database.prepare("SELECT id, endpoint, collector, sample_rows, begin_ns, end_ns "
                                                    "FROM block WHERE trial_id = ? AND id > ? ORDER BY id"));
    SRIOV_TRY(select.start(trial_id, after));
    while (true) {
      SRIOV_ASSIGN(const bool has_row, select.next());
      if (!has_row) return {};
      last = select.integer(0);
      SampleBlock block;
      block.endpoint = select.text(1);
      block.collector = select.text(2);
      auto whole = reader.read(select, block);
      if (whole) {
        visited = visit(std::move(block));
        if (!visited) return {};
        continue;
      }
      SRIOV_TRY(go_on_without(
          std::move(whole),
          fmt::format("{}, samples of {} on {}", name_of_trial(database, trial_id), block.collector, block.endpoint),
          damage));
    }
  };
  SRIOV_TRY(go_on_without(read(), name_of_trial(database, trial_id) + ", samples", damage));
  SRIOV_TRY(std::move(visited));
  return last;
}

}  // namespace sriov
