// One side of one workload, for side-by-side comparisons with other tools.
//
//   sriov-workload-driver server tcp_stream bind=10.0.0.1 port=5001 message_bytes=128k
//   sriov-workload-driver client tcp_stream address=10.0.0.1 port=5001 duration=5s warmup=1s message_bytes=128k
//
// Prints "name value unit" lines.
#include <cstdio>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "core/text.h"
#include "workloads/workload.h"

namespace {

using sriov::Result;

Result<void> set(sriov::WorkloadSpec& spec, const std::string& name, const std::string& value) {
  if (name == "address") {
    spec.address = value;
  } else if (name == "bind") {
    spec.bind_address = value;
  } else if (name == "port") {
    const auto port = sriov::to_int(value);
    if (!port || *port < 0 || *port > 65535) return sriov::fail_usage(fmt::format("'{}' is not a port", value));
    spec.port = static_cast<std::uint16_t>(*port);
  } else if (name == "duration") {
    SRIOV_ASSIGN(spec.duration_ns, sriov::parse_duration_ns(value));
  } else if (name == "warmup") {
    SRIOV_ASSIGN(spec.warmup_ns, sriov::parse_duration_ns(value));
  } else {
    return sriov::set_workload_option(spec, name, value);
  }
  return {};
}

void print(const sriov::WorkloadReport& report) {
  fmt::print("window_ns {} ns\n", report.window_end_ns - report.window_begin_ns);
  for (const sriov::Measure& measure : report.measures)
    fmt::print("{} {:.0f} {}\n", measure.name, measure.value, measure.unit);
  if (report.latency_ns) {
    for (const double quantile : {0.5, 0.9, 0.99, 0.999})
      fmt::print("latency_p{:g}_ns {} ns\n", quantile * 100, report.latency_ns->quantile(quantile));
    fmt::print("latency_max_ns {} ns\n", report.latency_ns->max());
  }
  if (!report.note.empty()) fmt::print("note {}\n", report.note);
}

Result<void> drive(const std::string& role, sriov::WorkloadSpec spec, int argc, char** argv) {
  spec.duration_ns = 5'000'000'000;
  for (int i = 3; i < argc; ++i) {
    const std::string argument = argv[i];
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos) return sriov::fail_usage(fmt::format("'{}' is not name=value", argument));
    SRIOV_TRY(set(spec, argument.substr(0, equals), argument.substr(equals + 1)));
  }
  const auto workload = sriov::WorkloadRegistry::instance().make(spec.workload);
  if (!workload) return sriov::fail_usage(fmt::format("unknown workload '{}'", spec.workload));
  const auto side = role == "server" ? workload->make_server() : workload->make_client();
  SRIOV_ASSIGN(const std::uint16_t port, side->prepare(spec));
  if (role == "server") fmt::print("port {}\n", port);
  std::fflush(stdout);
  const sriov::StopFlag stop;
  SRIOV_ASSIGN(const sriov::WorkloadReport report, side->run(spec, stop));
  print(report);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  const std::string role = argc > 1 ? argv[1] : "";
  if (argc < 3 || (role != "server" && role != "client")) {
    fmt::print(stderr, "usage: {} server|client WORKLOAD [name=value …]\n", argv[0]);
    return 2;
  }
  sriov::WorkloadSpec spec;
  spec.workload = argv[2];
  const auto done = drive(role, spec, argc, argv);
  if (done) return 0;
  fmt::print(stderr, "{}\n", done.error().text());
  return 1;
}
