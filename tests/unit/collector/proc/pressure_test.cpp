// Pressure stall information: the kernel's text, and the collector on trees that the test writes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "collector/collector.h"
#include "collector/proc/pressure_text.h"
#include "tests/unit/support/made_tree.h"

namespace sriov {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// As Linux 6.18 writes it.
constexpr std::string_view kCpu =
    "some avg10=98.88 avg60=97.88 avg300=73.64 total=2165632640\n"
    "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";
constexpr std::string_view kIo =
    "some avg10=3.07 avg60=1.50 avg300=0.99 total=5000\nfull avg10=1.02 avg60=0.75 avg300=0.40 total=2000\n";
constexpr std::string_view kIrq = "full avg10=0.10 avg60=0.20 avg300=100.00 total=77\n";

void write_files(const test::WrittenTree& tree) {
  tree.write("/proc/pressure/cpu", kCpu);
  tree.write("/proc/pressure/io", kIo);
}
const test::MadeTreeFor made{"pressure", {}, write_files};

TEST(PressureText, ReadsLinesOfTheKernel) {
  const PressureLines cpu = parse_pressure(kCpu);
  ASSERT_TRUE(cpu.some && cpu.full);
  EXPECT_THAT(cpu.some->averages, ElementsAre(9888, 9788, 7364));
  EXPECT_EQ(cpu.some->total_us, 2'165'632'640);
  EXPECT_EQ(cpu.full->total_us, 0);
  const PressureLines irq = parse_pressure(kIrq);
  EXPECT_FALSE(irq.some);
  ASSERT_TRUE(irq.full);
  EXPECT_THAT(irq.full->averages, ElementsAre(10, 20, 10'000));
}

TEST(PressureText, WhatIsBrokenIsAbsent) {
  const PressureLines lines =
      parse_pressure("some avg10=1.2 avg60=100.01 avg300=-1.00 total=99999999999999999999\nsomething avg10=1.00\nfull");
  ASSERT_TRUE(lines.some && lines.full);
  EXPECT_THAT(lines.some->averages, testing::Each(kAbsent));
  EXPECT_EQ(lines.some->total_us, kAbsent);
  EXPECT_EQ(lines.full->total_us, kAbsent);
  EXPECT_EQ(parse_pressure("some avg10 x=1 avg60=. total=5").some->total_us, 5);
  EXPECT_FALSE(parse_pressure("").some);
}

/// Values of the last row by "metric resource stalled".
std::map<std::string, std::int64_t> last_row(const SampleBlock& block) {
  std::map<std::string, std::int64_t> out;
  for (std::size_t i = 0; i < block.series.size(); ++i) {
    const Series& series = block.series[i];
    out[series.metric + " " + std::string(label(series.labels, "resource")) + " " +
        std::string(label(series.labels, "stalled"))] = block.columns[i].back();
  }
  return out;
}

TEST(Pressure, SamplesWhatTheKernelKnows) {
  const test::WrittenTree tree;
  write_files(tree);
  const auto collector = CollectorRegistry::instance().make("pressure");
  ASSERT_TRUE(collector->probe(tree.host()));
  Recorder recorder(1);
  ASSERT_TRUE(collector->open(tree.host(), {}, recorder));
  recorder.begin_row(0);
  collector->sample(recorder);
  recorder.end_row(0);
  const auto row = last_row(recorder.take("", "pressure"));
  EXPECT_EQ(row.at("pressure.stalled_time cpu some"), 2'165'632'640'000);
  EXPECT_EQ(row.at("pressure.stalled_time io full"), 2'000'000);
  EXPECT_EQ(row.at("pressure.avg10 io some"), 30'700);
  EXPECT_EQ(row.at("pressure.avg300 io full"), 4'000);
  EXPECT_EQ(row.size(), 12U) << "no `full` of cpu, which the kernel does not know";
  const auto absences = collector->absences();
  ASSERT_EQ(absences.size(), 2U);
  EXPECT_THAT(absences[1].text(), HasSubstr("pressure of irq"));
  EXPECT_THAT(absences[1].hint, HasSubstr("CONFIG_IRQ_TIME_ACCOUNTING"));
}

TEST(Pressure, SaysWhyThereIsNone) {
  const test::WrittenTree tree;
  const auto why = [&] {
    const auto usable = CollectorRegistry::instance().make("pressure")->probe(tree.host());
    EXPECT_FALSE(usable);
    return usable ? Error{} : usable.error();
  };
  EXPECT_THAT(why().text(), HasSubstr("keeps no pressure stall information"));
  EXPECT_THAT(why().hint, HasSubstr("CONFIG_PSI"));
  EXPECT_EQ(why().kind, ErrorKind::environment);
  tree.write("/proc/pressure/cpu/cannot_be_read", "");  // As a file of which read() fails where PSI is off.
  EXPECT_THAT(why().hint, HasSubstr("psi=1"));
}

TEST(Pressure, SomeAndFullAreNeverSummed) {
  const auto collector = CollectorRegistry::instance().make("pressure");
  for (const Metric& metric : collector->metrics()) EXPECT_EQ(apart_labels(metric), "resource,stalled") << metric.name;
}

}  // namespace
}  // namespace sriov
