#include "host/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>

#include "core/text.h"

namespace sriov {
namespace {

constexpr std::size_t kFirstBufferBytes = 16384;

Result<void> write_all(int fd, std::string_view contents, const std::string& path) {
  while (!contents.empty()) {
    const ssize_t written = ::write(fd, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno("cannot write " + path, errno);
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  if (this != &other) {
    close();
    fd_ = std::exchange(other.fd_, -1);
  }
  return *this;
}

Fd::~Fd() { close(); }

void Fd::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Result<std::string> read_file(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return fail_errno("cannot open " + path, errno);
  std::string contents;
  std::array<char, kFirstBufferBytes> buffer;
  while (true) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("cannot read " + path, errno);
    if (got == 0) return contents;
    contents.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

std::string read_word(const std::string& path) {
  const auto contents = read_file(path);
  return contents ? std::string(trim(*contents)) : std::string();
}

Result<void> write_file(const std::string& path, std::string_view contents, bool durable) {
  // Nothing takes the place of a device or a pipe: "-o /dev/null" writes to it.
  struct stat there {};
  if (::stat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) durable = false;
  const std::string target = durable ? path + ".tmp" : path;
  Fd fd(::open(target.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!fd.is_open()) return fail_errno("cannot create " + target, errno);
  SRIOV_TRY(write_all(fd.get(), contents, target));
  if (!durable) return {};
  if (::fsync(fd.get()) != 0) return fail_errno("cannot sync " + target, errno);
  fd.close();
  if (std::rename(target.c_str(), path.c_str()) != 0) return fail_errno("cannot rename " + target, errno);
  return {};
}

Result<void> write_kernel_file(const std::string& path, std::string_view value) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!fd.is_open()) return fail_errno("cannot open " + path, errno);
  const ssize_t written = ::write(fd.get(), value.data(), value.size());
  if (written < 0) return fail_errno("cannot write '" + std::string(value) + "' to " + path, errno);
  return {};
}

bool exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

std::vector<std::string> list_directory(const std::string& path) {
  std::vector<std::string> names;
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (!directory) return names;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_link(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::read_symlink(path, ignored).string();
}

std::string link_name(const std::string& path) { return std::filesystem::path(read_link(path)).filename().string(); }

Result<void> make_directories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return fail_errno("cannot create directory " + path, error.value());
  return {};
}

Result<KeptFile> KeptFile::open(std::string path) {
  KeptFile file;
  file.fd_ = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.fd_.is_open()) return fail_errno("cannot open " + path, errno);
  file.path_ = std::move(path);
  file.buffer_.resize(kFirstBufferBytes);
  return file;
}

Result<std::string_view> KeptFile::read() {
  std::size_t used = 0;
  while (true) {
    if (used == buffer_.size()) buffer_.resize(buffer_.size() * 2);
    const ssize_t got = ::pread(fd_.get(), buffer_.data() + used, buffer_.size() - used, static_cast<off_t>(used));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail_errno("cannot read " + path_, errno);
    if (got == 0) return std::string_view(buffer_.data(), used);
    used += static_cast<std::size_t>(got);
  }
}

}  // namespace sriov
