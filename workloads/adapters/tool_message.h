// What the two sides of a workload that runs another tool say to each other: JSON texts with their length before them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "workloads/adapters/tool_reading.h"
#include "workloads/engine/halt.h"

namespace sriov {

struct ToolMessage {
  enum class Kind {
    ready,   ///< Server: its tool listens on `port`.
    done,    ///< Client: its tool has ended; what it tells of the run and of the server.
    stop,    ///< End early.
    failed,  ///< `text` says why the sender gives up.
  };
  Kind kind = Kind::ready;
  std::uint16_t port = 0;
  std::string text;
  bool stopped = false;     ///< The client's tool was ended early.
  bool has_window = false;  ///< The two times before the sending of this message between which the window was:
  std::int64_t began_ago_ns = 0;
  std::int64_t ended_ago_ns = 0;
  ToolTold told;
};

inline constexpr std::size_t kMostMessageBytes = 65536;
[[nodiscard]] std::string encode(const ToolMessage& message);
/// Errors: what is no such message.
[[nodiscard]] Result<ToolMessage> decode_tool_message(std::string_view text);

[[nodiscard]] Result<void> send_message(int socket, const ToolMessage& message, const Patience& patience);
[[nodiscard]] Result<ToolMessage> receive_message(int socket, const Patience& patience);

}  // namespace sriov
