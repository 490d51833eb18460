// A xenstored behind a made tree's /dev/xen/xenbus: a terminal's two ends stand for the kernel's device.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>

#include "host/file.h"
#include "tests/unit/support/listed_store.h"
#include "tests/unit/support/written_tree.h"

namespace sriov::test {

class PtyXenstored {
 public:
  explicit PtyXenstored(const WrittenTree& tree) : store_("") {
    server_ = Fd(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!server_.is_open() || ::grantpt(server_.get()) != 0 || ::unlockpt(server_.get()) != 0) return;
    const char* name = ::ptsname(server_.get());
    if (name == nullptr) return;
    keep_open_ = Fd(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
    termios raw{};
    if (!keep_open_.is_open() || ::tcgetattr(keep_open_.get(), &raw) != 0) return;
    ::cfmakeraw(&raw);
    works_ = ::tcsetattr(keep_open_.get(), TCSANOW, &raw) == 0;
    tree.link("/dev/xen/xenbus", name);
    thread_ = std::thread([this] { serve(); });
  }
  PtyXenstored(const PtyXenstored&) = delete;
  PtyXenstored& operator=(const PtyXenstored&) = delete;
  ~PtyXenstored() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] bool works() const { return works_; }
  void put(const std::string& path, const std::string& value) {
    const std::lock_guard lock(mutex_);
    store_.nodes_[path] = value;
  }
  void remove(const std::string& path) {
    const std::lock_guard lock(mutex_);
    std::erase_if(store_.nodes_,
                  [&](const auto& node) { return node.first == path || node.first.starts_with(path + "/"); });
  }
  /// Tells whoever watches that something below `path` changed.
  void tell(const std::string& path) { say(kWatchEvent, path + '\0' + "token" + '\0'); }

 private:
  static constexpr std::uint32_t kDirectory = 1, kRead = 2, kWatch = 4, kWatchEvent = 15, kError = 16;

  void serve() {
    while (!stop_) {
      pollfd waiting{server_.get(), POLLIN, 0};
      if (::poll(&waiting, 1, 20) <= 0) continue;
      std::array<std::uint32_t, 4> header{};
      if (!take(header.data(), sizeof header) || header[3] > 4096) return;
      std::string path(header[3], '\0');
      if (!take(path.data(), path.size())) return;
      path.resize(std::strlen(path.c_str()));
      answer(header[0], path);
    }
  }

  void answer(std::uint32_t type, const std::string& path) {
    std::optional<std::string> found;
    {
      const std::lock_guard lock(mutex_);
      if (type == kRead) found = store_.read(path);
      if (type == kWatch) found = std::string("OK\0", 3);
      if (type == kDirectory) {
        found.emplace();
        for (const std::string& name : store_.list(path)) *found += name + '\0';
      }
    }
    say(found ? type : kError, found.value_or(std::string("ENOENT\0", 7)));
  }

  void say(std::uint32_t type, const std::string& payload) {
    const std::array<std::uint32_t, 4> header{type, 0, 0, static_cast<std::uint32_t>(payload.size())};
    std::string message(sizeof header, '\0');
    std::memcpy(message.data(), header.data(), sizeof header);
    message += payload;
    const std::lock_guard lock(writing_);
    for (std::size_t sent = 0; sent < message.size();) {
      const ssize_t now = ::write(server_.get(), message.data() + sent, message.size() - sent);
      if (now <= 0) return;
      sent += static_cast<std::size_t>(now);
    }
  }

  bool take(void* to, std::size_t size) {
    auto* at = static_cast<char*>(to);
    while (size > 0) {
      const ssize_t got = ::read(server_.get(), at, size);
      if (got <= 0) return false;
      at += got;
      size -= static_cast<std::size_t>(got);
    }
    return true;
  }

  Fd server_;
  Fd keep_open_;  ///< The other end stays open while nobody has it.
  bool works_ = false;
  std::mutex mutex_;  ///< Guards the store.
  std::mutex writing_;
  ListedStore store_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace sriov::test
