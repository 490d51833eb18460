// Outputs that are kept as files in tests/golden.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "host/file.h"

namespace sriov::test {

/// SRIOV_UPDATE_GOLDEN=1 writes the file anew.
inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string file = std::string(SRIOV_GOLDEN) + "/" + name;
  if (std::getenv("SRIOV_UPDATE_GOLDEN") != nullptr) {
    ASSERT_TRUE(write_file(file, text));
  }
  const auto golden = read_file(file);
  ASSERT_TRUE(golden) << golden.error().text();
  EXPECT_EQ(text, *golden) << "differs from " << file;
}

}  // namespace sriov::test
