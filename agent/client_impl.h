// The parts of a client that several files of this folder share.
#pragma once

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>

#include <memory>
#include <string>
#include <utility>

#include "agent/agent.capnp.h"
#include "agent/client.h"
#include "agent/peer_process.h"

namespace sriov::agent {

struct EventLoop::State {
  kj::AsyncIoContext io = kj::setupAsyncIo();
};

/// A connection: the process, the stream, and how its calls end.
class Connection {
 public:
  Connection(EventLoop::State& loop, PeerProcess peer, std::string endpoint);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] rpc::Agent::Client& agent() { return agent_; }
  [[nodiscard]] EventLoop::State& loop() { return loop_; }
  [[nodiscard]] const std::string& endpoint() const { return endpoint_; }
  /// Lets pending events in first.
  [[nodiscard]] bool is_connected();

  /// Waits for a call's answer; throws kj::Exception.
  template <class Results>
  capnp::Response<Results> wait(capnp::RemotePromise<Results> promise, std::int64_t timeout_ns) {
    kj::Promise<capnp::Response<Results>> plain = kj::mv(promise);
    // The loop's clock stands still while nobody waits: after a pause the timeout would be over before it began.
    loop_.io.waitScope.poll();
    return loop_.io.provider->getTimer()
        .timeoutAfter(timeout_ns * kj::NANOSECONDS, kj::mv(plain))
        .wait(loop_.io.waitScope);
  }

  /// Runs `body`, which returns a Result and may throw kj::Exception: the border that no exception crosses.
  /// `doing` completes "… failed": "reading /proc/stat".
  template <class Body>
  auto guarded(const std::string& doing, Body&& body) -> decltype(body()) {
    try {
      auto outcome = std::forward<Body>(body)();
      if (!outcome) return tl::unexpected(outcome.error().at(endpoint_));
      return outcome;
    } catch (const kj::Exception& error) {
      return tl::unexpected(explain(doing, error));
    }
  }

  [[nodiscard]] Error explain(const std::string& doing, const kj::Exception& error);

 private:
  EventLoop::State& loop_;
  PeerProcess peer_;
  std::string endpoint_;
  kj::Own<kj::AsyncIoStream> stream_;
  capnp::TwoPartyVatNetwork network_;
  capnp::RpcSystem<capnp::rpc::twoparty::VatId> rpc_system_;
  rpc::Agent::Client agent_;
  bool connected_ = true;
  bool unresponsive_ = false;  ///< Some call was not answered in time.
  kj::Promise<void> disconnected_;
};

/// A prepared side and the connection that it lives on.
class PreparedSide final : public RemoteSide {
 public:
  PreparedSide(std::shared_ptr<Connection> connection, rpc::Side::Client side, std::uint16_t port)
      : connection_(std::move(connection)), side_(kj::mv(side)), port_(port) {}
  ~PreparedSide() noexcept override {}
  PreparedSide(const PreparedSide&) = delete;
  PreparedSide& operator=(const PreparedSide&) = delete;

  [[nodiscard]] std::uint16_t port() const override { return port_; }
  [[nodiscard]] rpc::Side::Client& side() { return side_; }
  [[nodiscard]] Connection& connection() { return *connection_; }

 private:
  std::shared_ptr<Connection> connection_;  ///< Before side_: a capability must go before its connection.
  rpc::Side::Client side_;
  std::uint16_t port_;
};

/// Commands and files of an agent's machine.
class RemoteShell final : public Shell {
 public:
  explicit RemoteShell(Connection& connection) : connection_(connection) {}

  [[nodiscard]] Result<CommandOutput> run(const Command& command, std::int64_t timeout_ns) override;
  [[nodiscard]] Result<std::string> read(const std::string& path) override;
  [[nodiscard]] Result<void> write(const std::string& path, std::string_view contents) override;
  [[nodiscard]] std::string name() const override { return connection_.endpoint(); }

 private:
  Connection& connection_;
};

}  // namespace sriov::agent
