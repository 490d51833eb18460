// Reading Xen's performance counters through libxenctrl, loaded at run time.
#pragma once

#include <memory>
#include <span>

#include "collector/xen/xenperf_totals.h"
#include "core/result.h"
#include "host/host.h"

namespace sriov {

class XenPerfc {
 public:
  /// The errors: not dom0, statically linked, no library, a hypervisor that was built without the counters.
  [[nodiscard]] static Result<XenPerfc> open(const Host& host);

  XenPerfc(XenPerfc&&) noexcept;
  XenPerfc& operator=(XenPerfc&&) noexcept;
  XenPerfc(const XenPerfc&) = delete;
  XenPerfc& operator=(const XenPerfc&) = delete;
  ~XenPerfc();

  struct Reading {
    std::span<const PerfDescription> descriptions;
    std::span<const std::uint32_t> values;
  };
  /// Valid until the next read.
  [[nodiscard]] Result<Reading> read();

 private:
  struct State;
  explicit XenPerfc(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sriov
