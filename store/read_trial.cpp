#include <algorithm>

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
  return fail("the database is damaged: " + what, database.file());
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
    entry.report.note = select.text(6);
    SRIOV_ASSIGN(entry.report.latency_ns, read_latency(database, select, 7));
    SRIOV_ASSIGN(entry.report.measures, read_measures(measures, select.integer(0)));
    SRIOV_ASSIGN(entry.report.absent, read_absences(absences, select.integer(0)));
    trial.record.reports.push_back(std::move(entry));
  }
}

Result<std::vector<TrialSummary>> read_heads(const Database& database) {
  std::vector<TrialSummary> trials;
  SRIOV_ASSIGN(Statement select, database.prepare("SELECT id, planned_index, repetition, attempt, status, reason, "
                                                  "started_unix_ns, begin_ns, end_ns, path FROM trial ORDER BY id"));
  SRIOV_TRY(select.start());
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return trials;
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
    trial.record.setup.path = select.text(9);
    trials.push_back(std::move(trial));
  }
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

Result<void> read_columns(const Database& database, std::int64_t block_id, std::int64_t rows, Statement& select,
                          SampleBlock& block) {
  SRIOV_TRY(select.start(block_id));
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return {};
    Series series;
    series.metric = select.text(0);
    series.unit = select.text(1);
    series.kind = select.bytes(2) == to_string(MetricKind::gauge) ? MetricKind::gauge : MetricKind::counter;
    SRIOV_ASSIGN(series.labels, to_labels(database, select.bytes(3)));
    SRIOV_ASSIGN(auto values, read_column(database, select.bytes(4), rows));
    block.series.push_back(std::move(series));
    block.columns.push_back(std::move(values));
  }
}

}  // namespace

Result<std::vector<TrialSummary>> read_trials(const Database& database) {
  SRIOV_ASSIGN(std::vector<TrialSummary> trials, read_heads(database));
  for (TrialSummary& trial : trials) {
    SRIOV_TRY(read_factors(database, trial));
    SRIOV_TRY(read_lanes(database, trial));
    SRIOV_TRY(read_carriers(database, trial));
    SRIOV_TRY(read_clocks(database, trial));
    SRIOV_TRY(read_reports(database, trial));
  }
  return trials;
}

Result<std::vector<std::vector<WorkloadInterval>>> read_intervals(const Database& database, std::int64_t trial_id) {
  std::vector<std::vector<WorkloadInterval>> out;
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
    if (!has_row) return out;
    out.emplace_back();
    if (!has_intervals) continue;
    SRIOV_ASSIGN(const std::vector<Measure> declared, read_measures(measures, reports.integer(0)));
    SRIOV_ASSIGN(out.back(), read_intervals_of(database, select, reports.integer(0), declared));
  }
}

Result<void> read_blocks(const Database& database, std::int64_t trial_id,
                         const std::function<Result<void>(SampleBlock)>& visit) {
  SRIOV_ASSIGN(Statement columns,
               database.prepare("SELECT metric, unit, kind, labels, samples FROM block_column "
                                "JOIN series ON series.id = series_id WHERE block_id = ? ORDER BY position"));
  SRIOV_ASSIGN(Statement select, database.prepare("SELECT id, endpoint, collector, sample_rows, begin_ns, end_ns "
                                                  "FROM block WHERE trial_id = ? ORDER BY id"));
  SRIOV_TRY(select.start(trial_id));
  while (true) {
    SRIOV_ASSIGN(const bool has_row, select.next());
    if (!has_row) return {};
    SampleBlock block;
    block.endpoint = select.text(1);
    block.collector = select.text(2);
    const std::int64_t rows = select.integer(3);
    SRIOV_ASSIGN(block.begin_ns, read_column(database, select.bytes(4), rows));
    SRIOV_ASSIGN(block.end_ns, read_column(database, select.bytes(5), rows));
    SRIOV_TRY(read_columns(database, select.integer(0), rows, columns, block));
    SRIOV_TRY(visit(std::move(block)));
  }
}

}  // namespace sriov
