// A /proc and /sys that a test writes itself.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "host/file.h"
#include "host/host.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::test {

class WrittenTree {
 public:
  /// `path` begins with a slash: "/sys/devices/system/cpu/online".
  void write(const std::string& path, std::string_view text) const {
    make_folder_of(path);
    ASSERT_TRUE(write_file(directory_.path() + path, text));
  }
  /// A symbolic link; the target need not be there.
  void link(const std::string& path, const std::string& target) const {
    make_folder_of(path);
    std::filesystem::create_symlink(target, directory_.path() + path);
  }
  [[nodiscard]] Host host() const { return Host::at(directory_.path()); }
  [[nodiscard]] const std::string& path() const { return directory_.path(); }

 private:
  void make_folder_of(const std::string& path) const {
    std::filesystem::create_directories(std::filesystem::path(directory_.path() + path).parent_path());
  }

  TemporaryDirectory directory_;
};

}  // namespace sriov::test
