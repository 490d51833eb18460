// The smallest datagrams, client to server, as many as go: what the path costs per packet.
#include "workloads/udp/udp_flow.h"

namespace sriov {
namespace {

const UdpProfile& profile() {
  static const UdpProfile kProfile{
      .describe = {.name = "udp_pps",
                   .help = "Small UDP datagrams, client to server, as many as go: datagrams a second. With gso and gro "
                           "the kernel carries many as one packet: they are counted apart.",
                   .measures = kDatagramMeasures,
                   .limits = {.min_message_bytes = kDatagramHeaderBytes,
                              .max_message_bytes = kMaxDatagramBytes,
                              .message_hint = "64 is usual"},
                   .default_message_bytes = 64},
      .client_body = send_at_rate,
      .server_body = receive_flood};
  return kProfile;
}

const Registration<Workload, UdpWorkload<profile>> registration{"udp_pps"};

}  // namespace
}  // namespace sriov
