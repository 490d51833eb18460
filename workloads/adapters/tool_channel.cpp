// Messages on a socket; apart from their text, which is fuzzed.
#include <array>
#include <span>

#include "workloads/adapters/tool_message.h"
#include "workloads/engine/socket.h"
#include "workloads/engine/wire.h"

namespace sriov {

Result<void> send_message(int socket, const ToolMessage& message, const Patience& patience) {
  const std::string text = encode(message);
  std::string framed(sizeof(std::uint32_t), '\0');
  put_u32(reinterpret_cast<std::byte*>(framed.data()), static_cast<std::uint32_t>(text.size()));
  framed += text;
  return write_all(socket, std::as_bytes(std::span(framed)), patience);
}

Result<ToolMessage> receive_message(int socket, const Patience& patience) {
  std::array<std::byte, sizeof(std::uint32_t)> length{};
  SRIOV_TRY(read_exact(socket, length, patience));
  const std::size_t bytes = get_u32(length.data());
  if (bytes > kMostMessageBytes) return fail("the other side's message is too long");
  std::string text(bytes, '\0');
  SRIOV_TRY(read_exact(socket, std::as_writable_bytes(std::span(text)), patience));
  return decode_tool_message(text);
}

}  // namespace sriov
