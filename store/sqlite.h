// SQLite's C interface with owners instead of pointers and Results instead of codes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace sriov::sqlite {

/// A NULL to bind.
struct Null {};
/// Bytes to bind as a BLOB (a string binds as TEXT).
struct Blob {
  std::string_view bytes;
};

/// A prepared statement. Runs many times; parameters are bound by position.
class Statement {
 public:
  Statement() = default;

  /// Binds all parameters, runs to the end and makes it ready for the next time. For statements without rows.
  template <class... Values>
  [[nodiscard]] Result<void> run(const Values&... values) {
    SRIOV_TRY(start(values...));
    while (true) {
      SRIOV_ASSIGN(const bool has_row, next());
      if (!has_row) return {};
    }
  }
  /// Binds all parameters; next() then walks the rows. Text and blobs must live until the statement is done.
  template <class... Values>
  [[nodiscard]] Result<void> start(const Values&... values) {
    reset();
    int position = 0;
    const bool bound = (bind(++position, values) && ...);
    if (!bound) return tl::unexpected(last_error());
    return {};
  }
  /// Moves to the next row; false after the last one (the statement is then reset).
  [[nodiscard]] Result<bool> next();

  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] std::int64_t integer(int column) const;
  /// NULL reads as NaN: SQLite stores NaN so.
  [[nodiscard]] double real(int column) const;
  /// Text or blob; valid until the next next() or start().
  [[nodiscard]] std::string_view bytes(int column) const;
  [[nodiscard]] std::string text(int column) const { return std::string(bytes(column)); }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(sqlite3_stmt* statement, std::string file) : statement_(statement), file_(std::move(file)) {}

  void reset();
  bool bind(int position, std::int64_t value);
  bool bind(int position, int value) { return bind(position, std::int64_t{value}); }
  bool bind(int position, bool value) { return bind(position, std::int64_t{value ? 1 : 0}); }
  bool bind(int position, double value);
  bool bind(int position, std::string_view value);
  bool bind(int position, const std::string& value) { return bind(position, std::string_view(value)); }
  bool bind(int position, const char* value) { return bind(position, std::string_view(value)); }
  bool bind(int position, Null value);
  bool bind(int position, Blob value);
  [[nodiscard]] Error last_error() const;

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  std::string file_;
};

enum class Access {
  read,            ///< Never changes the file; sees what a writer has committed.
  read_immutable,  ///< As read, for files in a folder that cannot be written and that nobody is writing.
  write,           ///< The file must exist.
  create,          ///< As write, but a missing file is made.
};

/// An open database file.
class Database {
 public:
  [[nodiscard]] static Result<Database> open(const std::string& file, Access access);

  [[nodiscard]] Result<Statement> prepare(std::string_view sql) const;
  /// Runs one or several statements without parameters.
  [[nodiscard]] Result<void> execute(const std::string& sql) const;
  /// The first column of the first row.
  [[nodiscard]] Result<std::int64_t> query_integer(std::string_view sql) const;
  [[nodiscard]] std::int64_t last_insert_id() const;
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  Database(sqlite3* database, std::string file) : database_(database), file_(std::move(file)) {}

  std::unique_ptr<sqlite3, Close> database_;
  std::string file_;
};

/// A write transaction: rolled back unless committed.
class Transaction {
 public:
  [[nodiscard]] static Result<Transaction> begin(const Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();

  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(const Database& database) : database_(&database) {}
  const Database* database_;
};

}  // namespace sriov::sqlite
