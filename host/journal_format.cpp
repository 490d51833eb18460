#include "host/journal_format.h"

#include <unistd.h>

#include <limits>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "core/fnv1a.h"
#include "core/text.h"
#include "host/file.h"
#include "host/process_stat.h"

namespace sriov {
namespace {

constexpr std::string_view kHeader = "sriov-bench-journal-1";
constexpr std::string_view kEntry = "entry";

std::string escape(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (byte == '\t') {
      out += "\\t";
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\\') {
      out += "\\\\";
    } else {
      out += byte;
    }
  }
  return out;
}

std::string unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    const char next = text[++i];
    out += next == 't' ? '\t' : next == 'n' ? '\n' : next;
  }
  return out;
}

std::string encode_line(std::string_view tag, const std::vector<std::string>& fields) {
  std::string body(tag);
  for (const std::string& field : fields) body += "\t" + escape(field);
  return fmt::format("{:016x}\t{}\n", fnv1a(body), body);
}

/// Tag and fields of a line whose checksum is right.
std::optional<std::vector<std::string>> decode_line(std::string_view line) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return std::nullopt;
  const std::string_view body = line.substr(tab + 1);
  if (line.substr(0, tab) != fmt::format("{:016x}", fnv1a(body))) return std::nullopt;
  std::vector<std::string> fields = split(body, '\t');
  for (std::string& field : fields) field = unescape(field);
  return fields;
}

std::optional<JournalOwner> decode_owner(const std::vector<std::string>& fields) {
  if (fields.size() != 5 || fields[0] != kHeader) return std::nullopt;
  const auto pid = to_int(fields[1]);
  const auto ticks = to_int(fields[2]);
  if (!pid || !ticks || *pid < 0 || *pid > std::numeric_limits<pid_t>::max()) return std::nullopt;
  return JournalOwner{static_cast<pid_t>(*pid), *ticks, fields[3], fields[4]};
}

/// Fields: tag, attempts, what, then every command as its word count followed by its words.
std::optional<KeptEntry> decode_entry(const std::vector<std::string>& fields) {
  if (fields.size() < 3 || fields[0] != kEntry) return std::nullopt;
  const auto attempts = to_int(fields[1]);
  if (!attempts || *attempts < 0 || *attempts > std::numeric_limits<int>::max()) return std::nullopt;
  KeptEntry kept{{fields[2], {}}, static_cast<int>(*attempts)};
  std::span<const std::string> rest = std::span(fields).subspan(3);
  while (!rest.empty()) {
    const auto words = to_int(rest.front());
    rest = rest.subspan(1);
    if (!words || *words < 1 || static_cast<std::uint64_t>(*words) > rest.size()) return std::nullopt;
    const auto count = static_cast<std::size_t>(*words);
    kept.entry.undo.emplace_back(rest.begin(), rest.begin() + *words);
    rest = rest.subspan(count);
  }
  return kept;
}

std::string boot_id() { return read_word("/proc/sys/kernel/random/boot_id"); }

}  // namespace

JournalOwner this_process(const std::string& name) {
  const auto stat = read_process_stat(::getpid());
  return {::getpid(), stat ? stat->start_ticks : -1, boot_id(), name};
}

bool is_alive(const JournalOwner& owner) {
  if (owner.pid <= 0 || owner.boot_id != boot_id()) return false;
  const auto stat = read_process_stat(owner.pid);
  return stat && !stat->has_ended() && stat->start_ticks == owner.start_ticks;
}

std::string encode_header(const JournalOwner& owner) {
  return encode_line(kHeader,
                     {std::to_string(owner.pid), std::to_string(owner.start_ticks), owner.boot_id, owner.name});
}

std::string encode_entry(const KeptEntry& kept) {
  std::vector<std::string> fields{std::to_string(kept.attempts), kept.entry.what};
  for (const Command& command : kept.entry.undo) {
    if (command.empty()) continue;
    fields.push_back(std::to_string(command.size()));
    fields.insert(fields.end(), command.begin(), command.end());
  }
  return encode_line(kEntry, fields);
}

ParsedJournal parse_journal(std::string_view contents) {
  ParsedJournal journal;
  std::size_t start = 0;
  for (std::size_t end = contents.find('\n'); end != std::string_view::npos; end = contents.find('\n', start)) {
    const auto fields = decode_line(contents.substr(start, end - start));
    const bool is_first = start == 0;
    start = end + 1;
    if (is_first) {
      const auto owner = fields ? decode_owner(*fields) : std::nullopt;
      if (owner) {
        journal.owner = *owner;
      } else {
        ++journal.damaged_lines;
      }
      continue;
    }
    auto kept = fields ? decode_entry(*fields) : std::nullopt;
    if (kept) {
      journal.entries.push_back(std::move(*kept));
    } else {
      ++journal.damaged_lines;
    }
  }
  return journal;
}

}  // namespace sriov
