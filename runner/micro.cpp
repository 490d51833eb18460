#include "runner/micro.h"

#include <algorithm>
#include <memory>
#include <random>
#include <regex>
#include <set>

#include <fmt/format.h>

#include "agent/client.h"
#include "analyzers/metrics/micro_metrics.h"
#include "core/text.h"
#include "core/time.h"
#include "core/version.h"
#include "host/clock.h"
#include "host/file.h"
#include "runner/endpoint_facts.h"
#include "runner/micro_program.h"
#include "store/store.h"

namespace sriov {
namespace {

constexpr std::int64_t kConnectTimeoutNs = 20 * kNsPerSecond;
constexpr std::int64_t kListTimeoutNs = 30 * kNsPerSecond;
/// For one that takes its usual time to start, on an emulated machine too.
constexpr std::int64_t kRunMarginNs = 60 * kNsPerSecond;
constexpr int kMicroUsage = 2;  // The exit code by which sriov-bench-micro refuses its arguments.

/// An endpoint with the program ready on it.
struct MicroEndpoint {
  std::unique_ptr<agent::Client> client;
  Command program;
  std::vector<MicroEntry> entries;
  bool is_lost = false;

  [[nodiscard]] const std::string& name() const { return client->endpoint(); }
};

Result<void> check_request(const MicroRequest& request) {
  if (request.repetitions < 1 || request.repetitions > 10'000)
    return fail_usage(fmt::format("{} repetitions make no sense", request.repetitions), "--repetitions");
  std::set<std::string> names;
  for (const RecordEndpoint& endpoint : request.endpoints)
    if (!names.insert(endpoint.name).second)
      return fail_usage(fmt::format("two endpoints are called '{}'", endpoint.name), {},
                        "give them names: --on NAME=TARGET");
  return {};
}

Result<std::regex> compile_filter(const std::string& filter) {
  try {
    return std::regex(filter, std::regex::extended | std::regex::nosubs);
  } catch (const std::regex_error& error) {
    return fail_usage(fmt::format("'{}' is no regular expression: {}", filter, error.what()), "--filter");
  }
}

Result<std::vector<MicroEntry>> filtered(std::vector<MicroEntry> entries, const std::string& filter) {
  SRIOV_ASSIGN(const std::regex pattern, compile_filter(filter));
  std::vector<std::string> names;
  for (const MicroEntry& entry : entries) names.push_back(entry.name);
  std::erase_if(entries, [&](const MicroEntry& entry) { return !std::regex_search(entry.name, pattern); });
  if (!entries.empty()) return entries;
  return fail_usage(fmt::format("no micro-benchmark's name contains '{}'", filter), "--filter",
                    "they are: " + join(names, ", "));
}

Command with_options(Command command, const MicroRequest& request) {
  if (request.cpu) command.insert(command.end(), {"--cpu", std::to_string(*request.cpu)});
  if (request.unsafe) command.emplace_back("--unsafe");
  return command;
}

/// What it says of its arguments (a CPU that is not there) is about the user's.
Result<std::string> ask_for_list(MicroEndpoint& endpoint, const MicroRequest& request) {
  Command command = endpoint.program;
  command.emplace_back("--list");
  SRIOV_ASSIGN(const CommandOutput output,
               endpoint.client->shell().run(with_options(std::move(command), request), kListTimeoutNs));
  if (output.exit_code == 0) return output.out;
  const std::string said(trim(output.err));
  if (output.exit_code == kMicroUsage) return fail_usage(said, endpoint.name());
  return fail(fmt::format("sriov-bench-micro ended with exit code {}: {}", output.exit_code, said), endpoint.name());
}

Result<MicroEndpoint> open_endpoint(agent::EventLoop& loop, const RecordEndpoint& endpoint,
                                    const MicroRequest& request) {
  MicroEndpoint opened;
  SRIOV_ASSIGN(opened.client,
               agent::Client::connect(loop, endpoint.target, endpoint.name, kConnectTimeoutNs, request.should_stop));
  SRIOV_ASSIGN(opened.program, place_micro_program(*opened.client, endpoint.target.text.starts_with("local:")));
  SRIOV_ASSIGN(const std::string listed, ask_for_list(opened, request));
  auto entries = parse_micro_list(listed);
  if (!entries) return tl::unexpected(entries.error().at(endpoint.name));
  SRIOV_ASSIGN(opened.entries, filtered(std::move(*entries), request.filter));
  return opened;
}

Result<std::vector<MicroEndpoint>> open_endpoints(agent::EventLoop& loop, const MicroRequest& request) {
  std::vector<MicroEndpoint> endpoints;
  for (const RecordEndpoint& endpoint : request.endpoints) {
    if (request.on_progress) request.on_progress({endpoint.name + ": connecting", -1});
    SRIOV_ASSIGN(MicroEndpoint opened, open_endpoint(loop, endpoint, request));
    endpoints.push_back(std::move(opened));
  }
  return endpoints;
}

class MicroRun {
 public:
  explicit MicroRun(const MicroRequest& request) : request_(request) {}

  Result<MicroOutcome> carry_out() {
    SRIOV_ASSIGN(endpoints_, open_endpoints(loop_, request_));
    SRIOV_TRY(create_store());
    for (int repetition = 0; repetition < request_.repetitions && !stopping(); ++repetition)
      for (std::size_t i = 0; i < endpoints_.size() && !stopping(); ++i) {
        MicroEndpoint& endpoint = endpoints_[(i + static_cast<std::size_t>(repetition)) % endpoints_.size()];
        if (!endpoint.is_lost) SRIOV_TRY(run_trial(endpoint, repetition));
      }
    if (stopping()) outcome_.incomplete_because = "interrupted";
    if (outcome_.incomplete_because.empty()) SRIOV_TRY(store_->set_finished(unix_ns()));
    return outcome_;
  }

 private:
  [[nodiscard]] bool stopping() const { return request_.should_stop && request_.should_stop(); }

  void say(const std::string& endpoint, const std::string& text) {
    if (request_.on_event) request_.on_event(endpoint + ": " + text);
    (void)store_->put_event(unix_ns(), endpoint, text);  // A full disk is told where trials are put.
  }

  Result<void> create_store() {
    RunInfo info;
    info.name = "micro";
    info.description = "What single operations cost in each place";
    info.testbed = "unmanaged";
    info.tool_version = std::string(kVersion);
    info.experiment_toml = fmt::format("# sriov-bench micro: filter '{}', {} repetitions of {} each.\n",
                                       request_.filter, request_.repetitions, format_duration(request_.duration_ns));
    info.planned_trials = request_.repetitions * static_cast<int>(endpoints_.size());
    info.started_unix_ns = unix_ns();
    std::vector<std::pair<std::string, std::string>> environments;
    for (const MicroEndpoint& endpoint : endpoints_) {
      SRIOV_ASSIGN(std::string facts, endpoint.client->environment());
      info.emulated = info.emulated || is_emulated(facts);
      environments.emplace_back(endpoint.name(), std::move(facts));
    }
    SRIOV_ASSIGN(Store store, Store::create(request_.directory, info));
    for (const auto& [endpoint, facts] : environments) SRIOV_TRY(store.put_environment(endpoint, facts));
    store_.emplace(std::move(store));
    return {};
  }

  Result<void> run_trial(MicroEndpoint& endpoint, int repetition) {
    TrialRecord record;
    record.planned = {next_index_++, repetition, {{std::string(kMicroFactor), endpoint.name()}}};
    record.started_unix_ns = unix_ns();
    record.begin_ns = monotonic_ns();
    EndpointReport entry;
    entry.endpoint = endpoint.name();
    const auto clock = endpoint.client->clock_offset();
    const auto timed = clock ? time_all(endpoint, record.planned) : tl::unexpected(clock.error());
    if (stopping()) return {};
    record.end_ns = monotonic_ns();
    if (timed) {
      record.clocks.push_back(*clock);
      entry.report = *timed;
      entry.report.window_begin_ns = record.begin_ns + clock->offset_ns;
      entry.report.window_end_ns = record.end_ns + clock->offset_ns;
      record.reports.push_back(std::move(entry));
    } else {
      record.status = TrialStatus::failed;
      record.reason = timed.error().text();
      endpoint.is_lost = true;
      outcome_.incomplete_because = record.reason;
      say(endpoint.name(), "left out from now on: " + record.reason);
    }
    SRIOV_TRY(store_->put_trial(record));
    return {};
  }

  /// One repetition of all benchmarks. An error when the agent has gone.
  Result<WorkloadReport> time_all(MicroEndpoint& endpoint, const TrialPlace& planned) {
    std::vector<std::size_t> order(endpoint.entries.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), std::mt19937_64(static_cast<std::uint64_t>(planned.index)));
    std::vector<MicroAnswer> answers(order.size());
    std::size_t done = 0;
    for (const std::size_t i : order) {
      if (stopping()) break;
      show_progress(endpoint, planned, static_cast<double>(done++) / static_cast<double>(order.size()));
      SRIOV_ASSIGN(answers[i], time_one(endpoint, endpoint.entries[i]));
    }
    WorkloadReport report;
    for (std::size_t i = 0; i < answers.size(); ++i) add(endpoint.entries[i].name, answers[i], report);
    return report;
  }

  void show_progress(const MicroEndpoint& endpoint, const TrialPlace& planned, double of_trial) const {
    if (!request_.on_progress) return;
    const double trials = request_.repetitions * static_cast<double>(endpoints_.size());
    request_.on_progress({fmt::format("{}, repetition {}", endpoint.name(), planned.repetition + 1),
                          (planned.index + of_trial) / trials});
  }

  Result<MicroAnswer> time_one(MicroEndpoint& endpoint, MicroEntry& entry) {
    if (entry.why_not) return unable(*entry.why_not);
    Command command = endpoint.program;
    command.insert(command.end(), {"--run", entry.name, "--seconds",
                                   fmt::format("{}", static_cast<double>(request_.duration_ns) / kNsPerSecond)});
    const auto printed = endpoint.client->shell().output_of(with_options(std::move(command), request_),
                                                            kRunMarginNs + 20 * request_.duration_ns);
    if (!printed && !endpoint.client->is_connected()) return tl::unexpected(printed.error());
    auto answer = printed ? parse_micro_answer(*printed) : tl::unexpected(printed.error());
    if (!answer) {
      entry.why_not = answer.error();  // It crashed or hung: once is enough.
      answer = unable(answer.error());
    }
    if (answer->why_not && told_.insert(endpoint.name() + " " + entry.name).second)
      say(endpoint.name(), fmt::format("{} could not be timed: {}", entry.name, answer->why_not->text()));
    return answer;
  }

  static MicroAnswer unable(const Error& why) {
    MicroAnswer out;
    out.why_not = why;
    return out;
  }

  static void add(const std::string& name, const MicroAnswer& answer, WorkloadReport& report) {
    const std::string ns = std::string(kNsPerOperation) + name;
    const std::string cycles = std::string(kCyclesPerOperation) + name;
    if (answer.ns_per_operation)
      report.measures.push_back({ns, "ns", *answer.ns_per_operation});
    else
      report.absent.push_back({ns, "ns", answer.why_not ? answer.why_not->text() : "it was not run"});
    if (answer.cycles_per_operation)
      report.measures.push_back({cycles, "cycles", *answer.cycles_per_operation});
    else
      report.absent.push_back(
          {cycles, "cycles", answer.ns_per_operation ? answer.why_no_cycles : report.absent.back().why});
  }

  const MicroRequest& request_;
  agent::EventLoop loop_;  ///< Before the endpoints that use it.
  std::vector<MicroEndpoint> endpoints_;
  std::optional<Store> store_;
  std::set<std::string> told_;  ///< What failed where, told once.
  int next_index_ = 0;
  MicroOutcome outcome_;
};

}  // namespace

Result<std::vector<MicroList>> list_micro(const MicroRequest& request) {
  SRIOV_TRY(check_request(request));
  agent::EventLoop loop;
  SRIOV_ASSIGN(std::vector<MicroEndpoint> endpoints, open_endpoints(loop, request));
  std::vector<MicroList> lists;
  for (MicroEndpoint& endpoint : endpoints) lists.push_back({endpoint.name(), std::move(endpoint.entries)});
  return lists;
}

Result<MicroOutcome> run_micro(const MicroRequest& request) {
  SRIOV_TRY(check_request(request));
  SRIOV_TRY(compile_filter(request.filter));
  if (exists(request.directory + "/run.sqlite"))
    return fail_usage("it holds a run already", request.directory, "choose another directory with -o");
  MicroRun run(request);
  return run.carry_out();
}

}  // namespace sriov
