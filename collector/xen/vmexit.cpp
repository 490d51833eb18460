// Xen's trace, added up: VM exits, cycles in Xen, interrupts put into guests, grants, waiting for a CPU, physical IRQs.
#include <array>
#include <memory>
#include <optional>

#include "collector/collector.h"
#include "collector/xen/exit_reasons.h"
#include "collector/xen/vmexit_rows.h"
#include "collector/xen/xen_irqs_text.h"
#include "collector/xen/xen_library.h"
#include "collector/xen/xenstore.h"
#include "collector/xen/xentrace_stream.h"
#include "core/keyed_lines.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/shell.h"

namespace sriov {
namespace {

using xentrace::Accounts;
using xentrace::StreamState;

// open() runs within one call of an agent, which has a minute.
constexpr std::int64_t kXlNs = 10 * kNsPerSecond;
constexpr std::int64_t kKeysNs = 15 * kNsPerSecond;

/// kAbsent when xl does not say.
std::int64_t tsc_frequency_hz() {
  const auto mhz = to_double(keyed_value(LocalShell().output_of({"xl", "info"}, kXlNs).value_or(""), "cpu_mhz"));
  return mhz ? static_cast<std::int64_t>(*mhz * 1e6) : kAbsent;
}

std::unique_ptr<XenstoreReader> open_store(const Host& host) {
  auto store = Xenstore::open(host);
  return store ? std::make_unique<Xenstore>(std::move(*store)) : nullptr;
}

constexpr std::array<CollectorOption, 2> kOptions{{
    {"buffer_pages", "256",
     "Trace buffer of a physical CPU; Xen takes a size once after its boot and keeps the memory."},
    {"poll", "20ms", "How often the buffers are emptied."},
}};

struct Options {
  unsigned buffer_pages = 0;
  unsigned poll_ms = 0;
};

Result<Options> parse_options(const CollectorOptions& options) {
  constexpr std::int64_t kMostPages = 65535;
  constexpr std::int64_t kLongestPollNs = 10'000 * kNsPerMs;
  const std::string pages = option_value(kOptions, options, "buffer_pages");
  const auto count = to_int(pages);
  if (!count || *count < 1 || *count > kMostPages)
    return fail_usage("'" + pages + "' is no number of pages", "collector vmexit, option buffer_pages", "1 to 65535");
  SRIOV_ASSIGN(const std::int64_t poll_ns,
               duration_option(kOptions, options, "vmexit", "poll", {kNsPerMs, kLongestPollNs}));
  return Options{static_cast<unsigned>(*count), static_cast<unsigned>(poll_ns / kNsPerMs)};
}

class VmExit : public Collector {
 public:
  std::string_view name() const override { return "vmexit"; }
  std::string_view help() const override {
    return "In dom0, from Xen's trace: VM exits and cycles in Xen by reason, physical interrupts by VF, interrupts put "
           "into guests, grants, wake-up delays.";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return vmexit_metrics(); }
  std::span<const CollectorOption> options() const override { return kOptions; }

  Result<void> check_values(const CollectorOptions& options) const override {
    SRIOV_TRY(parse_options(options));
    return {};
  }

  Result<void> probe(const Host& host) const override {
    SRIOV_TRY(check_dom0(host));
    if (!host.is_live()) return fail_environment("Xen's trace is of the running machine, not of a captured tree");
    if (xentrace::find_xentrace(running_xen_version(host)).empty())
      return fail_environment("there is no program xentrace", {}, "install Xen's tools (Debian: xen-utils)");
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) override {
    SRIOV_ASSIGN(const Options chosen, parse_options(options));
    const ExitCodes codes = exit_codes_of(keyed_value(read_file(host.proc + "/cpuinfo").value_or(""), "vendor_id"));
    note_posting();  // Before the keys are pressed: their output may push Xen's boot messages out of the ring.
    rows_.emplace(codes, XenDomainList(open_store(host)), XenIrqMap());
    rows_->irq_map().start();
    const std::int64_t tsc_hz = tsc_frequency_hz();
    SRIOV_ASSIGN(stream_,
                 xentrace::Stream::start(xentrace::xentrace_command(xentrace::find_xentrace(running_xen_version(host)),
                                                                    chosen.buffer_pages, chosen.poll_ms),
                                         codes));
    if (auto loaded = rows_->irq_map().load(kKeysNs); !loaded) absences_.push_back(std::move(loaded).error());
    stream_->read([&](Accounts& accounts, const StreamState&) { rows_->open(accounts, tsc_hz, recorder); });
    return {};
  }

  std::vector<Error> absences() const override { return absences_; }

  void sample(Recorder& recorder) override {
    stream_->read([this, &recorder](Accounts& accounts, const StreamState& state) {
      if (!state.has_ended) return rows_->sample(accounts, state.health, recorder);
      if (!ended_ns_) ended_ns_ = monotonic_ns();
    });
  }

  std::vector<Complaint> take_complaints() override {
    std::vector<Complaint> out = rows_->take_complaints();
    if (ended_ns_ && !has_told_end_) out.push_back({*ended_ns_, stream_->why_ended()});
    has_told_end_ = ended_ns_.has_value();
    return out;
  }

 private:
  void note_posting() {
    if (!says_interrupts_are_posted(LocalShell().output_of({"xl", "dmesg"}, kXlNs).value_or(""))) return;
    absences_.push_back(
        {"the IOMMU posts interrupts to running guests: those bypass Xen, and vmexit.irqs_handled and "
         "vmexit.injected do not count them",
         {},
         "the guest's own interrupts.count has them; iommu=no-intpost makes Xen handle all",
         ErrorKind::environment});
  }

  std::vector<Error> absences_;
  std::optional<VmExitRows> rows_;
  std::optional<std::int64_t> ended_ns_;
  bool has_told_end_ = false;
  std::unique_ptr<xentrace::Stream> stream_;  ///< Last: its thread ends first.
};

const Registration<Collector, VmExit> registration{"vmexit"};

}  // namespace
}  // namespace sriov
