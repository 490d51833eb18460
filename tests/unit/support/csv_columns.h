// The numbers of a small CSV file among the fixtures, by column.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "host/file.h"

namespace sriov::test {

/// `name` within tests/fixtures; the first line has the columns' names. A file that cannot be read fails the test.
inline std::map<std::string, std::vector<double>> csv_columns(const std::string& name) {
  const auto text = read_file(std::string(SRIOV_FIXTURES) + "/" + name);
  EXPECT_TRUE(text) << name;
  std::istringstream lines(text ? *text : "");
  std::vector<std::string> names;
  std::map<std::string, std::vector<double>> columns;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    std::size_t place = 0;
    const bool is_head = columns.empty();
    for (std::string field; std::getline(fields, field, ','); ++place) {
      if (is_head) names.push_back(field);
      columns[names.at(place)];
      if (!is_head) columns[names[place]].push_back(std::stod(field));
    }
  }
  return columns;
}

/// Of a file with one column, or a named one of several.
inline std::vector<double> csv_column(const std::string& name, const std::string& column = "value") {
  return csv_columns(name).at(column);
}

}  // namespace sriov::test
