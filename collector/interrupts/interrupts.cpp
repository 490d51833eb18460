// Every line of /proc/interrupts on every online CPU, with the device it belongs to.
#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "collector/collector.h"
#include "collector/interrupts/interrupts_text.h"
#include "collector/interrupts/irq_devices.h"
#include "collector/interrupts/irq_files.h"
#include "collector/interrupts/irq_labels.h"
#include "core/cpu_list.h"
#include "core/text.h"
#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr std::array<Metric, 1> kMetrics{{
    {"interrupts.count", "interrupts", MetricKind::counter, "irq,cpu,class,device,action,vf,vif,queue",
     "Interrupts of one line on one CPU since boot, 32 bits wide in the kernel: it wraps. Lines for the whole machine "
     "(ERR, MIS) have no cpu. class is vf-msix, pf-msix, netfront, netback, xen-pirq, ipi, timer, callback or other; "
     "callback (HYP) counts the upcalls that deliver all event channels, so it is not to be added to those.",
     "/proc/interrupts, or /sys/kernel/irq/N/per_cpu_count where few lines are wanted; /sys/bus/pci/devices/*/msi_irqs "
     "and /sys/class/net for the labels",
     "class"},
}};

constexpr std::array<CollectorOption, 1> kOptions{{
    {"irqs", "all",
     "Lines to sample: all, classes such as vf,netfront (vf and pf stand for their MSI-X), numbers such as 57,58; few "
     "numbered ones are read from files of their own."},
}};

constexpr std::int64_t kLookIntervalNs = kNsPerSecond;  // When lines are few: how often /proc/interrupts is looked at.

/// What the option names; both empty: all lines.
struct Chosen {
  std::vector<std::string> classes;
  std::vector<std::string> irqs;

  [[nodiscard]] bool has(const Labels& labels) const {
    const auto names = [](const std::vector<std::string>& list, std::string_view name) {
      return std::find(list.begin(), list.end(), name) != list.end();
    };
    return (classes.empty() && irqs.empty()) || names(classes, label(labels, "class")) ||
           names(irqs, label(labels, "irq"));
  }
};

/// "all", or classes and numbers separated by commas, where "vf" and "pf" stand for their MSI-X.
Result<Chosen> parse_choice(const std::string& option) {
  Chosen chosen;
  if (option == "all") return chosen;
  const std::vector<std::string> known(kIrqClasses.begin(), kIrqClasses.end());
  for (std::string name : split(option, ',')) {
    name = trim(name);
    if (const auto number = to_int(name)) {
      chosen.irqs.push_back(std::to_string(*number));
      continue;
    }
    if (name == "vf" || name == "pf") name += "-msix";
    if (std::find(known.begin(), known.end(), name) == known.end())
      return fail_usage("unknown class '" + name + "'", "collector interrupts, option irqs",
                        "numbers, or classes: all, " + join(known, ", "));
    chosen.classes.push_back(std::move(name));
  }
  return chosen;
}

class Interrupts : public Collector {
 public:
  std::string_view name() const override { return "interrupts"; }
  std::string_view help() const override {
    return "Every line of /proc/interrupts per CPU, with its device, VF or vif.";
  }
  CollectorScope scope() const override { return CollectorScope::machine; }
  std::span<const Metric> metrics() const override { return kMetrics; }
  std::span<const CollectorOption> options() const override { return kOptions; }

  Result<void> check_values(const CollectorOptions& options) const override {
    SRIOV_TRY(parse_choice(option_value(kOptions, options, "irqs")));
    return {};
  }

  Result<void> probe(const Host& host) const override {
    const std::string path = host.proc + "/interrupts";
    SRIOV_ASSIGN(const std::string text, read_file(path));
    InterruptsTable table;
    table.update(text);
    if (table.cpus().empty()) return fail_environment("its first line does not name CPUs", path);
    return {};
  }

  Result<void> open(const Host& host, const CollectorOptions& options, Recorder& recorder) override {
    SRIOV_ASSIGN(chosen_, parse_choice(option_value(kOptions, options, "irqs")));
    host_ = host;
    possible_cpus_ = parse_cpu_list(read_word(host.sys + "/devices/system/cpu/possible"));
    SRIOV_ASSIGN(auto file, KeptFile::open(host.proc + "/interrupts"));
    file_.emplace(std::move(file));
    SRIOV_ASSIGN(const std::string_view text, file_->read());
    table_.update(text);
    describe_rows(recorder);
    return {};
  }

  /// Numbers and classes that were asked for and that no line has: they may come yet.
  std::vector<Error> absences() const override {
    std::vector<Error> out;
    for (const std::string& irq : chosen_.irqs) {
      const auto is_it = [&](const InterruptsRow& row) { return row.name == irq; };
      if (std::none_of(table_.rows().begin(), table_.rows().end(), is_it))
        out.push_back({"there is no such interrupt now", "IRQ " + irq, "", ErrorKind::environment});
    }
    for (const std::string& name : chosen_.classes) {
      const auto is_its = [&](const auto& line) { return label(line.second, "class") == name; };
      if (std::none_of(labels_.begin(), labels_.end(), is_its))
        out.push_back({"there is no interrupt of this class now", "class " + name, "", ErrorKind::environment});
    }
    return out;
  }

  void sample(Recorder& recorder) override {
    if (single_.empty()) return sample_all(recorder);
    bool changed = false;
    for (SingleLine& line : single_) changed = !put(line, recorder) || changed;
    if (const std::int64_t now_ns = monotonic_ns(); now_ns - looked_ns_ >= kLookIntervalNs) {
      looked_ns_ = now_ns;
      changed = look() == InterruptsTable::Change::layout || changed;
    }
    if (!changed) return;
    if (!look()) return;
    labels_.clear();  // A line of the same name may be another device's.
    describe_rows(recorder);
    sample_chosen(recorder);
  }

 private:
  using LineKey = std::pair<std::string, std::string>;  // Name and description.

  /// A line that is read from files of its own.
  struct SingleLine {
    std::size_t row = 0;
    IrqFiles files;
    std::vector<std::size_t> columns;  ///< By possible CPU; kNoColumn for one that is offline and counts nothing.
    std::vector<std::int64_t> counts;  ///< Of the last row.
  };
  static constexpr std::size_t kNoColumn = static_cast<std::size_t>(-1);

  /// What changed in the table; nullopt when it cannot be read.
  std::optional<InterruptsTable::Change> look() {
    const auto text = file_->read();
    return text ? std::optional(table_.update(*text)) : std::nullopt;
  }

  void sample_all(Recorder& recorder) {
    const auto change = look();
    if (!change) return;
    if (*change == InterruptsTable::Change::layout) describe_rows(recorder);
    sample_chosen(recorder);
  }

  /// From the files when there are any, else from the table as it was last read.
  void sample_chosen(Recorder& recorder) {
    for (SingleLine& line : single_) put(line, recorder);
    for (std::size_t i = 0; single_.empty() && i < columns_.size(); ++i) {
      const auto values = table_.values(table_.rows()[i]);
      const std::size_t known = std::min(values.size(), columns_[i].size());
      for (std::size_t cpu = 0; cpu < known; ++cpu) recorder.set(columns_[i][cpu], values[cpu]);
    }
  }

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
      if (chosen_.has(known->second)) columns_[i] = columns_of(rows[i], known->second, recorder);
      now.emplace(std::move(key), known->second);
    }
    labels_ = std::move(now);
    open_single_lines(recorder);
  }

  /// A file costs about as much as a line of the table: when at most half the lines are wanted, files are cheaper. All
  /// wanted lines must have one.
  void open_single_lines(Recorder& recorder) {
    single_.clear();
    if (possible_cpus_.empty() || (chosen_.classes.empty() && chosen_.irqs.empty())) return;
    const std::vector<InterruptsRow>& rows = table_.rows();
    std::vector<SingleLine> lines;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (columns_[i].empty()) continue;
      auto files = rows[i].is_numbered() ? IrqFiles::open(host_, rows[i].name, possible_cpus_.size()) : std::nullopt;
      if (!files) return;
      lines.push_back({i, std::move(*files), {}, {}});
    }
    if (lines.size() * 2 > rows.size()) return;
    for (SingleLine& line : lines) add_columns(line, recorder);
    single_ = std::move(lines);
    looked_ns_ = monotonic_ns();
  }

  /// Those of the online CPUs are there: the table's.
  void add_columns(SingleLine& line, Recorder& recorder) {
    const auto counts = line.files.read();
    line.counts.assign(counts.begin(), counts.end());
    line.counts.resize(possible_cpus_.size());
    line.columns.assign(possible_cpus_.size(), kNoColumn);
    const std::vector<std::int64_t>& online = table_.cpus();
    for (std::size_t cpu = 0; cpu < possible_cpus_.size(); ++cpu) {
      const auto found = std::find(online.begin(), online.end(), possible_cpus_[cpu]);
      if (found == online.end()) continue;
      line.columns[cpu] = column_of(labels_of(line.row), possible_cpus_[cpu], recorder);
    }
  }

  /// False when the line has gone or is another's.
  bool put(SingleLine& line, Recorder& recorder) {
    const auto counts = line.files.read();
    for (std::size_t cpu = 0; cpu < counts.size(); ++cpu) {
      if (line.columns[cpu] == kNoColumn && counts[cpu] != line.counts[cpu])  // The CPU came online.
        line.columns[cpu] = column_of(labels_of(line.row), possible_cpus_[cpu], recorder);
      line.counts[cpu] = counts[cpu];
      if (line.columns[cpu] != kNoColumn) recorder.set(line.columns[cpu], counts[cpu]);
    }
    return !counts.empty();
  }

  const Labels& labels_of(std::size_t row) const {
    return labels_.at({table_.rows()[row].name, table_.rows()[row].description});
  }

  static std::size_t column_of(Labels labels, std::int64_t cpu, Recorder& recorder) {
    labels.emplace_back("cpu", std::to_string(cpu));
    return recorder.column(kMetrics[0], std::move(labels));
  }

  std::vector<std::size_t> columns_of(const InterruptsRow& row, const Labels& labels, Recorder& recorder) const {
    if (!row.per_cpu) return {recorder.column(kMetrics[0], labels)};
    std::vector<std::size_t> columns;
    for (std::size_t cpu = 0; cpu < row.value_count; ++cpu)
      columns.push_back(column_of(labels, table_.cpus()[cpu], recorder));
    return columns;
  }

  Host host_;
  Chosen chosen_;
  std::vector<std::int64_t> possible_cpus_;  ///< Empty when the kernel does not say.
  std::optional<KeptFile> file_;
  InterruptsTable table_;
  std::map<LineKey, Labels> labels_;               ///< Of the lines that are there.
  std::vector<std::vector<std::size_t>> columns_;  ///< By row and CPU.
  std::vector<SingleLine> single_;                 ///< The wanted lines when they are few; empty: the table has them.
  std::int64_t looked_ns_ = 0;                     ///< When the table was last looked at for lines that came.
};

const Registration<Collector, Interrupts> registration{"interrupts"};

}  // namespace
}  // namespace sriov
