// The intervals of a run: what streams put into the book, and what of it comes out in a report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "host/clock.h"
#include "tests/unit/support/counted_allocations.h"
#include "workloads/engine/interval_book.h"
#include "workloads/engine/partial_report.h"
#include "workloads/workload.h"

namespace sriov {
namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kFarAhead = std::int64_t{1} << 60U;  // No clock of this machine gets there by itself.

/// Streams without sockets or threads: time is what the test says.
class Scripted {
 public:
  explicit Scripted(std::size_t streams, const Timing& timing, bool latency = false) : timing_(timing) {
    book.expect(streams, latency);
    meters.resize(streams);
    histograms.resize(streams);
    for (std::size_t i = 0; i < streams; ++i) meters[i].keep_intervals(book, i, latency ? &histograms[i] : nullptr);
  }
  void open_all() {
    for (Meter& meter : meters) meter.open(kFarAhead, timing_);
  }
  /// A piece of traffic of `stream` that ends at `ms` after the start.
  void piece(std::size_t stream, std::int64_t ms, std::int64_t bytes) {
    meters[stream].at(kFarAhead + ms * kMs);
    meters[stream].traffic.bytes_sent += bytes;
    if (meters[stream].counting()) histograms[stream].record(bytes);
  }
  void finish(std::size_t stream, std::int64_t ms) {
    meters[stream].finish(kFarAhead + ms * kMs);
    book.leave(stream);
  }
  [[nodiscard]] std::vector<std::int64_t> bytes_sent() const {
    std::vector<std::int64_t> out;
    for (const RunInterval& interval : book.intervals()) out.push_back(interval.tally.traffic.bytes_sent);
    return out;
  }

  std::vector<RunInterval> seen;
  IntervalBook book{[this](const RunInterval& interval) { seen.push_back(interval); }};
  std::vector<Meter> meters;
  std::vector<Histogram> histograms;

 private:
  Timing timing_;
};

std::vector<std::pair<std::int64_t, std::int64_t>> edges_ms(const std::vector<RunInterval>& intervals) {
  std::vector<std::pair<std::int64_t, std::int64_t>> out;
  for (const RunInterval& interval : intervals)
    out.emplace_back((interval.begin_ns - kFarAhead) / kMs, (interval.end_ns - kFarAhead) / kMs);
  return out;
}

TEST(Intervals, DivideWarmupAndWindowEachFromItsBegin) {
  Scripted run(1, {150 * kMs, 250 * kMs, 100 * kMs});
  run.open_all();
  for (int ms = 10; ms <= 400; ms += 10) run.piece(0, ms, 1);
  run.finish(0, 410);
  run.book.collect();
  EXPECT_THAT(edges_ms(run.book.intervals()),
              testing::ElementsAre(std::pair(0, 100), std::pair(100, 150), std::pair(150, 250), std::pair(250, 350),
                                   std::pair(350, 400)));
  // A piece that ends on an edge is the next interval's; the one at 400 ms ends the window and is nobody's.
  EXPECT_THAT(run.bytes_sent(), testing::ElementsAre(9, 5, 10, 10, 5));
  EXPECT_TRUE(run.book.intervals()[1].is_warmup);
  EXPECT_FALSE(run.book.intervals()[2].is_warmup);
  EXPECT_EQ(run.meters[0].window_traffic().bytes_sent, 25);
  EXPECT_EQ(edges_ms(run.seen), edges_ms(run.book.intervals()));
}

TEST(Intervals, AddUpToTheWindowHoweverUnevenlyStreamsPassTheEdges) {
  Scripted run(3, {0, 1000 * kMs, 100 * kMs}, true);
  run.open_all();
  for (int ms = 0; ms < 1200; ++ms) {
    if (ms % 7 == 1) run.piece(0, ms, 3);
    if (ms % 333 == 1) run.piece(1, ms, 1000);  // away for intervals at a time
    if (ms == 480) run.piece(2, ms, 50);
    run.book.collect_complete();
  }
  for (std::size_t stream = 0; stream < 3; ++stream) run.finish(stream, 1200);
  run.book.collect();
  ASSERT_EQ(run.book.intervals().size(), 10U);
  Tally sum;
  Histogram merged;
  for (const RunInterval& interval : run.book.intervals()) {
    sum += interval.tally;
    if (interval.latency_ns) merged.merge(interval.latency_ns->unpack());
  }
  Traffic window;
  CpuTime cpu;
  for (const Meter& meter : run.meters) {
    window += meter.window_traffic();
    cpu += meter.window_cpu();
  }
  EXPECT_EQ(sum.traffic.bytes_sent, window.bytes_sent);
  EXPECT_EQ(sum.cpu.total_ns, cpu.total_ns);
  EXPECT_EQ(merged.encode(), run.book.latency_ns()->encode());
  EXPECT_EQ(merged.count(), 143U + 3U + 1U);
}

TEST(Intervals, EndWhereTheStreamsWereCutOff) {
  Scripted run(2, {0, 1000 * kMs, 100 * kMs});
  run.open_all();
  run.piece(0, 120, 1);
  run.finish(0, 130);
  run.piece(1, 50, 1);
  run.finish(1, 170);
  run.book.collect();
  EXPECT_THAT(edges_ms(run.book.intervals()), testing::ElementsAre(std::pair(0, 100), std::pair(100, 170)));
  EXPECT_THAT(run.bytes_sent(), testing::ElementsAre(1, 1));
}

TEST(Intervals, AStreamThatIsFarBehindHoldsNobodyUpAndLosesNothing) {
  Scripted run(2, {0, 2000 * kMs, 100 * kMs});
  run.open_all();
  run.piece(1, 10, 7);
  for (int ms = 10; ms < 1900; ms += 10) {
    run.piece(0, ms, 1);
    run.book.collect_complete();
  }
  EXPECT_GT(run.seen.size(), 10U);
  run.finish(1, 2000);
  run.finish(0, 2000);
  run.book.collect();
  std::int64_t sum = 0;
  for (const std::int64_t bytes : run.bytes_sent()) sum += bytes;
  EXPECT_EQ(sum, 7 + 189);
  EXPECT_EQ(run.book.intervals().size(), 20U);
}

TEST(Intervals, AreNoneWhenNotAskedForOrNothingFlowed) {
  Scripted without(1, {0, 1000 * kMs, 0});
  without.open_all();
  without.piece(0, 500, 1);
  without.finish(0, 1000);
  without.book.collect();
  EXPECT_TRUE(without.book.intervals().empty());
  Scripted silent(1, {0, 1000 * kMs, 100 * kMs});
  silent.finish(0, 1000);
  silent.book.collect();
  EXPECT_TRUE(silent.book.intervals().empty());
}

TEST(Intervals, StayWithinTheirBoundAndKeepTheirSum) {
  constexpr std::int64_t kIntervals = 10'000;
  Scripted run(1, {100 * kMs, kIntervals * 10 * kMs, 10 * kMs});
  run.open_all();
  for (std::int64_t ms = 5; ms < 100 + kIntervals * 10; ms += 10) {
    run.piece(0, ms, 1);
    run.book.collect_complete();
  }
  run.finish(0, 100 + kIntervals * 10);
  run.book.collect();
  EXPECT_EQ(run.seen.size(), static_cast<std::size_t>(kIntervals) + 10);
  EXPECT_LE(run.book.intervals().size(), IntervalBook::kMostKept);
  EXPECT_EQ(run.book.merged(), 4);
  Traffic window;
  std::int64_t end_ns = run.book.intervals().front().begin_ns;
  for (const RunInterval& interval : run.book.intervals()) {
    EXPECT_EQ(interval.begin_ns, end_ns);
    end_ns = interval.end_ns;
    if (!interval.is_warmup) window += interval.tally.traffic;
  }
  EXPECT_EQ(window.bytes_sent, run.meters[0].window_traffic().bytes_sent);
  EXPECT_EQ(end_ns, kFarAhead + (100 + kIntervals * 10) * kMs);
}

TEST(Intervals, KeepHistogramsWithinTheirBound) {
  constexpr std::int64_t kIntervals = 300;
  Scripted run(1, {0, kIntervals * 100 * kMs, 100 * kMs}, true);
  run.open_all();
  for (std::int64_t i = 0; i < kIntervals; ++i) {
    run.piece(0, i * 100 + 1, 0);
    run.book.collect_complete();
    for (std::int64_t value = 1; value < (std::int64_t{1} << 39U); value += 1 + value / 256)
      run.histograms[0].record(value);
  }
  run.finish(0, kIntervals * 100);
  run.book.collect();
  std::size_t bytes = 0;
  Histogram merged;
  for (const RunInterval& interval : run.book.intervals()) {
    bytes += interval.latency_ns->bytes();
    merged.merge(interval.latency_ns->unpack());
  }
  EXPECT_LE(bytes, IntervalBook::kMostHistogramBytes);
  EXPECT_GT(run.book.merged(), 1);
  // All but the sum, whose last bits depend on the order of adding.
  auto words = merged.encode();
  auto expected = run.book.latency_ns()->encode();
  words[2] = expected[2] = 0;
  EXPECT_EQ(words, expected);
}

TEST(Intervals, GoOnAtTheirTimeAfterEverythingStoodStill) {
  Scripted run(2, {0, 5000 * kMs, 100 * kMs});
  run.open_all();
  for (std::int64_t ms = 10; ms < 5000; ms += 10) {
    if (ms > 250 && ms < 4200) continue;
    for (std::size_t stream = 0; stream < 2; ++stream) run.piece(stream, ms, 1);
    run.book.collect_complete();
  }
  for (std::size_t stream = 0; stream < 2; ++stream) run.finish(stream, 5000);
  run.book.collect();
  ASSERT_EQ(run.book.intervals().size(), 50U);
  EXPECT_EQ(run.bytes_sent()[2], 2 * 6);
  EXPECT_EQ(run.bytes_sent()[30], 0);
  EXPECT_EQ(run.bytes_sent()[45], 2 * 10);
}

TEST(Intervals, StreamsAllocateNothing) {
#if SRIOV_COUNTS_ALLOCATIONS
  Scripted run(1, {50 * kMs, 1000 * kMs, 10 * kMs}, true);
  test::allocations = 0;
  test::counting_allocations = true;
  run.open_all();
  for (int ms = 1; ms < 1100; ++ms) run.piece(0, ms, ms);
  run.finish(0, 1100);
  test::counting_allocations = false;
  EXPECT_EQ(test::allocations, 0U);
#else
  GTEST_SKIP() << "a sanitizer has operator new";
#endif
}

TEST(PartialReport, SumsWhatWasCounted) {
  PartialReport partial;
  EXPECT_TRUE(partial.empty());
  Histogram latency;
  latency.record(5);
  partial.add({0, 100 * kMs, true, {{"bytes_sent", "bytes", 7}}, {}});
  EXPECT_TRUE(partial.empty()) << "a warm-up is nothing measured";
  for (int i = 1; i <= 2; ++i)
    partial.add({i * 100 * kMs,
                 (i + 1) * 100 * kMs,
                 false,
                 {{"bytes_sent", "bytes", 1000}, {"transactions", "transactions", 10}},
                 PackedHistogram(latency)});
  const WorkloadReport report = partial.report();
  EXPECT_FALSE(partial.empty());
  EXPECT_EQ(report.intervals.size(), 3U);
  EXPECT_EQ(report.window_begin_ns, 100 * kMs);
  EXPECT_EQ(report.window_end_ns, 300 * kMs);
  EXPECT_EQ(report.measure("bytes_sent"), 2000);
  EXPECT_EQ(report.measure("goodput_bps"), 80'000);
  EXPECT_EQ(report.measure("transactions_per_s"), 100);
  EXPECT_EQ(report.latency_ns->count(), 2U);
}

struct Observed {
  Result<WorkloadReport> report = fail("not run");
  std::vector<WorkloadInterval> seen;
};

class IntervalsOfWorkloads : public testing::TestWithParam<std::string> {};

TEST_P(IntervalsOfWorkloads, AddUpToTheReportAndAreSeenWhileItRuns) {
  WorkloadSpec spec;
  spec.workload = GetParam();
  spec.address = spec.bind_address = "127.0.0.1";
  spec.warmup_ns = 60 * kMs;
  spec.duration_ns = 230 * kMs;
  spec.interval_ns = 50 * kMs;
  spec.streams = 2;
  const auto workload = WorkloadRegistry::instance().make(spec.workload);
  spec.message_bytes = workload->default_message_bytes();
  if (workload->protocol() == Protocol::udp) spec.rate_bps = 20'000'000;
  Observed client;
  Observed server;
  const auto serving_side = workload->make_server();
  const auto calling_side = workload->make_client();
  serving_side->observe([&](const WorkloadInterval& interval) { server.seen.push_back(interval); });
  calling_side->observe([&](const WorkloadInterval& interval) { client.seen.push_back(interval); });
  const auto port = serving_side->prepare(spec);
  ASSERT_TRUE(port) << port.error().text();
  const StopFlag stop;
  {
    std::jthread serving([&] { server.report = serving_side->run(spec, stop); });
    WorkloadSpec calling = spec;
    calling.port = *port;
    client.report = calling_side->run(calling, stop);
  }
  for (const Observed* run : {&client, &server}) {
    ASSERT_TRUE(run->report) << run->report.error().text();
    const WorkloadReport& report = *run->report;
    EXPECT_EQ(run->seen.size(), report.intervals.size());
    ASSERT_EQ(report.intervals.size(), 7U);
    EXPECT_TRUE(report.intervals[1].is_warmup);
    EXPECT_EQ(report.intervals[2].begin_ns, report.window_begin_ns);
    EXPECT_EQ(report.intervals.back().end_ns, report.window_end_ns);
    for (const Measure& count : report.intervals.front().measures) {
      double sum = 0;
      for (const WorkloadInterval& interval : report.intervals)
        if (!interval.is_warmup) sum += interval.measure(count.name).value();
      EXPECT_EQ(std::max(0.0, sum), report.measure(count.name)) << count.name;
    }
    EXPECT_TRUE(report.intervals.front().measure("cpu_ns").has_value());
    EXPECT_FALSE(report.intervals.front().measure("total_bytes_sent").has_value());
    Histogram merged;
    for (const WorkloadInterval& interval : report.intervals)
      if (interval.latency_ns) merged.merge(interval.latency_ns->unpack());
    if (report.latency_ns) {
      EXPECT_EQ(merged.encode(), report.latency_ns->encode());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Loopback, IntervalsOfWorkloads,
                         testing::Values("tcp_stream", "tcp_bidir", "tcp_rr", "udp_stream"));

}  // namespace
}  // namespace sriov
