// Xen's trace: decoding, adding up, and the child process it comes from. The figures of the capture were computed by an
// independent program.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collector/xen/exit_reasons.h"
#include "collector/xen/xentrace_accounts.h"
#include "collector/xen/xentrace_decoder.h"
#include "collector/xen/xentrace_stream.h"
#include "host/clock.h"
#include "host/file.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::xentrace {
namespace {

using testing::HasSubstr;
using Bytes = std::vector<std::uint8_t>;

constexpr std::uint32_t kRunnableToRunning = 0x21101;
constexpr std::uint32_t kRunningToBlocked = 0x21021;
constexpr std::uint32_t kRunningToRunnable = 0x21011;
constexpr std::uint32_t kBlockedToRunnable = 0x21211;
constexpr std::uint32_t kVcpu = 1U << 16;  // Domain 1, vCPU 0.

const std::string kCapture = SRIOV_FIXTURES "/captures/dom0/xentrace.bin";

Bytes capture() {
  const std::string text = read_file(kCapture).value_or("");
  return {text.begin(), text.end()};
}

struct Decoded {
  std::vector<Record> records;
  StreamHealth health;
};

/// Given in pieces of `piece` bytes, as a pipe would.
Decoded decode(const Bytes& bytes, std::size_t piece) {
  Decoded out;
  Decoder decoder;
  Bytes waiting;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    const auto begin = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    waiting.insert(waiting.end(), begin, begin + static_cast<std::ptrdiff_t>(std::min(piece, bytes.size() - at)));
    std::span<const std::uint8_t> rest(waiting);
    while (const auto record = decoder.next(rest)) out.records.push_back(*record);
    waiting = Bytes(rest.begin(), rest.end());
  }
  decoder.finish(waiting);
  out.health = decoder.health();
  return out;
}

void append(Bytes& bytes, std::initializer_list<std::uint32_t> words) {
  for (const std::uint32_t word : words)
    for (unsigned shift = 0; shift < 32; shift += 8) bytes.push_back(static_cast<std::uint8_t>(word >> shift));
}

Record at(std::uint32_t pcpu, std::uint64_t tsc, std::uint32_t event, std::initializer_list<std::uint32_t> extra = {}) {
  Record record{pcpu, event, true, tsc, extra.size(), {}};
  std::copy(extra.begin(), extra.end(), record.extra.begin());
  return record;
}

Accounts add_up(std::initializer_list<Record> records) {
  Accounts accounts(ExitCodes::svm);
  for (const Record& record : records) accounts.add(record);
  return accounts;
}

std::int64_t sum(const std::array<std::int64_t, kExitSlots>& values) {
  return std::accumulate(values.begin(), values.end(), std::int64_t{0});
}

TEST(XentraceDecoder, DecodesTheCapture) {
  const Decoded whole = decode(capture(), 1 << 20);
  EXPECT_EQ(whole.health, (StreamHealth{4082, 0, 30, 0}));
  EXPECT_EQ(whole.records.size(), 4082U);
  const auto exits = std::count_if(whole.records.begin(), whole.records.end(),
                                   [](const Record& record) { return record.event == kVmExit64; });
  EXPECT_EQ(exits, 219);
  const Record& first = whole.records.front();
  EXPECT_EQ(first.event, 0x20100dU);
  EXPECT_EQ(first.tsc, 1161062166881U);
  EXPECT_EQ(first.extras, 1U);
  EXPECT_EQ(first.extra[0], 0x19U);
}

TEST(XentraceDecoder, PiecesOfAnySizeAreTheSame) {
  const Bytes bytes = capture();
  for (const std::size_t piece : {1UL, 7UL, 4096UL}) {
    const Decoded decoded = decode(bytes, piece);
    EXPECT_EQ(decoded.health, (StreamHealth{4082, 0, 30, 0})) << piece;
    EXPECT_EQ(decoded.records.back().tsc, decode(bytes, 1 << 20).records.back().tsc) << piece;
  }
}

TEST(XentraceDecoder, ACutTailIsCountedAsSkipped) {
  Bytes bytes = capture();
  bytes.erase(bytes.end() - 3, bytes.end());
  const Decoded decoded = decode(bytes, 4096);
  EXPECT_EQ(decoded.health.records, 4081);
  EXPECT_GT(decoded.health.skipped_bytes, 0);
}

TEST(XentraceDecoder, FindsTheNextWindowAfterDamage) {
  Bytes bytes = capture();
  const Decoded whole = decode(bytes, 4096);
  // The first window ends early: its missing end must not take the second one with it.
  Bytes missing = bytes;
  missing.erase(missing.begin() + 0x94, missing.begin() + 0xdd);
  const Decoded early = decode(missing, 4096);
  EXPECT_EQ(early.health.windows, 30);
  EXPECT_GT(early.health.skipped_bytes, 0);
  EXPECT_LT(early.health.records, 4082);
  EXPECT_GT(early.health.records, 3000);
  EXPECT_EQ(early.records.back().tsc, whole.records.back().tsc);
  // Garbage before the first window.
  Bytes garbage{0xFF, 0x03, 0xF0, 0x01, 0x20, 0x55};
  garbage.insert(garbage.end(), bytes.begin(), bytes.end());
  EXPECT_EQ(decode(garbage, 4096).health, (StreamHealth{4082, 0, 30, 6}));
}

TEST(XentraceDecoder, CountsLostRecordsAndLeavesFillersOut) {
  Bytes bytes;
  constexpr std::uint32_t kLostBytes = 28;
  constexpr std::uint32_t kFillerBytes = 12;
  append(bytes, {kCpuChange | 2U << kExtraShift, 3, kLostBytes + kFillerBytes});
  append(bytes, {kHasTime | 4U << kExtraShift | kLostRecords, 100, 0, 17, 1, 90, 0});
  append(bytes, {2U << kExtraShift | kWrapBuffer, 0, 0});
  const Decoded decoded = decode(bytes, 5);
  EXPECT_EQ(decoded.health, (StreamHealth{0, 17, 1, 0}));
  ASSERT_EQ(decoded.records.size(), 1U);
  EXPECT_EQ(decoded.records[0].pcpu, 3U);
  EXPECT_EQ(decoded.records[0].tsc, 100U);
}

TEST(XentraceDecoder, GarbageHasNoRecords) {
  Bytes noise(100'000);
  std::uint32_t state = 1;
  for (std::uint8_t& byte : noise) byte = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  const Decoded decoded = decode(noise, 4096);
  EXPECT_EQ(decoded.health, (StreamHealth{0, 0, 0, 100'000}));
  EXPECT_EQ(decode({}, 1).health, StreamHealth{});
}

TEST(XentraceAccounts, OfTheCapture) {
  Accounts accounts(ExitCodes::svm);
  for (const Record& record : decode(capture(), 4096).records) accounts.add(record);
  const DomainAccount& guest = accounts.domains().at(1);
  const std::size_t rdtsc = exit_slot(ExitCodes::svm, 110);
  EXPECT_EQ(sum(guest.exits), 219);
  EXPECT_EQ(guest.exits[rdtsc], 172);
  EXPECT_EQ(guest.exit_cycles[rdtsc], 10305660);
  EXPECT_EQ(guest.exit_cycles[exit_slot(ExitCodes::svm, 120)], 7370896)
      << "what follows a HLT until the CPU is given up";
  EXPECT_EQ(sum(guest.exit_cycles), 10305660 + 1858298 + 3959904 + 7370896);
  EXPECT_EQ(guest.run_cycles, 47321470);
  EXPECT_LT(sum(guest.exit_cycles), guest.run_cycles);
  EXPECT_EQ(guest.injected[243], 12);
  EXPECT_EQ(guest.wakes, 11);
  EXPECT_EQ(guest.wake_cycles, 2128308);
  EXPECT_EQ(accounts.take_longest_wake(1), 303914);
  EXPECT_EQ(accounts.take_longest_wake(1), 0) << "taken";
  EXPECT_EQ(accounts.domains().at(0).wakes, 71);
  EXPECT_EQ(accounts.domains().at(0).wake_cycles, 20009157);
  EXPECT_EQ(sum(accounts.domains().at(0).exits), 0) << "dom0 is a PV guest";
  EXPECT_FALSE(accounts.domains().contains(kUnknownDomain));
  ASSERT_EQ(accounts.irqs().size(), 3U);
  EXPECT_EQ(accounts.irqs().at(30).handled, 2);
  EXPECT_EQ(accounts.irqs().at(30).cycles, 56160);
  EXPECT_EQ(accounts.irqs().at(28).cycles, 666562);
}

TEST(XentraceAccounts, OfAGuestUnderNestedPaging) {
  const std::string text = read_file(SRIOV_FIXTURES "/captures/lab/xentrace_npf.bin").value_or("");
  const Decoded decoded = decode({text.begin(), text.end()}, 4096);
  EXPECT_EQ(decoded.health, (StreamHealth{3046, 0, 20, 0}));
  Accounts accounts(ExitCodes::svm);
  for (const Record& record : decoded.records) accounts.add(record);
  const DomainAccount& guest = accounts.domains().at(1);
  const std::size_t nested_page_fault = exit_slot(ExitCodes::svm, 0x400);
  EXPECT_EQ(guest.exits[nested_page_fault], 44);
  EXPECT_EQ(guest.exit_cycles[nested_page_fault], 352140268);
  EXPECT_EQ(sum(guest.exits), 50);
  EXPECT_EQ(guest.run_cycles, 432247568);
  EXPECT_EQ(guest.injected[243], 2);
  EXPECT_EQ(accounts.domains().at(0).wakes, 57);
  EXPECT_EQ(accounts.domains().at(0).wake_cycles, 454745564);
  EXPECT_EQ(accounts.irqs().at(38).handled, 40);
  EXPECT_EQ(accounts.irqs().at(38).cycles, 1746992);
}

TEST(XentraceAccounts, WaitingForTheCpuIsNoWorkOfXen) {
  const Accounts accounts = add_up({at(0, 100, kRunnableToRunning, {kVcpu}), at(0, 200, kVmExit, {0x60}),
                                    at(0, 230, kRunningToRunnable, {kVcpu}), at(0, 900, kRunnableToRunning, {kVcpu}),
                                    at(0, 910, kVmEntry), at(0, 950, kRunningToBlocked, {kVcpu})});
  const DomainAccount& guest = accounts.domains().at(1);
  EXPECT_EQ(guest.exits[0x60], 1);
  EXPECT_EQ(guest.exit_cycles[0x60], 30 + 10);
  EXPECT_EQ(guest.run_cycles, 130 + 50);
}

TEST(XentraceAccounts, ExitsOfAnUnknownVcpuAreNobodys) {
  const Accounts accounts = add_up({at(0, 10, kVmExit, {0x78}), at(0, 15, kVmEntry),
                                    at(0, 20, kContinueRunning, {kVcpu}), at(0, 30, kVmExit, {0x78})});
  EXPECT_EQ(accounts.domains().at(kUnknownDomain).exits[0x78], 1);
  EXPECT_EQ(accounts.domains().at(kUnknownDomain).exit_cycles[0x78], 5);
  EXPECT_EQ(accounts.domains().at(1).exits[0x78], 1);
}

TEST(XentraceAccounts, NothingSpansALoss) {
  const Accounts accounts = add_up({at(0, 100, kRunnableToRunning, {kVcpu}), at(0, 200, kVmExit, {0x60}),
                                    at(1, 250, kBlockedToRunnable, {kVcpu + 1}),
                                    // Domain 2's vCPU 0 is current when records can be stored again.
                                    at(0, 5000, kLostRecords, {7, 2, 210, 0}), at(0, 5010, kVmEntry),
                                    at(0, 5020, kVmExit, {0x7B}), at(1, 9000, kRunnableToRunning, {kVcpu + 1})});
  const DomainAccount& before = accounts.domains().at(1);
  EXPECT_EQ(before.exit_cycles[0x60], 0);
  EXPECT_EQ(before.run_cycles, 100);
  EXPECT_EQ(before.wakes, 0) << "the run that belongs to this wake may be lost";
  EXPECT_EQ(accounts.domains().at(2).exits[0x7B], 1);
  EXPECT_EQ(accounts.domains().at(2).run_cycles, 20);
}

TEST(XentraceAccounts, WakesAndRunsMatchInAnyOrderOfTheCpus) {
  const std::array<Record, 2> wakes{at(1, 100, kBlockedToRunnable, {kVcpu}), at(1, 300, kBlockedToRunnable, {kVcpu})};
  const std::array<Record, 4> runs{at(0, 110, kRunnableToRunning, {kVcpu}), at(0, 200, kRunningToBlocked, {kVcpu}),
                                   at(0, 350, kRunnableToRunning, {kVcpu}), at(0, 400, kRunningToBlocked, {kVcpu})};
  for (const bool wakes_first : {true, false}) {
    Accounts accounts(ExitCodes::svm);
    if (wakes_first)
      for (const Record& record : wakes) accounts.add(record);
    for (const Record& record : runs) accounts.add(record);
    if (!wakes_first)
      for (const Record& record : wakes) accounts.add(record);
    EXPECT_EQ(accounts.domains().at(1).wakes, 2) << wakes_first;
    EXPECT_EQ(accounts.domains().at(1).wake_cycles, 10 + 50) << wakes_first;
    EXPECT_EQ(accounts.take_longest_wake(1), 50) << wakes_first;
  }
}

TEST(XentraceAccounts, APreemptedVcpuDidNotWake) {
  const Accounts accounts = add_up({at(0, 100, kRunnableToRunning, {kVcpu}), at(0, 200, kRunningToRunnable, {kVcpu}),
                                    at(0, 300, kRunnableToRunning, {kVcpu}), at(0, 400, kRunningToBlocked, {kVcpu}),
                                    at(0, 500, kBlockedToRunnable, {kVcpu}), at(0, 520, kRunnableToRunning, {kVcpu})});
  EXPECT_EQ(accounts.domains().at(1).wakes, 1);
  EXPECT_EQ(accounts.domains().at(1).wake_cycles, 20);
}

Record injection(std::uint32_t pcpu, std::uint32_t vector) {
  Record record{pcpu, kInjectInterrupt, false, 0, 2, {}};
  record.extra[0] = vector;
  return record;
}

TEST(XentraceAccounts, InterruptsThatComeBeforeTheGuestTookOneAreMerged) {
  Accounts accounts(ExitCodes::svm);
  accounts.bind_irq(29, 1);
  const auto interrupt = [](std::uint64_t tsc) { return at(0, tsc, kIrqHandled, {29, 0, 1}); };
  const auto add = [&accounts](std::initializer_list<Record> records) {
    for (const Record& record : records) accounts.add(record);
  };
  add({interrupt(50), at(0, 60, kRunnableToRunning, {kVcpu})});
  EXPECT_FALSE(accounts.knows_merged(29)) << "nothing says that the domain gets interrupts from Xen";
  const auto taken = [](std::uint64_t tsc) { return at(0, tsc, kVmExit, {0x7C}); };
  add({injection(0, 243), taken(90), interrupt(100), injection(0, 243), taken(110), interrupt(200), interrupt(300),
       injection(0, 243), interrupt(400), taken(410), interrupt(500)});
  EXPECT_TRUE(accounts.knows_merged(29));
  EXPECT_FALSE(accounts.knows_merged(30));
  EXPECT_EQ(accounts.irqs().at(29).handled, 6);
  EXPECT_EQ(accounts.irqs().at(29).merged, 2) << "those at 300 and, put in but not begun with, 400";
  add({at(0, 600, kLostRecords, {3, 1, 0, 0}), interrupt(700)});
  EXPECT_EQ(accounts.irqs().at(29).merged, 2) << "what came in between is lost";
}

TEST(XentraceAccounts, TimesThatNoTraceCanHoldCountNothing) {
  constexpr std::uint64_t kFarAway = 0x7FFF'FFFF'FFFF'FF00;
  const Accounts accounts =
      add_up({at(0, 100, kRunnableToRunning, {kVcpu}), at(0, 200, kVmExit, {0x60}), at(0, kFarAway, kVmEntry),
              at(0, kFarAway + 10, kVmExit, {0x60}), at(0, 300, kVmEntry)});
  const DomainAccount& guest = accounts.domains().at(1);
  EXPECT_EQ(guest.exits[0x60], 2);
  EXPECT_EQ(guest.exit_cycles[0x60], 0);
  EXPECT_EQ(guest.run_cycles, 100 + 10);
}

TEST(XentraceAccounts, InterruptCyclesSurviveTheWrapOfTheirTimes) {
  const Accounts accounts = add_up({at(0, 0, kIrqHandled, {29, 0xFFFF'FFF0, 0x20})});
  EXPECT_EQ(accounts.irqs().at(29).cycles, 0x30);
}

TEST(XentraceAccounts, GrantsAreTheGrantersAndEoisTheCurrentDomains) {
  const Accounts accounts =
      add_up({at(0, 10, kRunnableToRunning, {kVcpu}), at(0, 20, kAcceleratedEoi), at(0, 30, kReinjectInterrupt, {9}),
              at(0, 40, kGrantMap, {5}), at(0, 50, kGrantMap, {5}), at(0, 60, kGrantUnmap, {5})});
  EXPECT_EQ(accounts.domains().at(1).accelerated_eois, 1);
  EXPECT_EQ(accounts.domains().at(1).reinjected, 1);
  EXPECT_EQ(accounts.domains().at(5).grant_maps, 2);
  EXPECT_EQ(accounts.domains().at(5).grant_unmaps, 1);
}

TEST(ExitReasons, HaveTheManualsNames) {
  const auto svm = [](std::uint32_t code) { return exit_name(ExitCodes::svm, exit_slot(ExitCodes::svm, code)); };
  EXPECT_EQ(svm(0), "CR0_READ");
  EXPECT_EQ(svm(0x1F), "CR15_WRITE");
  EXPECT_EQ(svm(0x33), "DR3_WRITE");
  EXPECT_EQ(svm(0x4E), "EXCEPTION_PF");
  EXPECT_EQ(svm(0x60), "INTR");
  EXPECT_EQ(svm(0x6E), "RDTSC");
  EXPECT_EQ(svm(0x78), "HLT");
  EXPECT_EQ(svm(0x7B), "IOIO");
  EXPECT_EQ(svm(0x81), "VMMCALL");
  EXPECT_EQ(svm(0x8E), "RDPRU");
  EXPECT_EQ(svm(0x400), "NPF");
  EXPECT_EQ(svm(0x402), "AVIC_NOACCEL");
  EXPECT_EQ(svm(0xFFFF'FFFF), "INVALID");
  EXPECT_EQ(svm(0x200), "other");
  EXPECT_EQ(exit_slot(ExitCodes::svm, 0x400), 143U) << "Xen's VMEXIT_NPF_PERFC";
  const auto vmx = [](std::uint32_t code) { return exit_name(ExitCodes::vmx, exit_slot(ExitCodes::vmx, code)); };
  EXPECT_EQ(vmx(1), "EXTERNAL_INTERRUPT");
  EXPECT_EQ(vmx(12), "HLT");
  EXPECT_EQ(vmx(30), "IO_INSTRUCTION");
  EXPECT_EQ(vmx(35), "reason_35");
  EXPECT_EQ(vmx(44), "APIC_ACCESS");
  EXPECT_EQ(vmx(48), "EPT_VIOLATION");
  EXPECT_EQ(vmx(52), "PREEMPTION_TIMER");
  EXPECT_EQ(vmx(56), "APIC_WRITE");
  EXPECT_EQ(vmx(62), "PML_FULL");
  EXPECT_EQ(vmx(74), "BUS_LOCK");
  EXPECT_EQ(vmx(75), "NOTIFY");
  EXPECT_EQ(vmx(76), "other");
  EXPECT_EQ(vmx(0x8000'0021), "ENTRY_FAILED");
}

TEST(ExitReasons, EveryCodeHasASlot) {
  for (const ExitCodes codes : {ExitCodes::svm, ExitCodes::vmx}) {
    for (std::uint32_t code = 0; code < 0x20000; ++code) ASSERT_LT(exit_slot(codes, code), kExitSlots);
    for (std::size_t slot = 0; slot < kExitSlots; ++slot) EXPECT_NE(exit_name(codes, slot), "");
  }
  EXPECT_EQ(exit_codes_of("AuthenticAMD"), ExitCodes::svm);
  EXPECT_EQ(exit_codes_of("HygonGenuine"), ExitCodes::svm);
  EXPECT_EQ(exit_codes_of("GenuineIntel"), ExitCodes::vmx);
}

bool await_end(Stream& stream, StreamState& state) {
  const std::int64_t deadline_ns = monotonic_ns() + 20'000'000'000;
  while (monotonic_ns() < deadline_ns) {
    stream.read([&state](Accounts&, const StreamState& now) { state = now; });
    if (state.has_ended) return true;
    sleep_until_ns(monotonic_ns() + 2'000'000);
  }
  return false;
}

TEST(XentraceStream, AddsUpWhatTheChildWrites) {
  auto stream = Stream::start({"cat", kCapture}, ExitCodes::svm);
  ASSERT_TRUE(stream) << stream.error().text();
  StreamState state;
  ASSERT_TRUE(await_end(**stream, state));
  EXPECT_EQ(state.health, (StreamHealth{4082, 0, 30, 0}));
  std::int64_t exits = 0;
  (*stream)->read([&exits](Accounts& accounts, const StreamState&) { exits = sum(accounts.domains().at(1).exits); });
  EXPECT_EQ(exits, 219);
}

TEST(XentraceStream, TellsTheLastWordsOfOneThatEnded) {
  auto stream = Stream::start({"sh", "-c", "cat '" + kCapture + "'; echo no more >&2; exit 1"}, ExitCodes::svm);
  ASSERT_TRUE(stream) << stream.error().text();
  StreamState state;
  ASSERT_TRUE(await_end(**stream, state));
  EXPECT_THAT((*stream)->why_ended().text(), HasSubstr("xentrace ended: no more"));
}

TEST(XentraceStream, SaysWhyItEndedAtOnce) {
  const auto stream = Stream::start({"sh", "-c", "echo no trace buffers >&2; exit 1"}, ExitCodes::svm);
  ASSERT_FALSE(stream);
  EXPECT_THAT(stream.error().text(), HasSubstr("no trace buffers"));
  EXPECT_FALSE(Stream::start({"sriov-no-such-program"}, ExitCodes::svm));
}

/// A stand-in for xentrace: appends its arguments to LOG, writes the capture to its last argument and goes on writing
/// until it is told to end.
class FakeXentrace {
 public:
  FakeXentrace() {
    const std::string script =
        "#!/bin/bash\n"
        "echo \"$@\" >> " +
        log() +
        "\n"
        "for out; do :; done\n"
        "[ \"$out\" = /dev/null ] && exit 0\n"
        "exec > \"$out\"\n"
        "trap 'echo ended >> " +
        log() +
        "; exit 0' TERM\n"
        "while cat " +
        kCapture +
        " 2> /dev/null; do sleep 0.02; done\n"
        "exit 1\n";
    EXPECT_TRUE(write_file(program(), script));
    std::filesystem::permissions(program(), std::filesystem::perms::owner_all);
  }
  [[nodiscard]] std::string program() const { return directory_.path() + "/xentrace"; }
  [[nodiscard]] std::string log() const { return directory_.path() + "/log"; }
  [[nodiscard]] bool await_log(const std::string& text) const {
    const std::int64_t deadline_ns = monotonic_ns() + 20'000'000'000;
    while (monotonic_ns() < deadline_ns) {
      if (read_file(log()).value_or("").find(text) != std::string::npos) return true;
      sleep_until_ns(monotonic_ns() + 5'000'000);
    }
    return false;
  }

 private:
  test::TemporaryDirectory directory_;
};

TEST(XentraceStream, EndsXentraceInOrder) {
  const FakeXentrace fake;
  {
    const auto stream = Stream::start(xentrace_command(fake.program(), 64, 10), ExitCodes::svm);
    ASSERT_TRUE(stream) << stream.error().text();
  }
  EXPECT_THAT(read_file(fake.log()).value_or(""),
              testing::StrEq("-D -e 0x9a3000 -S 64 -s 10 /proc/self/fd/1\nended\n"));
}

TEST(XentraceStream, TracingIsSwitchedOffWhenTheAgentIsKilled) {
  const FakeXentrace fake;
  // The agent: a process that reads a stream and is killed.
  const pid_t agent = ::fork();
  ASSERT_GE(agent, 0);
  if (agent == 0) {
    const auto stream = Stream::start(xentrace_command(fake.program(), 64, 10), ExitCodes::svm);
    if (stream && write_file(fake.log() + ".started", "")) ::pause();
    ::_exit(1);
  }
  const std::int64_t deadline_ns = monotonic_ns() + 20'000'000'000;
  while (!exists(fake.log() + ".started") && monotonic_ns() < deadline_ns) sleep_until_ns(monotonic_ns() + 2'000'000);
  ASSERT_EQ(::kill(agent, SIGKILL), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(agent, &status, 0), agent);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it did not start";
  EXPECT_TRUE(fake.await_log("-D -T 1 /dev/null")) << read_file(fake.log()).value_or("");
}

}  // namespace
}  // namespace sriov::xentrace
