#include "workloads/tcp/tcp_message.h"

#include <sys/socket.h>

#include <cerrno>

#include "host/clock.h"
#include "workloads/engine/stream_engine.h"
#include "workloads/engine/wire.h"

namespace sriov {
Result<Transfer> send_message(int socket, std::span<const char> message, const Halt& halt) {
  std::int64_t silent_since_ns = 0;
  while (true) {
    const ssize_t put = send(socket, message.data(), message.size(), MSG_NOSIGNAL);
    if (put == static_cast<ssize_t>(message.size())) [[likely]]
      return Transfer::whole;
    if (put >= 0) {
      message = message.subspan(static_cast<std::size_t>(put));
      silent_since_ns = 0;
      continue;
    }
    if (errno != EAGAIN && errno != EINTR) return lost_peer(reason(errno));
    if (halt.requested()) return Transfer::halted;
    const std::int64_t now_ns = monotonic_ns();
    if (silent_since_ns == 0) silent_since_ns = now_ns;
    if (now_ns - silent_since_ns > kSilenceNs) return lost_peer("it takes no bytes any more");
  }
}

Result<Transfer> receive_message(int socket, std::span<char> message, const Halt& halt) {
  std::size_t have = 0;
  std::int64_t silent_since_ns = 0;
  while (true) {
    const ssize_t got = recv(socket, message.data() + have, message.size() - have, 0);
    if (got > 0) [[likely]] {
      have += static_cast<std::size_t>(got);
      silent_since_ns = 0;
      if (message[0] == static_cast<char>(Mark::done)) return Transfer::peer_done;
      if (message[0] == static_cast<char>(Mark::stopped)) return Transfer::peer_stopped;
      if (have == message.size()) return Transfer::whole;
      continue;
    }
    if (got == 0) return lost_peer("it closed the connection");
    if (errno != EAGAIN && errno != EINTR) return lost_peer(reason(errno));
    if (halt.requested()) return Transfer::halted;
    const std::int64_t now_ns = monotonic_ns();
    if (silent_since_ns == 0) silent_since_ns = now_ns;
    if (now_ns - silent_since_ns > kSilenceNs) return lost_peer("nothing came for 20 s");
  }
}

}  // namespace sriov
