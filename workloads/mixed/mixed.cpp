// Several workloads at once between the same two ends, each with its share of the streams: bulk beside latency, as real
// traffic is. The parts run as they do alone; their measures are told by part, and bytes and CPU also in sum.
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "workloads/engine/report_builder.h"
#include "workloads/engine/socket.h"
#include "workloads/mixed/mixed_intervals.h"
#include "workloads/spec.h"
#include "workloads/workload.h"

namespace sriov {
namespace {

constexpr std::array kMeasures{
    measures::kBytesSent,    measures::kBytesReceived, measures::kTotalBytesSent, measures::kTotalBytesReceived,
    measures::kGoodput,      measures::kCpu,           measures::kCpuUser,        measures::kCpuSystem,
    measures::kServiceDemand};
constexpr std::size_t kMostParts = 8;
constexpr std::string_view kDefaultParts = "tcp_stream:1,tcp_rr:1";

/// One workload of the mixture.
struct Part {
  std::string workload;
  int streams = 1;
};

Result<std::vector<Part>> parse_parts(std::string_view text) {
  std::vector<Part> parts;
  for (const std::string& word : split(text, ',')) {
    const std::vector<std::string> fields = split(trim(word), ':');
    const auto streams = fields.size() == 2 ? to_int(fields[1]) : std::nullopt;
    if (!streams || *streams < 1 || *streams > kMaxStreams)
      return fail_usage(fmt::format("'{}' is not a workload with its number of streams", word), "",
                        fmt::format("such as {}", kDefaultParts));
    const std::vector<std::string> known = WorkloadRegistry::instance().names();
    if (fields[0] == "mixed" || std::find(known.begin(), known.end(), fields[0]) == known.end())
      return fail_usage(fmt::format("'{}' is no workload that can be mixed", fields[0]), "",
                        fmt::format("known: {}", join(known, ", ")));
    for (const Part& other : parts)
      if (other.workload == fields[0]) return fail_usage(fmt::format("'{}' is there twice", fields[0]));
    parts.push_back({fields[0], static_cast<int>(*streams)});
  }
  if (parts.size() > kMostParts) return fail_usage(fmt::format("more than {} workloads", kMostParts));
  return parts;
}

Result<void> check_parts(std::string_view text) {
  SRIOV_TRY(parse_parts(text));
  return {};
}

constexpr std::array kOptions{OwnOption{"parts", "WORKLOAD:STREAMS,…", kDefaultParts,
                                        "The workloads and the streams of each; their sizes are their own defaults.",
                                        check_parts}};

Result<std::vector<WorkloadSpec>> specs_of(const WorkloadSpec& spec) {
  if (spec.message_bytes != WorkloadSpec{}.message_bytes)
    return fail_usage(fmt::format("message_bytes = {}: mixed has no size of its own", spec.message_bytes), "mixed",
                      "its parts have their own defaults; leave message_bytes out");
  if (spec.rate_bps > 0 || spec.streams != 1)
    return fail_usage("mixed has no rate and no streams of its own", "mixed", "give streams in parts");
  SRIOV_ASSIGN(const std::vector<Part> parts, parse_parts(own_value(kOptions, spec, "parts")));
  std::vector<WorkloadSpec> specs;
  for (const Part& part : parts) {
    WorkloadSpec one = spec;
    one.own.clear();
    one.workload = part.workload;
    one.streams = part.streams;
    one.message_bytes = WorkloadRegistry::instance().make(part.workload)->default_message_bytes();
    one.port = 0;
    specs.push_back(std::move(one));
  }
  return specs;
}

std::vector<std::string> names_of(const std::vector<WorkloadSpec>& specs) {
  std::vector<std::string> names;
  for (const WorkloadSpec& spec : specs) names.push_back(spec.workload);
  return names;
}

/// The measures that are told in sum.
std::vector<std::string> summed_measures() {
  std::vector<std::string> names;
  for (const Metric& metric : kMeasures)
    if (metric.kind == MetricKind::counter) names.emplace_back(metric.name);
  return names;
}

/// The parts' reports as one.
WorkloadReport merge(const std::vector<WorkloadSpec>& specs, const std::vector<WorkloadReport>& reports) {
  WorkloadReport out;
  out.window_begin_ns = reports.front().window_begin_ns;
  out.window_end_ns = reports.front().window_end_ns;
  double bytes = 0;
  double cpu_ns = 0;
  for (const Metric& metric : kMeasures) {
    if (metric.kind != MetricKind::counter) continue;
    double sum = 0;
    for (const WorkloadReport& report : reports) sum += report.measure(metric.name).value_or(0);
    out.measures.push_back({std::string(metric.name), std::string(metric.unit), sum});
    if (metric.name == measures::kBytesSent.name || metric.name == measures::kBytesReceived.name) bytes += sum;
    if (metric.name == measures::kCpu.name) cpu_ns = sum;
  }
  if (bytes > 0)
    out.measures.push_back({std::string(measures::kServiceDemand.name), std::string(measures::kServiceDemand.unit),
                            cpu_ns / 1000 / (bytes / 1024)});
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const WorkloadReport& report = reports[i];
    out.window_begin_ns = std::min(out.window_begin_ns, report.window_begin_ns);
    out.window_end_ns = std::max(out.window_end_ns, report.window_end_ns);
    for (const Measure& measure : report.measures)
      out.measures.push_back({name_in_part(specs[i].workload, measure.name), measure.unit, measure.value});
    if (report.latency_ns) {
      if (!out.latency_ns) out.latency_ns.emplace();
      out.latency_ns->merge(*report.latency_ns);
    }
    if (!report.note.empty()) add_note(out, fmt::format("{}: {}", specs[i].workload, report.note));
  }
  const double window_s = static_cast<double>(out.window_end_ns - out.window_begin_ns) / 1e9;
  const double busier = std::max(out.measure(measures::kBytesSent.name).value_or(0),
                                 out.measure(measures::kBytesReceived.name).value_or(0));
  if (window_s > 0)
    out.measures.push_back(
        {std::string(measures::kGoodput.name), std::string(measures::kGoodput.unit), 8 * busier / window_s});
  out.intervals = mixed_intervals(names_of(specs), summed_measures(), reports);
  return out;
}

/// Runs the parts' sides, each on a thread of its own. The first that fails stops the others.
Result<WorkloadReport> run_parts(std::vector<std::unique_ptr<WorkloadSide>>& sides,
                                 const std::vector<WorkloadSpec>& specs, const StopFlag& stop,
                                 const IntervalObserver& observer) {
  std::vector<Result<WorkloadReport>> results(sides.size(), fail("not run"));
  MixedIntervals intervals(names_of(specs), summed_measures(), observer);
  for (std::size_t i = 0; observer && i < sides.size(); ++i) {
    sides[i]->observe([&intervals, i](const WorkloadInterval& interval) { intervals.put(i, interval); });
    // The programs of others tell nothing on their way; the rest is not held up by them.
    if (!WorkloadRegistry::instance().make(specs[i].workload)->needs().empty()) intervals.leave(i);
  }
  StopFlag stop_all;
  std::atomic<std::size_t> left = sides.size();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < sides.size(); ++i)
      threads.emplace_back([&, i] {
        results[i] = sides[i]->run(specs[i], stop_all);
        intervals.leave(i);
        if (!results[i]) stop_all.request();
        --left;
      });
    while (left > 0) {
      if (stop.requested()) stop_all.request();
      sleep_until_ns(monotonic_ns() + kNsPerMs * 10);
    }
  }
  std::vector<WorkloadReport> reports;
  for (auto& result : results) {
    if (!result) return tl::unexpected(result.error().at("mixed"));
    reports.push_back(std::move(*result));
  }
  return merge(specs, reports);
}

/// Listens on one port, tells the client there the ports of the parts, and serves them.
class MixedServer : public WorkloadSide {
 public:
  Result<std::uint16_t> prepare(const WorkloadSpec& spec) override {
    SRIOV_ASSIGN(specs_, specs_of(spec));
    for (const WorkloadSpec& one : specs_) {
      sides_.push_back(WorkloadRegistry::instance().make(one.workload)->make_server());
      SRIOV_ASSIGN(const std::uint16_t port, sides_.back()->prepare(one));
      ports_.push_back(port);
    }
    SRIOV_ASSIGN(listener_, listen_tcp(spec.bind_address, spec.port, 1, {}));
    SRIOV_ASSIGN(const SocketAddress address, local_address(listener_.get()));
    return address.port();
  }

  Result<WorkloadReport> run(const WorkloadSpec& spec, const StopFlag& stop) override {
    Halt halt(stop);
    auto accepted = accept_tcp(listener_.get(), {}, {monotonic_ns() + kAcceptNs, &halt});
    if (!accepted && accepted.error().kind == ErrorKind::interrupted) return empty_report(kMeasures);
    if (!accepted) return tl::unexpected(accepted.error().at("mixed server"));
    std::vector<std::byte> told(1 + 4 * ports_.size());
    told[0] = static_cast<std::byte>(ports_.size());
    for (std::size_t i = 0; i < ports_.size(); ++i) put_u32(&told[1 + 4 * i], ports_[i]);
    SRIOV_TRY(write_all(accepted->socket.get(), told, {monotonic_ns() + kAcceptNs, &halt}));
    for (WorkloadSpec& one : specs_) {
      one.clock_offset_ns = spec.clock_offset_ns;
      one.clock_error_ns = spec.clock_error_ns;
    }
    return run_parts(sides_, specs_, stop, observer());
  }

 private:
  std::vector<WorkloadSpec> specs_;
  std::vector<std::unique_ptr<WorkloadSide>> sides_;
  std::vector<std::uint16_t> ports_;
  Fd listener_;
};

class MixedClient : public WorkloadSide {
 public:
  Result<std::uint16_t> prepare(const WorkloadSpec& spec) override {
    SRIOV_ASSIGN(const std::vector<WorkloadSpec> specs, specs_of(spec));
    for (const WorkloadSpec& one : specs)
      SRIOV_TRY(WorkloadRegistry::instance().make(one.workload)->make_client()->prepare(one));
    return std::uint16_t{0};
  }

  Result<WorkloadReport> run(const WorkloadSpec& spec, const StopFlag& stop) override {
    SRIOV_ASSIGN(std::vector<WorkloadSpec> specs, specs_of(spec));
    Halt halt(stop);
    auto ports = hear_ports(spec, halt);
    if (!ports && ports.error().kind == ErrorKind::interrupted) return empty_report(kMeasures);
    if (!ports) return tl::unexpected(ports.error().at("mixed client"));
    if (ports->size() != specs.size())
      return fail(fmt::format("the server mixes {} workloads, this side {}", ports->size(), specs.size()), "mixed",
                  "give both sides the same parts");
    std::vector<std::unique_ptr<WorkloadSide>> sides;
    for (std::size_t i = 0; i < specs.size(); ++i) {
      specs[i].port = (*ports)[i];
      sides.push_back(WorkloadRegistry::instance().make(specs[i].workload)->make_client());
    }
    return run_parts(sides, specs, stop, observer());
  }

 private:
  static Result<std::vector<std::uint16_t>> hear_ports(const WorkloadSpec& spec, const Halt& halt) {
    const Patience patience{monotonic_ns() + kConnectNs, &halt};
    SRIOV_ASSIGN(const SocketAddress server, parse_address(spec.address, spec.port));
    SRIOV_ASSIGN(const Fd socket, connect_socket(SOCK_STREAM, server, spec.bind_address, {}, patience));
    std::array<std::byte, 1> count{};
    SRIOV_TRY(read_exact(socket.get(), count, patience));
    const auto parts = std::to_integer<std::size_t>(count[0]);
    if (parts < 1 || parts > kMostParts) return fail("a stranger answers at " + server.text());
    std::vector<std::byte> told(4 * parts);
    SRIOV_TRY(read_exact(socket.get(), told, patience));
    std::vector<std::uint16_t> ports;
    for (std::size_t i = 0; i < parts; ++i) ports.push_back(static_cast<std::uint16_t>(get_u32(&told[4 * i])));
    return ports;
  }
};

class Mixed : public Workload {
 public:
  std::string_view name() const override { return "mixed"; }
  std::string_view help() const override {
    return "Several workloads at once, each with its share of the streams; measures are told by part.";
  }
  std::span<const Metric> measures() const override { return kMeasures; }
  std::span<const OwnOption> own_options() const override { return kOptions; }
  bool client_sends() const override { return true; }
  bool server_sends() const override { return true; }
  Result<void> check(const WorkloadSpec& spec) const override {
    SRIOV_ASSIGN(const std::vector<WorkloadSpec> specs, specs_of(spec));
    for (const WorkloadSpec& one : specs) SRIOV_TRY(WorkloadRegistry::instance().make(one.workload)->check(one));
    return {};
  }
  std::unique_ptr<WorkloadSide> make_server() const override { return std::make_unique<MixedServer>(); }
  std::unique_ptr<WorkloadSide> make_client() const override { return std::make_unique<MixedClient>(); }
};

const Registration<Workload, Mixed> registration{"mixed"};

}  // namespace
}  // namespace sriov
