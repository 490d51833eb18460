// What of a run could not be read: said once, and the rest is read all the same.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "core/result.h"

namespace sriov {

class Damage {
 public:
  void note(std::string what) {
    if (std::find(notes_.begin(), notes_.end(), what) == notes_.end()) notes_.push_back(std::move(what));
  }
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  std::vector<std::string> notes_;
};

/// Whether an error of reading rows says that they are damaged: of those that reading yields only these are
/// not_enough_data (exit code 4 when nothing else could be read).
[[nodiscard]] inline bool is_damage(const Error& error) { return error.kind == ErrorKind::not_enough_data; }

/// Notes an error that says that stored data is damaged, and goes on without it; other errors stay errors.
[[nodiscard]] inline Result<void> go_on_without(Result<void> read, const std::string& what, Damage& damage) {
  if (read || !is_damage(read.error())) return read;
  damage.note(what + ": " + read.error().what);
  return {};
}

}  // namespace sriov
