// Where trials run: makes paths, says which agents sit where, takes everything down.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "agent/client.h"
#include "collector/collector.h"
#include "core/registry.h"
#include "core/result.h"
#include "core/trial.h"
#include "core/trial_settings.h"

namespace sriov {

/// A host, domain or namespace with an agent in it.
struct Endpoint {
  std::string name;    ///< "dom0", "guest1", "peer", "host".
  std::string kind;    ///< "dom0", "guest", "peer", "host": how its CPU is attributed.
  std::string domain;  ///< Xen domain name, or "".
  agent::Client* agent = nullptr;
  /// Collectors that would only repeat what another endpoint on the same kernel counts.
  std::vector<std::string> without_collectors = {};
  /// Options that this endpoint's collectors have unless the experiment gives others, by collector.
  std::map<std::string, CollectorOptions> collector_options = {};
};

/// Named stages of long work, for progress bars and logs. `fraction` is of the whole, 0 … 1; < 0 when unknown.
struct Stage {
  std::string name;
  double fraction = -1;
};
using Progress = std::function<void(const Stage&)>;

/// What a testbed needs from its user.
struct TestbedOptions {
  int guests = 1;
  bool guest_pairs = false;        ///< Traffic between guests is wanted too (Partner::guest).
  bool ipv6 = false;               ///< IPv6 is wanted too.
  std::vector<std::string> paths;  ///< Those the experiment will ask for.
  std::map<std::string, std::string>
      settings;                       ///< The [testbed_settings] table of the experiment file: "pf", "bridge", …
  std::function<bool()> should_stop;  ///< Polled during long waits: Ctrl-C.
};

class Testbed {
 public:
  virtual ~Testbed() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::string_view help() const = 0;
  /// All paths it can make.
  [[nodiscard]] virtual std::vector<std::string> paths() const = 0;
  /// Those an experiment that names no path compares.
  [[nodiscard]] virtual std::vector<std::string> default_paths() const { return paths(); }
  /// Setting names it accepts in [testbed_settings], for validation.
  [[nodiscard]] virtual std::vector<std::string> settings() const = 0;
  /// Whether this machine can host it; cheap, for `doctor`.
  [[nodiscard]] virtual Result<void> probe() const = 0;

  /// Boots or builds what is needed and connects the agents.
  [[nodiscard]] virtual Result<void> up(agent::EventLoop& loop, const TestbedOptions& options,
                                        const Progress& progress) = 0;
  [[nodiscard]] virtual std::vector<Endpoint> endpoints() = 0;
  /// Whether trials with these settings can be had on `path` at all; a usage error when not. Without up().
  [[nodiscard]] virtual Result<void> check(const std::string& path, const TrialSettings& settings) const {
    (void)path;
    (void)settings;
    return {};
  }
  /// Makes `path` the one the workload will use and describes its lanes, settings.lanes() of them; packets get through
  /// when it returns. Called before every trial; cheap when the path is ready.
  [[nodiscard]] virtual Result<PathSetup> prepare(const std::string& path, const TrialSettings& settings) = 0;
  /// Reconnects agents that were lost (a killed agent), if it can.
  [[nodiscard]] virtual Result<void> recover() = 0;
  /// JSON object of facts of the testbed itself: emulated (bool), accelerator ("tcg", "kvm", ""), machine, guests.
  [[nodiscard]] virtual std::string facts() const = 0;
  /// True when times are not hardware's: results are labelled and no "faster" verdict is drawn from them.
  [[nodiscard]] virtual bool is_emulated() const = 0;
  /// Undoes everything that up() and prepare() did. Safe to call twice and after a failed up().
  virtual void down() = 0;
};

using TestbedRegistry = Registry<Testbed>;

}  // namespace sriov
