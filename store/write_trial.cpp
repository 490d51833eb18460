#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "store/column_codec.h"
#include "store/trial_rows.h"

namespace sriov {
namespace {

using sqlite::Blob;
using sqlite::Database;
using sqlite::Null;
using sqlite::Statement;

/// {"device":"eth1"}: SQLite's json functions can query it. Bytes that are not UTF-8 are replaced, not refused.
std::string to_json(const Labels& labels) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  for (const auto& [name, value] : labels) out[name] = value;
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<std::int64_t> write_head(const Database& database, const TrialRecord& record) {
  SRIOV_ASSIGN(Statement insert,
               database.prepare("INSERT INTO trial (planned_index, repetition, attempt, status, reason, "
                                "started_unix_ns, begin_ns, end_ns, path) VALUES (?,?,?,?,?,?,?,?,?)"));
  SRIOV_TRY(insert.run(record.planned.index, record.planned.repetition, record.attempt, to_string(record.status),
                       record.reason, record.started_unix_ns, record.begin_ns, record.end_ns, record.setup.path));
  return database.last_insert_id();
}

Result<void> write_factors(const Database& database, std::int64_t trial, const Cell& cell) {
  SRIOV_ASSIGN(Statement insert, database.prepare("INSERT INTO trial_factor VALUES (?,?,?)"));
  for (const auto& [factor, level] : cell) SRIOV_TRY(insert.run(trial, factor, level));
  return {};
}

Result<void> write_lanes(const Database& database, std::int64_t trial, const std::vector<Lane>& lanes) {
  SRIOV_ASSIGN(Statement insert_lane, database.prepare("INSERT INTO lane VALUES (?,?,?,?,?,?)"));
  SRIOV_ASSIGN(Statement insert_carrier, database.prepare("INSERT INTO carrier VALUES (?,?,?,?,?,?,?,?)"));
  int lane_position = 0;
  for (const Lane& lane : lanes) {
    SRIOV_TRY(insert_lane.run(trial, lane_position, lane.client_endpoint, lane.server_endpoint, lane.client_address,
                              lane.server_address));
    int position = 0;
    for (const Carrier& carrier : lane.carriers)
      SRIOV_TRY(insert_carrier.run(trial, lane_position, position++, carrier.endpoint, carrier.device,
                                   to_string(carrier.direction), carrier.metric, carrier.must_carry));
    ++lane_position;
  }
  return {};
}

Result<void> write_clocks(const Database& database, std::int64_t trial, const std::vector<ClockOffset>& clocks) {
  SRIOV_ASSIGN(Statement insert, database.prepare("INSERT INTO clock_offset VALUES (?,?,?,?,?,?)"));
  int position = 0;
  for (const ClockOffset& clock : clocks)
    SRIOV_TRY(insert.run(trial, position++, clock.endpoint, clock.offset_ns, clock.error_ns, clock.taken_ns));
  return {};
}

Result<void> write_measures(Statement& insert, std::int64_t report_id, const std::vector<Measure>& measures) {
  int position = 0;
  for (const Measure& measure : measures)
    SRIOV_TRY(insert.run(report_id, position++, measure.name, measure.unit, measure.value));
  return {};
}

Result<void> write_absences(Statement& insert, std::int64_t report_id, const std::vector<AbsentMeasure>& absent) {
  int position = 0;
  for (const AbsentMeasure& measure : absent)
    SRIOV_TRY(insert.run(report_id, position++, measure.name, measure.unit, measure.why));
  return {};
}

/// {"bytes_sent":1234}: units are those of the report's measures.
std::string counts_json(const WorkloadInterval& interval) {
  nlohmann::ordered_json out = nlohmann::ordered_json::object();
  for (const Measure& count : interval.measures) out[count.name] = static_cast<std::int64_t>(count.value);
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<void> write_intervals(Statement& insert, std::int64_t report_id,
                             const std::vector<WorkloadInterval>& intervals) {
  std::int64_t position = 0;
  for (const WorkloadInterval& interval : intervals) {
    const std::string counts = counts_json(interval);
    if (interval.latency_ns && !interval.latency_ns->words().empty()) {
      const std::string latency = encode_column(interval.latency_ns->words());
      SRIOV_TRY(insert.run(report_id, position++, interval.begin_ns, interval.end_ns, interval.is_warmup, counts,
                           Blob{latency}));
    } else {
      SRIOV_TRY(
          insert.run(report_id, position++, interval.begin_ns, interval.end_ns, interval.is_warmup, counts, Null{}));
    }
  }
  return {};
}

Result<void> write_reports(const Database& database, std::int64_t trial, const std::vector<EndpointReport>& reports) {
  SRIOV_ASSIGN(Statement insert,
               database.prepare("INSERT INTO report (trial_id, endpoint, lane, is_server, window_begin_ns, "
                                "window_end_ns, note, latency) VALUES (?,?,?,?,?,?,?,?)"));
  SRIOV_ASSIGN(Statement insert_measure, database.prepare("INSERT INTO measure VALUES (?,?,?,?,?)"));
  SRIOV_ASSIGN(Statement insert_absence, database.prepare("INSERT INTO absent_measure VALUES (?,?,?,?,?)"));
  SRIOV_ASSIGN(Statement insert_interval, database.prepare("INSERT INTO interval VALUES (?,?,?,?,?,?,?)"));
  for (const EndpointReport& entry : reports) {
    const WorkloadReport& report = entry.report;
    const std::string latency = report.latency_ns ? encode_column(report.latency_ns->encode()) : std::string();
    if (report.latency_ns) {
      SRIOV_TRY(insert.run(trial, entry.endpoint, entry.lane, entry.is_server, report.window_begin_ns,
                           report.window_end_ns, report.note, Blob{latency}));
    } else {
      SRIOV_TRY(insert.run(trial, entry.endpoint, entry.lane, entry.is_server, report.window_begin_ns,
                           report.window_end_ns, report.note, Null{}));
    }
    const std::int64_t report_id = database.last_insert_id();
    SRIOV_TRY(write_measures(insert_measure, report_id, report.measures));
    SRIOV_TRY(write_absences(insert_absence, report_id, report.absent));
    SRIOV_TRY(write_intervals(insert_interval, report_id, report.intervals));
  }
  return {};
}

class SeriesTable {
 public:
  static Result<SeriesTable> open(const Database& database, SeriesIds& known) {
    SRIOV_ASSIGN(Statement insert, database.prepare("INSERT OR IGNORE INTO series (metric, unit, kind, labels) "
                                                    "VALUES (?,?,?,?)"));
    SRIOV_ASSIGN(Statement find, database.prepare("SELECT id FROM series WHERE metric = ? AND unit = ? AND kind = ? "
                                                  "AND labels = ?"));
    SRIOV_ASSIGN(Statement insert_apart, database.prepare("INSERT OR IGNORE INTO series_apart VALUES (?,?)"));
    return SeriesTable(std::move(insert), std::move(find), std::move(insert_apart), known);
  }

  Result<std::int64_t> id_of(const Series& series) {
    const std::string labels = to_json(series.labels);
    const std::string key =
        series.metric + '\n' + series.unit + '\n' + std::string(to_string(series.kind)) + '\n' + labels;
    if (const auto found = known_->find(key); found != known_->end()) return found->second;
    SRIOV_TRY(insert_.run(series.metric, series.unit, to_string(series.kind), labels));
    SRIOV_TRY(find_.start(series.metric, series.unit, to_string(series.kind), labels));
    SRIOV_ASSIGN(const bool has_row, find_.next());
    if (!has_row) return fail("cannot store the series " + series.metric);
    const std::int64_t id = find_.integer(0);
    SRIOV_TRY(find_.next());
    if (series.apart) SRIOV_TRY(insert_apart_.run(id, *series.apart));
    known_->emplace(key, id);
    return id;
  }

 private:
  SeriesTable(Statement insert, Statement find, Statement insert_apart, SeriesIds& known)
      : insert_(std::move(insert)), find_(std::move(find)), insert_apart_(std::move(insert_apart)), known_(&known) {}
  Statement insert_;
  Statement find_;
  Statement insert_apart_;
  SeriesIds* known_;
};

/// A block whose parts disagree in length could not be read back: a fault of its collector, refused here.
Result<void> check_shape(const SampleBlock& block) {
  const bool columns_fit =
      block.columns.size() == block.series.size() &&
      std::all_of(block.columns.begin(), block.columns.end(), [&](const auto& c) { return c.size() == block.rows(); });
  if (columns_fit && block.end_ns.size() == block.rows()) return {};
  return fail("the samples have columns of different lengths", block.endpoint + " " + block.collector);
}

}  // namespace

Result<void> write_blocks(const Database& database, std::int64_t trial, const std::vector<SampleBlock>& blocks,
                          SeriesIds& known_series) {
  SRIOV_ASSIGN(SeriesTable series, SeriesTable::open(database, known_series));
  SRIOV_ASSIGN(Statement insert, database.prepare("INSERT INTO block (trial_id, endpoint, collector, sample_rows, "
                                                  "begin_ns, end_ns) VALUES (?,?,?,?,?,?)"));
  SRIOV_ASSIGN(Statement insert_column, database.prepare("INSERT INTO block_column VALUES (?,?,?,?)"));
  SRIOV_ASSIGN(Statement insert_checksum, database.prepare("INSERT INTO block_checksum VALUES (?,?)"));
  for (const SampleBlock& block : blocks) {
    SRIOV_TRY(check_shape(block));
    const std::string begin = encode_column(block.begin_ns);
    const std::string end = encode_column(block.end_ns);
    SRIOV_TRY(insert.run(trial, block.endpoint, block.collector, static_cast<std::int64_t>(block.rows()), Blob{begin},
                         Blob{end}));
    const std::int64_t block_id = database.last_insert_id();
    Checksum checksum = checksum_of_head(block.endpoint, block.collector, begin, end);
    for (std::size_t i = 0; i < block.series.size(); ++i) {
      SRIOV_ASSIGN(const std::int64_t series_id, series.id_of(block.series[i]));
      const std::string samples = encode_column(block.columns[i]);
      SRIOV_TRY(insert_column.run(block_id, static_cast<std::int64_t>(i), series_id, Blob{samples}));
      checksum.add(series_id);
      checksum.add(samples);
    }
    SRIOV_TRY(insert_checksum.run(block_id, checksum.value()));
  }
  return {};
}

Result<void> rewrite_end(const Database& database, std::int64_t trial, const TrialRecord& record) {
  SRIOV_ASSIGN(Statement update, database.prepare("UPDATE trial SET status = ?, reason = ?, end_ns = ? WHERE id = ?"));
  SRIOV_TRY(update.run(to_string(record.status), record.reason, record.end_ns, trial));
  SRIOV_ASSIGN(Statement forget, database.prepare("DELETE FROM clock_offset WHERE trial_id = ?"));
  SRIOV_TRY(forget.run(trial));
  return write_clocks(database, trial, record.clocks);
}

/// What refers to others goes first; series stay, as the next trial has the same.
Result<void> erase_trials_before(const Database& database, std::int64_t trial) {
  constexpr std::array kOfReports{"interval", "absent_measure", "measure"};
  constexpr std::array kOfBlocks{"block_checksum", "block_column"};
  constexpr std::array kOfTrials{"report", "block", "clock_offset", "carrier", "lane", "trial_factor"};
  const auto erase = [&](const std::string& table, const std::string& condition) -> Result<void> {
    SRIOV_ASSIGN(Statement statement, database.prepare(fmt::format("DELETE FROM {} WHERE {}", table, condition)));
    return statement.run(trial);
  };
  for (const char* table : kOfReports)
    SRIOV_TRY(erase(table, "report_id IN (SELECT id FROM report WHERE trial_id < ?)"));
  for (const char* table : kOfBlocks) SRIOV_TRY(erase(table, "block_id IN (SELECT id FROM block WHERE trial_id < ?)"));
  for (const char* table : kOfTrials) SRIOV_TRY(erase(table, "trial_id < ?"));
  return erase("trial", "id < ?");
}

Result<std::int64_t> write_trial(const Database& database, const TrialRecord& record, SeriesIds& known_series) {
  SRIOV_ASSIGN(const std::int64_t trial, write_head(database, record));
  SRIOV_TRY(write_factors(database, trial, record.planned.cell));
  SRIOV_TRY(write_lanes(database, trial, record.setup.lanes));
  SRIOV_TRY(write_clocks(database, trial, record.clocks));
  SRIOV_TRY(write_reports(database, trial, record.reports));
  SRIOV_TRY(write_blocks(database, trial, record.blocks, known_series));
  return trial;
}

}  // namespace sriov
