#include "analyzers/explanations/anomaly_scan.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>

#include "analyzers/explanations/level_changes.h"
#include "analyzers/stats/descriptive.h"
#include "analyzers/trial/trial_course.h"
#include "analyzers/trial/window_rates.h"
#include "core/format_number.h"
#include "core/text.h"
#include "core/time.h"

namespace sriov {
namespace {

// Below these sizes nothing is told (docs/method.md).
constexpr double kLeastEvents = 10;             // Of drops, retransmits and the like.
constexpr double kLeastDropShare = 1e-4;        // Of the packets of that device.
constexpr double kLeastRetransmitShare = 1e-3;  // Of the segments sent.
constexpr double kLeastSqueezePerS = 10;
constexpr double kLeastStealPercent = 10;  // Of one CPU.
constexpr double kStormFactor = 10;        // Times the median of the window …
constexpr double kStormPerS = 20'000;      // … and at least so many a second.
constexpr double kJumpNs = 1e6;            // Beyond the errors of both readings …
constexpr double kDriftShare = 2e-4;       // … and beyond what a bad oscillator drifts in the time between.

std::string key_of(const Series& series, std::string_view metric, const char* label_name) {
  if (series.metric != metric) return "";
  std::string value(label(series.labels, label_name));
  return value.empty() ? "all" : value;
}

class Scan {
 public:
  explicit Scan(const TrialRecord& trial) : trial_(trial), rates_(trial) {}

  std::vector<Anomaly> take() {
    for (const SampleBlock& block : trial_.blocks) {
      if (block.collector == "interrupts") interrupt_storms(block);
      if (block.collector == "softnet") softnet(block);
      if (block.collector == "netdev") netdev(block);
      if (block.collector == "vf") drops(block, "vf.rx_dropped", "vf.rx_packets", "vf");
      if (block.collector == "ethtool") driver_drops(block);
      if (block.collector == "cpu") steal(block);
      if (block.collector == "cpufreq") frequency(block);
      if (block.collector == "snmp") snmp(block);
      gaps(block);
    }
    clock_jumps();
    for (auto& [kind, worst] : worst_) {
      if (worst.endpoints > 1) worst.anomaly.size += fmt::format(", and on {} other endpoints", worst.endpoints - 1);
      if (worst.endpoints == 2) worst.anomaly.size.pop_back();
      out_.push_back(std::move(worst.anomaly));
    }
    std::stable_sort(out_.begin(), out_.end(), [](const Anomaly& a, const Anomaly& b) { return a.at_s < b.at_s; });
    return std::move(out_);
  }

 private:
  void add(const RowRises& rises, std::string where, std::string what, std::string size, std::string meaning) {
    const double at_s = rises.at_s.empty() ? 0 : rises.at_s[rises.worst()];
    out_.push_back({at_s, std::move(where), std::move(what), std::move(size), std::move(meaning)});
  }

  /// For what concerns a whole machine and comes to all of them at once: a row for the worst is enough.
  void keep_worst(const std::string& kind, double size, Anomaly anomaly) {
    Worst& worst = worst_[kind];
    ++worst.endpoints;
    if (size <= worst.size) return;
    worst.size = size;
    worst.anomaly = std::move(anomaly);
  }

  [[nodiscard]] std::map<std::string, RowRises> by_label(const SampleBlock& block, std::string_view metric,
                                                         const char* label_name) const {
    return rates_.of(block, [&](const Series& series) { return key_of(series, metric, label_name); });
  }
  /// All series of a metric on the block's endpoint together.
  [[nodiscard]] RowRises sum(const SampleBlock& block, std::string_view metric) const {
    const auto all = rates_.of(block, [&](const Series& s) { return s.metric == metric ? "all" : std::string(); });
    return all.empty() ? RowRises{} : all.begin()->second;
  }

  void interrupt_storms(const SampleBlock& block) {
    const auto of_device = [](const Series& series) -> std::string {
      const std::string_view kind = label(series.labels, "class");
      if (kind == "callback" || kind == "ipi" || kind == "timer") return "";
      return to_int(label(series.labels, "irq")) ? key_of(series, "interrupts.count", "class") : "";
    };
    for (const auto& [kind, rises] : rates_.of(block, of_device)) {
      const std::vector<double> per_s = rises.rates();
      if (per_s.empty()) continue;
      const double worst = per_s[rises.worst()];
      const double usual = stats::median(per_s);
      if (worst < kStormPerS || worst < kStormFactor * usual) continue;
      add(rises, block.endpoint + ' ' + kind, "interrupt storm",
          fmt::format("{} interrupts/s at the worst, {} usually", format_number(worst), format_number(usual)),
          "moderation was off or adapted for a moment, or a device asked again and again");
    }
  }

  void softnet(const SampleBlock& block) {
    const RowRises squeezed = sum(block, "softnet.time_squeeze");
    if (squeezed.duration_s() > 0 && squeezed.total() / squeezed.duration_s() >= kLeastSqueezePerS)
      add(squeezed, block.endpoint, "time squeeze",
          fmt::format("{} times a second", format_number(squeezed.total() / squeezed.duration_s())),
          "the receive soft interrupt ran out of its budget: netdev_budget, or too few CPUs receive");
    const RowRises dropped = sum(block, "softnet.dropped");
    if (dropped.total() >= kLeastEvents)
      add(dropped, block.endpoint, "backlog drops", fmt::format("{} packets", format_number(dropped.total())),
          "a CPU's backlog was full: netdev_max_backlog, or receive packet steering to too few CPUs");
  }

  void drops(const SampleBlock& block, const char* metric, const char* of_metric, const char* label_name) {
    const auto carried = by_label(block, of_metric, label_name);
    for (const auto& [device, rises] : by_label(block, metric, label_name)) {
      const double total = rises.total();
      const auto found = carried.find(device);
      const double packets = total + (found == carried.end() ? 0 : found->second.total());
      if (total < kLeastEvents || total < kLeastDropShare * packets) continue;
      add(rises, block.endpoint + ' ' + device, "drops",
          fmt::format("{} packets, {} % of all ({})", format_number(total), format_number(100 * total / packets),
                      metric),
          meaning_of_drop(metric));
    }
  }

  /// Statistics of drivers are named as each likes; what counts lost packets is known by a part of its name.
  void driver_drops(const SampleBlock& block) {
    const auto lost = [](const Series& series) -> std::string {
      if (series.metric != "ethtool.statistic") return "";
      const std::string_view name = label(series.labels, "statistic");
      for (const std::string_view part : {"drop", "discard", "missed", "no_buffer", "no_dma_resources"})
        if (name.find(part) != std::string_view::npos)
          return fmt::format("{} {}", label(series.labels, "device"), name);
      return "";
    };
    for (const auto& [statistic, rises] : rates_.of(block, lost))
      if (rises.total() >= kLeastEvents)
        add(rises, block.endpoint + ' ' + statistic, "drops told by the driver",
            fmt::format("{} packets", format_number(rises.total())),
            "the card or its driver had no buffer or no room: ring size, moderation, a late CPU");
  }

  static std::string meaning_of_drop(std::string_view metric) {
    if (metric.ends_with("rx_missed_errors"))
      return "the card had no receive buffer left: ring too small, or its CPU is late";
    if (metric.ends_with("tx_dropped")) return "the queue to the guest or the card was full: the receiver is slower";
    if (metric.ends_with("errors")) return "bad packets: cable, transceiver or offload";
    return "no room on the way in, or packets that nobody wanted";
  }

  void netdev(const SampleBlock& block) {
    for (const char* metric : {"netdev.rx_dropped", "netdev.rx_missed_errors", "netdev.rx_errors"})
      drops(block, metric, "netdev.rx_packets", "device");
    for (const char* metric : {"netdev.tx_dropped", "netdev.tx_errors"})
      drops(block, metric, "netdev.tx_packets", "device");
    for (const Lane& lane : trial_.setup.lanes) traffic_of(block, lane);
  }

  /// One device and direction a lane: the others carry the same bytes.
  void traffic_of(const SampleBlock& block, const Lane& lane) {
    std::string where;
    RowRises most;
    for (const Carrier& carrier : lane.carriers) {
      if (!carrier.must_carry || carrier.endpoint != block.endpoint || !carrier.endpoint.starts_with("guest")) continue;
      auto devices = by_label(block, carrier.metric, "device");
      RowRises& rises = devices[carrier.device];
      if (where.empty() || rises.total() > most.total()) {
        most = std::move(rises);
        where = block.endpoint + ' ' + carrier.device;
      }
    }
    if (where.empty()) return;
    if (most.resets > 0)
      add(most, where, "counter reset", fmt::format("{} time{}", most.resets, most.resets == 1 ? "" : "s"),
          "the driver was reset or the device was made anew: what it counted before is lost");
    const std::vector<double> per_s = most.rates();
    for (const LevelChange& change : level_changes(per_s))
      out_.push_back({most.at_s[change.place], where, "level change", change_text(change),
                      "another load on the machine, a changed frequency or moderation, or traffic that stalled"});
  }

  static std::string change_text(const LevelChange& change) {
    constexpr double kPercent = 100;
    constexpr double kBits = 8;
    const auto rate = [](double bytes_per_s) {
      const DisplayUnit unit = display_unit("bit/s", bytes_per_s * kBits);
      return format_number(bytes_per_s * kBits / unit.divisor) + ' ' + unit.text;
    };
    if (change.before <= 0) return fmt::format("from nothing to {}", rate(change.after));
    return fmt::format("{} {} %, to {}", change.after > change.before ? "rose by" : "fell by",
                       format_number(kPercent * std::abs(change.after / change.before - 1)), rate(change.after));
  }

  void steal(const SampleBlock& block) {
    const auto all = rates_.of(block, [](const Series& series) -> std::string {
      return series.metric == "cpu.time" && label(series.labels, "mode") == "steal" ? "steal" : "";
    });
    if (all.empty() || all.begin()->second.duration_s() <= 0) return;
    const RowRises& rises = all.begin()->second;
    constexpr double kPercentPerNs = 1e-7;
    const double percent = rises.total() / rises.duration_s() * kPercentPerNs;
    if (percent < kLeastStealPercent) return;
    keep_worst(
        "stolen time", percent,
        {rises.at_s[rises.worst()], block.endpoint, "stolen time", fmt::format("{} % of a CPU", format_number(percent)),
         "virtual CPUs waited for a physical one: more of them than CPUs, or a neighbour"});
  }

  /// Of the fastest CPU: idle ones run slowly and mean nothing by it.
  void frequency(const SampleBlock& block) {
    constexpr double kKhzPerGhz = 1e6;
    const RowValues fastest = rates_.highest(block, "cpufreq.frequency");
    for (const LevelChange& change : level_changes(fastest.values))
      out_.push_back({fastest.at_s[change.place], block.endpoint, "frequency change",
                      fmt::format("the fastest CPU went from {} to {} GHz", format_number(change.before / kKhzPerGhz),
                                  format_number(change.after / kKhzPerGhz)),
                      "a governor, a turbo that ended, or heat: costs in time before and after are not the same"});
    for (const char* metric : {"cpufreq.core_throttled", "cpufreq.package_throttled"}) {
      const RowRises throttled = sum(block, metric);
      if (throttled.total() > 0)
        add(throttled, block.endpoint, "throttled by heat", fmt::format("{} times", format_number(throttled.total())),
            "CPUs were too hot and ran more slowly: cooling, or a power limit");
    }
  }

  /// `good` counts what is not in `bad`: first transmissions, delivered datagrams.
  void share(const SampleBlock& block, const char* bad_metric, const char* good, const char* what,
             const char* meaning) {
    const RowRises bad = sum(block, bad_metric);
    const double all = bad.total() + sum(block, good).total();
    if (bad.total() < kLeastEvents || bad.total() < kLeastRetransmitShare * all) return;
    add(bad, block.endpoint, what,
        fmt::format("{}, {} % of all", format_number(bad.total()), format_number(100 * bad.total() / all)), meaning);
  }

  void snmp(const SampleBlock& block) {
    share(block, "snmp.tcp_retransmitted_segments", "snmp.tcp_out_segments", "retransmits",
          "packets were lost or came late: look for drops at the same time");
    share(block, "snmp.udp_receive_buffer_errors", "snmp.udp_in_datagrams", "full receive buffer",
          "the receiving program was too slow, or did not run");
  }

  /// All blocks of an endpoint are read in one loop: one of them tells.
  void gaps(const SampleBlock& block) {
    if (!looped_.insert(block.endpoint).second) return;
    const auto gap = sample_gap(rates_.instants_s(block), rates_.window_begin_s(), rates_.window_end_s());
    if (!gap) return;
    keep_worst(
        "gap in the samples", gap->seconds,
        {gap->at_s, block.endpoint, "gap in the samples",
         fmt::format("{} s without a row, {} s usually", format_number(gap->seconds), format_number(gap->usual_s)),
         "the sampling thread did not run: the machine was overloaded or paused"});
  }

  void clock_jumps() {
    std::map<std::string, std::vector<const ClockOffset*>> by_endpoint;
    for (const ClockOffset& clock : trial_.clocks) by_endpoint[clock.endpoint].push_back(&clock);
    for (const auto& [endpoint, clocks] : by_endpoint)
      for (std::size_t i = 1; i < clocks.size(); ++i) {
        const double moved = static_cast<double>(clocks[i]->offset_ns - clocks[i - 1]->offset_ns);
        const double elapsed = static_cast<double>(clocks[i]->taken_ns - clocks[i - 1]->taken_ns);
        const double allowed = static_cast<double>(clocks[i]->error_ns + clocks[i - 1]->error_ns) + kJumpNs +
                               kDriftShare * std::abs(elapsed);
        if (std::abs(moved) <= allowed) continue;
        out_.push_back(
            {static_cast<double>(clocks[i]->taken_ns - trial_.begin_ns) / kNsPerSecond, endpoint, "clock jump",
             fmt::format("its clock moved by {} ms against the controller's", format_number(moved / kNsPerMs)),
             "the machine was paused or its clock source is bad: its rates and one-way delays are in doubt"});
      }
  }

  const TrialRecord& trial_;
  WindowRates rates_;
  struct Worst {
    Anomaly anomaly;
    double size = 0;
    int endpoints = 0;
  };

  std::set<std::string> looped_;
  std::map<std::string, Worst> worst_;
  std::vector<Anomaly> out_;
};

}  // namespace

std::vector<Anomaly> scan_anomalies(const TrialRecord& trial) { return Scan(trial).take(); }

}  // namespace sriov
