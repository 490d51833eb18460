#include "workloads/engine/stream_engine.h"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>

#include <fmt/format.h>

#include "core/cpu_list.h"
#include "host/clock.h"
#include "workloads/engine/interval_book.h"

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

Result<void> pin_this_thread(std::int64_t cpu) {
  cpu_set_t* set = CPU_ALLOC(cpu + 1);
  if (set == nullptr) return fail("out of memory");
  const std::size_t bytes = CPU_ALLOC_SIZE(cpu + 1);
  CPU_ZERO_S(bytes, set);
  CPU_SET_S(cpu, bytes, set);
  const int error_number = pthread_setaffinity_np(pthread_self(), bytes, set);
  CPU_FREE(set);
  if (error_number == 0) return {};
  auto error = fail_errno(fmt::format("cannot pin a thread to CPU {}", cpu), error_number);
  error.value().hint = "see /sys/devices/system/cpu/online and the process's cpuset";
  return error;
}

Result<StreamEnd> run_body(Stream& stream, RunClock& clock, const Halt& halt, const StreamBody& body) {
  try {
    // Paced sends and open loops sleep until their time: not 50 us longer, as threads do by default.
    prctl(PR_SET_TIMERSLACK, 1UL);
    if (stream.cpu) SRIOV_TRY(pin_this_thread(*stream.cpu));
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

/// The streams' places in the book of intervals.
void open_book(IntervalBook& book, std::vector<Stream>& streams) {
  const bool measures_latency =
      std::any_of(streams.begin(), streams.end(), [](const Stream& stream) { return stream.latency_ns.has_value(); });
  book.expect(streams.size(), measures_latency);
  for (std::size_t i = 0; i < streams.size(); ++i)
    streams[i].meter.keep_intervals(book, i, streams[i].latency_ns ? &*streams[i].latency_ns : nullptr);
}

}  // namespace

Stream::Stream(Hello greeting, Fd connected, std::string peer_address, WorkloadSpec plan, bool tcp_socket)
    : hello(std::move(greeting)),
      socket(std::move(connected)),
      peer(std::move(peer_address)),
      spec(std::move(plan)),
      meter(tcp_socket ? socket.get() : -1) {}

void assign_cpus(std::vector<Stream>& streams, const std::string& cpus) {
  const std::vector<std::int64_t> list = parse_cpu_list(cpus);
  if (list.empty()) return;
  for (std::size_t i = 0; i < streams.size(); ++i) streams[i].cpu = list[i % list.size()];
}

std::string name_of(const Stream& stream) {
  return fmt::format("stream {} of {} ({})", stream.hello.stream + 1, stream.hello.streams, stream.peer);
}

std::string reason(int error_number) { return std::generic_category().message(error_number); }

tl::unexpected<Error> lost_peer(const std::string& how) {
  return fail("lost the peer: " + how, "",
              "see the other endpoint: its side failed, was killed, or the path went down");
}

Result<void> run_streams(std::vector<Stream>& streams, RunClock& clock, Halt& halt, const StreamBody& body) {
  std::vector<std::optional<Error>> errors(streams.size());
  std::optional<Error> start_error;
  open_book(clock.intervals(), streams);
  {
    StartGate gate;
    std::vector<std::jthread> threads;
    threads.reserve(streams.size());
    try {
      for (std::size_t i = 0; i < streams.size(); ++i) {
        threads.emplace_back([&, i] {
          gate.wait();
          run_one(streams[i], clock, halt, body, errors[i]);
          clock.intervals().leave(i);
        });
      }
    } catch (const std::system_error& exception) {
      start_error =
          Error{fmt::format("cannot start thread {} of {}: {}", threads.size() + 1, streams.size(), exception.what()),
                "", "use fewer streams or raise the limit on threads (ulimit -u)"};
      halt.fail();
    }
    for (std::size_t i = threads.size(); i < streams.size(); ++i) clock.intervals().leave(i);
    gate.open();
    clock.intervals().collect();
  }
  if (start_error) return tl::unexpected(*start_error);
  for (const std::optional<Error>& error : errors)
    if (error) return tl::unexpected(*error);
  return {};
}

}  // namespace sriov
