#include "workloads/stream_engine.h"

#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "host/clock.h"

namespace sriov {
namespace {

/// Holds threads back until all of them exist.
class StartGate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    opened_.wait(lock, [this] { return open_; });
  }
  void open() {
    {
      const std::scoped_lock lock(mutex_);
      open_ = true;
    }
    opened_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable opened_;
  bool open_ = false;
};

Result<StreamEnd> run_body(Stream& stream, RunClock& clock, const Halt& halt, const StreamBody& body) {
  try {
    return body(stream, clock, halt);
  } catch (const std::exception& exception) {  // out of memory: must not end the agent
    return fail(exception.what());
  }
}

void run_one(Stream& stream, RunClock& clock, Halt& halt, const StreamBody& body, std::optional<Error>& error) {
  auto end = run_body(stream, clock, halt, body);
  stream.meter.finish(monotonic_ns());
  if (end) {
    stream.end = *end;
    return;
  }
  if (halt.requested()) {  // what breaks while everything is being stopped is no news
    stream.end = StreamEnd::stopped;
    return;
  }
  halt.fail();
  const Traffic& traffic = stream.meter.traffic;
  error = end.error().at(name_of(stream));
  error->what += fmt::format(", after {} bytes sent and {} bytes received", traffic.bytes_sent, traffic.bytes_received);
}

}  // namespace

std::string name_of(const Stream& stream) {
  return fmt::format("stream {} of {} ({})", stream.hello.stream + 1, stream.hello.streams, stream.peer);
}

tl::unexpected<Error> lost_peer(const std::string& how) {
  return fail("lost the peer: " + how, "",
              "see the other endpoint: its side failed, was killed, or the path went down");
}

Result<void> run_streams(std::vector<Stream>& streams, RunClock& clock, Halt& halt, const StreamBody& body) {
  std::vector<std::optional<Error>> errors(streams.size());
  std::optional<Error> start_error;
  {
    StartGate gate;
    std::vector<std::jthread> threads;
    threads.reserve(streams.size());
    try {
      for (std::size_t i = 0; i < streams.size(); ++i) {
        threads.emplace_back([&, i] {
          gate.wait();
          run_one(streams[i], clock, halt, body, errors[i]);
        });
      }
    } catch (const std::system_error& exception) {
      start_error =
          Error{fmt::format("cannot start thread {} of {}: {}", threads.size() + 1, streams.size(), exception.what()),
                "", "use fewer streams or raise the limit on threads (ulimit -u)"};
      halt.fail();
    }
    gate.open();
  }
  if (start_error) return tl::unexpected(*start_error);
  for (const std::optional<Error>& error : errors)
    if (error) return tl::unexpected(*error);
  return {};
}

}  // namespace sriov
