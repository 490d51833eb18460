#include "collector/xen/xenstore.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/pci_address.h"
#include "core/text.h"

namespace sriov {
namespace {

enum MessageType : std::uint32_t { kDirectory = 1, kRead = 2, kWatch = 4, kWatchEvent = 15, kError = 16 };

/// struct xsd_sockmsg.
struct Header {
  std::uint32_t type = 0;
  std::uint32_t request = 0;
  std::uint32_t transaction = 0;
  std::uint32_t size = 0;
};
constexpr std::size_t kMostPayload = 4096;
constexpr int kPatienceMs = 1000;
constexpr unsigned kMostDevices = 256;

std::string with_nul(const std::string& path) { return path + '\0'; }

}  // namespace

Result<Xenstore> Xenstore::open(const Host& host) {
  const std::string path = host.dev + "/xen/xenbus";
  Fd device(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  if (!device.is_open()) return fail_environment("there is no Xenstore here", path);
  return Xenstore(std::move(device));
}

std::optional<std::string> Xenstore::read(const std::string& path) { return ask(kRead, with_nul(path)); }

std::vector<std::string> Xenstore::list(const std::string& path) {
  const auto names = ask(kDirectory, with_nul(path));
  if (!names) return {};
  std::vector<std::string> out = split(*names, '\0');
  std::erase(out, std::string());
  return out;
}

bool Xenstore::watch(const std::string& path) {
  return ask(kWatch, with_nul(path) + with_nul("sriov-bench")).has_value();
}

bool Xenstore::has_changed() {
  while (true) {
    pollfd waiting{connection_.get(), POLLIN, 0};
    if (!connection_.is_open() || ::poll(&waiting, 1, 0) <= 0) break;
    std::uint32_t type = 0;
    std::string payload;
    if (!receive(type, payload)) {
      connection_.close();  // Out of step, or gone.
      break;
    }
    changed_ = changed_ || type == kWatchEvent;
  }
  return std::exchange(changed_, false);
}

std::optional<std::string> Xenstore::ask(std::uint32_t type, std::string_view payload) {
  if (!connection_.is_open()) return std::nullopt;
  std::uint32_t answer = 0;
  std::string out;
  bool intact = send(type, payload);
  do intact = intact && receive(answer, out);
  while (intact && answer == kWatchEvent && (changed_ = true));
  if (!intact) connection_.close();
  if (!intact || answer != type) return std::nullopt;
  return out;
}

bool Xenstore::send(std::uint32_t type, std::string_view payload) {
  if (payload.size() > kMostPayload) return false;
  Header header;
  header.type = type;
  header.size = static_cast<std::uint32_t>(payload.size());
  std::array<char, sizeof header + kMostPayload> message{};
  std::memcpy(message.data(), &header, sizeof header);
  std::memcpy(message.data() + sizeof header, payload.data(), payload.size());
  const std::size_t size = sizeof header + payload.size();
  ssize_t sent = 0;
  do sent = ::write(connection_.get(), message.data(), size);
  while (sent < 0 && errno == EINTR);
  return sent == static_cast<ssize_t>(size);
}

bool Xenstore::receive(std::uint32_t& type, std::string& payload) {
  Header header;
  std::array<char, sizeof header> bytes{};
  if (!receive_bytes(bytes.data(), bytes.size())) return false;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.size > kMostPayload) return false;
  type = header.type;
  payload.resize(header.size);
  return receive_bytes(payload.data(), payload.size());
}

bool Xenstore::receive_bytes(char* to, std::size_t size) {
  while (size > 0) {
    pollfd waiting{connection_.get(), POLLIN, 0};
    const int ready = ::poll(&waiting, 1, kPatienceMs);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return false;
    const ssize_t got = ::read(connection_.get(), to, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::vector<PciOwner> pci_owners(XenstoreReader& store) {
  std::vector<PciOwner> out;
  for (const std::string& domid : store.list("backend/pci")) {
    const auto number = to_int(domid);
    if (!number) continue;
    const std::string backend = "backend/pci/" + domid + "/0/";
    const auto devices = to_int(store.read(backend + "num_devs").value_or(""));
    std::optional<std::string> name;
    for (unsigned i = 0; devices && i < *devices && i < kMostDevices; ++i) {
      const auto address = store.read(backend + "dev-" + std::to_string(i));
      if (!address || !is_pci_address(*address)) continue;  // A device that was taken away leaves its place empty.
      if (!name) name = store.read("/local/domain/" + domid + "/name").value_or("");
      out.push_back({*address, static_cast<unsigned>(*number), *name});
    }
  }
  return out;
}

}  // namespace sriov
