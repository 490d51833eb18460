#include "collector/iotlb/qmp_client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include <nlohmann/json.hpp>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"

namespace sriov {
namespace {

constexpr std::size_t kLongestLine = std::size_t{16} << 20U;  // Longer than any answer we ask for.

/// An object, or nothing of the kind. What is nested deeper than anything QEMU says is left out: writing it again would
/// take the stack.
nlohmann::json parse_line(const std::string& line) {
  constexpr int kDeepest = 64;
  using Event = nlohmann::json::parse_event_t;
  const auto is_near = [](int depth, Event /*event*/, nlohmann::json& /*value*/) { return depth < kDeepest; };
  return nlohmann::json::parse(line, is_near, false);
}

Result<Fd> connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return fail_usage("the path of the socket is too long", path);
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd stream(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!stream.is_open()) return fail_errno("cannot make a socket", errno, path);
  if (::connect(stream.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return stream;
  if (errno == ENOENT || errno == ECONNREFUSED)
    return fail_environment("no QEMU listens there", path, "is the emulated machine up?");
  return fail_errno("cannot connect", errno, path);
}

}  // namespace

Result<QmpClient> QmpClient::connect(const std::string& path, std::int64_t timeout_ns) {
  SRIOV_ASSIGN(Fd stream, connect_to(path));
  return negotiate(std::move(stream), path, timeout_ns);
}

Result<QmpClient> QmpClient::negotiate(Fd stream, const std::string& name, std::int64_t timeout_ns) {
  QmpClient client(std::move(stream), name, timeout_ns);
  const auto greeting = client.read_line();
  if (!greeting)
    return fail_environment("QEMU does not greet: " + greeting.error().what, name,
                            "another program may be using this socket");
  const auto parsed = parse_line(*greeting);
  if (!parsed.is_object() || !parsed.contains("QMP")) return fail_environment("what answers is not QEMU", name);
  SRIOV_TRY(client.execute("qmp_capabilities"));
  return client;
}

Result<std::string> QmpClient::execute(const std::string& command, const std::string& arguments) {
  SRIOV_TRY(send("{\"execute\": \"" + command + "\", \"arguments\": " + arguments + "}\n"));
  while (true) {
    SRIOV_ASSIGN(const std::string line, read_line());
    const auto answer = parse_line(line);
    if (!answer.is_object()) return fail("QEMU's answer to " + command + " is not JSON", name_);
    if (const auto found = answer.find("return"); found != answer.end()) return found->dump();
    if (const auto found = answer.find("error"); found != answer.end()) {
      const bool explained = found->is_object() && found->contains("desc") && (*found)["desc"].is_string();
      return fail("QEMU refuses " + command + ": " + (explained ? (*found)["desc"].get<std::string>() : found->dump()),
                  name_);
    }
  }
}

Result<void> QmpClient::send(const std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t count = ::send(stream_.get(), text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail_errno("QEMU cannot be reached", errno, name_);
    sent += static_cast<std::size_t>(count);
  }
  return {};
}

Result<std::string> QmpClient::read_line() {
  const std::int64_t deadline_ns = monotonic_ns() + timeout_ns_;
  while (true) {
    if (const std::size_t end = received_.find('\n'); end != std::string::npos) {
      std::string line = received_.substr(0, end);
      received_.erase(0, end + 1);
      return line;
    }
    if (received_.size() > kLongestLine) return fail("QEMU's answer has no end", name_);
    const std::int64_t left_ms = (deadline_ns - monotonic_ns()) / kNsPerMs;
    if (left_ms <= 0) return fail("no answer within " + format_duration(timeout_ns_), name_);
    pollfd wanted{stream_.get(), POLLIN, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(left_ms));
    if (ready < 0 && errno != EINTR) return fail_errno("waiting for QEMU failed", errno, name_);
    if (ready <= 0) continue;
    std::array<char, 4096> bytes{};
    const ssize_t count = ::recv(stream_.get(), bytes.data(), bytes.size(), 0);
    if (count < 0 && errno != EINTR) return fail_errno("QEMU cannot be read", errno, name_);
    if (count == 0) return fail("QEMU hung up", name_);
    if (count > 0) received_.append(bytes.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace sriov
