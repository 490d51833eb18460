// Where a recording's samples come from: an agent's machine, or a captured tree read here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agent/client.h"
#include "core/result.h"
#include "core/sample_block.h"
#include "core/trial.h"

namespace sriov {

class RecordSource {
 public:
  virtual ~RecordSource() = default;
  [[nodiscard]] virtual const std::string& endpoint() const = 0;
  /// Returns the collectors that do not work there. The config's endpoint is this source's own; its expected duration
  /// is the time between two calls of take().
  [[nodiscard]] virtual Result<std::vector<CollectorStatus>> start(SamplerConfig config) = 0;
  /// The rows since the last call; sampling goes on.
  [[nodiscard]] virtual Result<std::vector<SampleBlock>> take() = 0;
  /// The rest.
  [[nodiscard]] virtual Result<std::vector<SampleBlock>> stop() = 0;
  /// What collectors have to tell since the last call; after stop() too.
  [[nodiscard]] virtual Result<std::vector<Complaint>> take_complaints() = 0;
  [[nodiscard]] virtual Result<ClockOffset> clock_offset() = 0;
  [[nodiscard]] virtual Result<std::string> environment() = 0;
};

/// An agent, connected; it must be gone before `loop`.
[[nodiscard]] Result<std::unique_ptr<RecordSource>> connect_source(agent::EventLoop& loop, const agent::Target& target,
                                                                   const std::string& endpoint,
                                                                   const std::function<bool()>& should_stop);
/// The /proc and /sys below `root`, sampled by this process.
[[nodiscard]] Result<std::unique_ptr<RecordSource>> open_tree(const std::string& root, const std::string& endpoint);

}  // namespace sriov
