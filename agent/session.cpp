#include "agent/session.h"

#include <cstdio>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/host.h"

namespace sriov::agent {
namespace {

constexpr std::int64_t kUndoTimeoutNs = 30 * kNsPerSecond;
constexpr std::int64_t kSettleTimeoutNs = 5 * kNsPerSecond;

}  // namespace

Result<std::shared_ptr<LocalSide>> LocalSide::prepare(const WorkloadSpec& spec, bool server) {
  auto side = std::make_shared<LocalSide>();
  side->workload_ = WorkloadRegistry::instance().make(spec.workload);
  if (!side->workload_) {
    const auto names = WorkloadRegistry::instance().names();
    return fail_usage(fmt::format("there is no workload '{}'", spec.workload), {},
                      fmt::format("known: {}", join(names, ", ")));
  }
  side->side_ = server ? side->workload_->make_server() : side->workload_->make_client();
  SRIOV_ASSIGN(side->port_, side->side_->prepare(spec));
  return side;
}

Result<WorkloadReport> LocalSide::run(const WorkloadSpec& spec) {
  if (started_.exchange(true)) return fail("this side of the workload has already run");
  return side_->run(spec, stop_);
}

Result<std::vector<CollectorStatus>> Session::start_sampling(const SamplerConfig& config) {
  const std::lock_guard lock(sampler_mutex_);
  if (sampler_) return fail("sampling already runs", {}, "stop it first");
  SRIOV_ASSIGN(Sampler sampler, Sampler::start(Host{}, config));
  sampler_.emplace(std::move(sampler));
  complaints_.clear();
  return sampler_->skipped();
}

Result<std::vector<SampleBlock>> Session::take_samples() {
  const std::lock_guard lock(sampler_mutex_);
  if (!sampler_) return fail("sampling does not run", {}, "start it first");
  return sampler_->take_rows();
}

Result<std::vector<SampleBlock>> Session::stop_sampling() {
  const std::lock_guard lock(sampler_mutex_);
  if (!sampler_) return fail("sampling does not run", {}, "start it first");
  auto blocks = sampler_->stop();
  complaints_ = sampler_->take_complaints();
  sampler_.reset();
  return blocks;
}

std::vector<Complaint> Session::take_complaints() {
  const std::lock_guard lock(sampler_mutex_);
  return sampler_ ? sampler_->take_complaints() : std::exchange(complaints_, {});
}

void Session::watch(const std::shared_ptr<LocalSide>& side) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sides_, [](const auto& known) { return known.expired(); });
  sides_.push_back(side);
}

void Session::add_undo(std::vector<Command> batch) {
  const std::lock_guard lock(mutex_);
  undo_.push_back(std::move(batch));
}

void Session::clear_undo() {
  const std::lock_guard lock(mutex_);
  undo_.clear();
}

void Session::end(Workers& workers) {
  stop_sides();
  if (!workers.wait_idle(kSettleTimeoutNs)) fmt::print(stderr, "sriov-bench-agent: some work did not stop in time\n");
  if (const std::unique_lock lock(sampler_mutex_, std::try_to_lock); lock) sampler_.reset();
  undo_all();
}

void Session::stop_sides() {
  const std::lock_guard lock(mutex_);
  for (const auto& known : sides_)
    if (const auto side = known.lock()) side->stop();
}

void Session::undo_all() {
  std::vector<std::vector<Command>> batches;
  {
    const std::lock_guard lock(mutex_);
    batches = std::exchange(undo_, {});
  }
  LocalShell shell;
  for (auto batch = batches.rbegin(); batch != batches.rend(); ++batch) {
    for (const Command& command : *batch) {
      const auto outcome = shell.output_of(command, kUndoTimeoutNs);
      if (!outcome) fmt::print(stderr, "sriov-bench-agent: cannot undo: {}\n", outcome.error().text());
    }
  }
}

}  // namespace sriov::agent
