#include <cstdint>
#include <cstdlib>

#include "collector/xen/xen_irqs_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  sriov::XenIrqs irqs;
  sriov::parse_xen_irqs({reinterpret_cast<const char*>(data), size}, irqs);
  for (const auto& [number, irq] : irqs) {
    if (number < 0 || number >= 65536) std::abort();
    if (!irq.function.empty() && irq.function.size() != 12) std::abort();
    for (const std::int64_t domain : irq.domains)
      if (domain < 0 || domain >= 32768) std::abort();
  }
  return 0;
}
