#include "micro/fresh_memory.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdint>
#include <utility>

namespace sriov {

Result<FreshMemory> FreshMemory::reserve(std::size_t bytes, Pages pages) {
  void* reserved = ::mmap(nullptr, bytes + kHugeBytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return fail_errno("cannot reserve addresses", errno);
  return FreshMemory(reserved, bytes, pages);
}

FreshMemory::FreshMemory(void* reserved, std::size_t bytes, Pages pages)
    : reserved_(reserved), begin_(static_cast<std::byte*>(reserved)), bytes_(bytes), pages_(pages) {
  const std::size_t beyond = reinterpret_cast<std::uintptr_t>(reserved) % kHugeBytes;
  if (beyond != 0) begin_ += kHugeBytes - beyond;
}

FreshMemory::FreshMemory(FreshMemory&& other) noexcept
    : reserved_(std::exchange(other.reserved_, nullptr)),
      begin_(other.begin_),
      bytes_(other.bytes_),
      pages_(other.pages_) {}

FreshMemory::~FreshMemory() {
  if (reserved_ != nullptr) ::munmap(reserved_, bytes_ + kHugeBytes);
}

bool FreshMemory::renew() const {
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  if (pages_ == Pages::reserved_huge) flags |= MAP_HUGETLB | (21 << MAP_HUGE_SHIFT);
  if (::mmap(begin_, bytes_, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED) return false;
  if (pages_ == Pages::reserved_huge) return true;
  const int advice = pages_ == Pages::small ? MADV_NOHUGEPAGE : MADV_HUGEPAGE;
  // A kernel without transparent huge pages knows neither word, and then small pages need none.
  return ::madvise(begin_, bytes_, advice) == 0 || pages_ == Pages::small;
}

void FreshMemory::touch(std::size_t offset, std::size_t stride) const {
  for (std::size_t at = offset; at < bytes_; at += stride)
    *static_cast<volatile std::byte*>(begin_ + at) = std::byte{1};
}

long minor_faults() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_minflt;
}

}  // namespace sriov
