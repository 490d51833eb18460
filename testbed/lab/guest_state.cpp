#include "testbed/lab/guest_state.h"

#include "core/text.h"

namespace sriov::lab {
namespace {

constexpr std::size_t kStateColumn = 4;   // Name ID Mem VCPUs State Time(s).
constexpr std::size_t kStateLetters = 6;  // "rbpscd", each a letter or '-'.

/// xl-list(1): running, blocked, paused, shutdown, crashed, dying. Blocked and none of them are a guest that waits.
std::string in_words(std::string_view letters) {
  if (letters[5] == 'd') return "dying";
  if (letters[4] == 'c') return "crashed";
  if (letters[3] == 's') return "shut down";
  return letters[2] == 'p' ? "paused" : "running";
}

}  // namespace

std::vector<GuestState> parse_guest_states(std::string_view xl_list) {
  std::vector<GuestState> guests;
  for (const std::string& line : split(xl_list, '\n')) {
    const std::vector<std::string> cells = split_at_blanks(line);
    if (cells.size() <= kStateColumn || !cells[0].starts_with("guest")) continue;
    if (cells[kStateColumn].size() == kStateLetters) guests.push_back({cells[0], in_words(cells[kStateColumn])});
  }
  return guests;
}

}  // namespace sriov::lab
