#include "agent/workload/workload_connection.h"

#include <array>
#include <cstddef>
#include <span>

#include "core/time.h"
#include "core/version.h"
#include "host/clock.h"
#include "workloads/engine/socket.h"

namespace sriov::agent {

Result<void> send_greeting(int socket, WorkloadGreeting::Word word, const std::string& text) {
  const std::string line = write_greeting({kAgentProtocol, word, text});
  return write_all(socket, std::as_bytes(std::span(line)), {monotonic_ns() + 2 * kNsPerSecond, nullptr});
}

Result<WorkloadGreeting> receive_greeting(int socket, std::int64_t timeout_ns) {
  const Patience patience{monotonic_ns() + timeout_ns, nullptr};
  std::string line;
  std::array<std::byte, 1> next{};
  // Byte by byte: what follows the line belongs to the calls.
  while (line.size() < kGreetingBytes) {
    SRIOV_TRY(read_exact(socket, next, patience));
    if (next[0] == std::byte{'\n'}) return parse_greeting(line);
    line += static_cast<char>(next[0]);
  }
  return parse_greeting(line);
}

}  // namespace sriov::agent
