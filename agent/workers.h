// Blocking work on threads of its own, its result on the event loop.
#pragma once

#include <kj/async.h>
#include <kj/debug.h>

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>

namespace sriov::agent {

/// Starts one thread a job: the jobs are few and long (a workload, a command). The threads outlive a dropped promise;
/// wait_idle() is how to know that they are done.
class Workers {
 public:
  /// What `work` returned, on the heap: GCC 12 takes a Result inside a promise for uninitialised.
  template <class Work>
  using Returned = kj::Own<std::invoke_result_t<Work>>;

  /// Runs `work` on a new thread. The promise belongs to the calling thread's loop; dropping it abandons the result.
  template <class Work>
  [[nodiscard]] kj::Promise<Returned<Work>> run(Work work) {
    auto pair = kj::newPromiseAndCrossThreadFulfiller<Returned<Work>>();
    auto job = std::make_unique<Job<Work>>(Job<Work>{std::move(work), kj::mv(pair.fulfiller)});
    std::thread([owned = std::move(job), presence = Presence(count_)]() mutable {
      owned->finish();
      owned.reset();
    }).detach();
    return kj::mv(pair.promise);
  }

  /// False when some job still runs after `timeout_ns`.
  [[nodiscard]] bool wait_idle(std::int64_t timeout_ns);

 private:
  template <class Work>
  struct Job {
    Work work;
    kj::Own<kj::CrossThreadPromiseFulfiller<Returned<Work>>> fulfiller;

    void finish() {
      try {
        fulfiller->fulfill(kj::heap<std::invoke_result_t<Work>>(work()));
      } catch (const std::exception& error) {
        fulfiller->reject(KJ_EXCEPTION(FAILED, "unexpected exception", error.what()));
      }
    }
  };

  /// Shared with the threads: one that does not stop in time may outlive this object.
  struct Count {
    std::mutex mutex;
    std::condition_variable idle;
    int running = 0;
  };

  /// Counts a thread from before it starts to its end (or to its failure to start).
  class Presence {
   public:
    explicit Presence(std::shared_ptr<Count> count);
    Presence(Presence&&) noexcept = default;
    Presence& operator=(Presence&&) = delete;
    Presence(const Presence&) = delete;
    Presence& operator=(const Presence&) = delete;
    ~Presence();

   private:
    std::shared_ptr<Count> count_;
  };

  std::shared_ptr<Count> count_ = std::make_shared<Count>();
};

}  // namespace sriov::agent
