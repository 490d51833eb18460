#include "collector/vf/vf_registers.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "core/sample_block.h"
#include "core/time.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::size_t kMapBytes = 0x20000;  // The 82576's BAR 0.
constexpr unsigned kMostVfs = 8;
constexpr std::size_t kFirstVf = 0x10000;  // The registers of VF n, as the VF has them from 0xf00, are 0x100 * n on.
constexpr std::size_t kVfStride = 0x100;

struct Register {
  VfCounter counter;
  std::size_t offset;
};
constexpr std::array<Register, 5> kRegisters{{
    {kVfRxPackets, 0x10},    // PFVFGPRC
    {kVfTxPackets, 0x14},    // PFVFGPTC
    {kVfRxBytes, 0x18},      // PFVFGORC
    {kVfTxBytes, 0x34},      // PFVFGOTC
    {kVfRxMulticast, 0x3c},  // PFVFMPRC, at the place where igbvf finds it; an Intel header says 0x38.
}};

/// All of the 82576's: copper, fibre, serdes, quad port and their variants.
constexpr std::array<std::string_view, 8> kDevices{"0x10c9", "0x10e6", "0x10e7", "0x10e8",
                                                   "0x150a", "0x150d", "0x1518", "0x1526"};

/// Four times what the wire carries: traffic between VFs does not go over it.
constexpr std::int64_t kMostBytesPerUs = 500;
constexpr std::int64_t kAllowanceBytes = 1'000'000;

tl::unexpected<Error> refuse(const std::string& path, int error) {
  Error why = fail_errno("the kernel does not let the card's registers be read", error, path).value();
  why.kind = ErrorKind::environment;
  if (error == EPERM || error == EACCES)
    why.hint = "it needs root, and a kernel that is not locked down (/sys/kernel/security/lockdown, secure boot)";
  else
    why.hint =
        "the driver has claimed them: iomem=relaxed on the kernel's command line allows reading, on a machine for "
        "tests";
  return tl::unexpected(why);
}

}  // namespace

std::int64_t WideCounter::take(std::uint32_t reading, std::int64_t most_rise) {
  if (is_first_) {
    is_first_ = false;
    before_ = reading;
    return value_ = reading;
  }
  const std::uint32_t rise = reading - before_;  // Modulo 2^32.
  const bool fell = reading < before_;
  before_ = reading;
  if (fell && rise > most_rise) return kAbsent;
  return value_ += rise;
}

struct VfRegisters::State {
  const std::byte* memory = nullptr;
  std::array<std::array<WideCounter, kRegisters.size()>, kMostVfs> wide{};
  std::array<std::int64_t, kMostVfs> read_ns{};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): munmap takes what mmap gave.
    if (memory != nullptr) ::munmap(const_cast<std::byte*>(memory), kMapBytes);
  }
};

bool VfRegisters::knows(const VfPort& port) {
  return port.pci_vendor == "0x8086" && std::find(kDevices.begin(), kDevices.end(), port.pci_device) != kDevices.end();
}

Result<VfRegisters> VfRegisters::open(const VfPort& port) {
  const std::string path = port.device_folder + "/resource0";
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_SYNC));
  if (!file.is_open()) return refuse(path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0 || static_cast<std::size_t>(info.st_size) < kMapBytes)
    return fail_environment("it is smaller than an 82576's registers", path);
  void* memory = ::mmap(nullptr, kMapBytes, PROT_READ, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) return refuse(path, errno);
  auto state = std::make_unique<State>();
  state->memory = static_cast<const std::byte*>(memory);
  return VfRegisters(std::move(state));
}

VfRegisters::VfRegisters(std::unique_ptr<State> state) : state_(std::move(state)) {}
VfRegisters::VfRegisters(VfRegisters&&) noexcept = default;
VfRegisters& VfRegisters::operator=(VfRegisters&&) noexcept = default;
VfRegisters::~VfRegisters() = default;

VfCounters VfRegisters::read(unsigned index, std::int64_t now_ns) {
  VfCounters out;
  out.fill(kAbsent);
  if (index >= kMostVfs) return out;
  const std::int64_t elapsed_us = (now_ns - state_->read_ns[index]) / kNsPerUs;
  state_->read_ns[index] = now_ns;
  const std::int64_t most_rise = elapsed_us * kMostBytesPerUs + kAllowanceBytes;
  std::array<std::uint32_t, kRegisters.size()> readings{};
  for (std::size_t i = 0; i < kRegisters.size(); ++i) {
    const std::byte* at = state_->memory + kFirstVf + index * kVfStride + kRegisters[i].offset;
    readings[i] = *static_cast<const volatile std::uint32_t*>(static_cast<const void*>(at));
  }
  constexpr std::uint32_t kNoAnswer = 0xffffffff;  // What the bus says for a card that resets or is gone.
  if (std::count(readings.begin(), readings.end(), kNoAnswer) == static_cast<std::ptrdiff_t>(readings.size()))
    return out;
  for (std::size_t i = 0; i < kRegisters.size(); ++i)
    out[kRegisters[i].counter] = state_->wide[index][i].take(readings[i], most_rise);
  return out;
}

}  // namespace sriov
