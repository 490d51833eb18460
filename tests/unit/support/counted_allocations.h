// What the counting operator new of this executable (collector_allocation_test.cpp) has counted.
#pragma once

#include <cstddef>

#include "tests/unit/support/sanitizer.h"

#define SRIOV_COUNTS_ALLOCATIONS (!SRIOV_HAS_SANITIZER)

namespace sriov::test {

extern thread_local bool counting_allocations;  ///< Whether this thread's allocations are counted.
extern thread_local std::size_t allocations;

}  // namespace sriov::test
