// Numbers of one trial that several explanations share and tables do not show.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/trial.h"

namespace sriov {

/// How busy one CPU was over the window.
struct CpuBusy {
  std::string name;          ///< "dom0 vCPU 1", "host CPU 0", "physical CPU 3".
  bool under_test = true;    ///< false: the machine that only makes the load.
  bool is_physical = false;  ///< A physical CPU of a Xen host: the sum of what ran on it.
  double percent = 0;
};

/// Where the number of packets on the wire is from.
enum class WirePackets {
  counted,       ///< By the guests' devices, whose packets are no larger than the wire's.
  from_bytes,    ///< The devices' bytes over the size of a full packet: they counted merged ones.
  transactions,  ///< One packet a request and one a response, as nothing was counted.
  unknown,
};
[[nodiscard]] std::string_view to_string(WirePackets source);

/// CPU of a part of the machine under test, in percent of one CPU, and the work that was its own.
struct DomainCpu {
  std::string name;  ///< "dom0", "guests", "all", or without Xen the endpoint.
  std::optional<double> percent;
  std::optional<double> interrupts_per_s;  ///< Of devices.
};

struct TrialFacts {
  std::vector<DomainCpu> domains;      ///< Those of the machine under test; "all" is last.
  std::optional<double> xen_percent;   ///< Xen's work for guests, contained in "guests"; where exits were traced.
  std::optional<double> idle_percent;  ///< Of all its CPUs together.
  std::optional<double> payload_bytes_per_s;
  std::optional<double> wire_packets_per_s;
  WirePackets wire_packets_source = WirePackets::unknown;
  std::optional<double> bytes_per_counted_packet;  ///< As devices count them; above a wire packet's: GRO or GSO.
  std::optional<double> exits_per_s;
  std::optional<double> walk_reads_per_mib;  ///< Memory reads of the IOMMU's page walks per MiB of payload.
  std::vector<CpuBusy> cpus;

  [[nodiscard]] const DomainCpu* domain(std::string_view name) const;
};

/// Largest packet of an Ethernet whose MTU is 1,500, as devices count it: with its header.
inline constexpr double kFullPacketBytes = 1514;

[[nodiscard]] TrialFacts trial_facts(const TrialRecord& trial);

}  // namespace sriov
