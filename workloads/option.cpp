#include "workloads/option.h"

#include <algorithm>
#include <array>
#include <limits>

#include <fmt/format.h>

#include "core/cpu_list.h"
#include "core/text.h"
#include "core/time.h"
#include "workloads/spec.h"
#include "workloads/workload.h"

namespace sriov {
namespace {

std::string did_you_mean(std::string_view word, std::span<const std::string> known) {
  const std::string guess = nearest(word, known);
  if (!guess.empty()) return fmt::format("did you mean '{}'?", guess);
  return fmt::format("one of: {}", join(known, ", "));
}

Result<std::int64_t> parse_count(std::string_view text) {
  const auto number = to_int(trim(text));
  if (!number) return fail_usage(fmt::format("'{}' is not a whole number", text));
  return *number;
}

Result<bool> parse_switch(std::string_view text) {
  static const std::array<std::string, 2> kWords{"false", "true"};
  const std::string_view word = trim(text);
  if (word == "true") return true;
  if (word == "false") return false;
  return fail_usage(fmt::format("'{}' is not true or false", text), "", did_you_mean(word, kWords));
}

using Parse = Result<std::int64_t> (*)(std::string_view);

/// Setter and getter of a number between `low` and `high`.
template <auto member, Parse parse, std::int64_t low, std::int64_t high>
Result<void> set_number(WorkloadSpec& spec, std::string_view text) {
  SRIOV_ASSIGN(const std::int64_t value, parse(text));
  if (value < low || value > high) return fail_usage(fmt::format("{} is not between {} and {}", value, low, high));
  spec.*member = static_cast<std::remove_reference_t<decltype(spec.*member)>>(value);
  return {};
}
template <auto member>
std::string get_number(const WorkloadSpec& spec) {
  return std::to_string(spec.*member);
}

template <auto member>
Result<void> set_switch(WorkloadSpec& spec, std::string_view text) {
  SRIOV_ASSIGN(spec.*member, parse_switch(text));
  return {};
}
template <auto member>
std::string get_switch(const WorkloadSpec& spec) {
  return spec.*member ? "true" : "false";
}

/// A word the kernel will judge: letters, digits and what device names have.
template <auto member, std::size_t longest>
Result<void> set_word(WorkloadSpec& spec, std::string_view text) {
  const std::string_view word = trim(text);
  const bool clean = std::all_of(word.begin(), word.end(), [](char c) { return c > ' ' && c < 127 && c != '/'; });
  if (!clean || word.size() > longest) return fail_usage(fmt::format("'{}' is not a name", text));
  spec.*member = word;
  return {};
}
template <auto member>
Result<void> set_cpus(WorkloadSpec& spec, std::string_view text) {
  if (!trim(text).empty() && parse_cpu_list(text).empty())
    return fail_usage(fmt::format("'{}' is not a list of CPUs", text), "", "such as 0 or 0,2-3");
  spec.*member = trim(text);
  return {};
}
template <auto member>
std::string get_text(const WorkloadSpec& spec) {
  return spec.*member;
}

using Spec = WorkloadSpec;
constexpr std::int64_t kMaxRate = 10'000'000'000'000;
constexpr std::int64_t kMaxBytes = std::numeric_limits<std::int64_t>::max() / 16;
constexpr std::size_t kMaxDeviceName = 15;      // IFNAMSIZ less its end.
constexpr std::size_t kMaxCongestionName = 15;  // TCP_CA_NAME_MAX less its end.

/// An interval is an edge that every stream stops at for some microseconds.
constexpr std::int64_t kShortestIntervalNs = 10 * kNsPerMs;

Result<void> set_interval(WorkloadSpec& spec, std::string_view text) {
  SRIOV_ASSIGN(const std::int64_t interval_ns, parse_duration_ns(text));
  if (interval_ns != 0 && (interval_ns < kShortestIntervalNs || interval_ns > kMaxDurationNs))
    return fail_usage(fmt::format("'{}' is not between 10ms and 7 days, nor 0s", text));
  spec.interval_ns = interval_ns;
  return {};
}

std::string get_interval(const WorkloadSpec& spec) {
  if (spec.interval_ns % kNsPerSecond == 0) return fmt::format("{}s", spec.interval_ns / kNsPerSecond);
  if (spec.interval_ns % kNsPerMs == 0) return fmt::format("{}ms", spec.interval_ns / kNsPerMs);
  return fmt::format("{}ns", spec.interval_ns);
}

constexpr std::array kShared{
    WorkloadOption{"message_bytes", "bytes", "Size of a send, a datagram's payload, a request and its response.",
                   Protocol::any, set_number<&Spec::message_bytes, parse_bytes, 1, SpecLimits{}.max_message_bytes>,
                   get_number<&Spec::message_bytes>},
    WorkloadOption{"streams", "1 to 1024", "Connections or sockets, all at once.", Protocol::any,
                   set_number<&Spec::streams, parse_count, 1, kMaxStreams>, get_number<&Spec::streams>},
    WorkloadOption{"rate_bps", "bit/s", "Paced payload rate of all streams together; 0: as fast as it goes.",
                   Protocol::any, set_number<&Spec::rate_bps, parse_rate_bps, 0, kMaxRate>,
                   get_number<&Spec::rate_bps>},
    WorkloadOption{"total_bytes", "bytes",
                   "Bulk senders end after this much payload, if the duration is not over before.", Protocol::tcp,
                   set_number<&Spec::total_bytes, parse_bytes, 0, kMaxBytes>, get_number<&Spec::total_bytes>},
    WorkloadOption{"socket_buffer_bytes", "bytes", "SO_SNDBUF and SO_RCVBUF; 0: the kernel's default.", Protocol::any,
                   set_number<&Spec::socket_buffer_bytes, parse_bytes, 0, kMaxSocketBufferBytes>,
                   get_number<&Spec::socket_buffer_bytes>},
    WorkloadOption{"no_delay", "true or false", "TCP_NODELAY; request/response has it always.", Protocol::tcp,
                   set_switch<&Spec::no_delay>, get_switch<&Spec::no_delay>},
    WorkloadOption{"congestion", "name", "TCP_CONGESTION: cubic, reno, bbr, …; empty: the kernel's default.",
                   Protocol::tcp, set_word<&Spec::congestion, kMaxCongestionName>, get_text<&Spec::congestion>},
    WorkloadOption{"mss_bytes", "bytes", "TCP_MAXSEG; 0: the kernel's choice.", Protocol::tcp,
                   set_number<&Spec::mss_bytes, parse_bytes, 0, 65'495>, get_number<&Spec::mss_bytes>},
    WorkloadOption{"zero_copy", "true or false", "MSG_ZEROCOPY: bulk data is sent from the program's own pages.",
                   Protocol::tcp, set_switch<&Spec::zero_copy>, get_switch<&Spec::zero_copy>},
    WorkloadOption{"gso", "true or false", "UDP_SEGMENT: the kernel cuts one large send into datagrams.", Protocol::udp,
                   set_switch<&Spec::gso>, get_switch<&Spec::gso>},
    WorkloadOption{"gro", "true or false", "UDP_GRO: the kernel hands over several datagrams as one.", Protocol::udp,
                   set_switch<&Spec::gro>, get_switch<&Spec::gro>},
    WorkloadOption{"busy_poll_us", "0 to 10000", "SO_BUSY_POLL: poll the device this long before sleeping.",
                   Protocol::any, set_number<&Spec::busy_poll_us, parse_count, 0, 10'000>,
                   get_number<&Spec::busy_poll_us>},
    WorkloadOption{"dscp", "0 to 63", "Differentiated services code point of what is sent.", Protocol::any,
                   set_number<&Spec::dscp, parse_count, 0, 63>, get_number<&Spec::dscp>},
    WorkloadOption{"interface", "device or auto",
                   "SO_BINDTODEVICE at both ends; auto: the device that has the path's address.", Protocol::any,
                   set_word<&Spec::interface, kMaxDeviceName>, get_text<&Spec::interface>},
    WorkloadOption{"interval", "time, 0s: none", "Length of the intervals that a report is divided into.",
                   Protocol::any, set_interval, get_interval},
    WorkloadOption{"client_cpus", "list of CPUs", "The client's threads are pinned to these in turn: 0,2-3.",
                   Protocol::any, set_cpus<&Spec::client_cpus>, get_text<&Spec::client_cpus>},
    WorkloadOption{"server_cpus", "list of CPUs", "The server's threads are pinned to these in turn: 0,2-3.",
                   Protocol::any, set_cpus<&Spec::server_cpus>, get_text<&Spec::server_cpus>},
};

const WorkloadOption* find_shared(std::string_view name) {
  const auto* found =
      std::find_if(kShared.begin(), kShared.end(), [&](const WorkloadOption& option) { return option.name == name; });
  return found == kShared.end() ? nullptr : &*found;
}

/// The workloads whose own options count: one, or all.
std::vector<std::string> workloads_of(std::string_view workload) {
  if (!workload.empty()) return {std::string(workload)};
  return WorkloadRegistry::instance().names();
}

/// The options that `name` declares for itself; data that outlives the workload object.
std::span<const OwnOption> own_options_of(const std::string& name) {
  const auto workload = WorkloadRegistry::instance().make(name);
  return workload ? workload->own_options() : std::span<const OwnOption>{};
}

const OwnOption* find_own(std::string_view workload, std::string_view option) {
  for (const std::string& name : workloads_of(workload))
    for (const OwnOption& own : own_options_of(name))
      if (own.name == option) return &own;
  return nullptr;
}

}  // namespace

std::span<const WorkloadOption> shared_options() { return kShared; }

std::string own_value(std::span<const OwnOption> declared, const WorkloadSpec& spec, std::string_view name) {
  if (const auto given = spec.own.find(std::string(name)); given != spec.own.end()) return given->second;
  for (const OwnOption& option : declared)
    if (option.name == name) return std::string(option.fallback);
  return "";
}

std::vector<std::string> workload_options(std::string_view workload) {
  std::vector<std::string> out;
  for (const WorkloadOption& option : kShared) out.emplace_back(option.name);
  for (const std::string& name : workloads_of(workload))
    for (const OwnOption& own : own_options_of(name))
      if (std::find(out.begin(), out.end(), own.name) == out.end()) out.emplace_back(own.name);
  return out;
}

Result<void> set_workload_option(WorkloadSpec& spec, std::string_view option, std::string_view value) {
  if (const WorkloadOption* shared = find_shared(option)) {
    const auto workload = WorkloadRegistry::instance().make(spec.workload);
    if (workload && !means_something(option, *workload))
      return fail_usage(fmt::format("{} means nothing to {}", option, spec.workload), "",
                        fmt::format("it is for workloads over {}", shared->protocol == Protocol::tcp ? "TCP" : "UDP"));
    const auto done = shared->set(spec, value);
    if (!done) return tl::unexpected(done.error().at(option));
    return {};
  }
  const OwnOption* own = find_own(spec.workload, option);
  if (own == nullptr) {
    const std::string whose = spec.workload.empty() ? "" : fmt::format(" of {}", spec.workload);
    return fail_usage(fmt::format("unknown workload option '{}'{}", option, whose), "",
                      did_you_mean(option, workload_options(spec.workload)));
  }
  if (const auto valid = own->check(value); !valid) return tl::unexpected(valid.error().at(option));
  std::string kept(trim(value));
  if (own->expand != nullptr) {
    SRIOV_ASSIGN(kept, own->expand(kept));
  }
  spec.own[std::string(option)] = std::move(kept);
  return {};
}

bool means_something(std::string_view option, const Workload& workload) {
  if (const WorkloadOption* shared = find_shared(option))
    return shared->protocol == Protocol::any || workload.protocol() == Protocol::any ||
           shared->protocol == workload.protocol();
  const auto own = workload.own_options();
  return std::any_of(own.begin(), own.end(), [&](const OwnOption& declared) { return declared.name == option; });
}

Result<void> check_bytes(std::string_view text) {
  SRIOV_TRY(parse_bytes(text));
  return {};
}

Result<void> check_switch(std::string_view text) {
  SRIOV_TRY(parse_switch(text));
  return {};
}

}  // namespace sriov
