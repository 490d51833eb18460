// From the streams' meters to a WorkloadReport. A workload lists its metrics; their values are found by name.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/metric.h"
#include "core/workload_types.h"
#include "workloads/engine/interval_book.h"
#include "workloads/engine/stream_engine.h"

namespace sriov {

/// The metrics workloads report. Names are what analyzers and CSV files use.
namespace measures {
using enum MetricKind;
inline constexpr Metric kBytesSent{
    "bytes_sent", "bytes", counter, "", "Payload bytes this side sent during the window.", "return values of send(2)"};
inline constexpr Metric kBytesReceived{
    "bytes_received",          "bytes", counter, "", "Payload bytes this side received during the window.",
    "return values of recv(2)"};
inline constexpr Metric kTotalBytesSent{"total_bytes_sent",
                                        "bytes",
                                        counter,
                                        "",
                                        "Payload bytes this side sent in its whole life, warm-up included.",
                                        "return values of send(2)"};
inline constexpr Metric kTotalBytesReceived{"total_bytes_received",
                                            "bytes",
                                            counter,
                                            "",
                                            "Payload bytes this side received in its whole life, warm-up included.",
                                            "return values of recv(2)"};
inline constexpr Metric kGoodput{"goodput_bps",
                                 "bit/s",
                                 gauge,
                                 "",
                                 "Payload bits per second of the window, in this side's busier direction.",
                                 "bytes over the window's length on CLOCK_MONOTONIC"};
inline constexpr Metric kCpu{"cpu_ns",
                             "ns",
                             counter,
                             "",
                             "CPU time of the threads that carried the traffic, during the window.",
                             "CLOCK_THREAD_CPUTIME_ID"};
inline constexpr Metric kCpuUser{
    "cpu_user_ns", "ns", counter, "", "The user part of cpu_ns, as the kernel splits it.", "getrusage(RUSAGE_THREAD)"};
inline constexpr Metric kCpuSystem{
    "cpu_system_ns",           "ns", counter, "", "The system part of cpu_ns, as the kernel splits it.",
    "getrusage(RUSAGE_THREAD)"};
inline constexpr Metric kServiceDemand{"service_demand_us_per_kb",
                                       "us/KB",
                                       gauge,
                                       "",
                                       "Service demand of this side's own threads: their CPU time a KB (1,024 bytes) "
                                       "sent or received.",
                                       "cpu_ns over bytes_sent and bytes_received"};
inline constexpr Metric kCpuPerTransaction{
    "cpu_us_per_transaction",  "us", gauge, "", "CPU time of this side's own threads for a transaction.",
    "cpu_ns over transactions"};
inline constexpr Metric kRetransmits{"retransmits",
                                     "segments",
                                     counter,
                                     "",
                                     "TCP segments this side sent again during the window.",
                                     "tcp_info.tcpi_total_retrans"};
inline constexpr Metric kFlows{"flows", "connections", gauge, "", "Connections that carried the messages.", "count"};
inline constexpr Metric kFlowsSilent{
    "flows_silent", "connections", gauge, "", "Connections on which nothing came in the whole run: starved ones.",
    "count"};
inline constexpr Metric kFootprint{
    "footprint_bytes",     "bytes", gauge, "", "Memory this side's streams sent from, round and round.",
    "size of the mappings"};
inline constexpr Metric kZeroCopySends{
    "zero_copy_sends", "sends", counter, "", "Zero-copy sends of this side's whole life, warm-up included.", "count"};
inline constexpr Metric kZeroCopyCopied{
    "zero_copy_copied",
    "sends",
    counter,
    "",
    "Of these, the sends whose data the kernel copied after all: their DMA was not from the footprint.",
    "SO_EE_CODE_ZEROCOPY_COPIED"};
inline constexpr Metric kTransactions{
    "transactions", "transactions", counter, "", "Request/response pairs completed during the window.", "count"};
inline constexpr Metric kTransactionRate{"transactions_per_s",
                                         "transactions/s",
                                         gauge,
                                         "",
                                         "Transactions per second of the window, all streams together.",
                                         "count over the window's length on CLOCK_MONOTONIC"};
inline constexpr Metric kTransactionsAsked{"transactions_asked_per_s",
                                           "transactions/s",
                                           gauge,
                                           "",
                                           "Rate of requests that an open loop was asked for; absent for a closed one.",
                                           "transactions_per_s option"};
inline constexpr Metric kTransactionsLost{"transactions_lost",
                                          "transactions",
                                          counter,
                                          "",
                                          "Requests during the window to which no answer came within a second.",
                                          "count"};
inline constexpr Metric kLatencyMean{
    "latency_mean_us", "us", gauge, "", "Mean round trip, where the tool gives no single ones.", "the tool's own"};
inline constexpr Metric kLatencyP50{
    "latency_p50_us", "us", gauge, "", "Median round trip, where the tool gives no single ones.", "the tool's own"};
inline constexpr Metric kLatencyP90{
    "latency_p90_us", "us", gauge, "", "90th percentile of the round trips, where the tool gives no single ones.",
    "the tool's own"};
inline constexpr Metric kLatencyP99{
    "latency_p99_us", "us", gauge, "", "99th percentile of the round trips, where the tool gives no single ones.",
    "the tool's own"};
inline constexpr Metric kLatencyMax{
    "latency_max_us", "us", gauge, "", "Longest round trip, where the tool gives no single ones.", "the tool's own"};
inline constexpr Metric kDatagramsSent{"datagrams_sent",
                                       "datagrams",
                                       counter,
                                       "",
                                       "Datagrams this side sent during the window.",
                                       "return values of sendmmsg(2)"};
inline constexpr Metric kDatagramsReceived{
    "datagrams_received",          "datagrams", counter, "", "Datagrams this side received during the window.",
    "return values of recvmmsg(2)"};
inline constexpr Metric kDatagramsSentRate{"datagrams_sent_per_s",
                                           "datagrams/s",
                                           gauge,
                                           "",
                                           "Datagrams this side sent per second of the window.",
                                           "count over the window's length on CLOCK_MONOTONIC"};
inline constexpr Metric kDatagramsReceivedRate{"datagrams_received_per_s",
                                               "datagrams/s",
                                               gauge,
                                               "",
                                               "Datagrams this side received per second of the window.",
                                               "count over the window's length on CLOCK_MONOTONIC"};
inline constexpr Metric kPacketsSent{"stack_packets_sent",
                                     "packets",
                                     counter,
                                     "",
                                     "Packets this side handed to the network stack during the window: with gso one "
                                     "holds up to 64 datagrams. What devices count is netdev's.",
                                     "return values of sendmmsg(2)"};
inline constexpr Metric kPacketsReceived{"stack_packets_received",
                                         "packets",
                                         counter,
                                         "",
                                         "Packets the network stack handed to this side during the window: with gro "
                                         "one holds several datagrams. What devices count is netdev's.",
                                         "return values of recvmmsg(2)"};
inline constexpr Metric kJitter{"jitter_us",
                                "us",
                                gauge,
                                "",
                                "Interarrival jitter of a paced stream at the end (RFC 3550), mean of the streams.",
                                "arrivals against the schedule"};
inline constexpr Metric kJitterP50{"jitter_p50_us",
                                   "us",
                                   gauge,
                                   "",
                                   "Median deviation of the time between two arrivals from the schedule's.",
                                   "arrivals against the schedule"};
inline constexpr Metric kJitterP99{"jitter_p99_us",
                                   "us",
                                   gauge,
                                   "",
                                   "99th percentile of the deviation of the time between two arrivals from the "
                                   "schedule's.",
                                   "arrivals against the schedule"};
inline constexpr Metric kOneWayP50{"one_way_p50_us",
                                   "us",
                                   gauge,
                                   "",
                                   "Median time from sending a datagram to getting it, program to program.",
                                   "send stamp, the receiver's clock and the clocks' offset"};
inline constexpr Metric kOneWayP99{"one_way_p99_us",
                                   "us",
                                   gauge,
                                   "",
                                   "99th percentile of the time from sending a datagram to getting it.",
                                   "send stamp, the receiver's clock and the clocks' offset"};
inline constexpr Metric kOneWayMax{"one_way_max_us",
                                   "us",
                                   gauge,
                                   "",
                                   "Longest time from sending a datagram to getting it.",
                                   "send stamp, the receiver's clock and the clocks' offset"};
inline constexpr Metric kDatagramsLost{"datagrams_lost",
                                       "datagrams",
                                       counter,
                                       "",
                                       "Datagrams missing at the receiver during the window.",
                                       "gaps in the sequence numbers"};
inline constexpr Metric kDatagramsReordered{
    "datagrams_reordered", "datagrams", counter, "", "Datagrams that came after a later one during the window.",
    "sequence numbers"};
inline constexpr Metric kDatagramsDuplicated{
    "datagrams_duplicated", "datagrams", counter, "", "Datagrams that came more than once during the window.",
    "sequence numbers"};
inline constexpr Metric kRateAsked{
    "rate_asked_bps", "bit/s", gauge, "", "Payload rate the sender was asked for; absent when it was not paced.",
    "rate_bps"};
inline constexpr Metric kRateAchieved{"rate_achieved_bps",
                                      "bit/s",
                                      gauge,
                                      "",
                                      "Payload rate the sender reached during the window.",
                                      "bytes sent over the window's length on CLOCK_MONOTONIC"};
}  // namespace measures

/// What a side does of the traffic: whose counts it can know.
struct Roles {
  bool sends = false;     ///< It is told a rate, and knows what it sent.
  bool receives = false;  ///< It knows what came, and what is missing.
};

/// What hands the intervals of a run on to `observer`; nothing when there is none. `metrics` must outlive it.
[[nodiscard]] std::function<void(const RunInterval&)> watcher(const IntervalObserver& observer,
                                                              std::span<const Metric> metrics, const Roles& roles);
/// Sums the streams of one side. Measures in `metrics` that this side cannot know are left out; a window that never
/// began has no rates. The note says what ended early.
[[nodiscard]] WorkloadReport build_report(std::span<const Metric> metrics, std::vector<Stream>& streams,
                                          const RunClock& clock, const Roles& roles);
/// The report of a side that was stopped before any traffic.
[[nodiscard]] WorkloadReport empty_report(std::span<const Metric> metrics);
/// Appends a sentence.
void add_note(WorkloadReport& report, const std::string& note);

}  // namespace sriov
