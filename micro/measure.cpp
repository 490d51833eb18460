#include "micro/measure.h"

#include <algorithm>
#include <ctime>
#include <string>
#include <vector>

#include "core/time.h"
#include "host/clock.h"
#include "micro/cpu_flags.h"
#include "micro/second_thread.h"

namespace sriov {
namespace {

/// Keeps the last run and prints nothing.
class Keeper : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context& /*context*/) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    if (!runs.empty()) run_ = runs.back();
  }
  [[nodiscard]] const std::optional<Run>& run() const { return run_; }

 private:
  std::optional<Run> run_;
};

/// The time-stamp counter against the raw clock, over the time the benchmark runs anyway.
class TscRate {
 public:
  TscRate() : begin_ns_(raw_monotonic_ns()), begin_ticks_(__builtin_ia32_rdtsc()) {}
  [[nodiscard]] double ticks_per_ns() const {
    const auto ticks = static_cast<double>(__builtin_ia32_rdtsc() - begin_ticks_);
    return ticks / static_cast<double>(std::max<std::int64_t>(raw_monotonic_ns() - begin_ns_, 1));
  }

 private:
  std::int64_t begin_ns_;
  std::uint64_t begin_ticks_;
};

void configure(benchmark::internal::Benchmark& registered, const MicroTiming& timing, double seconds) {
  if (timing.is_manual)
    registered.UseManualTime();
  else
    registered.UseRealTime();
  if (timing.ns_per_iteration == 0) {
    registered.MinTime(seconds);
    return;
  }
  const double iterations = seconds * kNsPerSecond / static_cast<double>(timing.ns_per_iteration);
  registered.Iterations(std::max<std::int64_t>(static_cast<std::int64_t>(iterations), 1));
}

void add_cycles(const MicroContext& context, const TscRate& rate, MicroMeasurement& out) {
  if (has_cpu_flag(context.host, "constant_tsc"))
    out.cycles_per_operation = out.ns_per_operation * rate.ticks_per_ns();
  else
    out.why_no_cycles = "the rate of this processor's time-stamp counter is not known to be constant (no constant_tsc)";
}

}  // namespace

Result<void> check_micro(const MicroBenchmark& benchmark, const MicroContext& context) {
  if (benchmark.description().is_unsafe && !context.unsafe)
    return fail_environment("it changes a device's state for a moment", {}, "--unsafe allows it");
  return benchmark.probe(context);
}

Result<MicroMeasurement> measure(MicroBenchmark& benchmark, const MicroContext& context, double seconds) {
  SRIOV_TRY(check_micro(benchmark, context));
  SRIOV_TRY(pin_to_cpu(context.cpu));
  SRIOV_TRY(benchmark.prepare(context));
  const std::string name(benchmark.description().name);
  auto* registered = benchmark::RegisterBenchmark(name.c_str(), [&](benchmark::State& state) { benchmark.run(state); });
  const MicroTiming timing = benchmark.timing();
  configure(*registered, timing, seconds);
  Keeper keeper;
  const TscRate rate;
  benchmark::RunSpecifiedBenchmarks(&keeper);
  benchmark::ClearRegisteredBenchmarks();
  const auto& run = keeper.run();
  if (!run || run->iterations <= 0) return fail("it was not run");
  if (run->error_occurred) return fail(run->error_message);
  MicroMeasurement out;
  out.operations = run->iterations * timing.operations_per_iteration;
  out.ns_per_operation = run->real_accumulated_time * kNsPerSecond / static_cast<double>(out.operations);
  add_cycles(context, rate, out);
  return out;
}

}  // namespace sriov
