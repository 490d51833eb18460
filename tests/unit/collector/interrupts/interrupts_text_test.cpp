#include <gtest/gtest.h>

#include "collector/interrupts/interrupts_text.h"
#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

using Change = InterruptsTable::Change;

std::string capture(const std::string& name) { return *read_file(SRIOV_FIXTURES "/captures/" + name); }

const InterruptsRow* row_named(const InterruptsTable& table, std::string_view name) {
  for (const InterruptsRow& row : table.rows())
    if (row.name == name) return &row;
  return nullptr;
}

std::vector<std::int64_t> values(const InterruptsTable& table, std::string_view name) {
  const InterruptsRow* row = row_named(table, name);
  if (row == nullptr) return {};
  const auto span = table.values(*row);
  return {span.begin(), span.end()};
}

/// The contents by another way, to compare with: name, values, description.
std::vector<std::string> plain(const InterruptsTable& table) {
  std::vector<std::string> out;
  for (const InterruptsRow& row : table.rows()) {
    std::string line = row.name + ':';
    for (const std::int64_t value : table.values(row)) line += ' ' + std::to_string(value);
    out.push_back(line + ' ' + row.description);
  }
  return out;
}

TEST(InterruptsTable, ReadsEveryLineOfTheDom0Capture) {
  InterruptsTable table;
  EXPECT_EQ(table.update(capture("dom0/t1/interrupts")), Change::layout);
  EXPECT_EQ(table.cpus(), (std::vector<std::int64_t>{0, 1}));
  EXPECT_EQ(table.rows().size(), 54U);
  EXPECT_EQ(values(table, "50"), (std::vector<std::int64_t>{0, 27010}));
  EXPECT_EQ(row_named(table, "50")->description, "xen-pirq    -msi-x     eth0-TxRx-0");
  EXPECT_EQ(values(table, "ERR"), std::vector<std::int64_t>{0});
  EXPECT_FALSE(row_named(table, "ERR")->per_cpu);
  EXPECT_FALSE(row_named(table, "MIS")->per_cpu);
  EXPECT_TRUE(row_named(table, "PIW")->per_cpu);
}

TEST(InterruptsTable, OneCpuLinesAreStillPerCpuAndErrIsNot) {
  InterruptsTable table;
  table.update(capture("guest/t1/interrupts"));
  EXPECT_EQ(table.cpus(), std::vector<std::int64_t>{0});
  EXPECT_TRUE(row_named(table, "58")->per_cpu);
  EXPECT_EQ(values(table, "58"), std::vector<std::int64_t>{34351});
  EXPECT_FALSE(row_named(table, "ERR")->per_cpu);
}

TEST(InterruptsTable, UpdatingGivesTheSameAsReadingAnew) {
  for (const std::string where : {"dom0", "guest"}) {
    InterruptsTable updated;
    updated.update(capture(where + "/t1/interrupts"));
    EXPECT_EQ(updated.update(capture(where + "/t1/interrupts")), Change::none);
    EXPECT_EQ(updated.update(capture(where + "/t2/interrupts")), Change::values);
    InterruptsTable anew;
    anew.update(capture(where + "/t2/interrupts"));
    EXPECT_EQ(plain(updated), plain(anew));
    EXPECT_EQ(updated.update(capture(where + "/t2/interrupts")), Change::none);
    EXPECT_EQ(updated.update(capture(where + "/t1/interrupts")), Change::values);
    EXPECT_EQ(updated.update(capture(where + "/t1/interrupts")), Change::none);
  }
}

TEST(InterruptsTable, LinesThatGrowAreValuesNotLayout) {
  InterruptsTable table;
  table.update(" CPU0 CPU1\n  5: 1 2 chip x\n  6: 9 9 chip y\n");
  EXPECT_EQ(table.update(" CPU0 CPU1\n  5: 10 2 chip x\n  6: 9 9 chip y\n"), Change::values);
  EXPECT_EQ(table.update(" CPU0 CPU1\n  5: 10 2 chip x\n  6: 9 9999999999 chip y\n"), Change::values);
  EXPECT_EQ(values(table, "5"), (std::vector<std::int64_t>{10, 2}));
  EXPECT_EQ(values(table, "6"), (std::vector<std::int64_t>{9, 9999999999}));
  EXPECT_EQ(table.update(" CPU0 CPU1\n  5: 10 2 chip x\n  6: 9 9999999999 chip y\n"), Change::none);
}

TEST(InterruptsTable, ColumnsAreMappedByTheHeadersCpuIds) {
  InterruptsTable table;
  table.update("            CPU0       CPU2       CPU5       \n  7:          1          2          3  chip  x\n");
  EXPECT_EQ(table.cpus(), (std::vector<std::int64_t>{0, 2, 5}));
  EXPECT_EQ(table.update("            CPU0       CPU5       \n  7:          1          3  chip  x\n"), Change::layout);
  EXPECT_EQ(table.cpus(), (std::vector<std::int64_t>{0, 5}));
  EXPECT_EQ(values(table, "7"), (std::vector<std::int64_t>{1, 3}));
}

TEST(InterruptsTable, LinesComeGoAndChangeTheirAction) {
  InterruptsTable table;
  table.update(" CPU0\n 5: 1 chip x\n");
  EXPECT_EQ(table.update(" CPU0\n 5: 1 chip x\n 6: 2 chip y\n"), Change::layout);
  EXPECT_EQ(table.update(" CPU0\n 5: 1 chip z\n 6: 2 chip y\n"), Change::layout);
  EXPECT_EQ(row_named(table, "5")->description, "chip z");
  EXPECT_EQ(table.update(" CPU0\n 6: 2 chip y\n"), Change::layout);
  EXPECT_EQ(table.rows().size(), 1U);
}

TEST(InterruptsTable, CountsThatDoNotFitTheHeaderAreUnknown) {
  // A CPU went offline while the kernel wrote the file: to which CPUs the counts belong cannot be told.
  InterruptsTable table;
  table.update(" CPU0 CPU1 CPU2\n  5: 1 2 3 chip x\n  6: 1 2 chip y\n  7: 1 2 3 4 chip z\n");
  EXPECT_EQ(values(table, "5"), (std::vector<std::int64_t>{1, 2, 3}));
  EXPECT_TRUE(values(table, "6").empty());
  EXPECT_TRUE(values(table, "7").empty());
  EXPECT_EQ(table.update(" CPU0 CPU1 CPU2\n  5: 1 2 3 chip x\n  6: 1 2 0 chip y\n  7: 1 2 3 chip z\n"), Change::layout);
  EXPECT_EQ(values(table, "6"), (std::vector<std::int64_t>{1, 2, 0}));
}

TEST(InterruptsTable, AnyBytesAreSurvived) {
  const std::string good = capture("dom0/t1/interrupts");
  InterruptsTable table;
  for (const std::string bad :
       {"", "\n", ":", "CPU0", " CPU0\n", " CPUx\n 1: 2\n", " CPU0\n: 5 x\n a b: 1 x\n\n:\n 7\n",
        " CPU0\n 5: 99999999999999999999999 chip x\n", " CPU-1\n 5: 1 chip x\n"}) {
    table.update(bad);
    for (const InterruptsRow& row : table.rows()) EXPECT_FALSE(row.name.empty()) << bad;
    table.update(good);
    EXPECT_EQ(table.rows().size(), 54U) << bad;
  }
  for (std::size_t size = 0; size < good.size(); size += 7) {
    table.update(std::string_view(good).substr(0, size));
    EXPECT_LE(table.rows().size(), 54U);
  }
  std::string binary = good;
  for (std::size_t i = 0; i < binary.size(); i += 13) binary[i] = static_cast<char>(i);
  table.update(binary);
  table.update(good);
  InterruptsTable anew;
  anew.update(good);
  EXPECT_EQ(plain(table), plain(anew));
}

}  // namespace
}  // namespace sriov
