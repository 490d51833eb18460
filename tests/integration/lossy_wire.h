// A wire between two network namespaces that drops, repeats and swaps packets as it is told, and counts what it did.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/result.h"
#include "host/file.h"

namespace sriov::integration {

/// What happens to every n-th packet of a size on its way from the first end to the second; 0 = never.
struct Mistreatment {
  std::size_t packet_bytes = 0;  ///< IP packets of this length only; 0 = all.
  int drop_every = 0;
  int repeat_every = 0;
  int swap_every = 0;  ///< It comes after the packet behind it.
};

/// Packets that met each fate.
struct Mistreated {
  std::int64_t dropped = 0;
  std::int64_t repeated = 0;
  std::int64_t swapped = 0;
};

/// Two TUN devices whose packets a thread carries from one to the other. The reader of a TUN device is the wire, so
/// losses are exact and need no queueing discipline of the kernel. Needs root and /dev/net/tun.
class LossyWire {
 public:
  static constexpr const char* kFirstAddress = "10.9.0.1";
  static constexpr const char* kSecondAddress = "10.9.0.2";

  explicit LossyWire(const Mistreatment& mistreatment) : mistreatment_(mistreatment) {}
  ~LossyWire() { close(); }
  LossyWire(const LossyWire&) = delete;
  LossyWire& operator=(const LossyWire&) = delete;
  LossyWire(LossyWire&&) = delete;
  LossyWire& operator=(LossyWire&&) = delete;

  [[nodiscard]] Result<void> open();
  /// Runs `work` in a thread in the namespace of an end. The threads that it starts are there too.
  [[nodiscard]] std::jthread at_first(std::function<void()> work) const {
    return run_in(first_.netns, std::move(work));
  }
  [[nodiscard]] std::jthread at_second(std::function<void()> work) const {
    return run_in(second_.netns, std::move(work));
  }
  /// From now on nothing passes.
  void cut() { cut_ = true; }
  /// Ends the carrying; what became of the packets is final then.
  Mistreated close();

 private:
  struct End {
    Fd netns;  ///< Its network namespace.
    Fd device;
  };
  using Packet = std::vector<char>;

  [[nodiscard]] static Result<End> make_end(const std::string& address);
  [[nodiscard]] static std::jthread run_in(const Fd& netns, std::function<void()> work);
  void carry();
  void forward_to_second(const Packet& packet);
  static void put(const End& end, const Packet& packet);
  void flush();

  Mistreatment mistreatment_;
  Mistreated mistreated_;
  End first_;
  End second_;
  std::int64_t seen_ = 0;
  Packet held_;  ///< Waits for the packet behind it.
  std::atomic<bool> cut_{false};
  std::atomic<bool> ending_{false};
  std::jthread carrier_;
};

}  // namespace sriov::integration
