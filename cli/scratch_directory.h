// A folder for what nobody wants to keep.
#pragma once

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>

#include "core/result.h"

namespace sriov::cli {

/// Below the system's folder for temporary files; gone with the object.
class ScratchDirectory {
 public:
  static Result<ScratchDirectory> make() {
    std::error_code failed;
    const std::filesystem::path parent = std::filesystem::temp_directory_path(failed);
    // The X's are what mkdtemp(3) replaces.
    std::string path = (failed ? std::filesystem::path("/tmp") : parent) / "sriov-bench-XXXXXX";
    if (::mkdtemp(path.data()) == nullptr) return fail_errno("cannot make a temporary folder", errno, path);
    return ScratchDirectory(std::move(path));
  }
  ScratchDirectory(ScratchDirectory&& other) noexcept : path_(std::exchange(other.path_, std::string())) {}
  ScratchDirectory& operator=(ScratchDirectory&&) = delete;
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;
  ~ScratchDirectory() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit ScratchDirectory(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace sriov::cli
