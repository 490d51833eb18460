#include "host/netns.h"

#include <fcntl.h>
#include <sched.h>

#include <cerrno>
#include <system_error>
#include <thread>

#include <fmt/format.h>

namespace sriov {
namespace {

std::string netns_path(pid_t pid) { return fmt::format("/proc/{}/ns/net", pid); }

}  // namespace

Result<Fd> open_netns(pid_t pid) {
  const std::string path = netns_path(pid);
  Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.is_open()) return fail_errno("cannot open the network namespace " + path, errno);
  return fd;
}

std::vector<std::string> enter_netns_command(pid_t pid) { return {"nsenter", "--net=" + netns_path(pid), "--"}; }

std::vector<std::string> own_sysfs_command(bool new_netns) {
  std::vector<std::string> command{"unshare"};
  if (new_netns) command.emplace_back("--net");
  command.insert(command.end(),
                 {"--mount", "--", "/bin/sh", "-c", "mount -t sysfs sysfs /sys 2>/dev/null; exec \"$@\"", "sh"});
  return command;
}

Result<void> in_netns(const Fd& netns, const std::function<Result<void>()>& work) {
  Result<void> outcome;
  try {
    std::thread inside([&] {
      if (::setns(netns.get(), CLONE_NEWNET) != 0) {
        outcome = fail_errno("cannot enter a network namespace", errno);
      } else {
        outcome = work();
      }
    });
    inside.join();
  } catch (const std::system_error& error) {
    return fail_errno("cannot start a thread", error.code().value());
  }
  return outcome;
}

}  // namespace sriov
