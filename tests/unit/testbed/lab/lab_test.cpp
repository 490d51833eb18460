// The lab as a whole, with a child process for its emulator.
#include "testbed/lab/lab.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "host/process.h"
#include "testbed/lab/machine_state.h"
#include "tests/unit/support/temporary_directory.h"

namespace sriov::lab {
namespace {

using ::testing::HasSubstr;

class LabMachine : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const char* before = std::getenv("SRIOV_BENCH_LAB_STATE")) before_ = before;
    ::setenv("SRIOV_BENCH_LAB_STATE", temporary_.path().c_str(), 1);
  }
  void TearDown() override {
    if (before_.empty())
      ::unsetenv("SRIOV_BENCH_LAB_STATE");
    else
      ::setenv("SRIOV_BENCH_LAB_STATE", before_.c_str(), 1);
  }

  /// As an emulator leaves it: its lock held, its state written.
  void bring_up(const std::string& flavour, HypervisorKind hypervisor, bool ready = true) {
    auto emulator = Child::start({"sleep", "1000"}, {});
    ASSERT_TRUE(emulator) << emulator.error().text();
    emulator_ = std::move(*emulator);
    auto lock = take_machine_lock();
    ASSERT_TRUE(lock) << lock.error().text();
    lock_ = std::move(*lock);
    MachineState state;
    state.pid = emulator_.pid();
    state.start_time = process_start_time(state.pid);
    state.flavour = flavour;
    state.ready = ready;
    state.hypervisor = hypervisor;
    ASSERT_TRUE(write_state(state));
  }

  static std::string refusal(const LabOptions& options) {
    const auto lab = Lab::enter(options);
    return lab ? "entered" : lab.error().text();
  }

  test::TemporaryDirectory temporary_;
  std::string before_;
  Child emulator_;
  Fd lock_;
};

TEST_F(LabMachine, ThatIsUpIsEnteredAndStaysUp) {
  bring_up("xen", HypervisorKind::source);
  {
    auto lab = Lab::enter({.hypervisor = HypervisorKind::source});
    ASSERT_TRUE(lab) << lab.error().text();
    EXPECT_FALSE(lab->is_own());
    EXPECT_TRUE(lab->is_running());
    EXPECT_EQ(lab->state().pid, emulator_.pid());
    EXPECT_EQ(lab->state().hypervisor, HypervisorKind::source);
    EXPECT_EQ(lab->inside(), nullptr);
    const Lab moved = std::move(*lab);
    EXPECT_TRUE(moved.is_running());
  }
  EXPECT_TRUE(emulator_.is_running());
  EXPECT_EQ(refusal({}), "entered");  // Any hypervisor will do.
  emulator_.stop();
  EXPECT_FALSE(running_machine());
}

TEST_F(LabMachine, OfAnotherKindIsRefused) {
  bring_up("xen", HypervisorKind::package);
  EXPECT_THAT(refusal({.hypervisor = HypervisorKind::source}),
              HasSubstr("the lab is up with hypervisor package, and source is needed (sriov-bench lab down)"));
  EXPECT_THAT(refusal({.flavour = "linux"}),
              HasSubstr("the lab is up with flavour xen, and linux is needed (sriov-bench lab down)"));
}

TEST_F(LabMachine, WithoutXenHasAnyHypervisor) {
  bring_up("linux", HypervisorKind::package);
  EXPECT_EQ(refusal({.flavour = "linux", .hypervisor = HypervisorKind::source}), "entered");
}

TEST_F(LabMachine, ThatIsBootingIsRefusedAndShown) {
  bring_up("xen", HypervisorKind::package, false);
  EXPECT_THAT(refusal({}), HasSubstr("has not finished booting"));
  EXPECT_FALSE(Lab::command_in("dom0", {"true"}));
  const LabStatus status = Lab::status();
  ASSERT_TRUE(status.machine);
  EXPECT_FALSE(status.machine->ready);
  EXPECT_FALSE(status.is_being_started);
  EXPECT_TRUE(status.guests.empty());
}

TEST_F(LabMachine, IsBeingStartedWhileOnlyItsLockIsHeld) {
  auto lock = take_machine_lock();
  ASSERT_TRUE(lock);
  EXPECT_TRUE(Lab::status().is_being_started);
  const auto down = Lab::down();
  ASSERT_FALSE(down);
  EXPECT_THAT(down.error().what, HasSubstr("being started by another process"));
}

TEST_F(LabMachine, GoesDown) {
  bring_up("xen", HypervisorKind::package);
  const auto was_up = Lab::down();
  ASSERT_TRUE(was_up) << was_up.error().text();
  EXPECT_TRUE(*was_up);
  EXPECT_FALSE(emulator_.is_running());
  lock_.close();
  const auto again = Lab::down();
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
  EXPECT_FALSE(Lab::status().machine);
  EXPECT_FALSE(Lab::command_in("dom0", {}));
}

TEST_F(LabMachine, TellsTheCommandThatRunsInIt) {
  bring_up("xen", HypervisorKind::package);
  const auto in_guest = Lab::command_in("guest1", {"cat", "/proc/interrupts"});
  ASSERT_TRUE(in_guest) << in_guest.error().text();
  EXPECT_EQ(in_guest->back(), "cat /proc/interrupts");
  const auto at_peer = Lab::command_in("peer", {});
  ASSERT_TRUE(at_peer);
  EXPECT_EQ(at_peer->back(), "/bin/sh");
  const auto nowhere = Lab::command_in("dom7", {});
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().kind, ErrorKind::usage);
}

TEST_F(LabMachine, OfDamagedStateIsNone) {
  bring_up("xen", HypervisorKind::package);
  const std::string file = temporary_.path() + "/machine.json";
  std::string text = read_file(file).value_or("");
  const std::size_t at = text.find("\"package\"");
  ASSERT_NE(at, std::string::npos);
  ASSERT_TRUE(write_file(file, text.replace(at, 9, "\"vanilla\"")));
  EXPECT_FALSE(running_machine());
}

}  // namespace
}  // namespace sriov::lab
