// How a journal is written: one line an entry, tab-separated fields, a checksum, so that a torn line is recognised.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "host/journal.h"

namespace sriov {

/// Who made the changes. A pid alone can be reused; its start time and the boot make it unique.
struct JournalOwner {
  pid_t pid = 0;
  std::int64_t start_ticks = 0;  ///< Field 22 of /proc/PID/stat, clock ticks since boot.
  std::string boot_id;           ///< /proc/sys/kernel/random/boot_id.
  std::string name;              ///< For people.
};

[[nodiscard]] JournalOwner this_process(const std::string& name);
[[nodiscard]] bool is_alive(const JournalOwner& owner);

/// An entry and how many times its undo has failed.
struct KeptEntry {
  JournalEntry entry;
  int attempts = 0;
};

struct ParsedJournal {
  JournalOwner owner;
  std::vector<KeptEntry> entries;
  int damaged_lines = 0;  ///< Complete lines that cannot be understood; a torn last line is not one of them.
};

/// Lines with their newline.
[[nodiscard]] std::string encode_header(const JournalOwner& owner);
[[nodiscard]] std::string encode_entry(const KeptEntry& kept);
/// Takes anything: what cannot be understood is counted. A last line without its newline was being written at the
/// crash, so its change was never made: it is ignored.
[[nodiscard]] ParsedJournal parse_journal(std::string_view contents);

}  // namespace sriov
