#include "store/sqlite.h"

#include <sqlite3.h>

#include <limits>
#include <utility>

#include <fmt/format.h>

namespace sriov::sqlite {
namespace {

constexpr int kBusyTimeoutMs = 5000;

/// What the code means for the person who has the file, and what to do about it.
Error describe(sqlite3* database, int code, const std::string& file) {
  const int primary = code & 0xFF;
  const std::string detail = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  if (primary == SQLITE_FULL || code == SQLITE_IOERR_WRITE)
    return {primary == SQLITE_FULL ? "the disk is full: nothing of this write was kept, what was committed is safe"
                                   : "cannot write to the disk (full, over a quota or failing): nothing of this write "
                                     "was kept, what was committed is safe",
            file, "free some space, then continue with --resume", ErrorKind::failed};
  if (code == SQLITE_IOERR_SHORT_READ || code == SQLITE_IOERR_READ)
    return {"the database cannot be read to its end: " + detail, file, "it was cut off, or the disk fails",
            ErrorKind::not_enough_data};
  switch (primary) {
    case SQLITE_ERROR:  // The statements are constant: what they name is gone, or no longer what it was.
    case SQLITE_TOOBIG:
    case SQLITE_FORMAT:
      return {"the database is damaged: " + detail, file, "", ErrorKind::not_enough_data};
    case SQLITE_NOTADB:
      return {"this is not an SQLite database, so not a result of sriov-bench", file, "give the directory of a run",
              ErrorKind::usage};
    case SQLITE_CORRUPT:
      return {"the database is damaged: " + detail, file,
              "`sqlite3 run.sqlite .recover | sqlite3 saved.sqlite` saves what can be read",
              ErrorKind::not_enough_data};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {"the database is in use by another process", file, "wait for it to end", ErrorKind::failed};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
      return {"cannot open the database: " + detail, file,
              "check its permissions; a run that was cut off must be copied to a folder that can be written",
              ErrorKind::failed};
    default:
      return {"database error: " + detail, file, "", ErrorKind::failed};
  }
}

/// Percent-encodes a path for SQLite's file: URI.
std::string to_uri(const std::string& file) {
  std::string out = "file:";
  for (const char c : file) {
    if (c == '%' || c == '?' || c == '#')
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    else
      out += c;
  }
  return out;
}

int to_flags(Access access) {
  switch (access) {
    case Access::write:
      return SQLITE_OPEN_READWRITE;
    case Access::create:
      return SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    case Access::read:
    case Access::read_immutable:
      return SQLITE_OPEN_READONLY;
  }
  return SQLITE_OPEN_READONLY;
}

}  // namespace

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Error Statement::last_error() const {
  sqlite3* database = sqlite3_db_handle(statement_.get());
  return describe(database, sqlite3_extended_errcode(database), file_);
}

void Statement::reset() { sqlite3_reset(statement_.get()); }

bool Statement::bind(int position, std::int64_t value) {
  return sqlite3_bind_int64(statement_.get(), position, value) == SQLITE_OK;
}

bool Statement::bind(int position, double value) {
  return sqlite3_bind_double(statement_.get(), position, value) == SQLITE_OK;
}

bool Statement::bind(int position, std::string_view value) {
  const char* start = value.data() == nullptr ? "" : value.data();
  return sqlite3_bind_text64(statement_.get(), position, start, value.size(), SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK;
}

bool Statement::bind(int position, Blob value) {
  const char* start = value.bytes.data() == nullptr ? "" : value.bytes.data();
  return sqlite3_bind_blob64(statement_.get(), position, start, value.bytes.size(), SQLITE_STATIC) == SQLITE_OK;
}

bool Statement::bind(int position, Null /*value*/) {
  return sqlite3_bind_null(statement_.get(), position) == SQLITE_OK;
}

Result<bool> Statement::next() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  Error error = last_error();
  reset();
  return tl::unexpected(std::move(error));
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }

double Statement::real(int column) const {
  if (is_null(column)) return std::numeric_limits<double>::quiet_NaN();
  return sqlite3_column_double(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const {
  const auto* start = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  if (start == nullptr) return {};
  return {start, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Result<Database> Database::open(const std::string& file, Access access) {
  const int flags = to_flags(access) | SQLITE_OPEN_URI;
  const std::string uri = to_uri(file) + (access == Access::read_immutable ? "?immutable=1" : "");
  sqlite3* raw = nullptr;
  const int code = sqlite3_open_v2(uri.c_str(), &raw, flags, nullptr);
  Database database(raw, file);
  if (code != SQLITE_OK) return tl::unexpected(describe(raw, code, file));
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyTimeoutMs);
  return database;
}

Result<Statement> Database::prepare(std::string_view sql) const {
  sqlite3_stmt* raw = nullptr;
  const int code = sqlite3_prepare_v2(database_.get(), sql.data(), static_cast<int>(sql.size()), &raw, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(describe(database_.get(), code, file_));
  return Statement(raw, file_);
}

Result<void> Database::execute(const std::string& sql) const {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(describe(database_.get(), code, file_));
  return {};
}

Result<std::int64_t> Database::query_integer(std::string_view sql) const {
  SRIOV_ASSIGN(Statement statement, prepare(sql));
  SRIOV_TRY(statement.start());
  SRIOV_ASSIGN(const bool has_row, statement.next());
  if (!has_row) return fail("the database lacks a row that must be there", file_);
  return statement.integer(0);
}

std::int64_t Database::last_insert_id() const { return sqlite3_last_insert_rowid(database_.get()); }

Result<Transaction> Transaction::begin(const Database& database) {
  // IMMEDIATE takes the write lock at once: a second writer fails here, before it has done any work.
  SRIOV_TRY(database.execute("BEGIN IMMEDIATE"));
  return Transaction(database);
}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  // After some errors (disk full) SQLite has rolled back by itself; a second rollback then fails and changes nothing.
  const auto ignored = database_->execute("ROLLBACK");
  static_cast<void>(ignored);
}

Result<void> Transaction::commit() {
  SRIOV_TRY(database_->execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace sriov::sqlite
