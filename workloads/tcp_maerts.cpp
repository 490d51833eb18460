// Bulk TCP from the server to the client (netperf's TCP_MAERTS: "stream" backwards).
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
  static const TcpProfile kProfile{.name = "tcp_maerts",
                                   .measures = kMeasures,
                                   .limits = {.message_hint = "64k is usual"},
                                   .client_sends_bulk = false,
                                   .client_body = receive_bulk,
                                   .server_body = send_bulk};
  return kProfile;
}

class TcpMaerts : public Workload {
 public:
  std::string_view name() const override { return profile().name; }
  std::string_view help() const override { return "Bulk TCP, server to client, as fast as it goes or paced."; }
  std::span<const Metric> measures() const override { return kMeasures; }
  bool client_sends() const override { return false; }
  bool server_sends() const override { return true; }
  std::unique_ptr<WorkloadSide> make_server() const override { return make_tcp_server(profile()); }
  std::unique_ptr<WorkloadSide> make_client() const override { return make_tcp_client(profile()); }
};

const Registration<Workload, TcpMaerts> registration{"tcp_maerts"};

}  // namespace
}  // namespace sriov
