// What TCP and UDP lost and repeated, for the whole network namespace.
#include <array>
#include <optional>
#include <span>
#include <string>

#include "collector/collector.h"
#include "collector/proc/snmp_text.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kSnmp = "/proc/net/snmp";
constexpr std::string_view kNetstat = "/proc/net/netstat";
constexpr std::string_view kSnmp6 = "/proc/net/snmp6";
constexpr MetricKind kCounter = MetricKind::counter;

constexpr std::array kMetrics{
    Metric{"snmp.tcp_in_segments", "segments", kCounter, "",
           "TCP segments received; TCP counts IPv4 and IPv6 together.", kSnmp},
    Metric{"snmp.tcp_out_segments", "segments", kCounter, "", "TCP segments sent, without retransmitted ones.", kSnmp},
    Metric{"snmp.tcp_retransmitted_segments", "segments", kCounter, "", "TCP segments sent again.", kSnmp},
    Metric{"snmp.tcp_in_errors", "segments", kCounter, "", "Bad TCP segments received.", kSnmp},
    Metric{"snmp.tcp_in_checksum_errors", "segments", kCounter, "", "TCP segments with a wrong checksum.", kSnmp},
    Metric{"snmp.tcp_out_resets", "segments", kCounter, "", "TCP resets sent.", kSnmp},
    Metric{"snmp.udp_in_datagrams", "datagrams", kCounter, "",
           "UDP datagrams delivered; udp is IPv4's, udp6 is IPv6's.", kSnmp},
    Metric{"snmp.udp_out_datagrams", "datagrams", kCounter, "", "UDP datagrams sent.", kSnmp},
    Metric{"snmp.udp_no_ports", "datagrams", kCounter, "", "UDP datagrams for a port where nobody listens.", kSnmp},
    Metric{"snmp.udp_in_errors", "datagrams", kCounter, "",
           "UDP datagrams that could not be delivered, for want of buffer space or a right checksum.", kSnmp},
    Metric{"snmp.udp_receive_buffer_errors", "datagrams", kCounter, "",
           "UDP datagrams dropped because the socket's receive buffer was full; contained in udp_in_errors.", kSnmp},
    Metric{"snmp.udp_send_buffer_errors", "datagrams", kCounter, "",
           "UDP datagrams not sent because the socket's send buffer was full.", kSnmp},
    Metric{"snmp.udp_in_checksum_errors", "datagrams", kCounter, "", "UDP datagrams with a wrong checksum.", kSnmp},
    Metric{"snmp.tcp_timeouts", "count", kCounter, "", "Retransmission timers that expired.", kNetstat},
    Metric{"snmp.tcp_fast_retransmits", "segments", kCounter, "", "Segments sent again before a timer expired.",
           kNetstat},
    Metric{"snmp.tcp_lost_retransmits", "segments", kCounter, "", "Retransmitted segments that were lost too.",
           kNetstat},
    Metric{"snmp.tcp_backlog_drops", "segments", kCounter, "", "Segments dropped because a socket's backlog was full.",
           kNetstat},
    Metric{"snmp.tcp_receive_queue_drops", "segments", kCounter, "",
           "Segments dropped because a socket's receive queue was full.", kNetstat},
    Metric{"snmp.tcp_listen_overflows", "count", kCounter, "", "Connections refused because an accept queue was full.",
           kNetstat},
    Metric{"snmp.udp6_in_datagrams", "datagrams", kCounter, "", "UDP datagrams delivered, over IPv6.", kSnmp6},
    Metric{"snmp.udp6_out_datagrams", "datagrams", kCounter, "", "UDP datagrams sent, over IPv6.", kSnmp6},
    Metric{"snmp.udp6_no_ports", "datagrams", kCounter, "", "As udp_no_ports, over IPv6.", kSnmp6},
    Metric{"snmp.udp6_in_errors", "datagrams", kCounter, "", "As udp_in_errors, over IPv6.", kSnmp6},
    Metric{"snmp.udp6_receive_buffer_errors", "datagrams", kCounter, "",
           "As udp_receive_buffer_errors, over IPv6; contained in udp6_in_errors.", kSnmp6},
    Metric{"snmp.udp6_send_buffer_errors", "datagrams", kCounter, "", "As udp_send_buffer_errors, over IPv6.", kSnmp6},
    Metric{"snmp.udp6_in_checksum_errors", "datagrams", kCounter, "", "As udp_in_checksum_errors, over IPv6.", kSnmp6},
};
/// As kMetrics: first those of /proc/net/snmp, then those of /proc/net/netstat, then kSnmp6Names.
constexpr std::size_t kSnmpFields = 13;
constexpr std::array kFields = std::to_array<SnmpField>({
    {"Tcp", "InSegs"},
    {"Tcp", "OutSegs"},
    {"Tcp", "RetransSegs"},
    {"Tcp", "InErrs"},
    {"Tcp", "InCsumErrors"},
    {"Tcp", "OutRsts"},
    {"Udp", "InDatagrams"},
    {"Udp", "OutDatagrams"},
    {"Udp", "NoPorts"},
    {"Udp", "InErrors"},
    {"Udp", "RcvbufErrors"},
    {"Udp", "SndbufErrors"},
    {"Udp", "InCsumErrors"},
    {"TcpExt", "TCPTimeouts"},
    {"TcpExt", "TCPFastRetrans"},
    {"TcpExt", "TCPLostRetransmit"},
    {"TcpExt", "TCPBacklogDrop"},
    {"TcpExt", "TCPRcvQDrop"},
    {"TcpExt", "ListenOverflows"},
});
constexpr std::array<std::string_view, 7> kSnmp6Names{"Udp6InDatagrams", "Udp6OutDatagrams", "Udp6NoPorts",
                                                      "Udp6InErrors",    "Udp6RcvbufErrors", "Udp6SndbufErrors",
                                                      "Udp6InCsumErrors"};
static_assert(kMetrics.size() == kFields.size() + kSnmp6Names.size());

class Snmp : public Collector {
 public:
  std::string_view name() const override { return "snmp"; }
  std::string_view help() const override {
    return "TCP retransmissions and timeouts, UDP errors and drops of the network namespace, from /proc/net.";
  }
  CollectorScope scope() const override { return CollectorScope::network_namespace; }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    SRIOV_ASSIGN(const std::string text, read_file(folder(host) + "/snmp"));
    std::array<std::int64_t, kSnmpFields> values{};
    parse_snmp(text, std::span(kFields).first(kSnmpFields), values);
    if (values[0] == kAbsent) return fail_environment("no TCP counters in it", folder(host) + "/snmp");
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    SRIOV_ASSIGN(auto snmp, KeptFile::open(folder(host) + "/snmp"));
    snmp_.emplace(std::move(snmp));
    if (auto netstat = KeptFile::open(folder(host) + "/netstat")) netstat_.emplace(std::move(*netstat));
    // A kernel without IPv6 has no such file: those columns stay absent.
    if (auto snmp6 = KeptFile::open(folder(host) + "/snmp6")) snmp6_.emplace(std::move(*snmp6));
    for (std::size_t i = 0; i < kMetrics.size(); ++i) columns_[i] = recorder.column(kMetrics[i], {});
    return {};
  }

  void sample(Recorder& recorder) override {
    take(*snmp_, 0, kSnmpFields, recorder);
    if (netstat_) take(*netstat_, kSnmpFields, kFields.size() - kSnmpFields, recorder);
    if (snmp6_) take_snmp6(recorder);
  }

 private:
  /// A thread's own /proc/net: /proc/net itself is that of the process, which may be in another network namespace.
  static std::string folder(const Host& host) {
    const std::string own = host.proc + "/thread-self/net";
    return host.is_live() && exists(own) ? own : host.proc + "/net";
  }

  void take(KeptFile& file, std::size_t first, std::size_t count, Recorder& recorder) {
    const auto text = file.read();
    if (!text) return;
    parse_snmp(*text, std::span(kFields).subspan(first, count), std::span(values_).subspan(first, count));
    set(first, count, recorder);
  }

  void take_snmp6(Recorder& recorder) {
    const auto text = snmp6_->read();
    if (!text) return;
    parse_snmp6(*text, kSnmp6Names, std::span(values_).subspan(kFields.size()));
    set(kFields.size(), kSnmp6Names.size(), recorder);
  }

  void set(std::size_t first, std::size_t count, Recorder& recorder) const {
    for (std::size_t i = first; i < first + count; ++i)
      if (values_[i] != kAbsent) recorder.set(columns_[i], values_[i]);
  }

  std::optional<KeptFile> snmp_;
  std::optional<KeptFile> netstat_;
  std::optional<KeptFile> snmp6_;
  std::array<std::int64_t, kMetrics.size()> values_{};
  std::array<std::size_t, kMetrics.size()> columns_{};
};

const Registration<Collector, Snmp> registration{"snmp"};

}  // namespace
}  // namespace sriov
