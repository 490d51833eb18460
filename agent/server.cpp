#include "agent/server.h"

#include <capnp/rpc-twoparty.h>
#include <kj/async-io.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "agent/service.h"
#include "agent/stream.h"
#include "host/file.h"

namespace sriov::agent {
namespace {

Result<void> greet(int fd) {
  std::string_view left = kGreeting;
  while (!left.empty()) {
    const ssize_t written = ::write(fd, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail_errno("cannot greet the controller", errno);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

/// A descriptor that becomes readable when somebody wants us to end.
Result<Fd> catch_end_signals() {
  ::signal(SIGPIPE, SIG_IGN);
  sigset_t ends;
  ::sigemptyset(&ends);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) ::sigaddset(&ends, number);
  ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  Fd fd(::signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd.is_open()) return fail_errno("cannot watch for signals", errno);
  return fd;
}

/// Returns when the controller is gone or a signal came; throws kj::Exception when the stream broke.
void serve_stream(int fd_in, int fd_out, int fd_signals, std::shared_ptr<Session> session, Workers& workers) {
  kj::AsyncIoContext io = kj::setupAsyncIo();
  auto in = io.lowLevelProvider->wrapInputFd(fd_in);
  auto out = io.lowLevelProvider->wrapOutputFd(fd_out);
  auto signals = io.lowLevelProvider->wrapInputFd(fd_signals);
  // RPC wants one two-way stream; the pumps join the two one-way ones to it without copying more than once.
  auto pipe = kj::newTwoWayPipe();
  capnp::TwoPartyVatNetwork network(*pipe.ends[0], capnp::rpc::twoparty::Side::SERVER, reader_options());
  auto rpc_system = capnp::makeRpcServer(network, make_service(std::move(session), workers));

  signalfd_siginfo signal{};
  network.onDisconnect()
      .exclusiveJoin(in->pumpTo(*pipe.ends[1]).ignoreResult())
      .exclusiveJoin(pipe.ends[1]->pumpTo(*out).ignoreResult())
      .exclusiveJoin(signals->tryRead(&signal, sizeof signal, sizeof signal).ignoreResult())
      .wait(io.waitScope);
}

}  // namespace

Result<void> serve(int fd_in, int fd_out) {
  SRIOV_ASSIGN(const Fd signals, catch_end_signals());
  SRIOV_TRY(greet(fd_out));
  Workers workers;
  const auto session = std::make_shared<Session>();
  Result<void> outcome;
  try {
    serve_stream(fd_in, fd_out, signals.get(), session, workers);
  } catch (const kj::Exception& error) {
    // A controller that was killed may break the stream in the middle of a write: that is a way to end, not a failure.
    if (error.getType() != kj::Exception::Type::DISCONNECTED)
      outcome = fail(std::string("the controller's stream broke: ") + error.getDescription().cStr());
  }
  session->end(workers);
  return outcome;
}

}  // namespace sriov::agent
