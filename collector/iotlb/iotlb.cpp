// How often devices' DMA misses the IOMMU's translation cache. Who counts it differs by machine: backends do the work.
#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>

#include "collector/iotlb/iotlb_backend.h"
#include "collector/iotlb/iotlb_xen.h"
#include "collector/iotlb/pci_requester.h"
#include "core/text.h"

namespace sriov {
namespace {

constexpr std::string_view kLabels = "backend,iommu,stack,socket,requester,vf";
constexpr std::string_view kSource =
    "by backend: perf_event PMU dmarN, amd_iommu_N or uncore_iio_N; pcm-iio; QEMU's trace of its VT-d";

constexpr std::array<Metric, static_cast<std::size_t>(IotlbMetric::count)> kDeclared{{
    {"iotlb.lookups", "count", MetricKind::counter, kLabels,
     "DMA translations looked up in the IOTLB. With a requester: of that device alone, else of all behind the unit or "
     "stack; the former are part of the latter.",
     kSource},
    {"iotlb.misses", "count", MetricKind::counter, kLabels, "Lookups that found no translation in the IOTLB.", kSource},
    {"iotlb.page_walk_reads", "count", MetricKind::counter, kLabels, "Memory reads of page table walks.", kSource},
    {"iotlb.page_walk_occupancy", "count", MetricKind::counter, kLabels,
     "Page walks in flight, summed over clock cycles of the unit: divided by the walks, the mean cycles of one.",
     kSource},
    {"iotlb.invalidations", "count", MetricKind::counter, kLabels, "Invalidations of IOTLB entries.", kSource},
    {"iotlb.counted_percent", "percent", MetricKind::gauge, kLabels,
     "Share of the interval in which the counters really counted: below 100 they are shared in time and the counts are "
     "scaled up.",
     kSource},
}};
constexpr auto kMetrics = told_apart_by("requester", kDeclared);

/// What is wrong and what would help; what Xen hides is told once, of all.
std::string reason_of(const Error& error) {
  const bool is_told = error.hint.empty() || error.hint == kXenHidesIotlb || error.hint == kXenInstead;
  return is_told ? error.what : fmt::format("{} ({})", error.what, error.hint);
}

/// "dmar: no … (needs …); amd: no …": why none of them works.
Error none_works(const std::vector<std::unique_ptr<IotlbBackend>>& backends, const Host& host) {
  std::vector<std::string> reasons;
  for (const auto& backend : backends)
    if (const auto usable = backend->probe(host); !usable)
      reasons.push_back(fmt::format("{}: {}", backend->name(), reason_of(usable.error())));
  Error error{"nothing here counts IOTLB misses", {}, {}, ErrorKind::environment};
  if (is_xen(host)) {
    error.what += fmt::format(" ({})", kXenHidesIotlb);
    error.hint = std::string(kXenInstead);
  }
  if (!reasons.empty()) error.what += "; " + join(reasons, "; ");
  return error;
}

std::string backend_help() {
  std::vector<std::string> names;
  for (const auto& backend : iotlb_backends()) names.emplace_back(backend->name());
  return fmt::format("Who counts: auto takes the first that works of {}.", join(names, ", "));
}

/// `backend`, and what the backends declare, each name once.
std::vector<CollectorOption> all_options() {
  static const std::string kBackendHelp = backend_help();
  std::vector<CollectorOption> out{{"backend", "auto", kBackendHelp}};
  for (const auto& backend : iotlb_backends())
    for (const CollectorOption& option : backend->options())
      if (std::ranges::find(out, option.name, &CollectorOption::name) == out.end()) out.push_back(option);
  return out;
}

Result<void> check_backend_options(const IotlbBackend& backend, const CollectorOptions& options) {
  for (const auto& [key, value] : options)
    if (std::ranges::find(backend.options(), key, &CollectorOption::name) == backend.options().end())
      return fail_usage(fmt::format("backend {} does not know option '{}'", backend.name(), key), "collector iotlb",
                        "choose another with backend=…");
  return {};
}

class Iotlb : public Collector {
 public:
  std::string_view name() const override { return "iotlb"; }
  std::string_view help() const override {
    return "IOTLB lookups and misses of the IOMMU, per unit or stack, per VF where it can filter.";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }
  std::span<const CollectorOption> options() const override {
    static const std::vector<CollectorOption> kOptions = all_options();
    return kOptions;
  }

  Result<void> probe(const Host& host) const override {
    const auto backends = iotlb_backends();
    const bool any =
        std::ranges::any_of(backends, [&](const auto& backend) { return backend->probe(host).has_value(); });
    if (any) return {};
    return tl::unexpected(none_works(backends, host));
  }

  Result<void> probe_with(const Host& host, const CollectorOptions& options) const override {
    const std::string wanted = option_value(Iotlb::options(), options, "backend");
    if (wanted == "auto") return probe(host);
    SRIOV_TRY(named(wanted, host));
    return {};
  }

  Result<void> check_values(const CollectorOptions& options) const override {
    const std::string wanted = option_value(Iotlb::options(), options, "backend");
    SRIOV_TRY(check_requesters(option_value(Iotlb::options(), options, "requesters")));
    if (wanted == "auto") {
      for (const auto& backend : iotlb_backends()) SRIOV_TRY(backend->check_values(options));
      return {};
    }
    SRIOV_ASSIGN(const auto backend, made(wanted));
    SRIOV_TRY(check_backend_options(*backend, without_backend(options)));
    return backend->check_values(options);
  }

  Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) override {
    const std::string wanted = option_value(Iotlb::options(), options, "backend");
    SRIOV_ASSIGN(backend_, wanted == "auto" ? first_that_works(host) : named(wanted, host));
    const CollectorOptions rest = without_backend(options);
    SRIOV_TRY(check_backend_options(*backend_, rest));
    const auto opened = backend_->open(host, rest, recorder);
    if (!opened) return tl::unexpected(opened.error().at(fmt::format("backend {}", backend_->name())));
    return {};
  }

  void sample(Recorder& recorder) override { backend_->sample(recorder); }

  std::vector<Complaint> take_complaints() override { return backend_->take_complaints(); }

 private:
  static Result<std::unique_ptr<IotlbBackend>> first_that_works(const Host& host) {
    auto backends = iotlb_backends();
    for (auto& backend : backends)
      if (backend->probe(host)) return std::move(backend);
    return tl::unexpected(none_works(backends, host));
  }

  static CollectorOptions without_backend(CollectorOptions options) {
    options.erase("backend");
    return options;
  }

  static Result<std::unique_ptr<IotlbBackend>> made(const std::string& wanted) {
    auto backend = IotlbBackendRegistry::instance().make(wanted);
    if (backend) return backend;
    std::vector<std::string> names = IotlbBackendRegistry::instance().names();
    names.insert(names.begin(), "auto");
    return fail_usage(fmt::format("unknown backend '{}'", wanted), "collector iotlb, option backend",
                      "backends: " + join(names, ", "));
  }

  static Result<std::unique_ptr<IotlbBackend>> named(const std::string& wanted, const Host& host) {
    SRIOV_ASSIGN(auto backend, made(wanted));
    if (const auto usable = backend->probe(host); !usable)
      return tl::unexpected(usable.error().at(fmt::format("backend {}", wanted)));
    return backend;
  }

  std::unique_ptr<IotlbBackend> backend_;
};

const Registration<Collector, Iotlb> registration{"iotlb"};

}  // namespace

const Metric& iotlb_metric(IotlbMetric metric) { return kMetrics[static_cast<std::size_t>(metric)]; }

std::span<const Metric> iotlb_metrics() { return kMetrics; }

std::vector<std::unique_ptr<IotlbBackend>> iotlb_backends() {
  std::vector<std::unique_ptr<IotlbBackend>> out;
  for (const std::string& name : IotlbBackendRegistry::instance().names())
    out.push_back(IotlbBackendRegistry::instance().make(name));
  std::ranges::stable_sort(out, {}, [](const auto& backend) { return backend->preference(); });
  return out;
}

}  // namespace sriov
