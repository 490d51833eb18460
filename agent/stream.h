// What both ends of an agent's stream agree on before the first call.
#pragma once

#include <capnp/message.h>

#include <string_view>

namespace sriov::agent {

/// Written by the agent before anything else. What comes before it (a login shell's greeting) is skipped; a command
/// that never writes it is no agent.
inline constexpr std::string_view kGreeting = "sriov-bench-agent: stream follows\n";

/// Cap'n Proto limits a message to 64 MiB by default; the samples of a long trial are larger (10 minutes of 2,000
/// series every 100 ms are 96 MiB).
inline capnp::ReaderOptions reader_options() {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = std::uint64_t{1} << 30;  // 8 GiB
  return options;
}

}  // namespace sriov::agent
