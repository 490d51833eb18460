#include "testbed/lab/fast_kernel.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>

#include <elf.h>
#include <fmt/format.h>

#include "core/time.h"
#include "host/file.h"
#include "host/shell.h"

namespace sriov::lab {
namespace {

// Offsets in a bzImage's header: Documentation/arch/x86/boot.rst of Linux.
constexpr std::size_t kSetupSectors = 0x1f1;
constexpr std::size_t kSystemSize = 0x1f4;
constexpr std::size_t kMagic = 0x202;
constexpr std::size_t kLoadFlags = 0x211;
constexpr std::size_t kPayloadOffset = 0x248;
constexpr std::size_t kPayloadLength = 0x24c;
constexpr std::size_t kHeaderEnd = 0x268;
constexpr std::size_t kSectorBytes = 512;
constexpr unsigned char kLoadedHigh = 1;
constexpr std::size_t kParagraphBytes = 16;
constexpr std::uint64_t kMostKernelBytes = kGuestInitrdAddress - kGuestKernelAddress;
constexpr std::int64_t kUnpackTimeoutNs = 300 * kNsPerSecond;

/// fast_boot.S, assembled. 0xaaaaaaaa and 0xbbbbbbbb stand for the initramfs' address and size.
constexpr std::array<unsigned char, 262> kStub{
    0xfa, 0xfc, 0xc7, 0x86, 0x18, 0x02, 0x00, 0x00, 0xaa, 0xaa, 0xaa, 0xaa, 0xc7, 0x86, 0x1c, 0x02, 0x00, 0x00, 0xbb,
    0xbb, 0xbb, 0xbb, 0xbf, 0x00, 0x00, 0x11, 0x00, 0x31, 0xc0, 0xb9, 0x00, 0x18, 0x00, 0x00, 0xf3, 0xab, 0xc7, 0x05,
    0x00, 0x00, 0x11, 0x00, 0x07, 0x10, 0x11, 0x00, 0xc7, 0x05, 0x00, 0x10, 0x11, 0x00, 0x07, 0x20, 0x11, 0x00, 0xc7,
    0x05, 0x08, 0x10, 0x11, 0x00, 0x07, 0x30, 0x11, 0x00, 0xc7, 0x05, 0x10, 0x10, 0x11, 0x00, 0x07, 0x40, 0x11, 0x00,
    0xc7, 0x05, 0x18, 0x10, 0x11, 0x00, 0x07, 0x50, 0x11, 0x00, 0xbf, 0x00, 0x20, 0x11, 0x00, 0xb8, 0x83, 0x00, 0x00,
    0x00, 0xb9, 0x00, 0x08, 0x00, 0x00, 0x89, 0x07, 0x05, 0x00, 0x00, 0x20, 0x00, 0x83, 0xc7, 0x08, 0xe2, 0xf4, 0x0f,
    0x20, 0xe0, 0x83, 0xc8, 0x20, 0x0f, 0x22, 0xe0, 0xb8, 0x00, 0x00, 0x11, 0x00, 0x0f, 0x22, 0xd8, 0xb9, 0x80, 0x00,
    0x00, 0xc0, 0x0f, 0x32, 0x0d, 0x00, 0x01, 0x00, 0x00, 0x0f, 0x30, 0xe8, 0x00, 0x00, 0x00, 0x00, 0x5b, 0x8d, 0x83,
    0x4b, 0x00, 0x00, 0x00, 0x89, 0x83, 0x6d, 0x00, 0x00, 0x00, 0x0f, 0x01, 0x93, 0x6b, 0x00, 0x00, 0x00, 0x0f, 0x20,
    0xc0, 0x0d, 0x01, 0x00, 0x00, 0x80, 0x0f, 0x22, 0xc0, 0x6a, 0x10, 0x8d, 0x83, 0x29, 0x00, 0x00, 0x00, 0x50, 0xcb,
    0xb8, 0x18, 0x00, 0x00, 0x00, 0x8e, 0xd8, 0x8e, 0xc0, 0x8e, 0xd0, 0x31, 0xc0, 0x8e, 0xe0, 0x8e, 0xe8, 0x48, 0xc7,
    0xc0, 0x00, 0x00, 0x00, 0x01, 0x89, 0xf6, 0xff, 0xe0, 0x8d, 0xb6, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0x00, 0x00, 0x00, 0x9a, 0xaf,
    0x00, 0xff, 0xff, 0x00, 0x00, 0x00, 0x92, 0xcf, 0x00, 0x1f, 0x00, 0x00, 0x00, 0x00, 0x00};

template <class T>
T number_at(std::string_view bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

template <class T>
void put_number(std::string& bytes, std::size_t offset, T value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

/// Length of the real-mode part, which the compressed kernel follows.
Result<std::size_t> setup_bytes(std::string_view bzimage, const std::string& path) {
  if (bzimage.size() < kHeaderEnd || bzimage.substr(kMagic, 4) != "HdrS") return fail("it is not a bzImage", path);
  const auto sectors = static_cast<unsigned char>(bzimage[kSetupSectors]);
  const std::size_t bytes = (static_cast<std::size_t>(sectors == 0 ? 4 : sectors) + 1) * kSectorBytes;
  if (bytes > bzimage.size()) return fail("the kernel file is cut off", path);
  return bytes;
}

Result<std::string> unxz(std::string_view compressed, const std::string& beside) {
  const std::string packed = beside + ".xz";
  SRIOV_TRY(write_file(packed, compressed));
  LocalShell shell;
  auto unpacked = shell.run(
      {"/bin/sh", "-c", "xz -dc --single-stream < \"$1\" > \"$2\"", "sh", packed, beside + ".elf"}, kUnpackTimeoutNs);
  std::filesystem::remove(packed);
  auto elf = read_file(beside + ".elf");
  std::filesystem::remove(beside + ".elf");
  if (!unpacked) return tl::unexpected(unpacked.error());
  if (unpacked->exit_code != 0) return fail("the kernel cannot be unpacked: " + unpacked->err, beside);
  return elf;
}

/// The loadable segments at their physical addresses, as one piece.
Result<std::string> flatten(std::string_view elf, const std::string& path) {
  const auto malformed = [&path] { return fail("the unpacked kernel is not an ELF file that can be placed", path); };
  if (elf.size() < sizeof(Elf64_Ehdr) || elf.substr(0, SELFMAG) != ELFMAG) return malformed();
  const auto header = number_at<Elf64_Ehdr>(elf, 0);
  std::string flat;
  for (std::size_t i = 0; i < header.e_phnum; ++i) {
    const std::size_t at = header.e_phoff + i * sizeof(Elf64_Phdr);
    if (at > elf.size() || elf.size() - at < sizeof(Elf64_Phdr)) return malformed();
    const auto segment = number_at<Elf64_Phdr>(elf, at);
    if (segment.p_type != PT_LOAD) continue;
    if (segment.p_offset > elf.size() || segment.p_filesz > elf.size() - segment.p_offset) return malformed();
    if (segment.p_paddr < kGuestKernelAddress || segment.p_paddr - kGuestKernelAddress > kMostKernelBytes ||
        segment.p_filesz > kMostKernelBytes - (segment.p_paddr - kGuestKernelAddress))
      return malformed();
    const std::size_t begin = segment.p_paddr - kGuestKernelAddress;
    flat.resize(std::max<std::size_t>(flat.size(), begin + segment.p_filesz));
    std::copy_n(elf.begin() + static_cast<std::ptrdiff_t>(segment.p_offset), segment.p_filesz,
                flat.begin() + static_cast<std::ptrdiff_t>(begin));
  }
  if (header.e_entry != kGuestKernelAddress || flat.empty()) return malformed();
  return flat;
}

/// Writes `value` over the four equal bytes that mark its place in the stub.
void fill_in(std::string& stub, unsigned char mark, std::uint32_t value) {
  const std::string pattern(4, static_cast<char>(mark));
  put_number(stub, stub.find(pattern), value);
}

}  // namespace

Result<void> unpack_kernel(const std::string& bzimage, const std::string& out) {
  SRIOV_ASSIGN(const std::string file, read_file(bzimage));
  SRIOV_ASSIGN(const std::size_t setup, setup_bytes(file, bzimage));
  const std::size_t offset = setup + number_at<std::uint32_t>(file, kPayloadOffset);
  const std::size_t length = number_at<std::uint32_t>(file, kPayloadLength);
  if (offset > file.size() || length > file.size() - offset) return fail("the kernel file is cut off", bzimage);
  SRIOV_ASSIGN(const std::string elf, unxz(std::string_view(file).substr(offset, length), out));
  SRIOV_ASSIGN(const std::string flat, flatten(elf, bzimage));
  return write_file(out, flat);
}

Result<void> write_stub(const std::string& bzimage, std::uint32_t initrd_bytes, const std::string& out) {
  SRIOV_ASSIGN(const std::string file, read_file(bzimage));
  SRIOV_ASSIGN(const std::size_t setup, setup_bytes(file, bzimage));
  std::string head = file.substr(0, setup);
  std::string stub(kStub.begin(), kStub.end());
  fill_in(stub, 0xaa, static_cast<std::uint32_t>(kGuestInitrdAddress));
  fill_in(stub, 0xbb, initrd_bytes);
  stub.resize((stub.size() + kParagraphBytes - 1) / kParagraphBytes * kParagraphBytes);
  put_number(head, kSystemSize, static_cast<std::uint32_t>(stub.size() / kParagraphBytes));
  head[kLoadFlags] = static_cast<char>(static_cast<unsigned char>(head[kLoadFlags]) | kLoadedHigh);
  return write_file(out, head + stub);
}

}  // namespace sriov::lab
