// Which CPUs the interrupts of network devices go to.
#include <algorithm>

#include "agent/environment/environment_parts.h"
#include "collector/interrupts/interrupts_text.h"
#include "collector/interrupts/irq_devices.h"
#include "collector/interrupts/irq_labels.h"
#include "host/file.h"

namespace sriov::environment {

nlohmann::json describe_irqs(const Host& host) {
  InterruptsTable table;
  table.update(read_file(host.proc + "/interrupts").value_or(""));
  const bool has_xen_ipis = std::any_of(table.rows().begin(), table.rows().end(), is_xen_ipi);
  const IrqDevices devices = IrqDevices::scan(host);
  nlohmann::json irqs = nlohmann::json::array();
  for (const InterruptsRow& row : table.rows()) {
    if (!row.is_numbered()) continue;
    const Labels labels = irq_labels(row, devices, has_xen_ipis);
    if (label(labels, "device").empty()) continue;
    nlohmann::json irq{{"irq", row.name}};
    for (const char* name : {"class", "device", "action", "vf", "vif"})
      put(irq, name, std::string(label(labels, name)));
    const std::string folder = host.proc + "/irq/" + row.name;
    put(irq, "affinity", read_word(folder + "/smp_affinity_list"));
    put(irq, "effective_affinity", read_word(folder + "/effective_affinity_list"));
    irqs.push_back(std::move(irq));
  }
  return irqs;
}

}  // namespace sriov::environment
