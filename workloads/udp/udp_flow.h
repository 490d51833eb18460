// One-way datagrams: the sending and the receiving body that the one-way UDP workloads share.
#pragma once

#include <array>

#include "workloads/engine/report_builder.h"
#include "workloads/udp/send_schedule.h"
#include "workloads/udp/udp_side.h"

namespace sriov {

/// What they all report.
inline constexpr std::array kDatagramMeasures{measures::kBytesSent,
                                              measures::kBytesReceived,
                                              measures::kTotalBytesSent,
                                              measures::kTotalBytesReceived,
                                              measures::kGoodput,
                                              measures::kCpu,
                                              measures::kCpuUser,
                                              measures::kCpuSystem,
                                              measures::kDatagramsSent,
                                              measures::kDatagramsReceived,
                                              measures::kDatagramsSentRate,
                                              measures::kDatagramsReceivedRate,
                                              measures::kDatagramsLost,
                                              measures::kDatagramsReordered,
                                              measures::kDatagramsDuplicated,
                                              measures::kPacketsSent,
                                              measures::kPacketsReceived,
                                              measures::kRateAsked,
                                              measures::kRateAchieved,
                                              measures::kJitter,
                                              measures::kJitterP50,
                                              measures::kJitterP99,
                                              measures::kOneWayP50,
                                              measures::kOneWayP99,
                                              measures::kOneWayMax,
                                              measures::kServiceDemand};

/// Sends what `schedule` says until the window ends, then tells the receiver how many there were. `longest_bytes`: of
/// a datagram.
[[nodiscard]] Result<StreamEnd> send_datagrams(Stream& stream, SendSchedule& schedule, std::int64_t longest_bytes,
                                               const Halt& halt);
/// Opens the stream's meter and sends at its rate, or as fast as it goes: what udp_stream and udp_pps do.
[[nodiscard]] Result<StreamEnd> send_at_rate(Stream& stream, RunClock& clock, const Halt& halt);
/// Receives until the sender's end. Counts what is missing; `longest_bytes` as the sender's.
[[nodiscard]] Result<StreamEnd> receive_datagrams(Stream& stream, RunClock& clock, std::int64_t longest_bytes,
                                                  const Halt& halt);
/// The same with datagrams of message_bytes.
[[nodiscard]] Result<StreamEnd> receive_messages(Stream& stream, RunClock& clock, const Halt& halt);
/// Likewise; unless the stream is paced it lets datagrams gather (ReceiveNap), which adds up to 50 us to their delays.
[[nodiscard]] Result<StreamEnd> receive_flood(Stream& stream, RunClock& clock, const Halt& halt);

}  // namespace sriov
