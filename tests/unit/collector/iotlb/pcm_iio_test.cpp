// pcm-iio: its CSV, and the child. Fixtures are written after the printing code of versions 202302 (Debian 12) and
// 202604.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "collector/iotlb/iotlb_backend.h"
#include "collector/iotlb/pcm_iio_text.h"
#include "core/sample_block.h"
#include "core/text.h"
#include "host/file.h"
#include "host/process.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string fixture(const std::string& name) {
  return read_file(std::string(SRIOV_FIXTURES) + "/pcm-iio/" + name).value();
}

struct Read {
  std::size_t headers = 0;
  std::vector<std::string> stacks;
  std::vector<std::array<std::int64_t, kPcmIioEventCount>> rates;
};

Read read_all(std::string_view text) {
  Read out;
  std::optional<PcmIioColumns> columns;
  for (const std::string& line : split(text, '\n')) {
    if (const auto header = parse_pcm_iio_header(line)) {
      columns = header;
      ++out.headers;
    } else if (columns) {
      if (const auto row = parse_pcm_iio_row(line, *columns)) {
        out.stacks.push_back(std::string(row->socket) + " " + std::string(row->stack));
        out.rates.push_back(row->per_second);
      }
    }
  }
  return out;
}

TEST(PcmIioCsv, OfDebian12OnIceLake) {
  const Read read = read_all(fixture("icx-202302.csv"));
  EXPECT_EQ(read.headers, 2U) << "one before every interval";
  EXPECT_THAT(read.stacks, ElementsAre("Socket0 IIO Stack 0 - PCIe0", "Socket0 IIO Stack 1 - PCIe1",
                                       "Socket0 IIO Stack 0 - PCIe0", "Socket0 IIO Stack 1 - PCIe1"))
      << "the short rows of further parts have no counts of the stack";
  EXPECT_THAT(read.rates[0], ElementsAre(5000, kAbsent, 40, 90));
  EXPECT_THAT(read.rates[2], ElementsAre(5001, kAbsent, 41, 90));
}

TEST(PcmIioCsv, SkylakeHasHits) {
  const Read read = read_all(fixture("skx-202302.csv"));
  ASSERT_EQ(read.rates.size(), 1U);
  EXPECT_THAT(read.rates[0], ElementsAre(kAbsent, 900, 100, 250));
}

TEST(PcmIioCsv, NewerVersionsPutDateAndTimeInFront) {
  const Read read = read_all(fixture("spr-202604.csv"));
  EXPECT_THAT(read.stacks, ElementsAre("Socket0 PCIe Gen5 0"));
  EXPECT_THAT(read.rates[0], ElementsAre(123456, kAbsent, 789, 1600));
}

TEST(PcmIioCsv, HeaderWithoutTheIotlbIsOneButOfNoUse) {
  const auto header = parse_pcm_iio_header("Socket,Name,Part,IB write,IB read");
  ASSERT_TRUE(header);
  EXPECT_FALSE(has_iotlb(*header));
  EXPECT_FALSE(has_iotlb(*parse_pcm_iio_header("Socket,Name,Part,IOTLB Lookup")));
  EXPECT_TRUE(has_iotlb(*parse_pcm_iio_header("Socket,Name,Part,IOTLB Miss,IOTLB Hit")));
  EXPECT_FALSE(parse_pcm_iio_header("Socket;Name;Part;IOTLB Miss"));
  EXPECT_FALSE(parse_pcm_iio_header(""));
}

TEST(PcmIioCsv, CellsThatAreNoNumbersAreAbsent) {
  const auto columns = parse_pcm_iio_header("Socket,Name,Part,IOTLB Lookup,IOTLB Miss");
  ASSERT_TRUE(columns);
  const auto row = parse_pcm_iio_row("Socket1, Stack 3 ,Part0,12 K,7", *columns);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->stack, "Stack 3");
  EXPECT_THAT(row->per_second, ElementsAre(kAbsent, kAbsent, 7, kAbsent));
  EXPECT_FALSE(parse_pcm_iio_row("Socket1,Stack 3,Part0,-,-", *columns));
  EXPECT_FALSE(parse_pcm_iio_row("Socket1,Stack 3,Part0,1", *columns));
  EXPECT_FALSE(parse_pcm_iio_row("Socket1,Stack 3,Part0,1,2,3", *columns));
  EXPECT_FALSE(parse_pcm_iio_row(",,Part0,1,2", *columns));
}

/// A program called pcm-iio that is found first.
class PcmIioChild : public testing::Test {
 protected:
  void install(const std::string& script) {
    const std::string path = directory_.path() + "/pcm-iio";
    ASSERT_TRUE(write_file(path, "#!/bin/sh\n" + script));
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    ::setenv("PATH", (directory_.path() + ":" + before_).c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", before_.c_str(), 1); }

  static std::unique_ptr<IotlbBackend> backend() { return IotlbBackendRegistry::instance().make("pcm-iio"); }

  std::string failure() {
    Recorder recorder(1);
    const auto opened = backend()->open(Host{}, {{"pcm_interval", "200ms"}}, recorder);
    EXPECT_FALSE(opened);
    return opened ? "" : opened.error().text();
  }

  const test::TemporaryDirectory directory_;
  const std::string before_ = std::getenv("PATH");
};

TEST_F(PcmIioChild, RatesBecomeCounters) {
  install("echo \"$@\" > " + directory_.path() + "/arguments\ncat " + std::string(SRIOV_FIXTURES) +
          "/pcm-iio/icx-202302.csv\nexec sleep 60\n");
  const auto pcm = backend();
  Recorder recorder(2);
  const auto opened = pcm->open(Host{}, {{"pcm_interval", "500ms"}}, recorder);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(read_word(directory_.path() + "/arguments"), "0.5 -csv");
  ASSERT_EQ(recorder.columns(), 6U);
  recorder.begin_row(0);
  pcm->sample(recorder);
  recorder.end_row(1);
  const SampleBlock block = recorder.take("", "iotlb");
  EXPECT_EQ(block.series[1].metric, "iotlb.misses");
  EXPECT_EQ(to_string(block.series[1].labels), "backend=pcm-iio,socket=0,stack=IIO Stack 0 - PCIe0");
  EXPECT_EQ(block.columns[0].front(), 5001) << "two intervals of half a second: (5000 + 5001) / 2, each rounded";
  EXPECT_EQ(block.columns[1].front(), 41);
  EXPECT_EQ(block.columns[4].front(), 0) << "nothing was missed: that is known";
}

TEST_F(PcmIioChild, CountersAreAbsentOnceItHasEnded) {
  install("cat " + std::string(SRIOV_FIXTURES) + "/pcm-iio/spr-202604.csv\n");
  const auto pcm = backend();
  constexpr int kMostRows = 1000;  // It has printed its last, and is about to end.
  Recorder recorder(1);
  ASSERT_TRUE(pcm->open(Host{}, {}, recorder));
  std::int64_t last = 0;
  for (int row = 0; row < kMostRows && last != kAbsent; ++row) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    recorder.begin_row(row);
    pcm->sample(recorder);
    recorder.end_row(row);
    last = recorder.split_rows().take("", "iotlb").columns[0].back();
  }
  EXPECT_EQ(last, kAbsent);
}

TEST_F(PcmIioChild, AnUnknownFormatIsToldAtOnce) {
  install("echo 'Socket,Name,Part,IB write'\necho 'Socket0,IIO Stack 0,Part0,1'\nexec sleep 60\n");
  EXPECT_THAT(failure(), HasSubstr("prints no columns for IOTLB lookups and misses"));
}

TEST_F(PcmIioChild, WhatItSaidWhenItEndedIsPassedOn) {
  install("echo 'Starting up' >&2\necho 'This CPU is not supported by PCM IIO tool! Program aborted' >&2\nexit 1\n");
  EXPECT_THAT(failure(), HasSubstr("pcm-iio ended (it said: This CPU is not supported by PCM IIO tool!"));
}

TEST_F(PcmIioChild, TooShortIntervalsAreRefused) {
  install("exec sleep 60\n");
  Recorder recorder(1);
  const auto opened = backend()->open(Host{}, {{"pcm_interval", "10ms"}}, recorder);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::usage);
}

TEST_F(PcmIioChild, AMissingProgramIsTold) {
  if (!find_program("pcm-iio").empty()) GTEST_SKIP() << "it is installed here";
  const auto usable = backend()->probe(Host{});
  ASSERT_FALSE(usable);
  EXPECT_THAT(usable.error().text(), testing::AnyOf(HasSubstr("apt install pcm"), HasSubstr("Xen refuses")));
}

TEST_F(PcmIioChild, AProgramThatCannotBeStartedIsNamed) {
  ASSERT_TRUE(write_file(directory_.path() + "/pcm-iio", "no program"));
  std::filesystem::permissions(directory_.path() + "/pcm-iio", std::filesystem::perms::owner_all);
  ::setenv("PATH", (directory_.path() + ":" + before_).c_str(), 1);
  EXPECT_THAT(failure(), HasSubstr("pcm-iio"));
}

}  // namespace
}  // namespace sriov
