#include "runner/record_source.h"

#include <filesystem>
#include <optional>

#include "agent/environment/environment.h"
#include "collector/sampler.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/host.h"

namespace sriov {
namespace {

constexpr std::int64_t kConnectTimeoutNs = 20 * kNsPerSecond;

class AgentSource : public RecordSource {
 public:
  explicit AgentSource(std::unique_ptr<agent::Client> client) : client_(std::move(client)) {}

  const std::string& endpoint() const override { return client_->endpoint(); }
  Result<std::vector<CollectorStatus>> start(SamplerConfig config) override { return client_->start_sampling(config); }
  Result<std::vector<SampleBlock>> take() override { return client_->take_samples(); }
  Result<std::vector<SampleBlock>> stop() override { return client_->stop_sampling(); }
  Result<std::vector<Complaint>> take_complaints() override { return client_->take_complaints(); }
  Result<ClockOffset> clock_offset() override { return client_->clock_offset(); }
  Result<std::string> environment() override { return client_->environment(); }

 private:
  std::unique_ptr<agent::Client> client_;
};

class TreeSource : public RecordSource {
 public:
  TreeSource(Host host, std::string endpoint) : host_(std::move(host)), endpoint_(std::move(endpoint)) {}

  const std::string& endpoint() const override { return endpoint_; }

  Result<std::vector<CollectorStatus>> start(SamplerConfig config) override {
    config.endpoint = endpoint_;
    SRIOV_ASSIGN(Sampler sampler, Sampler::start(host_, config));
    sampler_.emplace(std::move(sampler));
    return sampler_->skipped();
  }

  Result<std::vector<SampleBlock>> take() override { return sampler_->take_rows(); }
  Result<std::vector<SampleBlock>> stop() override { return sampler_->stop(); }
  Result<std::vector<Complaint>> take_complaints() override { return sampler_->take_complaints(); }
  /// The sampler's clock is the controller's.
  Result<ClockOffset> clock_offset() override { return ClockOffset{endpoint_, 0, 0, monotonic_ns()}; }
  Result<std::string> environment() override { return environment_json(host_); }

 private:
  Host host_;
  std::string endpoint_;
  std::optional<Sampler> sampler_;
};

}  // namespace

Result<std::unique_ptr<RecordSource>> connect_source(agent::EventLoop& loop, const agent::Target& target,
                                                     const std::string& endpoint,
                                                     const std::function<bool()>& should_stop) {
  SRIOV_ASSIGN(auto client, agent::Client::connect(loop, target, endpoint, kConnectTimeoutNs, should_stop));
  return std::make_unique<AgentSource>(std::move(client));
}

Result<std::unique_ptr<RecordSource>> open_tree(const std::string& root, const std::string& endpoint) {
  std::error_code ignored;
  const bool has_proc = std::filesystem::is_directory(root + "/proc", ignored);
  const bool has_sys = std::filesystem::is_directory(root + "/sys", ignored);
  if (!has_proc && !has_sys)
    return fail_usage("there is neither a proc nor a sys folder in it", root,
                      "--root takes a folder that holds copies of /proc and /sys");
  return std::make_unique<TreeSource>(Host::at(root), endpoint);
}

}  // namespace sriov
