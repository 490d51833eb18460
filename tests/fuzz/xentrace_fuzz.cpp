#include <algorithm>
#include <cstdlib>

#include "collector/xen/xentrace_accounts.h"
#include "collector/xen/xentrace_decoder.h"

namespace {

using sriov::ExitCodes;
using sriov::xentrace::Accounts;
using sriov::xentrace::Decoder;

/// In pieces whose size the input chooses; what is left over is given again, as the collector does.
void decode(const std::uint8_t* data, std::size_t size, std::size_t piece) {
  Decoder decoder;
  Accounts accounts(size % 2 == 0 ? ExitCodes::svm : ExitCodes::vmx);
  for (std::uint32_t irq = 0; irq < 64; ++irq) accounts.bind_irq(irq, irq % 3);
  std::size_t undecoded = 0;
  for (std::size_t end = std::min(piece, size);; end = std::min(end + piece, size)) {
    std::span<const std::uint8_t> rest(data + undecoded, end - undecoded);
    while (const auto record = decoder.next(rest)) accounts.add(*record);
    undecoded = end - rest.size();
    if (rest.size() >= sriov::xentrace::kLongestRecord) std::abort();  // It must have been decodable.
    if (end == size) break;
  }
  decoder.finish({data + undecoded, size - undecoded});
  const auto& health = decoder.health();
  const auto known = health.records * 4 + health.windows * 12 + health.skipped_bytes;
  if (health.records < 0 || known > static_cast<std::int64_t>(size)) std::abort();
  for (const auto& [domain, account] : accounts.domains())
    if (account.run_cycles < 0 || account.wake_cycles < 0) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  decode(data + 1, size - 1, static_cast<std::size_t>(data[0]) + 1);
  return 0;
}
