// rx_usecs DEVICE USECS: sets a device's interrupt throttle, as `ethtool -C DEVICE rx-usecs USECS` does. Static: for
// the lab's guests, which have no ethtool.
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  ifreq request{};
  ethtool_coalesce coalesce{};
  std::strncpy(request.ifr_name, argv[1], IFNAMSIZ - 1);
  request.ifr_data = reinterpret_cast<char*>(&coalesce);
  const int socket = ::socket(AF_INET, SOCK_DGRAM, 0);
  coalesce.cmd = ETHTOOL_GCOALESCE;
  if (::ioctl(socket, SIOCETHTOOL, &request) != 0) return std::perror("cannot read the throttle"), 1;
  coalesce.cmd = ETHTOOL_SCOALESCE;
  coalesce.rx_coalesce_usecs = static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10));
  if (::ioctl(socket, SIOCETHTOOL, &request) != 0) return std::perror("cannot set the throttle"), 1;
  return 0;
}
