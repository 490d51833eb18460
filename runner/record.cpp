#include "runner/record.h"

#include <poll.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "analyzers/trial/environment_changes.h"
#include "collector/collector.h"
#include "core/text.h"
#include "core/time.h"
#include "core/version.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/timespec.h"
#include "runner/endpoint_facts.h"
#include "runner/record_source.h"
#include "runner/user_command.h"
#include "store/store.h"

namespace sriov {
namespace {

/// How long a pause lasts at most: a signal ends it, but one that comes just before it began is seen only after it.
constexpr std::int64_t kLongestPauseNs = kNsPerSecond;
constexpr std::int64_t kPollWithoutPidfdNs = 50 * kNsPerMs;
constexpr std::int64_t kRowsInMemory = 2'000;
constexpr std::int64_t kMostInMemoryNs = 10 * kNsPerSecond;
constexpr const char* kUnfinished = "the recording was cut off before its end";

Result<void> check_collectors(const RecordRequest& request) {
  for (const std::string& name : request.collectors) SRIOV_TRY(make_collector(name));
  if (request.collectors.empty())
    return fail_usage("no collector was named", {}, "collectors: " + join(CollectorRegistry::instance().names(), ", "));
  for (const auto& [name, options] : request.collector_options) {
    SRIOV_ASSIGN(const auto collector, make_collector(name));
    SRIOV_TRY(check_options(*collector, options));
    if (std::find(request.collectors.begin(), request.collectors.end(), name) == request.collectors.end())
      return fail_usage("it has options but is not sampled", "collector " + name, "add it to --collectors");
  }
  return {};
}

/// 2,000 rows, but a second at least (a transaction costs) and ten at most (what a crash may cost).
std::int64_t time_in_memory(const RecordRequest& request) {
  if (request.take_every_ns > 0) return request.take_every_ns;
  return std::clamp(request.interval_ns > kMostInMemoryNs ? kMostInMemoryNs : request.interval_ns * kRowsInMemory,
                    kNsPerSecond, kMostInMemoryNs);
}

class Recording {
 public:
  explicit Recording(const RecordRequest& request) : request_(request), take_every_ns_(time_in_memory(request)) {
    outcome_.directory = request.directory;
  }

  Result<RecordOutcome> carry_out() {
    SRIOV_TRY(open_sources());
    SRIOV_TRY(describe_sources());
    SRIOV_TRY(start_sampling());
    SRIOV_TRY(create_store());
    SRIOV_TRY(start_command());
    watch();
    return finish();
  }

 private:
  [[nodiscard]] bool stopping() const { return request_.should_stop && request_.should_stop(); }

  void say(const std::string& endpoint, const std::string& text) {
    const std::int64_t now = unix_ns();
    if (request_.on_event) request_.on_event(endpoint.empty() ? text : endpoint + ": " + text);
    if (store_)
      (void)store_->put_event(now, endpoint, text);  // A full disk is told where samples are put.
    else
      early_events_.push_back({now, endpoint, text});
  }

  Result<void> open_sources() {
    if (!request_.root.empty()) {
      SRIOV_ASSIGN(auto source, open_tree(request_.root, "local"));
      sources_.push_back(std::move(source));
    }
    for (const RecordEndpoint& endpoint : request_.endpoints) {
      SRIOV_ASSIGN(auto source, connect_source(loop_, endpoint.target, endpoint.name, request_.should_stop));
      sources_.push_back(std::move(source));
    }
    return {};
  }

  Result<void> describe_sources() {
    for (const auto& source : sources_) {
      if (stopping()) return fail("interrupted before sampling began", {}, {}, ErrorKind::interrupted);
      auto facts = source->environment();
      if (facts)
        environments_.emplace_back(source->endpoint(), std::move(*facts));
      else
        say(source->endpoint(), "its environment could not be read: " + facts.error().text());
      SRIOV_TRY(take_clock(*source));
    }
    return {};
  }

  Result<void> take_clock(RecordSource& source) {
    SRIOV_ASSIGN(ClockOffset offset, source.clock_offset());
    record_.clocks.push_back(std::move(offset));
    return {};
  }

  /// `self` is asked for besides: without it nobody could say how well the sampling went.
  Result<void> start_sampling() {
    SamplerConfig config;
    config.collectors = request_.collectors;
    if (std::find(config.collectors.begin(), config.collectors.end(), "self") == config.collectors.end())
      config.collectors.emplace_back("self");
    config.options = request_.collector_options;
    config.interval_ns = request_.interval_ns;
    config.expected_duration_ns = take_every_ns_ + kNsPerSecond;
    const std::set<std::string> wanted(request_.collectors.begin(), request_.collectors.end());
    record_.started_unix_ns = unix_ns();
    record_.begin_ns = monotonic_ns();
    bool any_works = false;
    std::vector<std::string> reasons;
    for (const auto& source : sources_) {
      SRIOV_ASSIGN(const auto skipped, source->start(config));
      for (const CollectorStatus& status : skipped) {
        say(source->endpoint(), status.text());
        if (!status.works) reasons.push_back(fmt::format("{} on {}", status.name, source->endpoint()));
      }
      const auto idle = std::ranges::count(skipped, false, &CollectorStatus::works);
      any_works = any_works || static_cast<std::size_t>(idle) < wanted.size();
    }
    if (any_works) return {};
    return fail_environment("none of the collectors works: " + join(reasons, ", "), {},
                            "the reasons are above; sriov-bench list collectors has the others");
  }

  Result<void> create_store() {
    RunInfo info;
    info.name = request_.command.empty() ? "recording" : "recording of " + join(request_.command, " ");
    info.tool_version = std::string(kVersion);
    info.experiment_toml = fmt::format("# A recording: collectors {}, every {}.\n", join(request_.collectors, ", "),
                                       format_duration(request_.interval_ns));
    info.planned_trials = 1;
    for (const auto& [endpoint, json] : environments_) info.emulated = info.emulated || is_emulated(json);
    info.started_unix_ns = record_.started_unix_ns;
    SRIOV_ASSIGN(store_, Store::create(request_.directory, info));
    for (const auto& [endpoint, json] : environments_) SRIOV_TRY(store_->put_environment(endpoint, json));
    for (const Event& event : early_events_) SRIOV_TRY(store_->put_event(event.unix_ns, event.endpoint, event.text));
    // Until the end is written, what is there says of itself that it is a part.
    record_.status = TrialStatus::failed;
    record_.reason = kUnfinished;
    record_.end_ns = record_.begin_ns;
    SRIOV_ASSIGN(outcome_.trial_id, store_->put_trial(record_));
    return {};
  }

  Result<void> start_command() {
    if (request_.command.empty()) return {};
    auto started = UserCommand::start(request_.command);
    if (started) {
      command_.emplace(std::move(*started));
      return {};
    }
    (void)store_->put_event(unix_ns(), "", started.error().text());
    record_.reason = started.error().text();
    (void)store_->update_trial(outcome_.trial_id, record_);
    return tl::unexpected(started.error());
  }

  /// Until it is time to end. Without endpoints there is nothing more to record, but a command is not ours to cut off.
  void watch() {
    const std::int64_t begin_ns = monotonic_ns();
    std::int64_t next_take_ns = begin_ns + take_every_ns_;
    while (!stopping()) {
      const std::int64_t now_ns = monotonic_ns();
      if (request_.duration_ns > 0 && now_ns - begin_ns >= request_.duration_ns) return;
      if (sources_.empty() && !command_) return;
      if (now_ns >= next_take_ns) {
        keep(&RecordSource::take);
        next_take_ns = std::max(next_take_ns + take_every_ns_, monotonic_ns());
      }
      if (pause_until(std::min(next_take_ns, end_ns(begin_ns)))) return;
    }
  }

  [[nodiscard]] std::int64_t end_ns(std::int64_t begin_ns) const {
    return request_.duration_ns > 0 ? begin_ns + request_.duration_ns : std::numeric_limits<std::int64_t>::max();
  }

  /// Until the deadline, a signal or the end of the command, which is told. Waking up often would cost more CPU time
  /// than the sampling does.
  bool pause_until(std::int64_t deadline_ns) {
    const int exit_fd = command_ ? command_->exit_fd() : -1;
    const std::int64_t longest_ns = command_ && exit_fd < 0 ? kPollWithoutPidfdNs : kLongestPauseNs;
    const std::int64_t pause_ns = std::clamp<std::int64_t>(deadline_ns - monotonic_ns(), 0, longest_ns);
    const timespec pause = to_timespec(pause_ns);
    pollfd exit{exit_fd, POLLIN, 0};
    (void)::ppoll(&exit, 1, &pause, nullptr);
    return command_ && command_->wait(0);
  }

  /// Moves samples from the sources to the store. A source that fails is left out from now on, a store that fails ends
  /// all recording.
  void keep(Result<std::vector<SampleBlock>> (RecordSource::*fetch)()) {
    std::vector<SampleBlock> blocks;
    for (auto& source : sources_) {
      auto fetched = (source.get()->*fetch)();
      if (!fetched) {
        lose(fetched.error().text(), source->endpoint());
        source.reset();
        continue;
      }
      for (SampleBlock& block : *fetched)
        if (block.rows() > 0) blocks.push_back(std::move(block));
      keep_complaints(*source);
    }
    sources_.erase(std::remove(sources_.begin(), sources_.end(), nullptr), sources_.end());
    record_.end_ns = monotonic_ns();
    auto stored = store_->put_blocks(outcome_.trial_id, blocks);
    if (stored) stored = store_->update_trial(outcome_.trial_id, record_);
    if (stored) return;
    lose("samples could not be stored, recording ends: " + stored.error().text(), "");
    sources_.clear();
  }

  /// Events with the time at which they were noticed, which is before now.
  void keep_complaints(RecordSource& source) {
    const auto complaints = source.take_complaints();
    if (!complaints) return;  // Whatever ails the connection shows at the next samples.
    for (const Complaint& complaint : *complaints) {
      (void)store_->put_event(unix_ns_of(complaint.at_ns), source.endpoint(), complaint.text());
      outcome_.complaints.push_back(source.endpoint() + ": " + complaint.text());
    }
  }

  void lose(const std::string& why, const std::string& endpoint) {
    say(endpoint, why);
    if (!outcome_.incomplete_because.empty()) outcome_.incomplete_because += "; ";
    outcome_.incomplete_because += why;
  }

  /// The command first: what it does while it ends is part of what was asked for.
  Result<RecordOutcome> finish() {
    end_command();
    if (!sources_.empty()) keep(&RecordSource::stop);
    keep_environment_changes();
    for (const auto& source : sources_)
      if (const auto taken = take_clock(*source); !taken) lose(taken.error().text(), source->endpoint());
    record_.status = outcome_.incomplete_because.empty() ? TrialStatus::ok : TrialStatus::failed;
    record_.reason = outcome_.incomplete_because;
    if (outcome_.command_exit_code)
      say("", fmt::format("the command ended with exit code {}", *outcome_.command_exit_code));
    auto kept = store_->update_trial(outcome_.trial_id, record_);
    if (kept) kept = store_->set_finished(unix_ns());
    if (!kept && outcome_.incomplete_because.empty()) outcome_.incomplete_because = kept.error().text();
    return outcome_;
  }

  /// What is another at the end than it was at the beginning may have changed what was recorded.
  void keep_environment_changes() {
    for (const auto& source : sources_) {
      const auto is_its = [&](const auto& entry) { return entry.first == source->endpoint(); };
      const auto begin = std::find_if(environments_.begin(), environments_.end(), is_its);
      const auto end = source->environment();
      if (begin == environments_.end() || !end) continue;
      const auto changes = environment_changes(begin->second, *end);
      for (const EnvironmentChange& change : changes)
        say(source->endpoint(), "changed during the recording: " + change.text());
      if (!changes.empty()) (void)store_->put_environment(source->endpoint(), with_changes(begin->second, changes));
    }
  }

  void end_command() {
    if (!command_) return;
    if (!command_->wait(0)) {
      outcome_.command_was_stopped = true;
      command_->stop();
    }
    outcome_.command_exit_code = command_->exit_code();
  }

  struct Event {
    std::int64_t unix_ns = 0;
    std::string endpoint;
    std::string text;
  };

  const RecordRequest& request_;
  const std::int64_t take_every_ns_;
  agent::EventLoop loop_;  ///< Before the sources that use it.
  std::vector<std::unique_ptr<RecordSource>> sources_;
  std::vector<std::pair<std::string, std::string>> environments_;
  std::vector<Event> early_events_;  ///< From before there was a store.
  std::optional<Store> store_;
  std::optional<UserCommand> command_;
  TrialRecord record_;
  RecordOutcome outcome_;
};

}  // namespace

std::vector<std::string> default_record_collectors() {
  return {"interrupts", "softirqs", "softnet", "cpu", "netdev", "snmp", "xen", "self"};
}

Result<RecordEndpoint> parse_record_endpoint(const std::string& text) {
  const std::size_t equals = text.find('=');
  const bool named = equals != std::string::npos && equals < text.find(':');
  const std::string target_text = named ? text.substr(equals + 1) : text;
  SRIOV_ASSIGN(agent::Target target, agent::parse_target(target_text));
  std::string name = named ? text.substr(0, equals) : target_text.substr(0, target_text.find(':'));
  if (!named && name == "ssh") {
    name = target_text.substr(name.size() + 1);
    name = name.substr(0, name.find('#'));
    name = name.substr(name.find('@') + 1);  // npos + 1 is 0: the whole.
    if (std::count(name.begin(), name.end(), ':') == 1) name = name.substr(0, name.find(':'));
  }
  if (name.empty()) return fail_usage("the name of the endpoint is missing", text, "write NAME=TARGET or TARGET alone");
  return RecordEndpoint{std::move(name), std::move(target)};
}

Result<std::vector<std::string>> parse_collector_names(const std::string& text) {
  constexpr const char* kHint = "NAME,NAME,…; see: sriov-bench list collectors";
  if (trim(text).empty()) return fail_usage("it names no collector", "--collectors", kHint);
  std::vector<std::string> names;
  for (const std::string& name : split(text, ',')) {
    if (trim(name).empty())
      return fail_usage(fmt::format("a name is missing beside a comma in '{}'", text), "--collectors", kHint);
    names.emplace_back(trim(name));
  }
  return names;
}

Result<void> add_collector_option(std::map<std::string, CollectorOptions>& options, const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::size_t dot = text.find('.');
  if (equals == std::string::npos || dot == std::string::npos || dot == 0 || dot + 1 >= equals)
    return fail_usage("it is not of the form COLLECTOR.OPTION=VALUE", text, "for example interrupts.irqs=vf");
  options[text.substr(0, dot)][text.substr(dot + 1, equals - dot - 1)] = text.substr(equals + 1);
  return {};
}

Result<RecordOutcome> record(const RecordRequest& request) {
  SRIOV_TRY(check_collectors(request));
  if (exists(request.directory + "/run.sqlite"))
    return fail_usage("it holds a run already", request.directory, "choose another directory with -o");
  if (!request.command.empty() && find_program(request.command.front()).empty())
    return fail_environment("cannot find the program " + request.command.front(), {},
                            "check its name; nothing was recorded");
  std::set<std::string> names;
  for (const RecordEndpoint& endpoint : request.endpoints)
    if (!names.insert(endpoint.name).second)
      return fail_usage(fmt::format("two endpoints are called '{}'", endpoint.name), {},
                        "give them names: --on NAME=TARGET");
  Recording recording(request);
  return recording.carry_out();
}

}  // namespace sriov
