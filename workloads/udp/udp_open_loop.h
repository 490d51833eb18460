// The client of udp_rr when requests leave at set times, whatever answers are under way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/result.h"
#include "core/time.h"
#include "workloads/engine/arrivals.h"
#include "workloads/engine/halt.h"
#include "workloads/engine/stream_engine.h"
#include "workloads/engine/transactions.h"

namespace sriov {

/// When a request that has no answer is given up: longer than any round trip that is worth waiting for, an emulated
/// guest's included.
inline constexpr std::int64_t kAnswerWithinNs = kNsPerSecond;

/// Requests whose answers are awaited, by their numbers, which rise by one from 1. Allocates when it is made only.
class RequestsUnderWay {
 public:
  /// For so many a second; beyond a million under way the oldest are given up early.
  explicit RequestsUnderWay(double per_s);

  /// A request leaves that was meant to leave at `intended_ns`: its number.
  std::uint64_t leave(std::int64_t intended_ns, std::int64_t now_ns);
  /// The intended time of an answered request; -1 when it is not under way (answered twice, or given up).
  std::int64_t answer(std::uint64_t number);
  /// Gives up those that left kAnswerWithinNs ago or were pushed out: how many.
  std::int64_t give_up(std::int64_t now_ns);

 private:
  struct Request {
    std::int64_t intended_ns = kSettled;
    std::int64_t left_ns = 0;
  };
  static constexpr std::int64_t kSettled = -1;
  [[nodiscard]] Request& at(std::uint64_t number) { return requests_[number % requests_.size()]; }
  void settle_oldest();

  std::vector<Request> requests_;
  std::uint64_t oldest_ = 1;
  std::uint64_t next_ = 1;
  std::int64_t pushed_out_ = 0;
};

/// Sends a request at each of the `arrivals` until the window ends and takes the answers as they come.
[[nodiscard]] Result<StreamEnd> request_on_schedule(Stream& stream, const TransactionSizes& sizes, Arrivals& arrivals,
                                                    const Halt& halt);

}  // namespace sriov
