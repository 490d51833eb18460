// libxenstat and libxenctrl, loaded at run time: their sonames carry the Xen version, so one build serves them all.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "host/host.h"

namespace sriov {

/// What a vCPU does at the instant it is asked for.
enum class VcpuState {
  unknown,   ///< The library cannot say.
  running,   ///< On a physical CPU.
  runnable,  ///< Could run and waits for one.
  blocked,   ///< Waits for an event.
  offline,
};

/// Xen's accounts of one domain. Times are ns of physical CPU time, as the hypervisor charged them.
struct XenDomain {
  unsigned domid = 0;
  std::string name;
  std::int64_t cpu_ns = 0;
  std::int64_t memory_bytes = 0;  ///< kAbsent when the library cannot say, as are the next two.
  std::int64_t online_vcpus = 0;
  std::vector<std::int64_t> vcpu_ns;     ///< By vCPU, offline ones included; empty when the library cannot say.
  std::vector<VcpuState> vcpu_states;    ///< As many.
  std::vector<std::int64_t> vcpu_pcpus;  ///< Physical CPU that each runs on or ran on last; kAbsent when unknown.
};

/// Whether this is dom0 of a running Xen; the error says which of the two it is not.
[[nodiscard]] Result<void> check_dom0(const Host& host);

/// "4.17", or "" when the kernel does not say.
[[nodiscard]] std::string running_xen_version(const Host& host);

/// What the running hypervisor says. Not for statically linked programs, which cannot load libraries.
class XenLibrary {
 public:
  /// Loads the libraries of the running Xen's version, or else any that are installed and that the hypervisor answers.
  /// The errors, in this order: no Xen, not dom0, statically linked, no library, interface refused.
  [[nodiscard]] static Result<XenLibrary> open(const Host& host);
  /// The libraries in these files, on whatever machine; without a libxenctrl that works, what it tells is absent.
  [[nodiscard]] static Result<XenLibrary> open_files(const std::string& libxenstat, const std::string& libxenctrl);
  /// The names libxenstat is looked for under, best first. `version` is the running Xen's: "4.17", or "".
  [[nodiscard]] static std::vector<std::string> candidates(const std::string& library, const std::string& version);
  /// Whether a libxenstat found under `path` has the functions needed; for diagnosis without a hypervisor.
  [[nodiscard]] static Result<void> check_functions(const std::string& path);

  XenLibrary(XenLibrary&&) noexcept;
  XenLibrary& operator=(XenLibrary&&) noexcept;
  XenLibrary(const XenLibrary&) = delete;
  XenLibrary& operator=(const XenLibrary&) = delete;
  ~XenLibrary();

  /// All domains, valid until the next read. CPU times are of now; a new domain, a new name, and memory may show up to
  /// 2 s late, because listing costs much more than reading times.
  [[nodiscard]] Result<std::span<const XenDomain>> domains();
  /// Idle ns since boot by physical CPU, kAbsent for those that are offline; empty when libxenctrl does not say.
  [[nodiscard]] std::span<const std::int64_t> idle_ns();

 private:
  struct State;
  explicit XenLibrary(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sriov
