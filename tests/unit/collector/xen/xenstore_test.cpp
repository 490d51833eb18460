// The client of xenstored's socket protocol.
#include "collector/xen/xenstore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using testing::ElementsAre;

/// xenstored's end of a connection.
class Store {
 public:
  Store() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    client_ = Fd(ends[0]);
    server_ = Fd(ends[1]);
  }
  /// What it will answer, one after the other; messages are small enough to wait in the socket.
  void say(std::uint32_t type, const std::string& payload) const {
    const std::uint32_t header[4] = {type, 0, 0, static_cast<std::uint32_t>(payload.size())};
    ASSERT_EQ(::write(server_.get(), header, sizeof header), static_cast<ssize_t>(sizeof header));
    ASSERT_EQ(::write(server_.get(), payload.data(), payload.size()), static_cast<ssize_t>(payload.size()));
  }
  [[nodiscard]] std::string heard() const {
    std::string out(4096, '\0');
    const ssize_t got = ::recv(server_.get(), out.data(), out.size(), MSG_DONTWAIT);
    out.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return out;
  }
  Fd client_;
  Fd server_;
};

constexpr std::uint32_t kDirectory = 1, kRead = 2, kWatch = 4, kWatchEvent = 15, kError = 16;

TEST(Xenstore, ReadsAndListsByItsProtocol) {
  Store store;
  store.say(kRead, "hvm1");
  store.say(kDirectory, std::string("1\0002\000", 4));
  store.say(kError, std::string("ENOENT\0", 7));
  Xenstore xenstore(std::move(store.client_));
  EXPECT_EQ(xenstore.read("/local/domain/1/name"), "hvm1");
  EXPECT_EQ(store.heard(), std::string("\2\0\0\0\0\0\0\0\0\0\0\0\25\0\0\0/local/domain/1/name\0", 37));
  EXPECT_THAT(xenstore.list("backend/pci"), ElementsAre("1", "2"));
  EXPECT_EQ(xenstore.read("nothing"), std::nullopt);
}

TEST(Xenstore, EventsBetweenAnswersAreKept) {
  Store store;
  store.say(kWatch, std::string("OK\0", 3));
  Xenstore xenstore(std::move(store.client_));
  ASSERT_TRUE(xenstore.watch("backend/pci"));
  EXPECT_FALSE(xenstore.has_changed());
  store.say(kWatchEvent, std::string("backend/pci\0sriov-bench\0", 24));
  store.say(kRead, "x");
  EXPECT_EQ(xenstore.read("a"), "x");
  EXPECT_TRUE(xenstore.has_changed());
  EXPECT_FALSE(xenstore.has_changed()) << "told once";
  store.say(kWatchEvent, std::string("backend/pci/2\0sriov-bench\0", 26));
  EXPECT_TRUE(xenstore.has_changed());
}

TEST(Xenstore, OneThatTalksNonsenseIsLeft) {
  Store store;
  store.say(kRead, std::string(5000, 'x'));  // Longer than the protocol allows.
  Xenstore xenstore(std::move(store.client_));
  EXPECT_EQ(xenstore.read("a"), std::nullopt);
  EXPECT_EQ(xenstore.read("a"), std::nullopt) << "and not waited for again";
  EXPECT_FALSE(xenstore.has_changed());
}

TEST(Xenstore, IsNotOnEveryMachine) {
  test::TemporaryDirectory directory;
  EXPECT_FALSE(Xenstore::open(Host::at(directory.path())));
}

}  // namespace
}  // namespace sriov
