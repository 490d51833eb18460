// Experiment files: TOML in, a validated Experiment out.
//
//   name = "vf-vs-netfront"          # letters, digits, '.', '_', '-'
//   description = "…"
//   testbed = "lab"                  # sriov-bench list testbeds
//   guests = 1                       # that take part; this and the next three may be factors instead
//   partner = "peer"                 # or "guest": guest 1 sends to guest 2, 3 to 4 …
//   ip_version = 4                   # or 6
//   stagger = "0s"                   # how much later each guest starts than the one before
//   repetitions = 5
//   ci_half_width_percent = 2        # repeat until intervals are within ± 2 % …
//   max_repetitions = 50             # … or so often
//   stop_metrics = ["throughput_bps"]
//   order = "randomized-blocks"      # or "as-written"
//   seed = 1
//   warmup = "1s"
//   duration = "5s"
//   interval = "100ms"               # between samples, at least 1ms
//   collectors = ["interrupts", "cpu", "netdev", "xen", "self"]
//   [factors]                        # every combination of levels is a trial
//   path = ["vf", "netfront"]        # left out: the testbed's default paths
//   workload = ["tcp_stream", "tcp_rr"]
//   [workload]                       # options of all workloads …
//   message_bytes = "64k"
//   [workload.tcp_rr]                # … and of one, which win
//   message_bytes = 1
//   [knobs]                          # settings of the guests' devices and kernels, put back afterwards; or factors
//   rx_usecs = 100
//   "dom0:netdev_budget" = 600
//   [testbed_settings]
//   pf = "eth0"
#pragma once

#include <string>
#include <vector>

#include "core/experiment.h"
#include "core/result.h"

namespace sriov {

/// Reads and validates `path`. `overrides` are "key=value" as given to --set ("duration=2s",
/// "factors.path=vf,netfront", "factors.path=[\"vf\"]", "workload.message_bytes=1k"). Unknown keys and values are usage
/// errors with file:line (or the --set that brought them) and the nearest valid name.
[[nodiscard]] Result<Experiment> load_experiment(const std::string& path, const std::vector<std::string>& overrides);
/// The same from text; `name` is what errors call it.
[[nodiscard]] Result<Experiment> parse_experiment(const std::string& text, const std::string& name,
                                                  const std::vector<std::string>& overrides);

/// The experiment as a complete file: nothing left to defaults, factors in their order. Equal texts mean equal plans.
[[nodiscard]] std::string to_toml(const Experiment& experiment);
/// The first line in which two experiments differ, "duration: 5 s, now 2 s" style; "" when they plan the same.
[[nodiscard]] std::string first_difference(const Experiment& before, const Experiment& now);

/// Levels of a factor; empty when the experiment does not have it.
[[nodiscard]] std::vector<std::string> levels_of(const Experiment& experiment, const std::string& factor);

}  // namespace sriov
