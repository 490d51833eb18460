// What the counting operator new of this executable (collector_allocation_test.cpp) has counted.
#pragma once

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SRIOV_COUNTS_ALLOCATIONS 0
#else
#define SRIOV_COUNTS_ALLOCATIONS 1
#endif

namespace sriov::test {

extern thread_local bool counting_allocations;  ///< Whether this thread's allocations are counted.
extern thread_local std::size_t allocations;

}  // namespace sriov::test
