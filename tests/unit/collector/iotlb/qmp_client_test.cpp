// The monitor's client against a scripted QEMU on a socket pair.
#include "collector/iotlb/qmp_client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/support/temporary_directory.h"

namespace sriov {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr const char* kGreeting = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n";

/// Says the greeting, then one entry of `answers` for each line it receives; then hangs up.
class ScriptedQemu {
 public:
  explicit ScriptedQemu(std::string greeting, std::vector<std::string> answers) {
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()), 0);
    client_ = Fd(pair[0]);
    thread_ = std::thread([fd = pair[1], greeting = std::move(greeting), answers = std::move(answers), this] {
      const Fd stream(fd);
      static_cast<void>(::send(fd, greeting.data(), greeting.size(), MSG_NOSIGNAL));
      for (const std::string& answer : answers) {
        std::string line;
        char c = 0;
        while (::read(fd, &c, 1) == 1 && c != '\n') line += c;
        heard_.push_back(line);
        static_cast<void>(::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL));
      }
    });
  }
  ScriptedQemu(const ScriptedQemu&) = delete;
  ScriptedQemu& operator=(const ScriptedQemu&) = delete;
  ~ScriptedQemu() { join(); }

  Result<QmpClient> connect(std::int64_t timeout_ns = 5 * kSecondNs) {
    return QmpClient::negotiate(std::move(client_), "monitor", timeout_ns);
  }
  const std::vector<std::string>& heard() {
    join();
    return heard_;
  }

 private:
  void join() {
    if (thread_.joinable()) thread_.join();
  }
  Fd client_;
  std::thread thread_;
  std::vector<std::string> heard_;
};

TEST(QmpClient, AnswersPassEventsAndErrorsAreTold) {
  ScriptedQemu qemu(
      kGreeting,
      {"{\"return\": {}}\r\n", "{\"event\": \"STOP\", \"timestamp\": {}}\r\n{\"return\": {\"running\": true}}\r\n",
       "{\"error\": {\"class\": \"GenericError\", \"desc\": \"unknown event \\\"x\\\"\"}}\r\n"});
  auto client = qemu.connect();
  ASSERT_TRUE(client) << client.error().text();
  EXPECT_EQ(client->execute("query-status").value(), "{\"running\":true}");
  const auto refused = client->execute("trace-event-set-state", R"({"name": "x", "enable": true})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().text(), "monitor: QEMU refuses trace-event-set-state: unknown event \"x\"");
  ASSERT_EQ(qemu.heard().size(), 3U);
  EXPECT_EQ(qemu.heard()[2], R"({"execute": "trace-event-set-state", "arguments": {"name": "x", "enable": true}})");
}

TEST(QmpClient, AnEndInTheMiddleIsNamed) {
  ScriptedQemu qemu(kGreeting, {"{\"return\": {}}\r\n", "{\"retu"});
  auto client = qemu.connect();
  ASSERT_TRUE(client);
  EXPECT_THAT(client->execute("query-status").error().text(), HasSubstr("hung up"));
}

TEST(QmpClient, AnswersThatAreNoJsonAreRefused) {
  ScriptedQemu qemu(kGreeting, {"{\"return\": {}}\r\n", "\xff\xfe not json\n"});
  auto client = qemu.connect();
  ASSERT_TRUE(client);
  EXPECT_THAT(client->execute("query-status").error().text(), HasSubstr("not JSON"));
}

TEST(QmpClient, AnswersNestedWithoutEndAreCut) {
  constexpr std::size_t kDeep = 500'000;
  const std::string deep = "{\"return\": " + std::string(kDeep, '[') + std::string(kDeep, ']') + "}\n";
  ScriptedQemu qemu(kGreeting, {"{\"return\": {}}\r\n", deep});
  auto client = qemu.connect();
  ASSERT_TRUE(client);
  const auto answer = client->execute("query-status");
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_LT(answer->size(), 1000U);
}

TEST(QmpClient, SomethingElseThanQemuIsRecognised) {
  ScriptedQemu ssh("SSH-2.0-OpenSSH_9.2\r\n", {});
  EXPECT_THAT(ssh.connect().error().text(), HasSubstr("not QEMU"));
}

TEST(QmpClient, ABusyMonitorDoesNotGreet) {
  ScriptedQemu qemu("", {"never asked"});
  auto client = qemu.connect(20'000'000);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, ErrorKind::environment);
  EXPECT_THAT(client.error().text(), HasSubstr("another program may be using"));
}

TEST(QmpClient, NobodyThereIsAnEnvironmentError) {
  const test::TemporaryDirectory directory;
  const auto client = QmpClient::connect(directory.path() + "/monitor", kSecondNs);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().kind, ErrorKind::environment);
  EXPECT_FALSE(QmpClient::connect(std::string(200, 'x'), kSecondNs));
}

}  // namespace
}  // namespace sriov
