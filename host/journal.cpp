#include "host/journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/journal_format.h"

namespace sriov {
namespace {

constexpr std::string_view kSuffix = ".journal";
constexpr std::int64_t kUndoTimeoutNs = 60 * kNsPerSecond;
constexpr int kMaxAttempts = 3;

/// Without it a crash may forget that the file was ever made (or removed).
Result<void> sync_directory(const std::string& directory) {
  const Fd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.is_open()) return fail_errno("cannot open " + directory, errno);
  if (::fsync(fd.get()) != 0) return fail_errno("cannot sync " + directory, errno);
  return {};
}

std::string parent_of(const std::string& path) { return std::filesystem::path(path).parent_path().string(); }

/// Whole or not at all: half a line would spoil the next one.
Result<void> append_durably(const Fd& fd, std::string_view line, const std::string& path) {
  const off_t before = ::lseek(fd.get(), 0, SEEK_END);
  const ssize_t written = ::write(fd.get(), line.data(), line.size());
  const bool whole = written == static_cast<ssize_t>(line.size());
  if (whole && ::fdatasync(fd.get()) == 0) return {};
  const int number = written >= 0 && !whole ? ENOSPC : errno;
  static_cast<void>(::ftruncate(fd.get(), before) == 0);
  return fail_errno("cannot write journal " + path, number);
}

void remove_file(const std::string& path) {
  if (::unlink(path.c_str()) == 0) static_cast<void>(sync_directory(parent_of(path)));
}

/// Undo commands run with our rights: only a file that nobody else could have written counts.
Result<Fd> open_for_restore(const std::string& path) {
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd.is_open()) return fail_errno("cannot open journal " + path, errno);
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return fail_errno("cannot examine journal " + path, errno);
  if (info.st_uid != ::geteuid() || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    return fail_environment("journal " + path + " belongs to another user or is writable by others", {},
                            "check what it contains and remove it");
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0)
    return fail("journal " + path + " is being restored by another process");
  return fd;
}

/// Runs every undo command of an entry; "" when all of them worked, else what did not.
std::string undo_entry(const JournalEntry& entry, Shell& shell) {
  std::vector<std::string> problems;
  for (const Command& command : entry.undo) {
    const auto outcome = shell.output_of(command, kUndoTimeoutNs);
    if (!outcome) problems.push_back(outcome.error().text());
  }
  return join(problems, "; ");
}

/// What is left after a restore: entries that failed are tried again by the next one, a few times; damaged lines are
/// set aside for a person to read.
void settle_file(const std::string& path, const ParsedJournal& journal, const std::vector<KeptEntry>& failed) {
  if (journal.damaged_lines > 0) {
    const std::string aside = path + ".damaged";
    if (::link(path.c_str(), aside.c_str()) == 0) static_cast<void>(sync_directory(parent_of(path)));
  }
  if (failed.empty()) {
    remove_file(path);
    return;
  }
  std::string contents = encode_header(journal.owner);
  for (const KeptEntry& kept : failed) contents += encode_entry(kept);
  static_cast<void>(write_file(path, contents, true));
  ::chmod(path.c_str(), S_IRUSR | S_IWUSR);
}

Result<std::vector<std::string>> undo_all(const std::string& path, Shell& shell) {
  SRIOV_ASSIGN(const std::string contents, read_file(path));
  const ParsedJournal journal = parse_journal(contents);
  std::vector<std::string> restored;
  std::vector<std::string> problems;
  std::vector<KeptEntry> failed;
  for (auto kept = journal.entries.rbegin(); kept != journal.entries.rend(); ++kept) {
    const std::string problem = undo_entry(kept->entry, shell);
    if (problem.empty()) {
      restored.push_back(kept->entry.what);
      continue;
    }
    const bool again = kept->attempts + 1 < kMaxAttempts;
    problems.push_back(
        fmt::format("{}: {}{}", kept->entry.what, problem, again ? "" : " (given up after several attempts)"));
    if (again) failed.push_back({kept->entry, kept->attempts + 1});
  }
  std::reverse(failed.begin(), failed.end());
  if (journal.damaged_lines > 0)
    problems.push_back(fmt::format("{} damaged lines, kept in {}.damaged", journal.damaged_lines, path));
  settle_file(path, journal, failed);
  if (problems.empty()) return restored;
  return fail("could not put everything back: " + join(problems, "; "), path,
              failed.empty() ? "" : "the next command tries again");
}

}  // namespace

struct Journal::State {
  std::string path;
  Fd fd;
  bool has_entries = false;
};

std::string Journal::directory() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value != nullptr ? value : "");
  };
  if (std::string given = variable("SRIOV_BENCH_STATE"); !given.empty()) return given;
  if (::geteuid() == 0) return "/var/lib/sriov-bench";
  if (const std::string state = variable("XDG_STATE_HOME"); !state.empty()) return state + "/sriov-bench";
  if (const std::string home = variable("HOME"); !home.empty()) return home + "/.local/state/sriov-bench";
  return fmt::format("/var/tmp/sriov-bench-{}", ::geteuid());
}

Result<Journal> Journal::open(const std::string& directory, const std::string& owner) {
  SRIOV_TRY(make_directories(directory));
  const JournalOwner self = this_process(owner);
  auto state = std::make_unique<State>();
  state->path = fmt::format("{}/{}-{}{}", directory, self.pid, unix_ns(), kSuffix);
  // Nobody may see it before it says whose it is, or it would pass for abandoned.
  const std::string unfinished = state->path + ".new";
  state->fd = Fd(::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  if (!state->fd.is_open()) return fail_errno("cannot create journal " + unfinished, errno);
  SRIOV_TRY(append_durably(state->fd, encode_header(self), unfinished));
  if (std::rename(unfinished.c_str(), state->path.c_str()) != 0)
    return fail_errno("cannot create journal " + state->path, errno);
  SRIOV_TRY(sync_directory(directory));
  return Journal(std::move(state));
}

std::vector<std::string> Journal::abandoned(const std::string& directory) {
  std::vector<std::string> paths;
  for (const std::string& name : list_directory(directory)) {
    if (!name.ends_with(kSuffix)) continue;
    std::string path = directory;
    path.append("/").append(name);
    const auto contents = read_file(path);
    if (contents && !is_alive(parse_journal(*contents).owner)) paths.push_back(path);
  }
  return paths;
}

Result<std::vector<std::string>> Journal::restore_file(const std::string& path, Shell& shell) {
  SRIOV_ASSIGN(const Fd lock, open_for_restore(path));
  // Whoever held the lock before us may have finished the work and removed the file.
  if (!exists(path)) return std::vector<std::string>();
  SRIOV_ASSIGN(const std::string contents, read_file(path));
  const JournalOwner owner = parse_journal(contents).owner;
  if (is_alive(owner))
    return fail(fmt::format("'{}' (process {}) still uses these changes", owner.name, owner.pid), path,
                "wait for it or stop it first");
  return undo_all(path, shell);
}

Journal::Journal(std::unique_ptr<State> state) : state_(std::move(state)) {}
Journal::Journal(Journal&&) noexcept = default;

Journal& Journal::operator=(Journal&& other) noexcept {
  std::swap(state_, other.state_);
  return *this;
}

Journal::~Journal() {
  if (state_ && !state_->has_entries) remove_file(state_->path);
}

Result<void> Journal::record(const JournalEntry& entry) {
  if (!state_ || !state_->fd.is_open()) return fail("the journal is closed, cannot record: " + entry.what);
  SRIOV_TRY(append_durably(state_->fd, encode_entry({entry, 0}), state_->path));
  state_->has_entries = true;
  return {};
}

Result<std::vector<std::string>> Journal::restore(Shell& shell) {
  if (!state_ || !exists(state_->path)) return std::vector<std::string>();
  state_->fd.close();
  return undo_all(state_->path, shell);
}

}  // namespace sriov
