#include <fmt/format.h>

#include "agent/client_impl.h"
#include "agent/stream.h"
#include "core/time.h"

namespace sriov::agent {
namespace {

/// How long an agent may take to end once its stream has: it may have changes to put back.
constexpr std::int64_t kExitNs = 10 * kNsPerSecond;
constexpr std::int64_t kUnresponsiveExitNs = kNsPerSecond;  // One that did not answer in time.

}  // namespace

EventLoop::EventLoop() : state_(std::make_unique<State>()) {}
EventLoop::~EventLoop() = default;

Connection::Connection(EventLoop::State& loop, PeerProcess peer, std::string endpoint)
    : loop_(loop),
      peer_(std::move(peer)),
      endpoint_(std::move(endpoint)),
      stream_(loop.io.lowLevelProvider->wrapSocketFd(peer_.stream())),
      network_(*stream_, capnp::rpc::twoparty::Side::CLIENT, reader_options()),
      rpc_system_(capnp::makeRpcClient(network_)),
      agent_(nullptr),
      disconnected_(nullptr) {
  capnp::MallocMessageBuilder message(8);
  auto vat = message.initRoot<capnp::rpc::twoparty::VatId>();
  vat.setSide(capnp::rpc::twoparty::Side::SERVER);
  agent_ = rpc_system_.bootstrap(vat).castAs<rpc::Agent>();
  disconnected_ = network_.onDisconnect()
                      .then([this] { connected_ = false; }, [this](kj::Exception&&) { connected_ = false; })
                      .eagerlyEvaluate(nullptr);
}

Connection::~Connection() { peer_.finish(unresponsive_ ? kUnresponsiveExitNs : kExitNs); }

bool Connection::is_connected() {
  try {
    loop_.io.waitScope.poll();
  } catch (const kj::Exception&) {
    connected_ = false;
  }
  return connected_;
}

Error Connection::explain(const std::string& doing, const kj::Exception& error) {
  if (error.getType() == kj::Exception::Type::OVERLOADED) {
    unresponsive_ = true;
    return {fmt::format("{}: the agent did not answer in time", doing), endpoint_, "is its machine still alive?",
            ErrorKind::failed};
  }
  if (error.getType() == kj::Exception::Type::DISCONNECTED || !is_connected())
    return {fmt::format("{}: agent gone ({})", doing, peer_.last_words()), endpoint_, "", ErrorKind::failed};
  return {fmt::format("{}: {}", doing, error.getDescription().cStr()), endpoint_, "", ErrorKind::failed};
}

}  // namespace sriov::agent
