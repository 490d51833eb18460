// The 64-bit counters of every network device of a namespace, with their names as they come, go and change.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collector/net/link_message.h"
#include "collector/net/netlink_socket.h"
#include "core/result.h"

namespace sriov {

/// A network device under one of its names; a renamed device is another Link.
struct Link {
  int ifindex = 0;
  std::string name;
  std::string driver;    ///< "igbvf", "vif"; "" when the driver does not say.
  std::string bus_info;  ///< "0000:00:03.0", "vif-1-0"; "" likewise.
};

/// What one device has counted.
struct LinkSample {
  std::size_t link = 0;  ///< Index into LinkStats::links().
  LinkCounters counters;
};

/// Reads rtnetlink (RTM_GETSTATS, or RTM_GETLINK where that is refused). Sees the network namespace of the thread that
/// opened it.
class LinkStats {
 public:
  [[nodiscard]] static Result<LinkStats> open();
  /// One for all collectors of the sampler that is being opened: they ask the kernel once a row.
  [[nodiscard]] static Result<std::shared_ptr<LinkStats>> open_shared();

  /// Counters of all devices now, valid until the next read(). Allocates nothing unless a device came or changed name.
  [[nodiscard]] Result<std::span<const LinkSample>> read();
  /// read(), once for all who ask during the same row of a sampler.
  [[nodiscard]] Result<std::span<const LinkSample>> read_row();
  /// Every link seen so far; only ever grows, so indices into it stay good.
  [[nodiscard]] const std::vector<Link>& links() const { return links_; }
  /// "RTM_GETSTATS" or "RTM_GETLINK": what this kernel answers.
  [[nodiscard]] std::string_view request() const { return use_getstats_ ? "RTM_GETSTATS" : "RTM_GETLINK"; }
  /// For tests of the other request on a kernel that answers both.
  void use_getlink() { use_getstats_ = false; }

 private:
  Result<void> read_counters();
  void take_counters(int ifindex, const nlmsghdr& message, std::size_t header_size, int attribute);
  Result<void> refresh_names();
  void take_name(const nlmsghdr& message);

  NetlinkSocket socket_;
  NetlinkSocket events_;
  bool use_getstats_ = true;
  bool unknown_seen_ = false;
  std::vector<Link> links_;
  std::unordered_map<int, std::size_t> by_ifindex_;  ///< The devices that are there.
  std::vector<LinkSample> samples_;
  std::int64_t row_ = 0;  ///< The sampler's row that samples_ are of; 0: none.
};

}  // namespace sriov
