// One thing that virtualization may make dearer, timed alone. A micro-benchmark is one file: what it is as data, a
// probe, set-up, and the loop that Google Benchmark times.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

#include "core/registry.h"
#include "core/result.h"
#include "host/host.h"

namespace sriov {

/// What a reader must know to judge the number.
struct MicroDescription {
  std::string_view name;      ///< Registered name: "cpuid".
  std::string_view help;      ///< What one operation is.
  std::string_view hvm_exit;  ///< Which exit to the hypervisor it causes in an HVM guest; elsewhere where that differs.
  std::string_view source;    ///< The instruction, call or file it is made of.
  bool is_unsafe = false;     ///< Run only when the user says so.
};

/// Where it runs.
struct MicroContext {
  Host host;
  int cpu = 0;          ///< The thread is pinned to it.
  int other_cpu = -1;   ///< For a second thread; -1: there is no other CPU.
  bool unsafe = false;  ///< The user allows what may disturb a device.
};

/// How the loop is timed.
struct MicroTiming {
  bool is_manual = false;                     ///< run() says with SetIterationTime() what counts of an iteration.
  std::int64_t operations_per_iteration = 1;  ///< What an iteration's time is divided by.
  std::int64_t ns_per_iteration = 0;          ///< Of wall time, when it is known: fixes their number. 0: it is found.
};

class MicroBenchmark {
 public:
  virtual ~MicroBenchmark() = default;
  [[nodiscard]] virtual const MicroDescription& description() const = 0;
  /// Whether it can work there; the error says why not and what would help. Looks at files only.
  [[nodiscard]] virtual Result<void> probe(const MicroContext& /*context*/) const { return {}; }
  /// Opens and maps what run() uses, once; what it changes is put back by the destructor.
  [[nodiscard]] virtual Result<void> prepare(const MicroContext& /*context*/) { return {}; }
  [[nodiscard]] virtual MicroTiming timing() const { return {}; }
  /// The loop; called several times. Failures go to state.SkipWithError().
  virtual void run(benchmark::State& state) = 0;
};

using MicroRegistry = Registry<MicroBenchmark>;

/// The registered benchmark, or a usage error with the nearest name.
[[nodiscard]] Result<std::unique_ptr<MicroBenchmark>> make_micro(const std::string& name);

/// An `environment` error when the device node cannot be used here.
[[nodiscard]] Result<void> check_device_node(const std::string& path, const std::string& hint);

}  // namespace sriov
