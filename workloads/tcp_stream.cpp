// Bulk TCP from the client to the server (netperf's TCP_STREAM).
#include <array>

#include "workloads/bulk.h"
#include "workloads/report.h"
#include "workloads/tcp_side.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{
    measures::kBytesSent,  measures::kBytesReceived, measures::kTotalBytesSent, measures::kTotalBytesReceived,
    measures::kGoodput,    measures::kCpu,           measures::kCpuUser,        measures::kCpuSystem,
    measures::kRetransmits};

const TcpProfile& profile() {
  static const TcpProfile kProfile{.name = "tcp_stream",
                                   .measures = kMeasures,
                                   .limits = {.message_hint = "64k is usual"},
                                   .client_body = send_bulk,
                                   .server_body = receive_bulk};
  return kProfile;
}

class TcpStream : public Workload {
 public:
  std::string_view name() const override { return profile().name; }
  std::string_view help() const override { return "Bulk TCP, client to server, as fast as it goes or paced."; }
  std::span<const Metric> measures() const override { return kMeasures; }
  bool client_sends() const override { return true; }
  bool server_sends() const override { return false; }
  std::unique_ptr<WorkloadSide> make_server() const override { return make_tcp_server(profile()); }
  std::unique_ptr<WorkloadSide> make_client() const override { return make_tcp_client(profile()); }
};

const Registration<Workload, TcpStream> registration{"tcp_stream"};

}  // namespace
}  // namespace sriov
