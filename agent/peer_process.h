// The process at the other end of an agent's stream: usually ssh, or the agent itself.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "agent/client.h"
#include "host/file.h"
#include "host/process.h"

namespace sriov::agent {

/// A started target that has greeted us.
class PeerProcess {
 public:
  /// Starts the command on a socket pair and skips what it writes before the greeting. The error tells apart a command
  /// that ended, one that says something else and one that stays silent, with the last lines of its stderr.
  [[nodiscard]] static Result<PeerProcess> start(const Target& target, std::int64_t timeout_ns,
                                                 const std::function<bool()>& should_stop = {});

  [[nodiscard]] int stream() const { return stream_.get(); }
  /// How it ended and the last lines that it wrote to stderr, for messages: "exit code 255: ssh: connect to …".
  [[nodiscard]] std::string last_words();
  /// Ends the stream, gives the process time to end by itself (the agent undoes changes), then stops it.
  void finish(std::int64_t grace_ns);

 private:
  [[nodiscard]] Result<void> await_greeting(std::int64_t timeout_ns, const std::function<bool()>& should_stop);
  [[nodiscard]] std::string stderr_tail() const;

  Fd stream_;
  Fd stderr_;  ///< A memory file: nobody has to drain it.
  Child child_;
};

}  // namespace sriov::agent
