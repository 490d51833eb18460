// What the stand-in for libxenstat and libxenctrl (fake_xen.cpp, a library of its own) answers, and what it was asked.
#pragma once

#include <array>
#include <cstdint>

namespace sriov::test {

struct FakeDomain {
  unsigned domid = 0;
  const char* name = "";
  std::uint64_t vcpu_ns = 0;  ///< Of its only vCPU.
};

struct FakeXenState {
  std::array<FakeDomain, 4> domains;
  unsigned domain_count = 0;
  std::uint64_t idle_ns = 1;
  unsigned flags_asked = 0;  ///< All flags that xenstat_get_node() was ever called with.
  unsigned listings = 0;
};

/// Name of the library's FakeXenState.
inline constexpr const char* kFakeXenSymbol = "sriov_fake_xen";

}  // namespace sriov::test
