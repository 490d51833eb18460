// Every line of /proc/interrupts on every online CPU, with the device it belongs to.
#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "collector/collector.h"
#include "collector/interrupts_text.h"
#include "collector/irq_devices.h"
#include "collector/irq_labels.h"
#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::array<Metric, 1> kMetrics{{
    {"interrupts.count", "interrupts", MetricKind::counter, "irq,cpu,class,device,action,vf,vif,queue",
     "Interrupts of one line on one CPU since boot, 32 bits wide in the kernel: it wraps. Lines for the whole machine "
     "(ERR, MIS) have no cpu. class is vf-msix, pf-msix, netfront, netback, xen-pirq, ipi, timer, callback or other; "
     "callback (HYP) counts the upcalls that deliver all event channels, so it is not to be added to those.",
     "/proc/interrupts; /sys/bus/pci/devices/*/msi_irqs and /sys/class/net for the labels"},
}};

constexpr std::array<CollectorOption, 1> kOptions{{
    {"irqs", "all", "Lines to sample: all, or classes such as vf,netfront (vf and pf stand for their MSI-X)."},
}};

/// The classes that the option names: "all", or some separated by commas, where "vf" and "pf" stand for their MSI-X.
Result<std::vector<std::string>> chosen_classes(const std::string& option) {
  std::vector<std::string> chosen;
  if (option == "all") return chosen;
  const std::vector<std::string> known(kIrqClasses.begin(), kIrqClasses.end());
  for (std::string name : split(option, ',')) {
    name = trim(name);
    if (name == "vf" || name == "pf") name += "-msix";
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fail_usage("unknown class '" + name + "'", "collector interrupts, option irqs",
                        "classes: all, " + join(known, ", "));
    chosen.push_back(std::move(name));
  }
  return chosen;
}

class Interrupts : public Collector {
 public:
  std::string_view name() const override { return "interrupts"; }
  std::string_view help() const override {
    return "Every line of /proc/interrupts per CPU, with its device, VF or vif.";
  }
  std::span<const Metric> metrics() const override { return kMetrics; }
  std::span<const CollectorOption> options() const override { return kOptions; }

  Result<void> probe(const Host& host) const override {
    const std::string path = host.proc + "/interrupts";
    SRIOV_ASSIGN(const std::string text, read_file(path));
    InterruptsTable table;
    table.update(text);
    if (table.cpus().empty()) return fail_environment("its first line does not name CPUs", path);
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) override {
    SRIOV_ASSIGN(classes_, chosen_classes(option_value(kOptions, options, "irqs")));
    host_ = host;
    SRIOV_ASSIGN(auto file, KeptFile::open(host.proc + "/interrupts"));
    file_.emplace(std::move(file));
    SRIOV_ASSIGN(const std::string_view text, file_->read());
    table_.update(text);
    describe_rows(recorder);
    return {};
  }

  void sample(Recorder& recorder) override {
    const auto text = file_->read();
    if (!text) return;
    if (table_.update(*text) == InterruptsTable::Change::layout) describe_rows(recorder);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto values = table_.values(table_.rows()[i]);
      const std::size_t known = std::min(values.size(), columns_[i].size());
      for (std::size_t cpu = 0; cpu < known; ++cpu) recorder.set(columns_[i][cpu], values[cpu]);
    }
  }

 private:
  using LineKey = std::pair<std::string, std::string>;  // Name and description.

  /// Labels of the lines that were not there a row ago, and columns of all. A line that comes back is looked up again:
  /// its number may belong to another device now.
  void describe_rows(Recorder& recorder) {
    const std::vector<InterruptsRow>& rows = table_.rows();
    const bool has_xen_ipis = std::any_of(rows.begin(), rows.end(), is_xen_ipi);
    std::optional<IrqDevices> devices;
    std::map<LineKey, Labels> now;
    columns_.assign(rows.size(), {});
    for (std::size_t i = 0; i < rows.size(); ++i) {
      LineKey key{rows[i].name, rows[i].description};
      auto known = labels_.find(key);
      if (known == labels_.end()) {
        if (!devices) devices = IrqDevices::scan(host_);
        known = labels_.emplace(key, irq_labels(rows[i], *devices, has_xen_ipis)).first;
      }
      if (is_chosen(known->second)) columns_[i] = columns_of(rows[i], known->second, recorder);
      now.emplace(std::move(key), known->second);
    }
    labels_ = std::move(now);
  }

  bool is_chosen(const Labels& labels) const {
    return classes_.empty() || std::find(classes_.begin(), classes_.end(), label(labels, "class")) != classes_.end();
  }

  std::vector<std::size_t> columns_of(const InterruptsRow& row, const Labels& labels, Recorder& recorder) const {
    if (!row.per_cpu) return {recorder.column(kMetrics[0], labels)};
    std::vector<std::size_t> columns;
    for (std::size_t cpu = 0; cpu < row.value_count; ++cpu) {
      Labels with_cpu = labels;
      with_cpu.emplace_back("cpu", std::to_string(table_.cpus()[cpu]));
      columns.push_back(recorder.column(kMetrics[0], std::move(with_cpu)));
    }
    return columns;
  }

  Host host_;
  std::vector<std::string> classes_;  ///< Empty: all.
  std::optional<KeptFile> file_;
  InterruptsTable table_;
  std::map<LineKey, Labels> labels_;               ///< Of the lines that are there.
  std::vector<std::vector<std::size_t>> columns_;  ///< By row and CPU.
};

const Registration<Collector, Interrupts> registration{"interrupts"};

}  // namespace
}  // namespace sriov
