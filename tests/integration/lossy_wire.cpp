#include "lossy_wire.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <utility>

#include <fmt/format.h>

namespace sriov::integration {
namespace {

constexpr const char* kDevice = "wire0";
constexpr std::size_t kMostPacketBytes = 65536;
constexpr int kHeldMs = 20;  // A packet that waits for one behind it waits no longer.

Error last_error(const std::string& what) {
  return Error{fmt::format("{}: {}", what, std::strerror(errno)), "", "", {}};
}

Result<Fd> make_tun() {
  Fd device(::open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK));
  if (!device.is_open()) return tl::unexpected(last_error("/dev/net/tun"));
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  std::strncpy(request.ifr_name, kDevice, IFNAMSIZ - 1);
  if (ioctl(device.get(), TUNSETIFF, &request) != 0) return tl::unexpected(last_error("TUNSETIFF"));
  return device;
}

bool is_nth(std::int64_t packet, int every) { return every > 0 && packet % every == 0; }

}  // namespace

Result<LossyWire::End> LossyWire::make_end(const std::string& address) {
  Result<End> made = fail("not made");
  std::jthread([&] {
    if (unshare(CLONE_NEWNET) != 0) {
      made = tl::unexpected(last_error("unshare"));
      return;
    }
    End end;
    end.netns = Fd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    auto device = make_tun();
    if (!device) {
      made = tl::unexpected(device.error());
      return;
    }
    end.device = std::move(*device);
    const std::string set_up =
        fmt::format("ip link set lo up && ip address add {}/24 dev {} && ip link set {} up", address, kDevice, kDevice);
    if (std::system(set_up.c_str()) != 0)
      made = fail("could not set up " + std::string(kDevice));
    else
      made = std::move(end);
  }).join();
  return made;
}

Result<void> LossyWire::open() {
  SRIOV_ASSIGN(first_, make_end(kFirstAddress));
  SRIOV_ASSIGN(second_, make_end(kSecondAddress));
  carrier_ = std::jthread([this] { carry(); });
  return {};
}

Mistreated LossyWire::close() {
  ending_ = true;
  if (carrier_.joinable()) carrier_.join();
  return mistreated_;
}

std::jthread LossyWire::run_in(const Fd& netns, std::function<void()> work) {
  return std::jthread([fd = netns.get(), work = std::move(work)] {
    if (setns(fd, CLONE_NEWNET) == 0) work();
  });
}

void LossyWire::carry() {
  std::array<pollfd, 2> ends{pollfd{first_.device.get(), POLLIN, 0}, pollfd{second_.device.get(), POLLIN, 0}};
  Packet packet(kMostPacketBytes);
  while (!ending_) {
    if (poll(ends.data(), ends.size(), kHeldMs) == 0) flush();
    for (const bool forwards : {true, false}) {
      const End& from = forwards ? first_ : second_;
      packet.resize(kMostPacketBytes);
      const ssize_t bytes = read(from.device.get(), packet.data(), packet.size());
      if (bytes <= 0 || cut_) continue;
      packet.resize(static_cast<std::size_t>(bytes));
      if (forwards)
        forward_to_second(packet);
      else
        put(first_, packet);
    }
  }
}

void LossyWire::forward_to_second(const Packet& packet) {
  if (mistreatment_.packet_bytes != 0 && packet.size() != mistreatment_.packet_bytes) {
    put(second_, packet);
    return;
  }
  ++seen_;
  if (is_nth(seen_, mistreatment_.drop_every)) {
    ++mistreated_.dropped;
    return;
  }
  if (held_.empty() && is_nth(seen_, mistreatment_.swap_every)) {
    held_ = packet;
    return;
  }
  put(second_, packet);
  if (is_nth(seen_, mistreatment_.repeat_every)) {
    put(second_, packet);
    ++mistreated_.repeated;
  }
  if (held_.empty()) return;
  ++mistreated_.swapped;
  flush();
}

void LossyWire::flush() {
  if (!held_.empty()) put(second_, held_);
  held_.clear();
}

void LossyWire::put(const End& end, const Packet& packet) {
  (void)!write(end.device.get(), packet.data(), packet.size());
}

}  // namespace sriov::integration
