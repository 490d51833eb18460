// sriov-bench micro: what single operations cost here, and elsewhere.
#include <cstdlib>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analyzers/comparison/comparison.h"
#include "cli/progress.h"
#include "cli/scratch_directory.h"
#include "cli/subcommand.h"
#include "cli/terminal.h"
#include "core/text.h"
#include "core/time.h"
#include "report/json/comparison_json.h"
#include "report/text/render_comparison.h"
#include "report/text/render_micro.h"
#include "runner/micro.h"
#include "store/store.h"

namespace sriov::cli {
namespace {

class Micro : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app.description(
        "Times what virtualization may make dearer, one operation at a time: CPUID, system calls, hypercalls, events,\n"
        "device registers, timers, interrupts between CPUs, copies, page faults.");
    app.add_flag("--list", list_, "The micro-benchmarks: what each is, which exit it causes, and why not here");
    app.add_option("--filter", request_.filter, "Only those whose name contains this regular expression")
        ->type_name("REGEX");
    app.add_option("--on", targets_,
                   "Machine to run on: [NAME=]local:, exec:COMMAND or ssh:[user@]host[:port]; may be repeated "
                   "(default: local:)")
        ->type_name("TARGET")
        ->allow_extra_args(false);
    app.add_option("--repetitions", request_.repetitions, "How often; intervals need two")->capture_default_str();
    app.add_option("--duration", duration_, "Of each benchmark in each repetition, about")
        ->type_name("TIME")
        ->capture_default_str();
    app.add_option("--cpu", cpu_, "CPU to run on (default: the last one of each machine)")->type_name("N");
    app.add_flag("--unsafe", request_.unsafe, "Also those that change a device's state for a moment");
    app.add_option("-o,--output", request_.directory, "Keep the results there; it must not hold a run")
        ->type_name("DIR");
    app.add_flag("--json", json_, "One JSON object, as compare's; with --list an object of lists by machine");
    app.footer(
        "Examples:\n"
        "  sriov-bench micro                                        here, nothing is kept\n"
        "  sriov-bench micro --on dom0=local: --on guest=ssh:root@guest1 -o results/micro\n"
        "  sriov-bench micro --on bare-metal=local: -o results/bare     (booted without Xen)\n"
        "  sriov-bench compare results/bare results/micro --baseline bare-metal\n"
        "  sriov-bench micro --list --filter 'ipi|timer'\n"
        "Exit codes: 0 ok, 2 usage, 3 sriov-bench-micro is missing or a machine cannot be reached, 4 nothing could be\n"
        "timed, 5 interrupted or a machine was lost (what was done is kept).");
  }

  Result<int> run() override {
    SRIOV_TRY(complete_request());
    return list_ ? print_list() : measure();
  }

 private:
  Result<void> complete_request() {
    if (targets_.empty()) targets_.emplace_back("local:");
    for (const std::string& target : targets_) {
      SRIOV_ASSIGN(RecordEndpoint endpoint, parse_record_endpoint(target));
      request_.endpoints.push_back(std::move(endpoint));
    }
    const auto duration_ns = parse_duration_ns(duration_);
    if (!duration_ns) return tl::unexpected(duration_ns.error().at("--duration"));
    if (*duration_ns < kNsPerMs || *duration_ns > 60 * kNsPerSecond)
      return fail_usage(duration_ + " is too short or too long", "--duration", "1ms to 60s");
    request_.duration_ns = *duration_ns;
    if (cpu_ && *cpu_ < 0) return fail_usage("there is no CPU below 0", "--cpu");
    request_.cpu = cpu_;
    request_.should_stop = [] { return interrupted(); };
    request_.on_event = [this](const std::string& text) { progress_.say("sriov-bench: " + text); };
    request_.on_progress = [this](const Stage& stage) { progress_.show(stage); };
    return {};
  }

  Result<int> measure() {
    const bool is_kept = !request_.directory.empty();
    std::optional<ScratchDirectory> scratch;
    if (!is_kept) {
      SRIOV_ASSIGN(ScratchDirectory made, ScratchDirectory::make());
      scratch.emplace(std::move(made));
      request_.directory = scratch->path() + "/run";
    }
    const auto outcome = run_micro(request_);
    progress_.clear();
    if (!outcome) return tl::unexpected(outcome.error());
    const bool is_whole = outcome->incomplete_because.empty();
    if (!is_whole) fmt::print(stderr, "sriov-bench: {}\n", outcome->incomplete_because);
    const auto printed = print_results(request_.directory);
    if (is_kept) fmt::print(stderr, "kept in {0}; sriov-bench show, compare and export read it\n", request_.directory);
    if (!printed && is_whole) return tl::unexpected(printed.error());
    if (!is_whole) return kPartial;
    return *printed ? kOk : kNotEnoughData;
  }

  /// Whether there was a number among them.
  Result<bool> print_results(const std::string& directory) const {
    SRIOV_ASSIGN(const Store store, Store::open(directory));
    SRIOV_ASSIGN(const Comparison comparison, compare(store));
    SRIOV_TRY(print_stdout(json_ ? comparison_json(comparison) : text_of(comparison)));
    for (const ComparisonTable& table : comparison.tables)
      for (const ComparisonRow& row : table.rows)
        for (const ComparisonCell& cell : row.cells)
          if (cell.summary) return true;
    return false;
  }

  [[nodiscard]] std::string text_of(const Comparison& comparison) const {
    std::string out = render_micro(comparison, stdout_style());
    if (request_.endpoints.size() > 1) out += "\n" + render_comparison(comparison, false, stdout_style());
    return out;
  }

  Result<int> print_list() {
    const auto lists = list_micro(request_);
    progress_.clear();
    if (!lists) return tl::unexpected(lists.error());
    SRIOV_TRY(print_stdout(json_ ? list_json(*lists) : list_text(*lists)));
    return kOk;
  }

  static std::string list_text(const std::vector<MicroList>& lists) {
    const TextStyle style = stdout_style();
    std::string out;
    for (std::size_t i = 0; i < lists.front().entries.size(); ++i) {
      const MicroEntry& entry = lists.front().entries[i];
      out += fmt::format("{}{}\n  {}\n  exit:   {}\n  source: {}\n", style.bold(entry.name),
                         entry.is_unsafe ? " (unsafe)" : "", entry.help, entry.hvm_exit, entry.source);
      for (const MicroList& list : lists)
        for (const MicroEntry& there : list.entries)
          if (there.name == entry.name && there.why_not)
            out += style.warning(fmt::format("  not on {}: {}", list.endpoint, there.why_not->text())) + "\n";
    }
    return out;
  }

  static std::string list_json(const std::vector<MicroList>& lists) {
    nlohmann::ordered_json out = nlohmann::ordered_json::object();
    for (const MicroList& list : lists) {
      auto entries = nlohmann::ordered_json::array();
      for (const MicroEntry& entry : list.entries) {
        nlohmann::ordered_json one{{"name", entry.name},     {"help", entry.help},        {"hvm_exit", entry.hvm_exit},
                                   {"source", entry.source}, {"unsafe", entry.is_unsafe}, {"works", !entry.why_not}};
        if (entry.why_not) one["why_not"] = entry.why_not->text();
        entries.push_back(std::move(one));
      }
      out[list.endpoint] = std::move(entries);
    }
    return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  }

  MicroRequest request_;
  std::vector<std::string> targets_;
  std::string duration_ = "100ms";
  std::optional<int> cpu_;
  bool list_ = false;
  bool json_ = false;
  ProgressLine progress_;
};

const SubcommandRegistration<Micro> registration{"micro"};

}  // namespace
}  // namespace sriov::cli
