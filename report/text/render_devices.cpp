#include "report/text/render_devices.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace sriov {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidth = 90;  // Of a list that is wrapped.

/// The scalar `key` of an object as text; "" when it is not there.
std::string fact(const Json& object, const char* key) {
  if (!object.is_object()) return {};
  const auto found = object.find(key);
  if (found == object.end() || found->is_structured()) return {};
  if (found->is_boolean()) return found->get<bool>() ? "on" : "off";
  return found->is_string() ? found->get<std::string>() : found->dump();
}

const Json& part(const Json& object, const char* key) {
  static const Json kNothing = Json::object();
  const auto found = object.find(key);
  return found == object.end() ? kNothing : *found;
}

/// Parts of a line, put together by commas; those whose value is not known are left out.
class Line {
 public:
  Line& add(std::string_view before, const std::string& value, std::string_view after = {}) {
    if (value.empty()) return *this;
    if (!text_.empty()) text_ += ", ";
    text_ += fmt::format("{}{}{}", before, value, after);
    return *this;
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// "256 of 4096": what is set and the most there can be.
std::string of_most(const std::string& value, const std::string& most) {
  return value.empty() || most.empty() ? value : fmt::format("{} of {}", value, most);
}

std::string driver_line(const Json& nic) {
  const std::string driver = fact(nic, "driver");
  const std::string version = fact(nic, "driver_version");
  return Line()
      .add("", driver.empty() || version.empty() ? driver : driver + " " + version)
      .add("firmware ", fact(nic, "firmware"))
      .text();
}

/// sysfs writes "Unknown" or "unknown" for what it does not know.
std::string known(const Json& object, const char* key) {
  std::string value = fact(object, key);
  return value.starts_with("Unknown") || value == "unknown" ? std::string() : value;
}

std::string place_line(const Json& nic) {
  const std::string id = fact(nic, "pci_vendor").empty() ? "" : fact(nic, "pci_vendor") + ":" + fact(nic, "pci_device");
  const std::string width = fact(nic, "link_width");
  return Line()
      .add("", fact(nic, "pci_address"))
      .add("", fact(nic, "bus_address"))
      .add("id ", id)
      .add("", known(nic, "link_speed"), width.empty() ? "" : " x" + width)
      .add("NUMA node ", fact(nic, "numa_node"))
      .add("VF of ", fact(nic, "physical_function"))
      .add("port of ", fact(nic, "master"))
      .text();
}

std::string link_line(const Json& nic) {
  const std::string duplex = known(nic, "duplex");
  return Line()
      .add("", fact(nic, "state"))
      .add("", fact(nic, "speed_mbps"), duplex.empty() ? " Mbit/s" : " Mbit/s " + duplex + " duplex")
      .add("MTU ", fact(nic, "mtu"))
      .add("MAC ", fact(nic, "mac"))
      .text();
}

std::string queues_line(const Json& nic) {
  const Json& channels = part(nic, "channels");
  return Line()
      .add("rx ", fact(nic, "rx_queues"))
      .add("tx ", fact(nic, "tx_queues"))
      .add("channels rx ", fact(channels, "rx"))
      .add("tx ", fact(channels, "tx"))
      .add("combined ", of_most(fact(channels, "combined"), fact(channels, "combined_max")))
      .add("transmit queue length ", fact(nic, "tx_queue_length"))
      .text();
}

std::string rings_line(const Json& rings) {
  return Line()
      .add("rx ", of_most(fact(rings, "rx"), fact(rings, "rx_max")))
      .add("tx ", of_most(fact(rings, "tx"), fact(rings, "tx_max")))
      .text();
}

std::string coalescing_line(const Json& coalescing) {
  return Line()
      .add("rx ", fact(coalescing, "rx_usecs"), " us")
      .add("rx ", fact(coalescing, "rx_frames"), " frames")
      .add("tx ", fact(coalescing, "tx_usecs"), " us")
      .add("tx ", fact(coalescing, "tx_frames"), " frames")
      .add("adaptive rx ", fact(coalescing, "adaptive_rx"))
      .add("adaptive tx ", fact(coalescing, "adaptive_tx"))
      .text();
}

std::string napi_line(const Json& nic) {
  return Line()
      .add("gro_flush_timeout ", fact(nic, "gro_flush_timeout_ns"), " ns")
      .add("defer_hard_irqs ", fact(nic, "napi_defer_hard_irqs"))
      .add("threaded ", fact(nic, "threaded_napi"))
      .text();
}

/// Words in lines of at most kWidth.
std::vector<std::string> wrapped(const std::vector<std::string>& words, std::string_view separator) {
  std::vector<std::string> lines;
  for (const std::string& word : words) {
    if (lines.empty() || lines.back().size() + separator.size() + word.size() > kWidth)
      lines.push_back(word);
    else
      lines.back().append(separator).append(word);
  }
  return lines;
}

std::vector<std::string> vf_words(const Json& nic) {
  std::vector<std::string> out;
  if (!fact(nic, "vfs_supported").empty())
    out.push_back(of_most(fact(nic, "vfs"), fact(nic, "vfs_supported")) + " virtual functions");
  for (const Json& vf : part(nic, "vf_layout")) {
    const std::string user = fact(vf, "device").empty() ? fact(vf, "driver") : fact(vf, "device");
    out.push_back(fmt::format("{}: {}{}", fact(vf, "vf"), fact(vf, "pci_address"), user.empty() ? "" : " " + user));
  }
  return out;
}

std::vector<std::string> strings_of(const Json& list) {
  std::vector<std::string> out;
  for (const Json& word : list)
    if (word.is_string()) out.push_back(word.get<std::string>());
  return out;
}

/// The first line beside the heading, the others below it.
void add_lines(TextTable& table, const char* heading, const std::vector<std::string>& lines) {
  for (std::size_t i = 0; i < lines.size(); ++i) table.add_row({i == 0 ? heading : "", lines[i]});
}

std::string render_nic(const std::string& endpoint, const Json& nic, const TextStyle& style) {
  const std::string device = fact(nic, "device");
  if (device.empty()) return {};
  TextTable table({{endpoint + " " + device, Align::left}, {"", Align::left}});
  const auto add = [&](const char* heading, const std::string& line) {
    if (!line.empty()) table.add_row({heading, line});
  };
  add("driver", driver_line(nic));
  add("place", place_line(nic));
  add("link", link_line(nic));
  add("queues", queues_line(nic));
  add("rings", rings_line(part(nic, "rings")));
  add("coalescing", coalescing_line(part(nic, "coalescing")));
  add("napi", napi_line(nic));
  add_lines(table, "vfs", wrapped(vf_words(nic), ", "));
  add_lines(table, "offloads on", wrapped(strings_of(part(nic, "offloads_on")), " "));
  return table.empty() ? "" : "\n" + table.text(style);
}

/// Interrupt lines that follow one another and are treated alike.
struct IrqGroup {
  std::string device;
  std::string irq_class;
  std::string affinity;
  std::vector<std::int64_t> irqs;
  std::vector<std::string> actions;  ///< Without the numbers at their ends, each once.
  std::vector<std::string> effective;
};

/// "eth0-rx-1" is one of the actions "eth0-rx"; the device's own name keeps its number.
std::string without_number(std::string action, const std::string& device) {
  const std::size_t last = action.find_last_not_of("0123456789");
  if (action == device || last == std::string::npos || last + 1 == action.size()) return action;
  action.resize(last + 1);
  if (action.ends_with('-') || action.ends_with('.')) action.pop_back();
  return action;
}

void add_once(std::vector<std::string>& list, std::string word) {
  if (!word.empty() && std::find(list.begin(), list.end(), word) == list.end()) list.push_back(std::move(word));
}

std::vector<IrqGroup> group_irqs(const Json& irqs) {
  std::vector<IrqGroup> groups;
  for (const Json& irq : irqs) {
    const auto number = to_int(fact(irq, "irq"));
    if (!number) continue;
    IrqGroup one{fact(irq, "device"), fact(irq, "class"), fact(irq, "affinity"), {}, {}, {}};
    const bool goes_on = !groups.empty() && groups.back().irqs.back() + 1 == *number &&
                         groups.back().device == one.device && groups.back().irq_class == one.irq_class &&
                         groups.back().affinity == one.affinity;
    if (!goes_on) groups.push_back(std::move(one));
    IrqGroup& group = groups.back();
    group.irqs.push_back(*number);
    add_once(group.actions, without_number(fact(irq, "action"), group.device));
    group.effective.push_back(fact(irq, "effective_affinity"));
  }
  return groups;
}

/// One value for all, or each in the order of the lines: "0, 1, 0, 1".
std::string effective_text(const std::vector<std::string>& effective) {
  const bool same = std::adjacent_find(effective.begin(), effective.end(), std::not_equal_to<>()) == effective.end();
  return same ? effective.front() : join(effective, ", ");
}

std::string render_irqs(const std::string& endpoint, const Json& irqs, const TextStyle& style) {
  TextTable table({{endpoint + " irqs", Align::left},
                   {"device", Align::left},
                   {"class", Align::left},
                   {"action", Align::left},
                   {"affinity", Align::left},
                   {"effective", Align::left}});
  for (const IrqGroup& group : group_irqs(irqs)) {
    const std::string first = std::to_string(group.irqs.front());
    table.add_row({group.irqs.size() == 1 ? first : fmt::format("{}-{}", first, group.irqs.back()), group.device,
                   group.irq_class, join(group.actions, ", "), group.affinity, effective_text(group.effective)});
  }
  return table.empty() ? "" : "\n" + table.text(style);
}

Json parse(const std::string& environment_json) {
  Json facts = Json::parse(environment_json, nullptr, false);
  return facts.is_object() ? facts : Json::object();
}

}  // namespace

std::string device_list(const std::string& environment_json) {
  const Json facts = parse(environment_json);
  std::vector<std::string> out;
  for (const Json& nic : part(facts, "nics")) {
    const std::string driver = fact(nic, "driver");
    const std::string device = fact(nic, "device");
    if (!device.empty()) out.push_back(driver.empty() ? device : fmt::format("{} ({})", device, driver));
  }
  return join(out, ", ");
}

std::string render_devices(const std::string& endpoint, const std::string& environment_json, const TextStyle& style) {
  const Json facts = parse(environment_json);
  std::string out;
  for (const Json& nic : part(facts, "nics")) out += render_nic(endpoint, nic, style);
  return out + render_irqs(endpoint, part(facts, "irqs"), style);
}

}  // namespace sriov
