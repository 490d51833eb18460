#include "collector/net/ethtool_names.h"

#include <optional>

namespace sriov {
namespace {

/// Takes pieces off the front of a name.
class NameScan {
 public:
  explicit NameScan(std::string_view name) : rest_(name) {}

  bool skip(std::string_view piece) {
    if (!rest_.starts_with(piece)) return false;
    rest_.remove_prefix(piece.size());
    return true;
  }
  /// Digits, perhaps none.
  std::string_view digits() {
    std::size_t size = 0;
    while (size < rest_.size() && rest_[size] >= '0' && rest_[size] <= '9') ++size;
    const std::string_view found = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return found;
  }
  std::string_view direction() {
    for (const std::string_view direction : {"rx", "tx"})
      if (skip(direction)) return direction;
    return {};
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

EthtoolName named(std::string_view statistic, std::string_view queue, std::string_view direction) {
  return {std::string(statistic), std::string(queue), std::string(direction)};
}

/// rx_queue_0_packets, rx-0.packets, rx0_packets.
std::optional<EthtoolName> direction_first(std::string_view name) {
  NameScan scan(name);
  const std::string_view direction = scan.direction();
  if (direction.empty()) return std::nullopt;
  const bool is_spelt_out = scan.skip("_queue_") || scan.skip("-");
  const std::string_view queue = scan.digits();
  if (queue.empty() || !(scan.skip("_") || scan.skip("."))) return std::nullopt;
  // rx-0.rx_packets says it twice.
  NameScan again = scan;
  if (is_spelt_out && again.direction() == direction && again.skip("_")) scan = again;
  if (scan.rest().empty()) return std::nullopt;
  return named(scan.rest(), queue, direction);
}

/// queue_0_rx_cnt, [0]: rx_ucast_packets.
std::optional<EthtoolName> queue_first(std::string_view name) {
  NameScan scan(name);
  const bool is_bracketed = scan.skip("[");
  if (!is_bracketed && !scan.skip("queue_")) return std::nullopt;
  const std::string_view queue = scan.digits();
  if (queue.empty() || !scan.skip(is_bracketed ? "]: " : "_")) return std::nullopt;
  const std::string_view direction = scan.direction();
  if (direction.empty() || !scan.skip("_") || scan.rest().empty()) return std::nullopt;
  return named(scan.rest(), queue, direction);
}

}  // namespace

EthtoolName parse_ethtool_name(std::string_view name) {
  if (auto found = direction_first(name)) return *found;
  if (auto found = queue_first(name)) return *found;
  return named(name, {}, {});
}

}  // namespace sriov
