#include "cli/workload_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

#include "core/format_number.h"
#include "core/text.h"
#include "workloads/workload.h"

namespace sriov::cli {
namespace {

using agent::SideOutcome;

std::string in_unit(double value, std::string_view unit) {
  const DisplayUnit shown = display_unit(unit, value);
  return format_number(value / shown.divisor) + ' ' + shown.text;
}

std::string bytes_text(double bytes) {
  constexpr std::array<std::string_view, 5> kUnits{"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  for (; std::abs(bytes) >= 1000 && unit + 1 < kUnits.size(); ++unit) bytes /= 1000;
  return fmt::format("{} {}", format_number(bytes), kUnits[unit]);
}

std::string count_text(double count) { return fmt::format("{:.0f}", count); }

double seconds_of(std::int64_t begin_ns, std::int64_t end_ns) { return static_cast<double>(end_ns - begin_ns) / 1e9; }

/// A count of the interval per second.
double rate_of(const WorkloadInterval& interval, double count) {
  const double length_s = seconds_of(interval.begin_ns, interval.end_ns);
  return length_s > 0 ? count / length_s : 0;
}

std::string latency_cell(const WorkloadInterval& interval, double quantile) {
  if (!interval.latency_ns) return "-";
  return in_unit(static_cast<double>(interval.latency_ns->unpack().quantile(quantile)) / 1e3, "us");
}

bool side_sends(const Workload& workload, bool is_client) {
  return is_client ? workload.client_sends() : workload.server_sends();
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t have = display_width(text);
  return std::string(width > have ? width - have : 0, ' ') + text;
}

/// How one measure is shown at the end.
struct Row {
  std::string_view measure;
  std::string_view label;
};
constexpr std::array<Row, 17> kRows{{{"bytes_sent", "sent"},
                                     {"bytes_received", "received"},
                                     {"goodput_bps", "payload rate"},
                                     {"transactions", "transactions"},
                                     {"transactions_per_s", "transactions/s"},
                                     {"datagrams_sent", "datagrams sent"},
                                     {"datagrams_received", "datagrams received"},
                                     {"datagrams_lost", "datagrams lost"},
                                     {"datagrams_reordered", "datagrams reordered"},
                                     {"datagrams_duplicated", "datagrams duplicated"},
                                     {"retransmits", "segments sent again"},
                                     {"cpu_ns", "CPU of its threads"},
                                     {"service_demand_us_per_kb", "service demand"},
                                     {"cpu_us_per_transaction", "CPU per transaction"},
                                     {"rate_asked_bps", "rate asked"},
                                     {"rate_achieved_bps", "rate achieved"},
                                     {"footprint_bytes", "footprint"}}};
/// Of a whole life, or a part of another row.
constexpr std::array<std::string_view, 4> kNotShown{"total_bytes_sent", "total_bytes_received", "cpu_user_ns",
                                                    "cpu_system_ns"};

/// "cpu_ns" of "tcp_rr.cpu_ns": workloads that are mixtures tell measures by part.
std::string_view without_part(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

/// "tcp_rr: CPU of its threads".
std::string label_of(const std::string& name) {
  const std::string_view plain = without_part(name);
  const std::string part = plain.size() == name.size() ? "" : name.substr(0, name.size() - plain.size() - 1) + ": ";
  for (const Row& row : kRows)
    if (row.measure == plain) return part + std::string(row.label);
  std::string words(plain);
  std::replace(words.begin(), words.end(), '_', ' ');
  return part + words;
}

std::string value_text(const SideOutcome& side, const Measure& measure) {
  if (without_part(measure.name) == "cpu_ns") {
    const double window_s = seconds_of(side.report.window_begin_ns, side.report.window_end_ns);
    return window_s > 0 ? format_number(measure.value / window_s / 1e7) + " %" : "-";
  }
  if (measure.unit == "bytes") return bytes_text(measure.value);
  if (measure.unit == "bit/s") return in_unit(measure.value, "bit/s");
  if (measure.unit == "us/KB") return format_number(measure.value) + " µs/KB";
  if (measure.unit == "us") return in_unit(measure.value, "us");
  if (measure.value == std::floor(measure.value)) return count_text(measure.value);
  return format_number(measure.value);
}

/// What a side does not do is no 0 of it.
bool does(const RunSides& sides, bool is_client, std::string_view name) {
  const auto workload = WorkloadRegistry::instance().make(sides.spec->workload);
  if (!workload) return true;
  if (name == "bytes_sent" || name == "retransmits") return side_sends(*workload, is_client);
  return name != "bytes_received" || side_sends(*workload, !is_client);
}

std::string cell_of(const RunSides& sides, bool is_client, std::string_view name) {
  const SideOutcome* side = is_client ? sides.client : sides.server;
  if (side == nullptr || !side->has_report || !does(sides, is_client, name)) return "";
  for (const Measure& measure : side->report.measures)
    if (measure.name == name) return value_text(*side, measure);
  return "";
}

/// Every measure of either side: known ones first and in their order, then those of workloads that this file knows
/// nothing of.
std::vector<std::pair<std::string, std::string>> rows_of(const RunSides& sides) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Row& row : kRows) rows.emplace_back(row.measure, row.label);
  for (const SideOutcome* side : {sides.client, sides.server}) {
    if (side == nullptr) continue;
    for (const Measure& measure : side->report.measures) {
      const bool listed =
          std::any_of(rows.begin(), rows.end(), [&](const auto& row) { return row.first == measure.name; });
      const std::string_view plain = without_part(measure.name);
      if (listed || std::find(kNotShown.begin(), kNotShown.end(), plain) != kNotShown.end()) continue;
      rows.emplace_back(measure.name, label_of(measure.name));
    }
  }
  return rows;
}

std::string latency_text(const SideOutcome* side, double quantile) {
  if (side == nullptr || !side->has_report || !side->report.latency_ns) return "";
  return in_unit(static_cast<double>(side->report.latency_ns->quantile(quantile)) / 1e3, "us");
}

void add_latency_rows(const RunSides& sides, const std::function<void(std::vector<std::string>)>& add) {
  constexpr std::array<std::pair<std::string_view, double>, 5> kQuantiles{{{"latency p50", 0.5},
                                                                           {"latency p90", 0.9},
                                                                           {"latency p99", 0.99},
                                                                           {"latency p99.9", 0.999},
                                                                           {"latency max", 1}}};

  for (const auto& [label, quantile] : kQuantiles)
    add({std::string(label), latency_text(sides.client, quantile), latency_text(sides.server, quantile)});
}

std::string table_text(const RunSides& sides, const TextStyle& style) {
  std::vector<TextColumn> columns{{"", Align::left}};
  if (sides.client != nullptr) columns.push_back({"client", Align::right});
  if (sides.server != nullptr) columns.push_back({"server", Align::right});
  TextTable table(columns);
  const auto add = [&](std::vector<std::string> cells) {
    if (cells[1].empty() && cells[2].empty()) return;
    for (std::size_t i = 1; i < cells.size(); ++i)
      if (cells[i].empty()) cells[i] = "-";
    if (sides.client == nullptr) cells.erase(cells.begin() + 1);
    table.add_row(std::move(cells));
  };
  for (const auto& [name, label] : rows_of(sides))
    add({label, cell_of(sides, true, name), cell_of(sides, false, name)});
  add_latency_rows(sides, add);
  return table.empty() ? "" : table.text(style);
}

const SideOutcome* with_report(const SideOutcome* side) { return side != nullptr && side->has_report ? side : nullptr; }

/// Rate of `count` of a report over its window.
std::optional<double> per_second(const SideOutcome* side, std::string_view count) {
  if (with_report(side) == nullptr) return std::nullopt;
  const auto value = side->report.measure(count);
  const double window_s = seconds_of(side->report.window_begin_ns, side->report.window_end_ns);
  if (!value || *value <= 0 || window_s <= 0) return std::nullopt;
  return *value / window_s;
}

std::string losses_text(const RunSides& sides) {
  for (const SideOutcome* side : {sides.server, sides.client}) {
    if (with_report(side) == nullptr) continue;
    const auto lost = side->report.measure("datagrams_lost");
    const auto received = side->report.measure("datagrams_received");
    if (!lost || !received || *lost + *received <= 0) continue;
    return fmt::format("lost {:.0f} of {:.0f} datagrams ({} %)\n", *lost, *lost + *received,
                       format_number(100 * *lost / (*lost + *received)));
  }
  return "";
}

std::string rate_text(const RunSides& sides, const TextStyle& style) {
  const auto rate = paced_rate(sides);
  if (!rate) return "";
  const std::string text =
      fmt::format("asked for {}, achieved {}", in_unit(rate->asked_bps, "bit/s"), in_unit(rate->achieved_bps, "bit/s"));
  if (rate->is_reached()) return text + '\n';
  return style.warning(text + ": NOT REACHED") + '\n';
}

std::string words_of(const char* name, const SideOutcome* side, const TextStyle& style) {
  if (side == nullptr) return "";
  std::string out;
  if (!side->report.note.empty()) out += fmt::format("{}: {}\n", name, side->report.note);
  if (side->failed()) {
    const char* rest = side->has_report ? "; what was counted until then is above" : "";
    out += style.warning(fmt::format("{} FAILED: {}{}", name, side->failure.text(), rest)) + '\n';
  }
  return out;
}

}  // namespace

std::string describe_run(const WorkloadSpec& spec) {
  std::string out = fmt::format("{}, {} stream{}, {} byte messages", spec.workload, spec.streams,
                                spec.streams == 1 ? "" : "s", spec.message_bytes);
  if (spec.rate_bps > 0) out += ", paced to " + in_unit(static_cast<double>(spec.rate_bps), "bit/s");
  if (spec.total_bytes > 0) out += fmt::format(", {} bytes", spec.total_bytes);
  out += ", " + format_duration(spec.duration_ns);
  if (spec.warmup_ns > 0) out += " after " + format_duration(spec.warmup_ns) + " of warm-up";
  return out;
}

IntervalLines::IntervalLines(const WorkloadSpec& spec, bool is_client) : is_client_(is_client) {
  const auto workload = WorkloadRegistry::instance().make(spec.workload);
  sends_ = workload && side_sends(*workload, is_client);
  receives_ = workload && side_sends(*workload, !is_client);
}

void IntervalLines::add_bytes(const char* heading, const char* measure) {
  const auto count = [measure](const WorkloadInterval& interval) { return interval.measure(measure).value_or(0); };
  columns_.push_back({heading, 9, [count](const auto& interval) { return bytes_text(count(interval)); }});
  columns_.push_back(
      {"rate", 12, [count](const auto& interval) { return in_unit(rate_of(interval, 8 * count(interval)), "bit/s"); }});
}

void IntervalLines::add_part_transactions(const std::string& measure) {
  const std::string heading = measure.substr(0, measure.rfind('.')) + "/s";
  columns_.push_back({heading, std::max<std::size_t>(heading.size(), 10), [measure](const auto& interval) {
                        return count_text(rate_of(interval, interval.measure(measure).value_or(0)));
                      }});
}

void IntervalLines::choose_columns(const WorkloadInterval& first) {
  const auto has = [&](const char* measure) { return first.measure(measure).has_value(); };
  const auto add_count = [&](const char* heading, std::size_t width, const char* measure) {
    if (!has(measure)) return;
    columns_.push_back({heading, width,
                        [measure](const auto& interval) { return count_text(interval.measure(measure).value_or(0)); }});
  };
  origin_ns_ = first.begin_ns;
  columns_.push_back({"interval", 17, [this](const auto& interval) {
                        return fmt::format("{:.2f}-{:.2f} s", seconds_of(origin_ns_, interval.begin_ns),
                                           seconds_of(origin_ns_, interval.end_ns));
                      }});
  if (has("transactions")) {
    add_count("transactions", 12, "transactions");
    columns_.push_back({"per second", 10, [](const auto& interval) {
                          return count_text(rate_of(interval, interval.measure("transactions").value_or(0)));
                        }});
  } else {
    if (sends_) add_bytes("sent", "bytes_sent");
    if (receives_) add_bytes("received", "bytes_received");
  }
  add_count("datagrams", 9, sends_ ? "datagrams_sent" : "datagrams_received");
  add_count("lost", 7, "datagrams_lost");
  if (sends_) add_count("sent again", 10, "retransmits");
  for (const Measure& measure : first.measures)  // Of the parts of a mixture.
    if (is_client_ && measure.name.ends_with(".transactions")) add_part_transactions(measure.name);
  if (is_client_ && has("transactions")) {
    columns_.push_back({"p50", 8, [](const auto& interval) { return latency_cell(interval, 0.5); }});
    columns_.push_back({"p99", 8, [](const auto& interval) { return latency_cell(interval, 0.99); }});
  }
  columns_.push_back({"CPU", 7, [](const auto& interval) {
                        return fmt::format("{:.0f} %", rate_of(interval, interval.measure("cpu_ns").value_or(0)) / 1e7);
                      }});
}

std::string IntervalLines::line(const WorkloadInterval& interval) {
  std::string out;
  if (columns_.empty()) {
    choose_columns(interval);
    for (const Column& column : columns_) out += padded(column.heading, column.width) + "  ";
    out.erase(out.find_last_not_of(' ') + 1);
    out += '\n';
  }
  for (const Column& column : columns_) out += padded(column.cell(interval), column.width) + "  ";
  out += interval.is_warmup ? "(warm-up)" : "";
  out.erase(out.find_last_not_of(' ') + 1);
  return out + '\n';
}

std::optional<Throughput> throughput(const RunSides& sides) {
  double received = 0;
  bool known = false;
  for (const SideOutcome* side : {sides.client, sides.server}) {
    const auto rate = per_second(side, "bytes_received");
    if (!rate) continue;
    received = std::max(received, 8 * *rate);
    known = true;
  }
  if (known) return Throughput{received, true};
  for (const SideOutcome* side : {sides.client, sides.server})
    if (const auto rate = per_second(side, "bytes_sent")) return Throughput{8 * *rate, false};
  return std::nullopt;
}

std::optional<PacedRate> paced_rate(const RunSides& sides) {
  if (sides.spec->rate_bps <= 0) return std::nullopt;
  double sent = 0;
  for (const SideOutcome* side : {sides.client, sides.server})
    sent = std::max(sent, 8 * per_second(side, "bytes_sent").value_or(0));
  if (sent <= 0) return std::nullopt;
  return PacedRate{static_cast<double>(sides.spec->rate_bps), sent};
}

std::string render_result(const RunSides& sides, const TextStyle& style) {
  std::string out = table_text(sides, style);
  const bool is_rr = (with_report(sides.client) != nullptr && sides.client->report.measure("transactions")) ||
                     (with_report(sides.server) != nullptr && sides.server->report.measure("transactions"));
  if (const auto rate = throughput(sides); rate && !is_rr)
    out += fmt::format("throughput {}: {}\n",
                       rate->is_received ? "at the receiver" : "at the sender, the receiver's is not known",
                       style.bold(in_unit(rate->bps, "bit/s")));
  out += losses_text(sides);
  out += rate_text(sides, style);
  out += words_of("client", sides.client, style);
  out += words_of("server", sides.server, style);
  return out;
}

}  // namespace sriov::cli
