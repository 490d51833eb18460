#include <net/if.h>

#include <algorithm>
#include <memory>

#include "agent/environment/environment_parts.h"
#include "core/text.h"
#include "host/file.h"
#include "host/virtual_functions.h"

namespace sriov::environment {
namespace {

/// On this machine the devices of our own network namespace: /sys may show those of another one.
std::vector<std::string> device_names(const Host& host) {
  if (!host.is_live()) return list_directory(host.sys + "/class/net");
  std::vector<std::string> names;
  const std::unique_ptr<struct if_nameindex, void (*)(struct if_nameindex*)> list(::if_nameindex(), ::if_freenameindex);
  for (const struct if_nameindex* entry = list.get(); entry != nullptr && entry->if_index != 0; ++entry)
    names.emplace_back(entry->if_name);
  std::sort(names.begin(), names.end());
  return names;
}

bool sysfs_shows(const Host& host, const std::string& folder, const std::string& device) {
  if (!host.is_live()) return true;
  return to_int(read_word(folder + "/ifindex")) == static_cast<std::int64_t>(::if_nametoindex(device.c_str()));
}

std::int64_t count_queues(const std::string& folder, std::string_view prefix) {
  std::int64_t count = 0;
  for (const std::string& name : list_directory(folder + "/queues"))
    if (name.starts_with(prefix)) ++count;
  return count;
}

/// The physical function's side: how many VFs there are, where, and whose they are.
void put_virtual_functions(nlohmann::json& facts, const std::string& device_folder) {
  put_number(facts, "vfs", read_word(device_folder + "/sriov_numvfs"));
  put_number(facts, "vfs_supported", read_word(device_folder + "/sriov_totalvfs"));
  put_number(facts, "vf_offset", read_word(device_folder + "/sriov_offset"));
  put_number(facts, "vf_stride", read_word(device_folder + "/sriov_stride"));
  put(facts, "physical_function", link_name(device_folder + "/physfn"));
  nlohmann::json layout = nlohmann::json::array();
  for (const VirtualFunction& vf : virtual_functions(device_folder)) {
    const std::string folder = virtual_function_folder(device_folder, vf.index);
    nlohmann::json one{{"vf", vf.index}, {"pci_address", vf.pci_address}};
    put(one, "driver", vf.driver);
    for (const std::string& name : list_directory(folder + "/net")) one["device"] = name;
    layout.push_back(std::move(one));
  }
  if (!layout.empty()) facts["vf_layout"] = std::move(layout);
}

void put_bus_facts(nlohmann::json& facts, const std::string& device_folder) {
  put(facts, "driver", link_name(device_folder + "/driver"));
  const std::string bus = link_name(device_folder + "/subsystem");
  put(facts, "bus", bus);
  const std::string address = link_name(device_folder);
  put(facts, bus == "pci" ? "pci_address" : "bus_address", address);
  put(facts, "pci_vendor", read_word(device_folder + "/vendor"));
  put(facts, "pci_device", read_word(device_folder + "/device"));
  put(facts, "link_speed", read_word(device_folder + "/current_link_speed"));
  put(facts, "link_width", read_word(device_folder + "/current_link_width"));
  put_number(facts, "numa_node", read_word(device_folder + "/numa_node"));
  put_virtual_functions(facts, device_folder);
}

void put_sysfs_facts(nlohmann::json& facts, const std::string& folder) {
  put(facts, "mac", read_word(folder + "/address"));
  put_number(facts, "mtu", read_word(folder + "/mtu"));
  put_number(facts, "speed_mbps", read_word(folder + "/speed"));
  put(facts, "duplex", read_word(folder + "/duplex"));
  put(facts, "state", read_word(folder + "/operstate"));
  put(facts, "master", link_name(folder + "/master"));
  put_number(facts, "tx_queue_length", read_word(folder + "/tx_queue_len"));
  put_number(facts, "gro_flush_timeout_ns", read_word(folder + "/gro_flush_timeout"));
  put_number(facts, "napi_defer_hard_irqs", read_word(folder + "/napi_defer_hard_irqs"));
  put_number(facts, "threaded_napi", read_word(folder + "/threaded"));
  if (exists(folder + "/bridge")) facts["is_bridge"] = true;
  if (const auto queues = count_queues(folder, "rx-"); queues > 0) facts["rx_queues"] = queues;
  if (const auto queues = count_queues(folder, "tx-"); queues > 0) facts["tx_queues"] = queues;
  if (exists(folder + "/device")) put_bus_facts(facts, folder + "/device");
}

}  // namespace

nlohmann::json describe_nics(const Host& host) {
  nlohmann::json nics = nlohmann::json::array();
  for (const std::string& device : device_names(host)) {
    if (device == "lo") continue;
    nlohmann::json facts{{"device", device}};
    const std::string folder = host.sys + "/class/net/" + device;
    if (sysfs_shows(host, folder, device)) put_sysfs_facts(facts, folder);
    if (host.is_live()) facts.update(describe_driver(device));
    nics.push_back(std::move(facts));
  }
  return nics;
}

}  // namespace sriov::environment
