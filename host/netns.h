// Network namespaces: entered by pid, so that they live and die with a process and nothing is left to clean up.
#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "host/file.h"

namespace sriov {

/// /proc/PID/ns/net of a running process, opened.
[[nodiscard]] Result<Fd> open_netns(pid_t pid);
/// Command prefix that enters the namespace of `pid`: {"nsenter", "--net=/proc/PID/ns/net", "--"}.
[[nodiscard]] std::vector<std::string> enter_netns_command(pid_t pid);
/// Command prefix for a /sys of its own: it shows the devices of the network namespace that it was mounted from. Where
/// mounting is forbidden it is done without (then only sysfs readers see the wrong devices; netlink and /proc/net are
/// right). With `new_netns` in a network namespace of its own, too.
[[nodiscard]] std::vector<std::string> own_sysfs_command(bool new_netns);
/// Runs `work` on a thread of its own inside the namespace, so the caller's namespace never changes.
[[nodiscard]] Result<void> in_netns(const Fd& netns, const std::function<Result<void>()>& work);

}  // namespace sriov
