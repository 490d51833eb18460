// A workload that is wholly described by its profile: what TCP and UDP workloads are registered as.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "workloads/engine/report_builder.h"
#include "workloads/spec.h"
#include "workloads/workload.h"

namespace sriov {

/// What `list workloads` and the runner know of a workload; profiles add how its traffic is made.
struct WorkloadDescription {
  std::string_view name;
  std::string_view help;
  std::span<const Metric> measures{};
  std::span<const OwnOption> own_options{};
  SpecLimits limits{};
  std::int64_t default_message_bytes = WorkloadSpec{}.message_bytes;
  bool client_sends = true;                                   ///< The bulk of the bytes, or requests.
  bool server_sends = false;                                  ///< The bulk of the bytes, or responses.
  Result<void> (*check)(const WorkloadSpec& spec) = nullptr;  ///< What `limits` cannot say.

  [[nodiscard]] Roles roles(bool client) const {
    return client ? Roles{client_sends, server_sends} : Roles{server_sends, client_sends};
  }
};

/// `Profile` has a `describe` (WorkloadDescription), a `kProtocol`, and functions make_server_side() and
/// make_client_side() for it. `profile` returns one that lives as long as the program.
template <class Profile, const Profile& (*profile)()>
class ProfiledWorkload : public Workload {
 public:
  std::string_view name() const override { return profile().describe.name; }
  std::string_view help() const override { return profile().describe.help; }
  std::span<const Metric> measures() const override { return profile().describe.measures; }
  std::span<const OwnOption> own_options() const override { return profile().describe.own_options; }
  Protocol protocol() const override { return Profile::kProtocol; }
  bool client_sends() const override { return profile().describe.client_sends; }
  bool server_sends() const override { return profile().describe.server_sends; }
  std::int64_t default_message_bytes() const override { return profile().describe.default_message_bytes; }
  std::unique_ptr<WorkloadSide> make_server() const override { return make_server_side(profile()); }
  std::unique_ptr<WorkloadSide> make_client() const override { return make_client_side(profile()); }
};

}  // namespace sriov
