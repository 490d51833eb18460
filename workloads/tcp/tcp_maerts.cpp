// Bulk TCP from the server to the client (netperf's TCP_MAERTS: "stream" backwards).
#include <array>

#include "workloads/engine/report_builder.h"
#include "workloads/tcp/bulk.h"
#include "workloads/tcp/tcp_side.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{
    measures::kBytesSent,   measures::kBytesReceived, measures::kTotalBytesSent, measures::kTotalBytesReceived,
    measures::kGoodput,     measures::kCpu,           measures::kCpuUser,        measures::kCpuSystem,
    measures::kRetransmits, measures::kServiceDemand, measures::kRateAsked,      measures::kRateAchieved};

const TcpProfile& profile() {
  static const TcpProfile kProfile{.describe = {.name = "tcp_maerts",
                                                .help = "Bulk TCP, server to client, as fast as it goes or paced.",
                                                .measures = kMeasures,
                                                .limits = {.message_hint = "64k is usual"},
                                                .client_sends = false,
                                                .server_sends = true},
                                   .client_body = receive_bulk,
                                   .server_body = send_bulk};
  return kProfile;
}

const Registration<Workload, TcpWorkload<profile>> registration{"tcp_maerts"};

}  // namespace
}  // namespace sriov
