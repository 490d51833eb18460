// xentrace as a child process, and a thread that drains it: its pipe must never be full, or Xen's buffers would be.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "collector/xen/xentrace_accounts.h"
#include "collector/xen/xentrace_decoder.h"
#include "core/result.h"
#include "host/process.h"

namespace sriov::xentrace {

/// What a reader sees of the stream.
struct StreamState {
  bool has_ended = false;
  StreamHealth health;
};

class Stream {
 public:
  /// Starts a command that writes xentrace's format to its stdout and waits for its first record. Fails, with what it
  /// said on stderr, when it ends before that; goes on without one when it is only slow.
  [[nodiscard]] static Result<std::unique_ptr<Stream>> start(const Command& command, ExitCodes codes);

  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  /// SIGTERM to the command's process group, which has `kGraceNs` to end while its output is still drained.
  ~Stream();

  /// Calls `reader(Accounts&, const StreamState&)` while nothing is added.
  template <class Reader>
  void read(Reader&& reader) {
    const std::lock_guard lock(mutex_);
    reader(accounts_, StreamState{has_ended_, decoder_.health()});
  }
  /// After has_ended: that it did, with what it said last on stderr.
  [[nodiscard]] Error why_ended();

 private:
  explicit Stream(ExitCodes codes) : accounts_(codes) {}
  void drain();
  bool drain_trace();
  bool drain_stderr();
  void decode(std::size_t size);
  [[nodiscard]] Result<void> await_first_record();

  Child child_;
  Fd trace_;
  Fd stderr_fd_;
  std::thread thread_;
  std::vector<std::uint8_t> buffer_;  ///< The thread's: what is not decoded yet stands at its front.
  std::size_t undecoded_ = 0;
  std::mutex mutex_;  ///< Guards all below.
  Accounts accounts_;
  Decoder decoder_;
  std::string last_words_;  ///< The end of its stderr.
  bool has_ended_ = false;
};

/// The command for Stream: xentrace, and a shell around it that outlives an agent that was killed and then switches
/// tracing off; without it Xen would go on tracing until somebody else does. `pages` is the size of each physical CPU's
/// buffer, of which Xen heeds the first after its boot; `poll_ms` is how often xentrace looks into them.
[[nodiscard]] Command xentrace_command(const std::string& program, unsigned pages, unsigned poll_ms);
/// Where xentrace is: in PATH or in the folder of the running Xen's tools; "" when it is not there.
[[nodiscard]] std::string find_xentrace(const std::string& xen_version);

}  // namespace sriov::xentrace
