#include "report/run_catalog.h"

#include <algorithm>
#include <filesystem>

#include <nlohmann/json.hpp>

#include "analyzers/comparison/comparison.h"
#include "host/file.h"

namespace sriov {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kMostLevels = 8;

void search(const fs::path& folder, int level, const std::function<bool(const std::string&)>& visit, bool& goes_on,
            std::vector<std::string>& found) {
  goes_on = goes_on && visit(folder.string());
  if (!goes_on) return;
  if (exists((folder / "run.sqlite").string())) {
    found.push_back(folder.string());
    return;  // Its own folders are logs.
  }
  if (level >= kMostLevels) return;
  std::error_code ignored;
  std::vector<fs::path> below;
  for (fs::directory_iterator at(folder, fs::directory_options::skip_permission_denied, ignored), end;
       !ignored && at != end; at.increment(ignored)) {
    std::error_code unknown;
    if (at->is_directory(unknown) && !at->is_symlink(unknown)) below.push_back(at->path());
  }
  std::ranges::sort(below);
  for (const fs::path& path : below) search(path, level + 1, visit, goes_on, found);
}

std::string host_name(const std::map<std::string, std::string>& environments) {
  std::string name;
  for (const auto& [endpoint, text] : environments) {
    const Json object = Json::parse(text, nullptr, false);
    if (!object.is_object()) continue;
    const auto found = object.find("hostname");
    if (found == object.end() || !found->is_string()) continue;
    if (name.empty() || endpoint == "dom0") name = found->get<std::string>();
  }
  return name;
}

Result<void> fill(const Store& store, CatalogEntry& entry) {
  SRIOV_ASSIGN(entry.info, store.info());
  SRIOV_ASSIGN(const auto environments, store.environments());
  entry.host = host_name(environments);
  SRIOV_ASSIGN(std::vector<TrialSummary> all, store.trials());
  for (const TrialSummary& trial : latest_attempts(std::move(all)))
    ++(trial.record.status == TrialStatus::ok ? entry.valid_trials : entry.left_out_trials);
  entry.state = RunState::finished;
  if (entry.info.finished_unix_ns == 0)
    entry.state = is_being_written(entry.directory) ? RunState::running : RunState::cut_off;
  return {};
}

}  // namespace

std::string_view to_string(RunState state) {
  switch (state) {
    case RunState::finished:
      return "finished";
    case RunState::running:
      return "running";
    case RunState::cut_off:
      return "cut off";
    case RunState::unreadable:
      return "unreadable";
  }
  return "";
}

std::vector<std::string> find_runs(const std::string& folder, const std::function<bool(const std::string&)>& visit) {
  std::vector<std::string> found;
  bool goes_on = true;
  search(folder, 0, visit, goes_on, found);
  return found;
}

CatalogEntry catalog_entry(const std::string& directory) {
  CatalogEntry entry;
  entry.directory = directory;
  const auto store = Store::open(directory);
  const auto filled = store ? fill(*store, entry) : Result<void>(tl::unexpected(store.error()));
  if (!filled) {
    entry.state = RunState::unreadable;
    entry.problem = filled.error().text();
  }
  auto annotations = read_annotations(directory);
  if (annotations)
    entry.annotations = std::move(*annotations);
  else
    entry.annotations_problem = annotations.error().text();
  return entry;
}

std::vector<std::string> verdict_sentences(const std::string& directory) {
  const auto store = Store::open(directory);
  if (!store) return {store.error().what};
  const auto info = store->info();
  if (info && info->is_recording()) return {"a recording: nothing to compare"};
  const auto comparison = compare(*store);
  if (!comparison) return {comparison.error().what};
  std::vector<std::string> out;
  for (const ComparisonTable& table : comparison->tables)
    for (const std::string& sentence : table.verdicts)
      out.push_back(table.condition.empty() ? sentence : sentence + " (" + table.condition + ")");
  if (out.empty()) out.emplace_back("no verdict: one level, or too few repetitions");
  return out;
}

}  // namespace sriov
