#include "runner/live_samples.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace sriov {
namespace {

namespace fs = std::filesystem;

constexpr int kTries = 3;

}  // namespace

std::string live_directory(const std::string& run_directory) { return run_directory + "/live"; }

void remove_live_samples(const std::string& run_directory) {
  const fs::path folder = live_directory(run_directory);
  std::error_code ignored;
  // A reader that opened the database just before may make its -shm anew: another try takes that away, too.
  for (int i = 0; i < kTries && fs::is_directory(folder, ignored); ++i)
    for (const char* name : {"run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "experiment.toml", "logs", ""})
      fs::remove(*name == '\0' ? folder : folder / name, ignored);
}

LiveSamples::LiveSamples(const std::string& run_directory, const RunInfo& info,
                         std::function<void(const std::string&)> tell)
    : run_directory_(run_directory), tell_(std::move(tell)) {
  remove_live_samples(run_directory_);
  auto store = Store::create(live_directory(run_directory_), info, Durability::kill);
  if (store)
    store_.emplace(std::move(*store));
  else
    give_up(store.error());
}

LiveSamples::~LiveSamples() {
  store_.reset();
  remove_live_samples(run_directory_);
}

void LiveSamples::begin(const TrialRecord& record) {
  if (!store_) return;
  TrialRecord head = record;
  head.status = TrialStatus::failed;
  head.reason = "samples of a trial under way; the run has the trial itself when it has ended";
  head.end_ns = head.begin_ns;
  head.blocks.clear();
  const std::int64_t before = trial_id_;
  const auto put = store_->put_trial(head);
  if (!put) return give_up(put.error());
  trial_id_ = *put;
  if (before == 0) return;
  if (const auto removed = store_->remove_trials_before(before); !removed) give_up(removed.error());
}

void LiveSamples::add(const std::vector<SampleBlock>& blocks) {
  if (!store_ || trial_id_ == 0) return;
  std::vector<SampleBlock> rows;
  std::ranges::copy_if(blocks, std::back_inserter(rows), [](const SampleBlock& block) { return block.rows() > 0; });
  if (const auto put = store_->put_blocks(trial_id_, rows); !put) give_up(put.error());
}

void LiveSamples::give_up(const Error& why) {
  store_.reset();
  remove_live_samples(run_directory_);  // It may be the disk that is full.
  tell_(fmt::format("the samples of trials under way cannot be shown; the run itself goes on: {}", why.text()));
}

}  // namespace sriov
