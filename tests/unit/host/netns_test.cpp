#include "host/netns.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include "host/process.h"

namespace sriov {
namespace {

TEST(Netns, OpenNamesThePid) {
  EXPECT_TRUE(open_netns(::getpid()));
  const auto gone = open_netns(0x3fffffff);
  ASSERT_FALSE(gone);
  EXPECT_NE(gone.error().what.find("1073741823"), std::string::npos);
}

TEST(Netns, WorkRunsInsideAndTheCallerStaysOutside) {
  ChildOptions options;
  options.before_exec = [] { return ::unshare(CLONE_NEWNET); };
  auto holder = Child::start({"sleep", "60"}, options);
  if (!holder) GTEST_SKIP() << "needs the right to make a network namespace: " << holder.error().text();
  auto netns = open_netns(holder->pid());
  ASSERT_TRUE(netns) << netns.error().text();
  const std::string outside = read_link("/proc/thread-self/ns/net");
  std::string inside;
  const auto done = in_netns(*netns, [&]() -> Result<void> {
    inside = read_link("/proc/thread-self/ns/net");
    return fail("seen from inside");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().what, "seen from inside");
  EXPECT_EQ(inside, read_link("/proc/" + std::to_string(holder->pid()) + "/ns/net"));
  EXPECT_NE(inside, outside);
  EXPECT_EQ(read_link("/proc/thread-self/ns/net"), outside);
}

TEST(Netns, ANewOneHasASysfsThatShowsItsDevices) {
  LocalShell shell;
  const auto in_new = [&](const std::string& script) {
    Command command = own_sysfs_command(true);
    command.insert(command.end(), {"sh", "-c", script, "sh", "it's $HOME"});
    return shell.output_of(command);
  };
  if (const auto may = in_new("ip link add name mine0 type veth peer name mine1"); !may)
    GTEST_SKIP() << "needs the right to make namespaces: " << may.error().text();
  const auto out = in_new("ip link add name mine0 type veth peer name mine1; ls -1 /sys/class/net; echo \"$1\"");
  ASSERT_TRUE(out) << out.error().text();
  EXPECT_NE(out->find("mine0\n"), std::string::npos) << *out;
  EXPECT_NE(out->find("it's $HOME\n"), std::string::npos) << *out;
}

TEST(Netns, CommandPrefixUsesThePid) {
  EXPECT_EQ(enter_netns_command(42), (std::vector<std::string>{"nsenter", "--net=/proc/42/ns/net", "--"}));
}

}  // namespace
}  // namespace sriov
