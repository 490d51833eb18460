// Events of Xen's paravirtual network devices, and those that turned out to be about nothing.
#include <fcntl.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "collector/collector.h"
#include "collector/net/netlink_socket.h"
#include "collector/xen/xenbus_text.h"
#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::string_view kLabels = "device,vif,domid";

constexpr std::array<Metric, 4> kDeclared{{
    {"xenbus.events", "count", MetricKind::counter, kLabels,
     "Events that a vif's event channels received on the back end's side; 32 bits wide in the kernel.",
     "/sys/devices/*/xenbus/events"},
    {"xenbus.spurious_events", "count", MetricKind::counter, kLabels,
     "Of those the ones that required no action: in a row they delay what comes next.",
     "/sys/devices/*/xenbus/spurious_events"},
    {"xenbus.eoi_delay", "jiffies", MetricKind::counter, kLabels,
     "Time by which the end of interrupts was delayed against storms of events.",
     "/sys/devices/*/xenbus/jiffies_eoi_delayed"},
    {"xenbus.event_channels", "count", MetricKind::gauge, kLabels, "Event channels of the vif.",
     "/sys/devices/*/xenbus/event_channels"},
}};
constexpr auto kMetrics = told_apart_by("device", kDeclared);
constexpr std::array<std::string_view, kMetrics.size()> kFiles{"events", "spurious_events", "jiffies_eoi_delayed",
                                                               "event_channels"};

constexpr std::size_t kEventChannels = 3;

/// One vif.
struct Vif {
  std::array<Fd, kMetrics.size()> files;
  std::array<std::size_t, kMetrics.size()> columns{};
  bool has_answered = false;
};

/// Folders of the vifs whose counters this kernel has: back ends "vif-<domid>-<n>". Front ends have the files too, but
/// the kernel ties no event channel to them (drivers/xen/events/events_base.c: only bind_interdomain_evtchn does):
/// their counters are 0 whatever happens, unless some kernel ties one.
std::vector<std::string> vif_folders(const Host& host) {
  std::vector<std::string> out;
  for (const std::string bus : {"/bus/xen-backend/devices/", "/bus/xen/devices/"}) {
    for (const std::string& name : list_directory(host.sys + bus)) {
      const std::string folder = host.sys + bus + name;
      if (!name.starts_with("vif-") || !exists(folder + "/xenbus/events")) continue;
      const bool is_backend = bus.find("backend") != std::string::npos;
      if (is_backend || to_int(read_word(folder + "/xenbus/event_channels")).value_or(0) > 0) out.push_back(folder);
    }
  }
  return out;
}

/// "vif-1-0" is vif1.0 of domain 1; "vif-0" is the own domain's vif0.
Labels labels_of(const std::string& folder) {
  const std::vector<std::string> parts = split(folder.substr(folder.rfind('/') + 1), '-');
  Labels labels;
  if (parts.size() == 3) {
    labels.emplace_back("vif", "vif" + parts[1] + "." + parts[2]);
    labels.emplace_back("domid", parts[1]);
  } else {
    labels.emplace_back("vif", "vif" + parts.back());
  }
  const auto netdevs = list_directory(folder + "/net");
  labels.emplace_back("device", netdevs.empty() ? labels.front().second : netdevs.front());
  return labels;
}

class Xenbus : public Collector {
 public:
  std::string_view name() const override { return "xenbus"; }
  std::string_view help() const override {
    return "Events and spurious events of every vif, on the back end's side (dom0).";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }

  Result<void> probe(const Host& host) const override {
    if (!vif_folders(host).empty()) return {};
    if (exists(host.sys + "/bus/xen/devices") && !list_directory(host.sys + "/bus/xen/devices").empty())
      return fail_environment("the kernel counts the events of back ends only: those of front ends would read 0",
                              host.sys + "/bus/xen/devices",
                              "sample dom0; interrupts has the guest's own event channels");
    return fail_environment("no vif here has event counters", host.sys + "/bus/xen-backend/devices",
                            "they need a guest's vif in dom0, and Linux 5.12 or newer");
  }

  Result<void> open(const Host& host, const CollectorOptions&, Recorder& recorder) override {
    host_ = host;
    if (host.is_live())
      if (auto events = NetlinkSocket::open(NETLINK_ROUTE, RTMGRP_LINK)) events_.emplace(std::move(*events));
    lay_out(recorder);
    return {};
  }

  void sample(Recorder& recorder) override {
    // A vif that comes or goes is a network device too; one that answers no more has gone.
    if (const bool changed = events_ && events_->drain(); changed || std::exchange(has_lost_, false)) lay_out(recorder);
    for (Vif& vif : vifs_) {
      const std::int64_t channels = read(vif.files[kEventChannels]);
      has_lost_ = has_lost_ || (channels == kAbsent && vif.has_answered);
      vif.has_answered = channels != kAbsent;
      if (channels <= 0) continue;  // Not connected: zeros that say nothing.
      for (std::size_t i = 0; i < kEventChannels; ++i) recorder.set(vif.columns[i], read(vif.files[i]));
      recorder.set(vif.columns[kEventChannels], channels);
    }
  }

 private:
  void lay_out(Recorder& recorder) {
    vifs_.clear();
    for (const std::string& folder : vif_folders(host_)) {
      Vif& vif = vifs_.emplace_back();
      const Labels labels = labels_of(folder);
      for (std::size_t i = 0; i < kFiles.size(); ++i) {
        vif.files[i] = Fd(::open((folder + "/xenbus/" + std::string(kFiles[i])).c_str(), O_RDONLY | O_CLOEXEC));
        vif.columns[i] = recorder.column(kMetrics[i], labels);
      }
    }
  }

  static std::int64_t read(const Fd& file) {
    std::array<char, 32> text{};
    const ssize_t got = ::pread(file.get(), text.data(), text.size(), 0);
    return parse_xenbus_count({text.data(), got > 0 ? static_cast<std::size_t>(got) : 0});
  }

  Host host_;
  std::optional<NetlinkSocket> events_;
  std::vector<Vif> vifs_;
  bool has_lost_ = false;
};

const Registration<Collector, Xenbus> registration{"xenbus"};

}  // namespace
}  // namespace sriov
