#include "gui/models/run_strips.h"

#include <sys/stat.h>

#include "runner/live_samples.h"

namespace sriov::gui {

namespace {

BegunTrial begun(const TrialRecord& record) {
  BegunTrial trial{record.begin_ns, record.planned.index + 1, record.attempt, to_string(record.planned.cell), {}};
  for (const auto& [factor, level] : record.planned.cell) trial.values += (trial.values.empty() ? "" : " ") + level;
  return trial;
}

}  // namespace

RunStrips::RunStrips(std::string run_directory)
    : directory_(live_directory(run_directory)),
      clocks_(std::make_shared<ClockAlignment>(std::vector<ClockOffset>{})),
      builder_([clocks = clocks_](const std::string& endpoint, std::int64_t ns) {
        return clocks->to_controller(endpoint, ns);
      }) {}

std::optional<RunStrips::FileId> RunStrips::file_now() const {
  struct stat status {};
  if (::stat((directory_ + "/run.sqlite").c_str(), &status) != 0) return std::nullopt;
  return FileId{status.st_dev, status.st_ino};
}

Result<RunStripsPart> RunStrips::read() {
  RunStripsPart part;
  const auto now = file_now();
  if (store_ && now != file_) {
    (void)read_new_rows(part);  // The last ones; when they cannot be read any more the run has them.
    store_.reset();
    trial_ = block_ = 0;
  }
  if (now && !store_) {
    auto opened = Store::open(directory_);
    // It may be about to be made, or to be taken away: the next look tells.
    if (!opened && opened.error().kind != ErrorKind::not_enough_data && file_now() == now)
      return tl::unexpected(opened.error());
    if (opened) store_.emplace(std::move(*opened));
    file_ = *now;
  }
  part.is_there = now.has_value();
  part.was_cut_off = part.is_there && !is_being_written(directory_);
  if (store_) SRIOV_TRY(read_new_rows(part));
  part.strips = builder_.take();
  std::erase_if(part.strips, [](const Strip& strip) { return strip.instants_ns.empty(); });
  return part;
}

Result<void> RunStrips::read_new_rows(RunStripsPart& part) {
  SRIOV_ASSIGN(const RunInfo info, store_->info());
  part.is_emulated = info.emulated;
  SRIOV_ASSIGN(const std::vector<TrialSummary> trials, store_->trials());
  for (const TrialSummary& trial : trials) {
    if (trial.id < trial_) continue;
    const TrialRecord& record = trial.record;
    if (trial.id > trial_) {
      trial_ = trial.id;
      block_ = 0;
      *clocks_ = ClockAlignment(record.clocks);
      builder_.break_off(record.begin_ns);
      part.begun.push_back(begun(record));
    }
    SRIOV_ASSIGN(block_, store_->visit_blocks_after(trial.id, block_, [&](const SampleBlock& block) -> Result<void> {
      builder_.append(block);
      return {};
    }));
  }
  return {};
}

}  // namespace sriov::gui
