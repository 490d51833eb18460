#include "store/schema.h"

#include <fmt/format.h>

namespace sriov {
namespace {

constexpr const char* kTables = R"sql(
CREATE TABLE run (
  id               INTEGER PRIMARY KEY CHECK (id = 1),
  name             TEXT NOT NULL,
  description      TEXT NOT NULL,
  testbed          TEXT NOT NULL,
  emulated         INTEGER NOT NULL,
  accelerator      TEXT NOT NULL,
  tool_version     TEXT NOT NULL,
  experiment_toml  TEXT NOT NULL,
  planned_trials   INTEGER NOT NULL,
  started_unix_ns  INTEGER NOT NULL,
  finished_unix_ns INTEGER NOT NULL
) STRICT;
CREATE TABLE environment (
  endpoint TEXT PRIMARY KEY,
  json     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
  id       INTEGER PRIMARY KEY,
  unix_ns  INTEGER NOT NULL,
  endpoint TEXT NOT NULL,
  text     TEXT NOT NULL
) STRICT;
CREATE TABLE trial (
  id              INTEGER PRIMARY KEY,
  planned_index   INTEGER NOT NULL,
  repetition      INTEGER NOT NULL,
  attempt         INTEGER NOT NULL,
  status          TEXT NOT NULL,
  reason          TEXT NOT NULL,
  started_unix_ns INTEGER NOT NULL,
  begin_ns        INTEGER NOT NULL,
  end_ns          INTEGER NOT NULL,
  path            TEXT NOT NULL
) STRICT;
CREATE TABLE trial_factor (
  trial_id INTEGER NOT NULL REFERENCES trial (id),
  factor   TEXT NOT NULL,
  level    TEXT NOT NULL,
  PRIMARY KEY (trial_id, factor)
) STRICT, WITHOUT ROWID;
CREATE TABLE lane (
  trial_id        INTEGER NOT NULL REFERENCES trial (id),
  position        INTEGER NOT NULL,
  client_endpoint TEXT NOT NULL,
  server_endpoint TEXT NOT NULL,
  client_address  TEXT NOT NULL,
  server_address  TEXT NOT NULL,
  PRIMARY KEY (trial_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE carrier (
  trial_id   INTEGER NOT NULL REFERENCES trial (id),
  lane       INTEGER NOT NULL,
  position   INTEGER NOT NULL,
  endpoint   TEXT NOT NULL,
  device     TEXT NOT NULL,
  direction  TEXT NOT NULL,
  metric     TEXT NOT NULL,
  must_carry INTEGER NOT NULL,
  PRIMARY KEY (trial_id, lane, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE clock_offset (
  trial_id  INTEGER NOT NULL REFERENCES trial (id),
  position  INTEGER NOT NULL,
  endpoint  TEXT NOT NULL,
  offset_ns INTEGER NOT NULL,
  error_ns  INTEGER NOT NULL,
  taken_ns  INTEGER NOT NULL,
  PRIMARY KEY (trial_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE report (
  id              INTEGER PRIMARY KEY,
  trial_id        INTEGER NOT NULL REFERENCES trial (id),
  endpoint        TEXT NOT NULL,
  lane            INTEGER NOT NULL,
  is_server       INTEGER NOT NULL,
  window_begin_ns INTEGER NOT NULL,
  window_end_ns   INTEGER NOT NULL,
  note            TEXT NOT NULL,
  latency         BLOB
) STRICT;
CREATE INDEX report_of_trial ON report (trial_id);
CREATE TABLE measure (
  report_id INTEGER NOT NULL REFERENCES report (id),
  position  INTEGER NOT NULL,
  name      TEXT NOT NULL,
  unit      TEXT NOT NULL,
  value     REAL,
  PRIMARY KEY (report_id, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE series (
  id     INTEGER PRIMARY KEY,
  metric TEXT NOT NULL,
  unit   TEXT NOT NULL,
  kind   TEXT NOT NULL,
  labels TEXT NOT NULL,
  UNIQUE (metric, unit, kind, labels)
) STRICT;
CREATE TABLE block (
  id         INTEGER PRIMARY KEY,
  trial_id   INTEGER NOT NULL REFERENCES trial (id),
  endpoint   TEXT NOT NULL,
  collector  TEXT NOT NULL,
  sample_rows INTEGER NOT NULL,
  begin_ns   BLOB NOT NULL,
  end_ns     BLOB NOT NULL
) STRICT;
CREATE INDEX block_of_trial ON block (trial_id);
CREATE TABLE block_column (
  block_id  INTEGER NOT NULL REFERENCES block (id),
  position  INTEGER NOT NULL,
  series_id INTEGER NOT NULL REFERENCES series (id),
  samples   BLOB NOT NULL,
  PRIMARY KEY (block_id, position)
) STRICT;
)sql";

/// Tables that older runs of the same version lack.
constexpr const char* kLaterTables = R"sql(
CREATE TABLE IF NOT EXISTS absent_measure (
  report_id INTEGER NOT NULL REFERENCES report (id),
  position  INTEGER NOT NULL,
  name      TEXT NOT NULL,
  unit      TEXT NOT NULL,
  why       TEXT NOT NULL,
  PRIMARY KEY (report_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS interval (
  report_id INTEGER NOT NULL REFERENCES report (id),
  position  INTEGER NOT NULL,
  begin_ns  INTEGER NOT NULL,
  end_ns    INTEGER NOT NULL,
  is_warmup INTEGER NOT NULL,
  counts    TEXT NOT NULL,
  latency   BLOB,
  PRIMARY KEY (report_id, position)
) STRICT;

CREATE TABLE IF NOT EXISTS series_apart (
  series_id INTEGER PRIMARY KEY REFERENCES series (id),
  labels    TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS block_checksum (
  block_id INTEGER PRIMARY KEY REFERENCES block (id),
  fnv1a    INTEGER NOT NULL
) STRICT;
)sql";

}  // namespace

Result<void> add_later_tables(const sqlite::Database& database) { return database.execute(kLaterTables); }

Result<bool> has_table(const sqlite::Database& database, std::string_view name) {
  SRIOV_ASSIGN(const std::int64_t tables,
               database.query_integer(
                   fmt::format("SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{}'", name)));
  return tables > 0;
}

Result<void> create_schema(const sqlite::Database& database) {
  SRIOV_TRY(database.execute(kTables));
  SRIOV_TRY(add_later_tables(database));
  return database.execute(
      fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {};", kApplicationId, kSchemaVersion));
}

Result<void> check_schema(const sqlite::Database& database) {
  SRIOV_ASSIGN(const std::int64_t application, database.query_integer("PRAGMA application_id"));
  SRIOV_ASSIGN(const std::int64_t version, database.query_integer("PRAGMA user_version"));
  SRIOV_ASSIGN(const std::int64_t tables, database.query_integer("SELECT count(*) FROM sqlite_master"));
  if (application == 0 && tables == 0)
    return fail("this run was cut off while it was being created: it holds nothing", database.file(),
                "remove the directory and run again", ErrorKind::not_enough_data);
  if (application != kApplicationId)
    return fail_usage("this SQLite database was not written by sriov-bench", database.file(),
                      "give the directory of a run");
  if (version > kSchemaVersion)
    return fail(fmt::format("the run was written by a newer sriov-bench (schema {}, this one knows up to {})", version,
                            kSchemaVersion),
                database.file(), "use that version or a later one", ErrorKind::usage);
  if (version < 1)
    return fail(fmt::format("the run has schema version {}, which never existed", version), database.file(),
                "the file is damaged", ErrorKind::not_enough_data);
  return {};
}

}  // namespace sriov
