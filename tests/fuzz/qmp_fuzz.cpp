#include <cstdlib>

#include <nlohmann/json.hpp>

#include "collector/iotlb/qmp_client.h"
#include "tests/fuzz/answering_end.h"

/// The input is all that QEMU says, from its greeting on.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::int64_t kTimeoutNs = 1'000'000'000;
  sriov::fuzz::AnsweringEnd qemu(data, size);
  auto client = sriov::QmpClient::negotiate(qemu.take(), "monitor", kTimeoutNs);
  if (!client) return 0;
  for (int i = 0; i < 4; ++i)
    if (const auto answer = client->execute("query-status"); answer && !nlohmann::json::accept(*answer)) std::abort();
  return 0;
}
