// Threads of ours are no signal's target: the program's own thread takes them.
#pragma once

#include <pthread.h>

#include <csignal>

namespace sriov {

/// Every signal blocked while it lives, so that a thread started meanwhile never becomes a signal's target.
class BlockedSignals {
 public:
  BlockedSignals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

}  // namespace sriov
