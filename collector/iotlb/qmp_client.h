// A client of QEMU's machine protocol: JSON lines over a Unix socket (QEMU, docs/interop/qmp-spec).
#pragma once

#include <cstdint>
#include <string>

#include "core/result.h"
#include "host/file.h"

namespace sriov {

/// One conversation; QEMU talks to one client a socket, others wait until it hangs up.
class QmpClient {
 public:
  /// Connects and negotiates. `environment` errors when nobody listens, or when another client has the socket (no
  /// greeting within `timeout_ns`, which then holds for every answer).
  [[nodiscard]] static Result<QmpClient> connect(const std::string& path, std::int64_t timeout_ns);
  /// The same over a stream that is connected already.
  [[nodiscard]] static Result<QmpClient> negotiate(Fd stream, const std::string& name, std::int64_t timeout_ns);

  /// Runs a command; `arguments` is a JSON object. Returns what stands under "return", as JSON; events that come
  /// between are dropped.
  [[nodiscard]] Result<std::string> execute(const std::string& command, const std::string& arguments = "{}");

 private:
  QmpClient(Fd stream, std::string name, std::int64_t timeout_ns)
      : stream_(std::move(stream)), name_(std::move(name)), timeout_ns_(timeout_ns) {}

  [[nodiscard]] Result<void> send(const std::string& text);
  [[nodiscard]] Result<std::string> read_line();

  Fd stream_;
  std::string name_;  ///< For messages.
  std::int64_t timeout_ns_;
  std::string received_;  ///< What is not a whole line yet.
};

}  // namespace sriov
