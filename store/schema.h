// The tables of a run's database and their versions. docs/file-formats.md describes them for others.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.h"
#include "store/sqlite.h"

namespace sriov {

/// "SRIB" in the file's header (PRAGMA application_id): says whose database this is.
inline constexpr std::int64_t kApplicationId = 0x53524942;
/// Newest schema this build reads and the one it writes (PRAGMA user_version).
inline constexpr std::int64_t kSchemaVersion = 1;

/// Makes all tables in an empty database; call inside a transaction.
[[nodiscard]] Result<void> create_schema(const sqlite::Database& database);
/// Makes the tables that came after the first release of this version, where they are missing: before writing on.
[[nodiscard]] Result<void> add_later_tables(const sqlite::Database& database);
/// Whether the run has a table; an older one may lack those of add_later_tables().
[[nodiscard]] Result<bool> has_table(const sqlite::Database& database, std::string_view name);
/// Refuses foreign, unfinished and newer databases, each with what to do.
[[nodiscard]] Result<void> check_schema(const sqlite::Database& database);

}  // namespace sriov
