#include "micro/msix_table.h"

#include <unistd.h>

#include <utility>

#include <fmt/format.h>

#include "host/file.h"

namespace sriov {
namespace {

constexpr std::size_t kConfigBytes = 256;
constexpr std::size_t kStatusOffset = 0x06;
constexpr unsigned kHasCapabilities = 0x10;
constexpr std::size_t kFirstCapability = 0x34;
constexpr unsigned kMsixId = 0x11;
constexpr int kMostCapabilities = 48;  // As many fit: more is a loop.
constexpr std::size_t kHeaderBytes = 64;
constexpr std::size_t kMsixBytes = 12;

constexpr std::size_t kEntryBytes = 16;
constexpr std::size_t kControlInEntry = 12;

unsigned byte_at(std::string_view config, std::size_t at) { return static_cast<unsigned char>(config[at]); }
unsigned word_at(std::string_view config, std::size_t at) {
  return byte_at(config, at) | (byte_at(config, at + 1) << 8U);
}
std::uint32_t long_at(std::string_view config, std::size_t at) {
  return word_at(config, at) | (static_cast<std::uint32_t>(word_at(config, at + 2)) << 16U);
}

/// Address and mask say that the kernel never gave the vector to anybody.
bool is_spare(const PciMemory& memory, std::size_t entry) {
  const std::uint32_t control = *memory.word(entry + kControlInEntry);
  return control != kNoAnswer && (control & SpareMsixVector::kMasked) != 0 && *memory.word(entry) == 0 &&
         *memory.word(entry + 4) == 0;
}

}  // namespace

std::optional<MsixTable> parse_msix_capability(std::string_view config) {
  if (config.size() < kConfigBytes || (word_at(config, kStatusOffset) & kHasCapabilities) == 0) return std::nullopt;
  std::size_t at = byte_at(config, kFirstCapability) & 0xfcU;
  for (int i = 0; i < kMostCapabilities && at >= kHeaderBytes && at + kMsixBytes <= kConfigBytes; ++i) {
    if (byte_at(config, at) != kMsixId) {
      at = byte_at(config, at + 1) & 0xfcU;
      continue;
    }
    const unsigned control = word_at(config, at + 2);
    const std::uint32_t table = long_at(config, at + 4);
    MsixTable out{table & 7U, table & ~7U, (control & 0x7ffU) + 1, (control & 0x8000U) != 0};
    return out.bar > 5 ? std::nullopt : std::optional(out);
  }
  return std::nullopt;
}

Result<SpareMsixVector> SpareMsixVector::open(const MicroPciFunction& function) {
  SRIOV_ASSIGN(const std::string config, read_file(function.folder + "/config"));
  const auto table = parse_msix_capability(config);
  if (!table) return fail_environment("it has no MSI-X, or its configuration space cannot be read", function.address);
  if (!table->is_enabled) return fail_environment("no driver has turned its MSI-X on", function.address);
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t inside = table->offset % page;
  const std::size_t bytes = (inside + table->vectors * kEntryBytes + page - 1) / page * page;
  SRIOV_ASSIGN(PciMemory memory, PciMemory::open(function, table->bar, table->offset - inside, bytes, true));
  for (unsigned i = table->vectors; i-- > 0;) {
    const std::size_t entry = inside + i * kEntryBytes;
    if (is_spare(memory, entry)) return SpareMsixVector(std::move(memory), entry + kControlInEntry);
  }
  return fail_environment(fmt::format("all of its {} MSI-X vectors are in use", table->vectors), function.address,
                          "a driver with fewer queues leaves some");
}

SpareMsixVector::SpareMsixVector(PciMemory memory, std::size_t control_offset)
    : memory_(std::move(memory)), control_(memory_.word(control_offset)), before_(*control_) {}

SpareMsixVector::SpareMsixVector(SpareMsixVector&& other) noexcept
    : memory_(std::move(other.memory_)), control_(std::exchange(other.control_, nullptr)), before_(other.before_) {}

SpareMsixVector::~SpareMsixVector() {
  if (control_ == nullptr) return;
  *control_ = before_;
  static_cast<void>(read_back());
}

}  // namespace sriov
