#include "workloads/adapters/listening.h"

#include <sys/socket.h>

#include <charconv>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "host/file.h"
#include "workloads/engine/socket.h"

namespace sriov {
namespace {

constexpr int kTries = 16;

/// The inodes of the sockets that `pid` has open, as text.
std::set<std::string> sockets_of(pid_t pid) {
  constexpr std::string_view kSocket = "socket:[";
  std::set<std::string> inodes;
  const std::string folder = fmt::format("/proc/{}/fd", pid);
  for (const std::string& fd : list_directory(folder)) {
    const std::string target = read_link(fmt::format("{}/{}", folder, fd));
    if (target.starts_with(kSocket)) inodes.insert(target.substr(kSocket.size(), target.size() - kSocket.size() - 1));
  }
  return inodes;
}

/// A line of the kernel's table: "sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …".
bool is_listener(const std::string& line, std::uint16_t port, bool tcp, const std::set<std::string>& inodes) {
  constexpr const char* kListen = "0A";
  std::istringstream words(line);
  std::string slot, local, remote, state, queues, timer, retransmits, user, timeout, inode;
  if (!(words >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >> inode))
    return false;
  const std::size_t colon = local.rfind(':');
  if (colon == std::string::npos || (tcp && state != kListen)) return false;
  unsigned number = 0;
  const auto read = std::from_chars(local.data() + colon + 1, local.data() + local.size(), number, 16);
  return read.ec == std::errc() && number == port && inodes.contains(inode);
}

}  // namespace

bool listens(pid_t pid, std::uint16_t port, Protocol protocol) {
  const std::set<std::string> inodes = sockets_of(pid);
  if (inodes.empty()) return false;
  const bool tcp = protocol != Protocol::udp;
  for (const char* table : tcp ? std::array{"tcp", "tcp6"} : std::array{"udp", "udp6"}) {
    const auto text = read_file(fmt::format("/proc/{}/net/{}", pid, table));
    if (!text) continue;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);)
      if (is_listener(line, port, tcp, inodes)) return true;
  }
  return false;
}

Result<std::uint16_t> find_free_port(const std::string& address, std::uint16_t wanted) {
  for (int i = 0;; ++i) {
    SRIOV_ASSIGN(const Fd stream, bind_socket(SOCK_STREAM, address, wanted, {}));
    SRIOV_ASSIGN(const SocketAddress bound, local_address(stream.get()));
    const auto datagrams = bind_socket(SOCK_DGRAM, address, bound.port(), {});
    if (datagrams) return bound.port();
    if (wanted != 0 || i >= kTries) return tl::unexpected(datagrams.error());
  }
}

}  // namespace sriov
