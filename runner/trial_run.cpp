#include "runner/trial_run.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "analyzers/trial/verify_path.h"
#include "core/join_blocks.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "runner/traffic.h"

namespace sriov {
namespace {

constexpr std::int64_t kSetUpAllowanceNs = 2 * kNsPerSecond;  // Between the first sample and the first packet.
constexpr std::int64_t kPatienceNs = 30 * kNsPerSecond;       // Beyond the planned time before a trial is called stuck.
constexpr std::int64_t kProbeDurationNs = 20 * kNsPerMs;
constexpr std::int64_t kProbePauseNs = 200 * kNsPerMs;

/// The collectors of the experiment and those whose counters verify the path.
std::vector<std::string> collectors_for(const Experiment& experiment, const PathSetup& setup) {
  std::vector<std::string> out = experiment.collectors;
  for (const Lane& lane : setup.lanes) {
    for (const Carrier& carrier : lane.carriers) {
      const std::string collector = carrier.metric.substr(0, carrier.metric.find('.'));
      if (std::find(out.begin(), out.end(), collector) == out.end()) out.push_back(collector);
    }
  }
  return out;
}

std::vector<std::string> without(std::vector<std::string> names, const std::vector<std::string>& unwanted) {
  std::erase_if(names, [&](const std::string& name) {
    return std::find(unwanted.begin(), unwanted.end(), name) != unwanted.end();
  });
  return names;
}

/// The experiment's options, then the endpoint's own for what the experiment leaves open.
std::map<std::string, CollectorOptions> options_for(const Experiment& experiment, const Endpoint& endpoint) {
  std::map<std::string, CollectorOptions> out = experiment.collector_options;
  for (const auto& [collector, options] : endpoint.collector_options)
    out[collector].insert(options.begin(), options.end());
  return out;
}

/// One endpoint that is sampled.
struct Sampled {
  Endpoint endpoint;
  std::unique_ptr<agent::RequestedSamples> requested{};  ///< On their way.
  std::optional<Error> lost{};  ///< Why rows in the middle are missing: nothing after them is asked for.
};

/// Samplers on all endpoints. What is running is stopped whatever happens: a failed trial keeps its samples.
class Sampling {
 public:
  explicit Sampling(const TrialContext& context) : context_(context) {}

  Result<void> start(const std::vector<Endpoint>& endpoints, const std::vector<std::string>& collectors,
                     std::int64_t expected_ns) {
    SamplerConfig config;
    config.interval_ns = context_.experiment->interval_ns;
    config.expected_duration_ns = fetches() ? std::min(expected_ns, 2 * context_.fetch_every_ns) : expected_ns;
    for (const Endpoint& endpoint : endpoints) {
      config.collectors = without(collectors, endpoint.without_collectors);
      config.options = options_for(*context_.experiment, endpoint);
      auto skipped = endpoint.agent->start_sampling(config);
      if (!skipped) return tl::unexpected(skipped.error().at(endpoint.name));
      running_.push_back({endpoint});
      for (const CollectorStatus& status : *skipped) context_.on_skipped(endpoint.name, status);
    }
    next_fetch_ns_ = monotonic_ns() + context_.fetch_every_ns;
    return {};
  }

  /// While traffic flows: takes what has come, asks for more when it is time to. Never waits for an agent, as other
  /// sides may be about to start.
  void fetch() {
    if (!fetches()) return;
    for (Sampled& one : running_)
      if (one.requested && one.requested->have_come()) keep(one);
    hand_over();
    if (monotonic_ns() < next_fetch_ns_) return;
    next_fetch_ns_ = monotonic_ns() + context_.fetch_every_ns;
    for (Sampled& one : running_) {
      if (one.requested || one.lost) continue;
      auto requested = one.endpoint.agent->request_samples();
      if (requested)
        one.requested = std::move(*requested);
      else
        one.lost = requested.error();
    }
  }

  /// Collects what there is; the error names the endpoints that gave nothing.
  Result<void> stop(std::vector<SampleBlock>& blocks) {
    std::vector<std::string> errors;
    for (Sampled& one : running_) {
      if (one.requested) keep(one);
      auto taken = one.endpoint.agent->stop_sampling();
      if (taken && one.lost) taken = tl::unexpected(*one.lost);
      if (!taken) {
        errors.push_back(taken.error().at(one.endpoint.name).text());
        continue;
      }
      for (SampleBlock& block : *taken) fetched_.push_back(std::move(block));
      if (const auto complaints = one.endpoint.agent->take_complaints())
        for (const Complaint& complaint : *complaints) context_.on_complaint(one.endpoint.name, complaint);
    }
    running_.clear();
    hand_over();
    blocks = std::move(blocks_);
    if (errors.empty()) return {};
    return fail(join(errors, "; "));
  }

 private:
  [[nodiscard]] bool fetches() const { return context_.fetch_every_ns > 0; }

  void keep(Sampled& one) {
    auto taken = one.requested->take();
    one.requested.reset();
    if (!taken) one.lost = taken.error();
    if (taken)
      for (SampleBlock& block : *taken) fetched_.push_back(std::move(block));
  }

  /// What has come, first to who looks on, then to the trial: as one block a collector, as if it had come at once.
  void hand_over() {
    if (fetched_.empty()) return;
    if (fetches() && context_.on_samples) context_.on_samples(fetched_);
    join_blocks(blocks_, std::exchange(fetched_, {}));
  }

  const TrialContext& context_;
  std::vector<Sampled> running_;
  std::int64_t next_fetch_ns_ = 0;
  std::vector<SampleBlock> fetched_;  ///< Not handed over yet.
  std::vector<SampleBlock> blocks_;
};

Result<void> take_clocks(const std::vector<Endpoint>& endpoints, std::vector<ClockOffset>& clocks) {
  for (const Endpoint& endpoint : endpoints) {
    auto offset = endpoint.agent->clock_offset();
    if (!offset) return tl::unexpected(offset.error().at(endpoint.name));
    clocks.push_back(std::move(*offset));
  }
  return {};
}

/// From the first lane's first packet to the last packet of all.
std::int64_t planned_ns(const WorkloadSpec& spec, std::int64_t stagger_ns, const PathSetup& setup) {
  const auto later = static_cast<std::int64_t>(setup.lanes.empty() ? 0 : setup.lanes.size() - 1);
  return later * stagger_ns + spec.warmup_ns + spec.duration_ns;
}

/// Polled while traffic flows: reports progress, fetches samples, and ends a trial that was interrupted or is stuck.
class Watch {
 public:
  Watch(const TrialContext& context, Sampling& sampling, std::int64_t planned_ns)
      : context_(context),
        sampling_(sampling),
        begin_ns_(monotonic_ns()),
        planned_ns_(std::max<std::int64_t>(planned_ns, 1)) {}

  bool operator()() {
    const std::int64_t elapsed = monotonic_ns() - begin_ns_;
    context_.on_progress(std::min(1.0, static_cast<double>(elapsed) / static_cast<double>(planned_ns_)));
    sampling_.fetch();
    stuck_ = stuck_ || elapsed > planned_ns_ + kPatienceNs;
    return stuck_ || context_.should_stop();
  }
  [[nodiscard]] bool stuck() const { return stuck_; }

 private:
  const TrialContext& context_;
  Sampling& sampling_;
  std::int64_t begin_ns_;
  std::int64_t planned_ns_;
  bool stuck_ = false;
};

Result<void> carry_traffic(const TrialContext& context, const std::vector<Endpoint>& endpoints,
                           const WorkloadSpec& spec, std::int64_t stagger_ns, Sampling& sampling, TrialRecord& record) {
  SRIOV_ASSIGN(Traffic traffic, Traffic::prepare(endpoints, record.setup, spec, record.clocks));
  traffic.stagger(stagger_ns);
  Watch watch(context, sampling, planned_ns(spec, stagger_ns, record.setup));
  auto ran = traffic.run(*context.loop, std::ref(watch), record.reports);
  if (watch.stuck())
    return fail(fmt::format("the workload did not end {} after its time", format_duration(kPatienceNs)));
  return ran;
}

Result<void> measure(const TrialContext& context, const PlannedTrial& planned, TrialRecord& record) {
  SRIOV_ASSIGN(record.setup, context.testbed->prepare(planned.path, planned.settings));
  const std::vector<Endpoint> endpoints = context.testbed->endpoints();
  SRIOV_TRY(context.knobs->apply(planned.knobs, record.setup, endpoints));
  SRIOV_TRY(take_clocks(endpoints, record.clocks));

  const std::int64_t stagger_ns = planned.settings.stagger_ns;
  Sampling sampling(context);
  auto outcome = sampling.start(endpoints, collectors_for(*context.experiment, record.setup),
                                planned_ns(planned.workload, stagger_ns, record.setup) + kSetUpAllowanceNs);
  if (outcome && context.fetch_every_ns > 0 && context.on_sampling) context.on_sampling(record);
  if (outcome) outcome = carry_traffic(context, endpoints, planned.workload, stagger_ns, sampling, record);
  auto stopped = sampling.stop(record.blocks);
  SRIOV_TRY(std::move(outcome));
  SRIOV_TRY(std::move(stopped));
  return take_clocks(endpoints, record.clocks);
}

}  // namespace

TrialRecord run_trial(const TrialContext& context, const PlannedTrial& planned, int attempt) {
  TrialRecord record;
  record.planned = planned.place;
  record.attempt = attempt;
  record.setup.path = planned.path;
  record.started_unix_ns = unix_ns();
  record.begin_ns = monotonic_ns();
  const auto measured = measure(context, planned, record);
  record.end_ns = monotonic_ns();
  if (context.should_stop()) {
    record.status = TrialStatus::failed;
    record.reason = kInterrupted;
    return record;
  }
  if (!measured) {
    record.status = TrialStatus::failed;
    record.reason = measured.error().text();
    return record;
  }
  const PathVerdict verdict = verify_path(record);
  if (verdict.valid) return record;
  record.status = TrialStatus::invalid;
  record.reason = verdict.reason;
  return record;
}

Result<void> wait_until_ready(const TrialContext& context, const PlannedTrial& planned, std::int64_t timeout_ns) {
  WorkloadSpec probe;
  probe.workload = "tcp_rr";
  probe.message_bytes = 1;
  probe.duration_ns = kProbeDurationNs;
  const std::int64_t deadline = monotonic_ns() + timeout_ns;
  while (true) {
    SRIOV_ASSIGN(const PathSetup setup, context.testbed->prepare(planned.path, planned.settings));
    std::vector<EndpointReport> reports;
    const std::int64_t stuck_at = monotonic_ns() + timeout_ns;
    const auto stop = [&] { return context.should_stop() || monotonic_ns() > stuck_at; };
    auto traffic = Traffic::prepare(context.testbed->endpoints(), setup, probe, {});
    const auto tried = traffic ? traffic->run(*context.loop, stop, reports) : tl::unexpected(traffic.error());
    if (tried && monotonic_ns() <= stuck_at) return {};
    if (context.should_stop()) return fail(kInterrupted, "", "", ErrorKind::interrupted);
    if (monotonic_ns() > deadline)
      return fail(fmt::format("path '{}' carries no packets after {}: {}", planned.path, format_duration(timeout_ns),
                              tried ? "the probe got no answer" : tried.error().text()));
    sleep_until_ns(monotonic_ns() + kProbePauseNs);
  }
}

}  // namespace sriov
