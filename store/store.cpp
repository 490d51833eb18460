#include "store/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include <fmt/format.h>

#include "host/clock.h"
#include "host/file.h"
#include "store/schema.h"
#include "store/sqlite.h"
#include "store/trial_rows.h"

namespace sriov {
namespace {

using sqlite::Access;
using sqlite::Database;
using sqlite::Statement;
using sqlite::Transaction;

std::string database_file(const std::string& directory) { return directory + "/run.sqlite"; }

/// Held by the one writer of a run, through a lock on its directory. SQLite's own locks are on the database file.
Result<Fd> lock_for_writing(const std::string& directory) {
  Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return fail_errno("cannot open the directory", errno, directory);
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return fail("another sriov-bench is writing this run", directory, "wait for it to end, or use another -o");
  return fd;
}

/// A creation that was cut off leaves a file without tables: nothing is lost by starting over in it.
Result<void> refuse_existing_run(const std::string& directory) {
  const std::string file = database_file(directory);
  if (!exists(file)) return {};
  SRIOV_ASSIGN(const Database database, Database::open(file, Access::read));
  const auto tables = database.query_integer("SELECT count(*) FROM sqlite_master");
  if (tables && *tables == 0) return {};
  return fail_usage("there is a run already", directory, "use --resume or another -o");
}

/// WAL lets readers look while we write. FULL syncs the log at every commit: one a trial, so it costs nothing that
/// matters, and a finished trial survives a power cut as well as kill -9.
Result<void> set_up_writer(const Database& database, Durability durability) {
  SRIOV_TRY(database.execute("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;"));
  return database.execute(durability == Durability::power_cut ? "PRAGMA synchronous = FULL;"
                                                              : "PRAGMA synchronous = OFF;");
}

/// A reader of a WAL database needs its shared-memory file. When nobody writes and the folder cannot be written (an
/// archive, another user's), the database is complete in itself and can be read as it stands.
Result<Database> open_for_reading(const std::string& file) {
  SRIOV_ASSIGN(Database database, Database::open(file, Access::read));
  auto first_read = database.query_integer("SELECT count(*) FROM sqlite_master");
  if (first_read) return database;
  std::error_code ignored;
  const auto log_bytes = std::filesystem::file_size(file + "-wal", ignored);
  const bool log_is_empty = !exists(file + "-wal") || log_bytes == 0;
  if (!log_is_empty || ::access(file.c_str(), R_OK) != 0) return tl::unexpected(std::move(first_read).error());
  SRIOV_ASSIGN(Database immutable, Database::open(file, Access::read_immutable));
  first_read = immutable.query_integer("SELECT count(*) FROM sqlite_master");
  if (!first_read) return tl::unexpected(std::move(first_read).error());
  return immutable;
}

Result<void> check_there_is_a_run(const std::string& directory) {
  if (exists(database_file(directory))) return {};
  if (!exists(directory)) return fail_usage("there is no such directory", directory, "give the directory of a run");
  return fail_usage("there is no run in this directory (no run.sqlite)", directory, "give the directory of a run");
}

Result<void> insert_run(const Database& database, const RunInfo& info) {
  SRIOV_ASSIGN(Statement insert, database.prepare("INSERT INTO run VALUES (1,?,?,?,?,?,?,?,?,?,?)"));
  return insert.run(info.name, info.description, info.testbed, info.emulated, info.accelerator, info.tool_version,
                    info.experiment_toml, info.planned_trials, info.started_unix_ns, info.finished_unix_ns);
}

}  // namespace

struct Store::State {
  std::string directory;
  Database database;
  Fd lock;  ///< Open in writers only.
  SeriesIds series;
  Damage damage;

  State(std::string where, Database opened, Fd held)
      : directory(std::move(where)), database(std::move(opened)), lock(std::move(held)) {}

  /// Runs one statement as one transaction.
  template <class... Values>
  Result<void> write(const char* sql, const Values&... values) {
    SRIOV_ASSIGN(Statement statement, database.prepare(sql));
    return statement.run(values...);
  }
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

Result<Store> Store::create(const std::string& directory, const RunInfo& info, Durability durability) {
  SRIOV_TRY(make_directories(directory + "/logs"));
  SRIOV_ASSIGN(Fd lock, lock_for_writing(directory));
  SRIOV_TRY(refuse_existing_run(directory));
  SRIOV_TRY(write_file(directory + "/experiment.toml", info.experiment_toml, true));
  SRIOV_ASSIGN(Database database, Database::open(database_file(directory), Access::create));
  SRIOV_TRY(set_up_writer(database, durability));
  SRIOV_ASSIGN(Transaction transaction, Transaction::begin(database));
  SRIOV_TRY(create_schema(database));
  SRIOV_TRY(insert_run(database, info));
  SRIOV_TRY(transaction.commit());
  return Store(std::make_unique<State>(directory, std::move(database), std::move(lock)));
}

Result<Store> Store::open_for_append(const std::string& directory) {
  SRIOV_TRY(check_there_is_a_run(directory));
  SRIOV_ASSIGN(Fd lock, lock_for_writing(directory));
  SRIOV_ASSIGN(Database database, Database::open(database_file(directory), Access::write));
  SRIOV_TRY(check_schema(database));
  SRIOV_TRY(set_up_writer(database, Durability::power_cut));
  SRIOV_TRY(add_later_tables(database));
  return Store(std::make_unique<State>(directory, std::move(database), std::move(lock)));
}

Result<Store> Store::open(const std::string& directory) {
  SRIOV_TRY(check_there_is_a_run(directory));
  SRIOV_ASSIGN(Database database, open_for_reading(database_file(directory)));
  SRIOV_TRY(check_schema(database));
  return Store(std::make_unique<State>(directory, std::move(database), Fd()));
}

const std::string& Store::directory() const { return state_->directory; }

Result<RunInfo> Store::info() const {
  SRIOV_ASSIGN(Statement select,
               state_->database.prepare("SELECT name, description, testbed, emulated, accelerator, tool_version, "
                                        "experiment_toml, planned_trials, started_unix_ns, finished_unix_ns FROM run"));
  SRIOV_TRY(select.start());
  SRIOV_ASSIGN(const bool has_row, select.next());
  if (!has_row)
    return fail("the database is damaged: it does not say what run it is", state_->database.file(), "",
                ErrorKind::not_enough_data);
  RunInfo info;
  info.name = select.text(0);
  info.description = select.text(1);
  info.testbed = select.text(2);
  info.emulated = select.integer(3) != 0;
  info.accelerator = select.text(4);
  info.tool_version = select.text(5);
  info.experiment_toml = select.text(6);
  info.planned_trials = static_cast<int>(select.integer(7));
  info.started_unix_ns = select.integer(8);
  info.finished_unix_ns = select.integer(9);
  return info;
}

Result<void> Store::set_finished(std::int64_t unix_time_ns) {
  return state_->write("UPDATE run SET finished_unix_ns = ?", unix_time_ns);
}

Result<void> Store::set_planned_trials(int planned_trials) {
  return state_->write("UPDATE run SET planned_trials = ?", planned_trials);
}

Result<void> Store::put_environment(const std::string& endpoint, const std::string& json) {
  return state_->write("INSERT INTO environment VALUES (?1, ?2) ON CONFLICT (endpoint) DO UPDATE SET json = ?2",
                       endpoint, json);
}

Result<std::map<std::string, std::string>> Store::environments() const {
  std::map<std::string, std::string> out;
  const auto read = [&]() -> Result<void> {
    SRIOV_ASSIGN(Statement select, state_->database.prepare("SELECT endpoint, json FROM environment"));
    SRIOV_TRY(select.start());
    while (true) {
      SRIOV_ASSIGN(const bool has_row, select.next());
      if (!has_row) return {};
      out[select.text(0)] = select.text(1);
    }
  };
  SRIOV_TRY(go_on_without(read(), "facts of machines", state_->damage));
  return out;
}

Result<void> Store::put_event(std::int64_t unix_time_ns, const std::string& endpoint, const std::string& text) {
  return state_->write("INSERT INTO event (unix_ns, endpoint, text) VALUES (?,?,?)", unix_time_ns, endpoint, text);
}

Result<std::vector<std::string>> Store::events() const {
  std::vector<std::string> out;
  const auto read = [&]() -> Result<void> {
    SRIOV_ASSIGN(Statement select,
                 state_->database.prepare("SELECT unix_ns, endpoint, text FROM event ORDER BY unix_ns, id"));
    SRIOV_TRY(select.start());
    while (true) {
      SRIOV_ASSIGN(const bool has_row, select.next());
      if (!has_row) return {};
      const std::string endpoint = select.text(1);
      out.push_back(fmt::format("{} {}{}{}", format_utc(select.integer(0)), endpoint, endpoint.empty() ? "" : ": ",
                                select.bytes(2)));
    }
  };
  SRIOV_TRY(go_on_without(read(), "events", state_->damage));
  return out;
}

Result<std::int64_t> Store::put_trial(const TrialRecord& record) {
  auto written = [&]() -> Result<std::int64_t> {
    SRIOV_ASSIGN(Transaction transaction, Transaction::begin(state_->database));
    SRIOV_ASSIGN(const std::int64_t id, write_trial(state_->database, record, state_->series));
    SRIOV_TRY(transaction.commit());
    return id;
  }();
  if (!written) state_->series.clear();  // It may hold ids that were rolled back.
  return written;
}

Result<void> Store::put_blocks(std::int64_t trial_id, const std::vector<SampleBlock>& blocks) {
  auto written = [&]() -> Result<void> {
    SRIOV_ASSIGN(Transaction transaction, Transaction::begin(state_->database));
    SRIOV_TRY(write_blocks(state_->database, trial_id, blocks, state_->series));
    return transaction.commit();
  }();
  if (!written) state_->series.clear();  // It may hold ids that were rolled back.
  return written;
}

Result<void> Store::update_trial(std::int64_t trial_id, const TrialRecord& record) {
  SRIOV_ASSIGN(Transaction transaction, Transaction::begin(state_->database));
  SRIOV_TRY(rewrite_end(state_->database, trial_id, record));
  return transaction.commit();
}

Result<void> Store::remove_trials_before(std::int64_t trial_id) {
  SRIOV_ASSIGN(Transaction transaction, Transaction::begin(state_->database));
  SRIOV_TRY(erase_trials_before(state_->database, trial_id));
  return transaction.commit();
}

Result<std::vector<TrialSummary>> Store::trials() const { return read_trials(state_->database, state_->damage); }

std::vector<std::string> Store::damage() const { return state_->damage.notes(); }

Result<void> Store::visit_blocks(std::int64_t trial_id, const std::function<Result<void>(SampleBlock)>& visit) const {
  SRIOV_TRY(visit_blocks_after(trial_id, 0, visit));
  return {};
}

Result<std::int64_t> Store::visit_blocks_after(std::int64_t trial_id, std::int64_t block,
                                               const std::function<Result<void>(SampleBlock)>& visit) const {
  return read_blocks(state_->database, trial_id, block, visit, state_->damage);
}

Result<std::vector<SampleBlock>> Store::blocks(std::int64_t trial_id) const {
  std::vector<SampleBlock> out;
  SRIOV_TRY(visit_blocks(trial_id, [&](SampleBlock block) -> Result<void> {
    out.push_back(std::move(block));
    return {};
  }));
  return out;
}

Result<std::vector<std::vector<WorkloadInterval>>> Store::intervals(std::int64_t trial_id) const {
  return read_intervals(state_->database, trial_id, state_->damage);
}

bool is_being_written(const std::string& directory) {
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return false;
  return ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

std::vector<TrialSummary> latest_attempts(std::vector<TrialSummary> trials) {
  std::map<int, TrialSummary> by_index;
  for (TrialSummary& trial : trials) by_index.insert_or_assign(trial.record.planned.index, std::move(trial));
  std::vector<TrialSummary> out;
  out.reserve(by_index.size());
  for (auto& [index, trial] : by_index) out.push_back(std::move(trial));
  return out;
}

}  // namespace sriov
