#include "agent/workload/workload_server.h"

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "agent/workload/workload_connection.h"
#include "agent/workload/workload_service.h"
#include "core/time.h"
#include "core/version.h"
#include "host/clock.h"
#include "workloads/engine/socket.h"

namespace sriov::agent {
namespace {

using Word = WorkloadGreeting::Word;
using Stage = ServedClient::Stage;

constexpr std::int64_t kPollLoopNs = 50 * kNsPerMs;
constexpr std::int64_t kGreetNs = 3 * kNsPerSecond;
constexpr std::int64_t kPrepareNs = 10 * kNsPerSecond;  // Between greeting and run.
constexpr std::int64_t kGoodbyeNs = 5 * kNsPerSecond;   // After the report, until the client closes.
constexpr std::int64_t kStopNs = 5 * kNsPerSecond;      // A run that was told to stop.
constexpr std::int64_t kLeavingNs = 500 * kNsPerMs;
constexpr int kBacklog = 16;
constexpr std::size_t kMostConnections = 32;  // Beyond that many at once they are closed unheard.

/// An IPv4 client of a socket of both families, as people know it.
std::string name_of_peer(const SocketAddress& peer) {
  constexpr std::string_view kMapped = "[::ffff:";
  std::string text = peer.text();
  const std::size_t end = text.find(']');
  if (text.substr(0, kMapped.size()) != kMapped || text.find('.') == std::string::npos) return text;
  return text.substr(kMapped.size(), end - kMapped.size()) + text.substr(end + 1);
}

/// All that serve_workloads() shares between the connections.
class WorkloadServerState {
 public:
  WorkloadServerState(const WorkloadServerConfig& config, WorkloadServerEvents& events)
      : config_(config), events_(events) {}

  void serve(Fd socket, const std::string& peer);
  void stop() { stopping_ = true; }
  [[nodiscard]] bool has_served() const { return has_served_; }

 private:
  [[nodiscard]] Result<void> greet(int socket, const std::string& peer);
  void serve_calls(int socket, const std::string& peer);
  [[nodiscard]] bool should_leave(ServedClient& client, bool gone) const;
  [[nodiscard]] std::string take_turn(const std::string& peer);
  void end_turn();

  const WorkloadServerConfig& config_;
  WorkloadServerEvents& events_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> has_served_{false};
  std::mutex mutex_;
  std::condition_variable nobody_is_served_;
  std::string served_;  ///< Who is being served; "" = nobody.
};

/// "" when nobody is served, else who is. Waits a moment: the client before may just be leaving.
std::string WorkloadServerState::take_turn(const std::string& peer) {
  std::unique_lock lock(mutex_);
  if (!nobody_is_served_.wait_for(lock, std::chrono::nanoseconds(kLeavingNs), [this] { return served_.empty(); }))
    return served_;
  served_ = peer;
  return "";
}

void WorkloadServerState::end_turn() {
  const std::lock_guard lock(mutex_);
  served_.clear();
  nobody_is_served_.notify_one();
}

/// Success means that the peer is the one being served.
Result<void> WorkloadServerState::greet(int socket, const std::string& peer) {
  auto hello = receive_greeting(socket, kGreetNs);
  if (hello && hello->word != Word::hello) hello = fail("it greets as if it were a server");
  const bool same = hello && hello->protocol == kAgentProtocol;
  if (!same) (void)send_greeting(socket, Word::other_version, std::string(kVersion));
  if (!hello) return tl::unexpected(hello.error());
  if (!same)
    return fail(fmt::format("a client of another version ({}, protocol {}; this is {}, protocol {})", hello->text,
                            hello->protocol, kVersion, kAgentProtocol));
  if (const std::string other = take_turn(peer); !other.empty()) {
    (void)send_greeting(socket, Word::busy, "serving " + other);
    return fail("busy serving " + other);
  }
  auto welcomed = send_greeting(socket, Word::welcome, std::string(kVersion));
  if (!welcomed) end_turn();
  return welcomed;
}

void WorkloadServerState::serve(Fd socket, const std::string& peer) {
  if (const auto greeted = greet(socket.get(), peer); !greeted) {
    events_.refused(peer, greeted.error().text());
    return;
  }
  try {
    serve_calls(socket.get(), peer);
  } catch (const kj::Exception& error) {
    events_.refused(peer, fmt::format("its connection broke: {}", error.getDescription().cStr()));
  } catch (const std::exception& error) {
    events_.refused(peer, error.what());
  }
  end_turn();
}

/// Whether the client is done with; a run that must end is told to stop first.
bool WorkloadServerState::should_leave(ServedClient& client, bool gone) const {
  if (client.stage != Stage::running) return gone || stopping_ || monotonic_ns() - client.since_ns > kPrepareNs;
  if (const std::int64_t ended_ns = client.ended_ns; ended_ns != 0)
    return gone || monotonic_ns() - ended_ns > kGoodbyeNs;
  if (gone) client.is_gone = true;
  if (gone || stopping_) client.run->stop();
  return false;
}

void WorkloadServerState::serve_calls(int socket, const std::string& peer) {
  Workers workers;
  const auto client = std::make_shared<ServedClient>();
  client->peer = peer;
  client->config = config_;
  client->events = &events_;
  client->enter(Stage::greeted);
  {
    kj::AsyncIoContext io = kj::setupAsyncIo();
    auto stream = io.lowLevelProvider->wrapSocketFd(socket);
    capnp::TwoPartyVatNetwork network(*stream, capnp::rpc::twoparty::Side::SERVER);
    bool gone = false;
    auto rpc_system = capnp::makeRpcServer(network, make_workload_service(client, workers));
    auto until_gone = network.onDisconnect()
                          .then([&gone] { gone = true; }, [&gone](kj::Exception&&) { gone = true; })
                          .eagerlyEvaluate(nullptr);
    while (!should_leave(*client, gone))
      io.provider->getTimer().afterDelay(kPollLoopNs * kj::NANOSECONDS).wait(io.waitScope);
  }
  if (client->run) client->run->stop();
  (void)workers.wait_idle(kStopNs);
  if (client->stage == Stage::running) has_served_ = true;
}

struct ConnectionThread {
  std::atomic<bool> done{false};
  std::jthread thread;
};

class ConnectionThreads {
 public:
  void start(WorkloadServerState& state, Accepted accepted) {
    threads_.remove_if([](const ConnectionThread& connection) { return connection.done.load(); });
    if (threads_.size() >= kMostConnections) return;
    ConnectionThread& connection = threads_.emplace_back();
    try {
      connection.thread = std::jthread(
          [&state, &connection, socket = std::move(accepted.socket), peer = name_of_peer(accepted.peer)]() mutable {
            state.serve(std::move(socket), peer);
            connection.done = true;
          });
    } catch (const std::system_error&) {  // No thread to be had: the connection closes.
      threads_.pop_back();
    }
  }

 private:
  std::list<ConnectionThread> threads_;
};

}  // namespace

Result<void> serve_workloads(const WorkloadServerConfig& config, WorkloadServerEvents& events,
                             const std::function<bool()>& should_stop) {
  SRIOV_ASSIGN(const Fd listener, listen_tcp(config.bind_address, config.port, kBacklog, {}));
  SRIOV_ASSIGN(const SocketAddress address, local_address(listener.get()));
  events.listening(address.port());
  WorkloadServerState state(config, events);
  ConnectionThreads threads;
  while (!should_stop() && !(config.once && state.has_served())) {
    auto accepted = accept_tcp(listener.get(), {}, {monotonic_ns() + kPollLoopNs, nullptr});
    if (accepted)
      threads.start(state, std::move(*accepted));
    else if (accepted.error().what != "timed out")
      sleep_until_ns(monotonic_ns() + kPollLoopNs);  // Out of descriptors, perhaps: others will close.
  }
  state.stop();
  return {};
}

}  // namespace sriov::agent
