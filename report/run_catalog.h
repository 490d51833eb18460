// The runs below a folder, a line each.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/annotations.h"
#include "store/store.h"

namespace sriov {

enum class RunState {
  finished,
  running,     ///< Somebody is writing it.
  cut_off,     ///< Unfinished, and nobody is writing it: `run --resume` goes on.
  unreadable,  ///< Damaged, foreign, or of a newer version: CatalogEntry::problem.
};
[[nodiscard]] std::string_view to_string(RunState state);

struct CatalogEntry {
  std::string directory;
  RunState state = RunState::unreadable;
  std::string problem;  ///< Why it is unreadable.
  RunInfo info;
  std::string host;  ///< Name of the machine under test: dom0's, else the first that has one.
  int valid_trials = 0;
  int left_out_trials = 0;  ///< Invalid and failed ones, of a repeated trial by its last attempt.
  Annotations annotations;
  std::string annotations_problem;
};

/// Directories with a run below and including `folder`, in order. Links to directories are not followed, and at most
/// eight levels deep. `visit` is called for every folder looked into; false from it ends the search with what was
/// found.
[[nodiscard]] std::vector<std::string> find_runs(const std::string& folder,
                                                 const std::function<bool(const std::string&)>& visit);

/// What the list says of a run without comparing anything.
[[nodiscard]] CatalogEntry catalog_entry(const std::string& directory);

/// The sentences of the run's comparison, each with its condition; or a single one that says why there is none. Reads
/// all samples of the run.
[[nodiscard]] std::vector<std::string> verdict_sentences(const std::string& directory);

}  // namespace sriov
