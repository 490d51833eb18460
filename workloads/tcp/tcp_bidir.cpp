// Bulk TCP in both directions at once: every stream is two connections, one each way.
#include <array>

#include "workloads/engine/report_builder.h"
#include "workloads/tcp/bulk.h"
#include "workloads/tcp/tcp_side.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{
    measures::kBytesSent,   measures::kBytesReceived, measures::kTotalBytesSent, measures::kTotalBytesReceived,
    measures::kGoodput,     measures::kCpu,           measures::kCpuUser,        measures::kCpuSystem,
    measures::kRetransmits, measures::kServiceDemand};

/// Even connections carry client to server, odd ones back.
bool client_sends_on(const Stream& stream) { return stream.hello.stream % 2 == 0; }

Result<StreamEnd> client_body(Stream& stream, RunClock& clock, const Halt& halt) {
  return client_sends_on(stream) ? send_bulk(stream, clock, halt) : receive_bulk(stream, clock, halt);
}

Result<StreamEnd> server_body(Stream& stream, RunClock& clock, const Halt& halt) {
  return client_sends_on(stream) ? receive_bulk(stream, clock, halt) : send_bulk(stream, clock, halt);
}

const TcpProfile& profile() {
  static const TcpProfile kProfile{
      .describe = {.name = "tcp_bidir",
                   .help = "Bulk TCP both ways at once: every stream is a connection each way.",
                   .measures = kMeasures,
                   .limits = {.message_hint = "64k is usual"},
                   .server_sends = true},
      .connections_per_stream = 2,
      .client_body = client_body,
      .server_body = server_body};
  return kProfile;
}

const Registration<Workload, TcpWorkload<profile>> registration{"tcp_bidir"};

}  // namespace
}  // namespace sriov
