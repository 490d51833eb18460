// What request/response workloads share: sizes, the schedule of requests, the account of transactions.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/histogram.h"
#include "workloads/engine/arrivals.h"
#include "workloads/engine/halt.h"
#include "workloads/engine/stream_engine.h"
#include "workloads/option.h"

namespace sriov {

/// The options of every request/response workload.
[[nodiscard]] std::span<const OwnOption> transaction_options();

/// The requests of one stream: closed loop (the next one leaves when the answer is there) or open loop, where each has
/// a time at which it is meant to leave. Latency counts from then, so that a slow answer is charged with the wait of
/// the requests behind it (G. Tene's "coordinated omission").
class RequestSchedule {
 public:
  /// Of a stream whose meter is open.
  [[nodiscard]] static Result<RequestSchedule> make(Stream& stream, std::int64_t start_ns);

  /// Waits until the next request is due and tells the meter the time meanwhile. The request's intended time; nullopt
  /// when the window is over or `halt` is requested.
  [[nodiscard]] std::optional<std::int64_t> wait(Meter& meter, const Halt& halt);
  [[nodiscard]] bool is_open_loop() const { return arrivals_ != nullptr; }
  /// The times of an open loop.
  [[nodiscard]] Arrivals& arrivals() { return *arrivals_; }

 private:
  std::unique_ptr<Arrivals> arrivals_;  ///< nullptr: closed loop.
};

/// Sizes of messages.
struct TransactionSizes {
  std::size_t request_bytes = 0;
  std::size_t response_bytes = 0;
};
[[nodiscard]] Result<TransactionSizes> transaction_sizes(const WorkloadSpec& spec);

/// Books one transaction of the client that was meant to begin at `intended_ns` and is complete now.
inline void book_request(Stream& stream, const TransactionSizes& sizes, std::int64_t intended_ns, std::int64_t now_ns) {
  stream.meter.at(now_ns);
  stream.meter.traffic.bytes_sent += static_cast<std::int64_t>(sizes.request_bytes);
  stream.meter.traffic.bytes_received += static_cast<std::int64_t>(sizes.response_bytes);
  ++stream.meter.traffic.transactions;
  if (stream.meter.counting()) stream.latency_ns->record(now_ns - intended_ns);
}

/// Books one transaction of the server.
inline void book_response(Stream& stream, const TransactionSizes& sizes, std::int64_t now_ns) {
  stream.meter.at(now_ns);
  stream.meter.traffic.bytes_sent += static_cast<std::int64_t>(sizes.response_bytes);
  stream.meter.traffic.bytes_received += static_cast<std::int64_t>(sizes.request_bytes);
  ++stream.meter.traffic.transactions;
}

}  // namespace sriov
