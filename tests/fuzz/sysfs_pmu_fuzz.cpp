#include <cstdlib>

#include "collector/perf/sysfs_pmu_text.h"

/// One input is read as each of the files: a format, the terms of an event.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto field = sriov::parse_pmu_field(text)) {
    if (field->width() == 0 || field->width() > 64 || field->word >= sriov::kPmuConfigWords) std::abort();
    sriov::PmuConfig config{};
    field->write(~std::uint64_t{0}, config);
    for (std::size_t word = 0; word < config.size(); ++word)
      if ((config[word] != 0) != (word == field->word)) std::abort();
  }
  if (const auto terms = sriov::parse_pmu_terms(text))
    for (const sriov::PmuTerm& term : *terms)
      if (term.name.empty()) std::abort();
  return 0;
}
