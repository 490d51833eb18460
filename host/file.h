// Files: whole reads for set-up, kept descriptors for the sampling loop.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace sriov {

/// Owns a file descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd();

  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  void close();

 private:
  int fd_ = -1;
};

/// The whole of a file (regular, /proc or /sys).
[[nodiscard]] Result<std::string> read_file(const std::string& path);
/// read_file without the surrounding blanks; "" when it cannot be read. For optional facts.
[[nodiscard]] std::string read_word(const std::string& path);
/// Creates or truncates. With `durable`, writes to a temporary, fsyncs and renames, so a crash leaves old or new; what
/// is no regular file (a device, a pipe) is written to as it is.
[[nodiscard]] Result<void> write_file(const std::string& path, std::string_view contents, bool durable = false);
/// Writes to an existing kernel file (sysfs, procfs) in one write().
[[nodiscard]] Result<void> write_kernel_file(const std::string& path, std::string_view value);
[[nodiscard]] bool exists(const std::string& path);
/// Names in a directory, sorted; empty when it cannot be read.
[[nodiscard]] std::vector<std::string> list_directory(const std::string& path);
/// The target of a symbolic link, or "".
[[nodiscard]] std::string read_link(const std::string& path);
/// Its last component, or "": "../../bus/pci/drivers/igb" is "igb".
[[nodiscard]] std::string link_name(const std::string& path);
[[nodiscard]] Result<void> make_directories(const std::string& path);

/// A /proc or /sys file kept open and re-read from the start at every sample. seq_files hand out about 4 KiB a read,
/// so read() loops to the end of file; the buffer grows only until it fits, so steady state allocates nothing.
class KeptFile {
 public:
  [[nodiscard]] static Result<KeptFile> open(std::string path);
  /// The contents now, valid until the next read(). Error when the file has gone (device removed).
  [[nodiscard]] Result<std::string_view> read();
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  Fd fd_;
  std::string path_;
  std::vector<char> buffer_;
};

}  // namespace sriov
