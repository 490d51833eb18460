// Segmentation and receive offloads of the NICs: without them CPU per gigabit is another quantity.
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstring>
#include <optional>

#include <fmt/format.h>

#include "core/text.h"
#include "host/file.h"
#include "testbed/doctor/check.h"

namespace sriov::doctor {
namespace {

/// A yes-or-no ethtool question; nullopt when the driver does not answer it.
std::optional<bool> ask(const Fd& socket, const std::string& device, std::uint32_t question) {
  ifreq request{};
  ethtool_value value{question, 0};
  device.copy(request.ifr_name, IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&value);
  if (::ioctl(socket.get(), SIOCETHTOOL, &request) != 0) return std::nullopt;
  return value.data != 0;
}

std::vector<std::string> switched_off(const Fd& socket, const std::string& device) {
  std::vector<std::string> off;
  const auto note = [&](std::uint32_t question, const char* name) {
    if (ask(socket, device, question) == false) off.emplace_back(name);
  };
  note(ETHTOOL_GTXCSUM, "TX checksum");
  note(ETHTOOL_GRXCSUM, "RX checksum");
  note(ETHTOOL_GTSO, "TSO");
  note(ETHTOOL_GGSO, "GSO");
  note(ETHTOOL_GGRO, "GRO");
  return off;
}

class Offloads : public Check {
 public:
  [[nodiscard]] Section section() const override { return Section::traps; }
  [[nodiscard]] std::vector<Finding> look(const Machine& machine) const override {
    if (!machine.is_live()) return {};
    const Fd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    std::vector<Finding> findings;
    for (const std::string& device : list_directory(machine.host.sys + "/class/net")) {
      if (!exists(machine.host.sys + "/class/net/" + device + "/device")) continue;  // Bridges, loopback, tunnels.
      const auto off = switched_off(socket, device);
      if (off.empty())
        findings.push_back({device + " offloads", Status::ok, "checksums, TSO, GSO and GRO are on", {}, {}});
      else
        findings.push_back({device + " offloads", Status::warn, "off: " + join(off, ", "),
                            "the CPU does the NIC's work per packet; results only compare with the same setting",
                            fmt::format("ethtool -K {} tx on rx on tso on gso on gro on, where the card can", device)});
    }
    return findings;
  }
};
const CheckRegistration<Offloads> registration{"offloads"};

}  // namespace
}  // namespace sriov::doctor
