#include "micro/pci_functions.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace sriov {
namespace {

constexpr std::uint32_t kIgbvfStatus = 0x8;    // E1000_STATUS of igbvf's registers
constexpr std::uint32_t kIxgbevfStatus = 0x8;  // IXGBE_VFSTATUS
constexpr std::uint32_t kIavfReset = 0x8800;   // IAVF_VFGEN_RSTAT

struct KnownVf {
  std::string_view device;
  std::uint32_t status;
};
/// Intel's VFs by PCI device number.
constexpr std::array<KnownVf, 11> kKnown{{
    {"0x10ca", kIgbvfStatus},    // 82576
    {"0x1520", kIgbvfStatus},    // I350
    {"0x10ed", kIxgbevfStatus},  // 82599
    {"0x1515", kIxgbevfStatus},  // X540
    {"0x1565", kIxgbevfStatus},  // X550
    {"0x15a8", kIxgbevfStatus},  // X550EM_x
    {"0x15c5", kIxgbevfStatus},  // X550EM_a
    {"0x154c", kIavfReset},      // XL710
    {"0x1571", kIavfReset},      // XL710 under Hyper-V
    {"0x37cd", kIavfReset},      // X722
    {"0x1889", kIavfReset},      // E810 and the adaptive VF
}};

MicroPciFunction read_function(const std::string& folder, const std::string& address) {
  MicroPciFunction out;
  out.address = address;
  out.folder = folder;
  out.vendor = read_word(folder + "/vendor");
  out.device = read_word(folder + "/device");
  const std::string driver = read_link(folder + "/driver");
  out.driver = driver.substr(driver.rfind('/') + 1);  // npos + 1 is 0: the whole.
  out.is_assigned = out.driver == "pciback" || out.driver == "vfio-pci";
  out.is_network = read_word(folder + "/class").starts_with("0x02");
  out.is_vf = !read_link(folder + "/physfn").empty() || vf_status_register(out).has_value();
  return out;
}

int rank(const MicroPciFunction& function) {
  if (function.is_vf) return 0;
  return function.is_network ? 1 : 2;
}

tl::unexpected<Error> refuse(const std::string& path, int error) {
  if (error == ENOENT) return fail_environment("the kernel offers no such memory of the device", path);
  Error why = fail_errno("the kernel does not let it be mapped", error, path).value();
  why.kind = ErrorKind::environment;
  why.hint = "its driver has claimed it: iomem=relaxed on the kernel's command line allows it, on a machine for tests";
  if (error == EPERM || error == EACCES) why.hint = "it needs root, and a kernel that is not locked down";
  return tl::unexpected(why);
}

}  // namespace

std::vector<MicroPciFunction> scan_pci_functions(const Host& host) {
  const std::string folder = host.sys + "/bus/pci/devices";
  std::vector<MicroPciFunction> out;
  for (const std::string& address : list_directory(folder))
    out.push_back(read_function(folder + "/" + address, address));
  std::stable_sort(out.begin(), out.end(),
                   [](const MicroPciFunction& a, const MicroPciFunction& b) { return rank(a) < rank(b); });
  return out;
}

std::optional<std::uint32_t> vf_status_register(const MicroPciFunction& function) {
  if (function.vendor != "0x8086") return std::nullopt;
  const auto found = std::ranges::find(kKnown, function.device, &KnownVf::device);
  return found == kKnown.end() ? std::nullopt : std::optional(found->status);
}

Result<PciMemory> PciMemory::open(const MicroPciFunction& function, unsigned bar, std::uint64_t offset,
                                  std::size_t bytes, bool writable) {
  const std::string path = fmt::format("{}/resource{}", function.folder, bar);
  const Fd file(::open(path.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_SYNC));
  if (!file.is_open()) return refuse(path, errno);
  struct stat info {};
  if (::fstat(file.get(), &info) != 0 || static_cast<std::uint64_t>(info.st_size) < offset + bytes)
    return fail_environment("it is smaller than what is looked for in it", path);
  const int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* memory = ::mmap(nullptr, bytes, protection, MAP_SHARED, file.get(), static_cast<off_t>(offset));
  if (memory == MAP_FAILED) return refuse(path, errno);
  return PciMemory(memory, bytes);
}

PciMemory::PciMemory(PciMemory&& other) noexcept
    : memory_(std::exchange(other.memory_, nullptr)), bytes_(other.bytes_) {}

PciMemory::~PciMemory() {
  if (memory_ != nullptr) ::munmap(memory_, bytes_);
}

volatile std::uint32_t* PciMemory::word(std::size_t byte_offset) const {
  return static_cast<volatile std::uint32_t*>(static_cast<void*>(static_cast<std::byte*>(memory_) + byte_offset));
}

}  // namespace sriov
