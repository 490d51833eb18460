#include "cli/resolve.h"

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

namespace sriov::cli {
namespace {

int family_number(Family family) {
  if (family == Family::v4) return AF_INET;
  return family == Family::v6 ? AF_INET6 : AF_UNSPEC;
}

std::string number_of(const addrinfo& entry) {
  std::array<char, NI_MAXHOST> text{};
  if (getnameinfo(entry.ai_addr, entry.ai_addrlen, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
    return "";
  return text.data();
}

}  // namespace

Result<std::vector<std::string>> resolve_host(const std::string& host, Family family) {
  addrinfo wanted{};
  wanted.ai_family = family_number(family);
  wanted.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.c_str(), nullptr, &wanted, &found); error != 0)
    return fail(fmt::format("cannot find the host '{}': {}", host, gai_strerror(error)), "",
                "check the name, and -4 or -6 where given");
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> list(found, &freeaddrinfo);
  std::vector<std::string> numbers;
  for (const addrinfo* entry = list.get(); entry != nullptr; entry = entry->ai_next) {
    const std::string number = number_of(*entry);
    if (!number.empty() && std::find(numbers.begin(), numbers.end(), number) == numbers.end())
      numbers.push_back(number);
  }
  if (numbers.empty()) return fail(fmt::format("the host '{}' has no address", host));
  return numbers;
}

}  // namespace sriov::cli
