#include "workloads/tcp/send_region.h"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace sriov {
namespace {

constexpr std::size_t kBasePage = 4096;
constexpr std::size_t kHugePage = std::size_t{2} << 20U;

std::size_t round_up(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

char* map(std::size_t bytes, int flags) {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  return at == MAP_FAILED ? nullptr : static_cast<char*>(at);
}

/// Bytes of the mapping at `base` that are huge, from /proc/self/smaps; 0 when it cannot be told.
std::size_t huge_bytes_at(const char* base) {
  std::ifstream maps("/proc/self/smaps");
  const std::string begin = fmt::format("{:x}-", reinterpret_cast<std::uintptr_t>(base));
  bool inside = false;
  for (std::string line; std::getline(maps, line);) {
    if (line.find(':') > line.find('-')) inside = line.starts_with(begin);
    if (inside && line.starts_with("AnonHugePages:")) return std::stoul(line.substr(line.find(':') + 1)) * 1024;
  }
  return 0;
}

Result<char*> map_huge(std::size_t bytes) {
  if (char* base = map(bytes, MAP_HUGETLB); base != nullptr) return base;
  // One huge page more, so that the region can begin at a boundary; the slack is given back.
  char* slack = map(bytes + kHugePage, 0);
  if (slack == nullptr) return fail_errno(fmt::format("cannot map {} bytes to send from", bytes), errno);
  const auto address = reinterpret_cast<std::uintptr_t>(slack);
  const std::size_t lead = round_up(address, kHugePage) - address;
  if (lead > 0) munmap(slack, lead);
  munmap(slack + lead + bytes, kHugePage - lead);
  char* base = slack + lead;
  madvise(base, bytes, MADV_HUGEPAGE);
  std::memset(base, 's', bytes);
  if (huge_bytes_at(base) >= bytes) return base;
  munmap(base, bytes);
  return fail_environment("the kernel gives no huge pages to send from", "",
                          fmt::format("reserve them (sysctl vm.nr_hugepages={}), or allow transparent ones: echo "
                                      "madvise > /sys/kernel/mm/transparent_hugepage/enabled",
                                      bytes / kHugePage));
}

Result<char*> map_base(std::size_t bytes) {
  char* base = map(bytes, 0);
  if (base == nullptr) return fail_errno(fmt::format("cannot map {} bytes to send from", bytes), errno);
  madvise(base, bytes, MADV_NOHUGEPAGE);
  return base;
}

}  // namespace

Result<SendRegion> SendRegion::make(std::int64_t message_bytes, std::int64_t footprint_bytes, PageSize page) {
  const auto message = static_cast<std::size_t>(message_bytes);
  const auto footprint = static_cast<std::size_t>(std::max<std::int64_t>(footprint_bytes, 1));
  const bool rotates = footprint > message;
  // Messages begin at pages, so that no two share one.
  const std::size_t stride = rotates ? round_up(message, kBasePage) : message;
  const std::size_t wanted = rotates ? round_up(footprint, stride) : message;
  const std::size_t bytes = round_up(wanted, page == PageSize::huge ? kHugePage : kBasePage);
  SRIOV_ASSIGN(char* base, page == PageSize::huge ? map_huge(bytes) : map_base(bytes));
  // Filled, so that its pages are there before the window and are not the kernel's shared zero page.
  std::memset(base, 's', bytes);
  return SendRegion({base, bytes}, rotates ? wanted : message, message, stride);
}

SendRegion::SendRegion(SendRegion&& other) noexcept
    : mapping_(std::exchange(other.mapping_, {})),
      bytes_(other.bytes_),
      message_bytes_(other.message_bytes_),
      stride_(other.stride_),
      offset_(other.offset_) {}

SendRegion::~SendRegion() {
  if (!mapping_.empty()) munmap(mapping_.data(), mapping_.size());
}

}  // namespace sriov
