#include "collector/perf/sysfs_pmu.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/cpu_list.h"
#include "core/text.h"
#include "host/file.h"

namespace sriov {
namespace {

std::string devices_folder(const Host& host) { return host.sys + "/bus/event_source/devices"; }

std::optional<PmuEvent> read_event(const std::string& path) {
  auto terms = parse_pmu_terms(read_word(path));
  if (!terms) return std::nullopt;
  return PmuEvent{std::move(*terms), to_double(read_word(path + ".scale")).value_or(1), read_word(path + ".unit")};
}

bool is_attribute_of_event(std::string_view file) {
  return file.ends_with(".scale") || file.ends_with(".unit") || file.ends_with(".per-pkg") ||
         file.ends_with(".snapshot");
}

}  // namespace

std::vector<std::string> SysfsPmu::numbered(const Host& host, std::string_view prefix) {
  std::vector<std::pair<std::int64_t, std::string>> found;
  for (const std::string& name : list_directory(devices_folder(host)))
    if (name.starts_with(prefix))
      if (const auto number = to_int(std::string_view(name).substr(prefix.size()))) found.emplace_back(*number, name);
  std::ranges::sort(found);
  std::vector<std::string> names;
  for (auto& [number, name] : found) names.push_back(std::move(name));
  return names;
}

Result<SysfsPmu> SysfsPmu::read(const Host& host, const std::string& name) {
  const std::string folder = devices_folder(host) + "/" + name;
  SysfsPmu pmu;
  pmu.name_ = name;
  SRIOV_ASSIGN(const std::string type, read_file(folder + "/type"));
  const auto number = to_int(trim(type));
  if (!number || *number < 0 || *number > 0xFFFF'FFFF)
    return fail_environment(fmt::format("'{}' is no type of a PMU", trim(type)), folder + "/type");
  pmu.type_ = static_cast<std::uint32_t>(*number);
  for (const char* file : {"/cpumask", "/cpus"})
    if (!pmu.cpus_ && exists(folder + file)) pmu.cpus_ = parse_cpu_list(read_word(folder + file));
  for (const std::string& field : list_directory(folder + "/format"))
    if (auto bits = parse_pmu_field(read_word(folder + "/format/" + field)))
      pmu.format_.emplace(field, std::move(*bits));
  for (const std::string& event : list_directory(folder + "/events"))
    if (!is_attribute_of_event(event))
      if (auto terms = read_event(folder + "/events/" + event)) pmu.events_.emplace(event, std::move(*terms));
  return pmu;
}

const PmuEvent* SysfsPmu::event(std::string_view event) const {
  const auto found = events_.find(event);
  return found == events_.end() ? nullptr : &found->second;
}

std::vector<std::string> SysfsPmu::event_names() const {
  std::vector<std::string> names;
  for (const auto& [name, event] : events_) names.push_back(name);
  return names;
}

Result<void> SysfsPmu::write_term(const PmuTerm& term, PmuConfig& config) const {
  static constexpr std::array<std::string_view, kPmuConfigWords> kRaw{"config", "config1", "config2"};
  if (!term.value)
    return fail_usage(fmt::format("term '{}' needs a value", term.name), name_, fmt::format("{}=…", term.name));
  if (const auto raw = std::ranges::find(kRaw, term.name); raw != kRaw.end()) {
    config[static_cast<std::size_t>(raw - kRaw.begin())] = *term.value;
    return {};
  }
  const auto field = format_.find(term.name);
  if (field == format_.end()) {
    std::vector<std::string> known = event_names();
    for (const auto& [name, bits] : format_) known.push_back(name);
    const std::string near = nearest(term.name, known);
    const std::string list = known.empty() ? fmt::format("sysfs names none of its events: {}/config=NUMBER/", name_)
                                           : "it has: " + join(known, ", ");
    return fail_usage(fmt::format("it has no event or term '{}'", term.name), name_,
                      near.empty() ? list : fmt::format("did you mean '{}'?", near));
  }
  if (!field->second.holds(*term.value))
    return fail_usage(fmt::format("{}={:#x} does not fit into {} bits", term.name, *term.value, field->second.width()),
                      name_);
  field->second.write(*term.value, config);
  return {};
}

Result<PerfEvent> SysfsPmu::encode(const std::vector<PmuTerm>& terms) const {
  PmuConfig config{};
  std::vector<std::string> words;
  const auto is_event = [&](const PmuTerm& term) { return !format_.contains(term.name) && event(term.name); };
  for (const PmuTerm& term : terms) {
    if (!is_event(term)) continue;
    for (const PmuTerm& part : event(term.name)->terms) {
      const bool given_below = std::ranges::any_of(terms, [&](const PmuTerm& own) { return own.name == part.name; });
      if (part.value || !given_below) SRIOV_TRY(write_term(part, config));
    }
    words.push_back(term.name);
  }
  for (const PmuTerm& term : terms) {
    if (is_event(term)) continue;
    SRIOV_TRY(write_term(term, config));
    words.push_back(fmt::format("{}={:#x}", term.name, *term.value));
  }
  PerfEvent out;
  out.name = fmt::format("{}/{}/", name_, join(words, ","));
  out.attr.type = type_;
  out.attr.config = config[0];
  out.attr.config1 = config[1];
  out.attr.config2 = config[2];
  return out;
}

}  // namespace sriov
