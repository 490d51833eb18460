// Datagrams from the client to the server, paced or as fast as they go; what is missing is counted at the server.
#include "workloads/udp/udp_flow.h"

namespace sriov {
namespace {

const UdpProfile& profile() {
  static const UdpProfile kProfile{
      .describe = {.name = "udp_stream",
                   .help = "UDP datagrams, client to server, paced or as fast as they go: loss, reordering and rate.",
                   .measures = kDatagramMeasures,
                   .limits = {.min_message_bytes = kDatagramHeaderBytes,
                              .max_message_bytes = kMaxDatagramBytes,
                              .message_hint = "a datagram must fit; 1400 fits an Ethernet frame"},
                   .default_message_bytes = 1400},
      .client_body = send_at_rate,
      .server_body = receive_messages};
  return kProfile;
}

const Registration<Workload, UdpWorkload<profile>> registration{"udp_stream"};

}  // namespace
}  // namespace sriov
