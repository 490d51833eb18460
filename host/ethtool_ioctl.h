// SIOCETHTOOL: what a network driver says of itself and counts.
#pragma once

#include <linux/ethtool.h>
#include <net/if.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/file.h"

namespace sriov {

/// An ethtool structure that ends in an array: its header, then `bytes` more. Zeroed.
template <class Header>
class EthtoolBuffer {
 public:
  explicit EthtoolBuffer(std::size_t bytes)
      : words_((sizeof(Header) + bytes + sizeof(std::uint64_t) - 1) / sizeof(std::uint64_t)) {}
  [[nodiscard]] Header* header() { return reinterpret_cast<Header*>(words_.data()); }
  [[nodiscard]] void* tail() { return reinterpret_cast<char*>(words_.data()) + sizeof(Header); }

 private:
  std::vector<std::uint64_t> words_;
};

/// One network device of the network namespace in which this was made.
class EthtoolDevice {
 public:
  explicit EthtoolDevice(const std::string& name);

  [[nodiscard]] std::string name() const;
  /// `command` begins with its number, as all ethtool structures do. False: the driver does not answer it (errno).
  [[nodiscard]] bool ask(void* command);
  /// Another ioctl that takes an ifreq: SIOCGIFMTU.
  [[nodiscard]] bool ask_kernel(unsigned long number, ifreq& answer);
  /// How many strings a set has now (ETH_SS_STATS, ETH_SS_FEATURES); nullopt where the driver has no such set.
  [[nodiscard]] std::optional<std::uint32_t> string_count(ethtool_stringset set);
  /// The strings of a set; empty where the driver has none.
  [[nodiscard]] std::vector<std::string> strings(ethtool_stringset set);
  /// Driver and bus address, or empty ones.
  [[nodiscard]] ethtool_drvinfo driver();

 private:
  Fd socket_;
  ifreq request_{};
};

/// The strings of a set as ETHTOOL_GSTRINGS gives them: `count` fields of ETH_GSTRING_LEN, each ended by a NUL or by
/// its size; fewer when `bytes` hold no more.
[[nodiscard]] std::vector<std::string> ethtool_strings(std::string_view bytes, std::size_t count);

/// A fixed-size field of the kernel's as text: up to its NUL, blanks trimmed.
[[nodiscard]] std::string ethtool_text(const char* field, std::size_t size);

}  // namespace sriov
