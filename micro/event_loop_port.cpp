#include "micro/event_loop_port.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "micro/benchmark.h"

namespace sriov {
namespace {

// As in the kernel's xen/evtchn.h, which needs a type that is not installed with it.
struct BindInterdomain {
  std::uint32_t remote_domain;
  std::uint32_t remote_port;
};
struct BindUnbound {
  std::uint32_t remote_domain;
};
struct Notify {
  std::uint32_t port;
};
const unsigned long kBindInterdomain = _IOC(_IOC_NONE, 'E', 1, sizeof(BindInterdomain));
const unsigned long kBindUnbound = _IOC(_IOC_NONE, 'E', 2, sizeof(BindUnbound));
const unsigned long kNotify = _IOC(_IOC_NONE, 'E', 4, sizeof(Notify));
constexpr std::uint32_t kSelf = 0x7ff0;  // DOMID_SELF
constexpr int kPatienceMs = 1000;

std::string device_path(const Host& host) { return host.dev + "/xen/evtchn"; }

}  // namespace

Result<void> EventLoopPort::probe(const Host& host) {
  return check_device_node(device_path(host),
                           "a Xen domain whose kernel has CONFIG_XEN_DEV_EVTCHN has it: modprobe xen-evtchn");
}

Result<EventLoopPort> EventLoopPort::open(const Host& host) {
  const std::string path = device_path(host);
  Fd device(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!device.is_open()) return fail_errno("cannot open " + path, errno);
  BindUnbound unbound{kSelf};
  const int receiving = ::ioctl(device.get(), kBindUnbound, &unbound);
  if (receiving < 0) return fail_errno("Xen gave no event channel", errno, path);
  BindInterdomain connected{kSelf, static_cast<std::uint32_t>(receiving)};
  const int sending = ::ioctl(device.get(), kBindInterdomain, &connected);
  if (sending < 0) return fail_errno("the event channel to this domain itself could not be connected", errno, path);
  EventLoopPort port(std::move(device), static_cast<std::uint32_t>(sending));
  // A port that was just connected may have an event already.
  pollfd waiting{port.device_.get(), POLLIN, 0};
  while (::poll(&waiting, 1, 0) > 0)
    if (!port.consume()) return fail_errno("the first event could not be taken", errno, path);
  return port;
}

bool EventLoopPort::notify() const {
  Notify request{sending_};
  return ::ioctl(device_.get(), kNotify, &request) == 0;
}

bool EventLoopPort::consume() const {
  pollfd waiting{device_.get(), POLLIN, 0};
  if (::poll(&waiting, 1, kPatienceMs) <= 0) return false;
  std::array<std::uint32_t, 4> ports{};
  const ssize_t bytes = ::read(device_.get(), ports.data(), sizeof(ports));
  if (bytes <= 0) return false;
  // Both ends are ours: whichever rang is let in again.
  return ::write(device_.get(), ports.data(), static_cast<std::size_t>(bytes)) == bytes;
}

}  // namespace sriov
