#include "testbed/doctor/doctor_report.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/version.h"

namespace sriov::doctor {
namespace {

constexpr int kStatusWidth = 8;

std::string_view color_of(Status status) {
  switch (status) {
    case Status::ok:
      return "\033[32m";
    case Status::warn:
      return "\033[33m";
    case Status::missing:
      return "\033[31m";
    case Status::unknown:
      break;
  }
  return "\033[36m";
}

std::size_t subject_width(const Report& report) {
  std::size_t width = 0;
  for (const ReportEntry& entry : report) width = std::max(width, entry.finding.subject.size());
  return width;
}

void add_finding(std::string& text, const Finding& finding, std::size_t width, bool color) {
  const auto out = std::back_inserter(text);
  const std::string status = fmt::format("{:<{}}", to_string(finding.status), kStatusWidth);
  fmt::format_to(out, "  {}{}{} {:<{}}  {}\n", color ? color_of(finding.status) : "", status, color ? "\033[0m" : "",
                 finding.subject, width, finding.what);
  const std::string indent(static_cast<std::size_t>(2 + kStatusWidth + 1) + width + 2, ' ');
  if (finding.status == Status::ok) return;
  if (!finding.why.empty()) fmt::format_to(out, "{}why: {}\n", indent, finding.why);
  if (!finding.action.empty()) fmt::format_to(out, "{}do:  {}\n", indent, finding.action);
}

constexpr std::array kStatuses{Status::ok, Status::warn, Status::missing, Status::unknown};

std::ptrdiff_t count(const Report& report, Status status) {
  return std::ranges::count_if(report, [status](const ReportEntry& entry) { return entry.finding.status == status; });
}

}  // namespace

std::string_view to_string(Status status) {
  switch (status) {
    case Status::ok:
      return "ok";
    case Status::warn:
      return "warn";
    case Status::missing:
      return "missing";
    case Status::unknown:
      break;
  }
  return "unknown";
}

std::string_view to_string(Section section) {
  switch (section) {
    case Section::host:
      return "Host";
    case Section::xen:
      return "Xen";
    case Section::iommu:
      return "IOMMU";
    case Section::sriov:
      return "SR-IOV";
    case Section::traps:
      return "Traps";
    case Section::lab:
      return "Lab";
    case Section::testbeds:
      return "Testbeds";
    case Section::collectors:
      break;
  }
  return "Collectors";
}

Report examine(const Machine& machine) {
  Report report;
  for (const std::string& name : CheckRegistry::instance().names()) {
    const auto check = CheckRegistry::instance().make(name);
    for (Finding& finding : check->look(machine)) report.push_back({check->section(), name, std::move(finding)});
  }
  std::ranges::stable_sort(report, {}, &ReportEntry::section);
  return report;
}

std::string to_text(const Report& report, bool color) {
  std::string text;
  const std::size_t width = subject_width(report);
  const ReportEntry* previous = nullptr;
  for (const ReportEntry& entry : report) {
    if (previous == nullptr || previous->section != entry.section)
      fmt::format_to(std::back_inserter(text), "{}{}\n", previous == nullptr ? "" : "\n", to_string(entry.section));
    add_finding(text, entry.finding, width, color);
    previous = &entry;
  }
  fmt::format_to(std::back_inserter(text), "\n{} ok, {} warn, {} missing, {} unknown\n", count(report, Status::ok),
                 count(report, Status::warn), count(report, Status::missing), count(report, Status::unknown));
  return text;
}

std::string to_json(const Report& report) {
  nlohmann::ordered_json root{{"format", 1}, {"tool", kVersion}};
  auto& findings = root["findings"] = nlohmann::ordered_json::array();
  for (const auto& [section, check, finding] : report) {
    nlohmann::ordered_json entry{{"section", to_string(section)},
                                 {"check", check},
                                 {"subject", finding.subject},
                                 {"status", to_string(finding.status)},
                                 {"what", finding.what}};
    if (!finding.why.empty()) entry["why"] = finding.why;
    if (!finding.action.empty()) entry["action"] = finding.action;
    findings.push_back(std::move(entry));
  }
  for (const Status status : kStatuses) root["counts"][std::string(to_string(status))] = count(report, status);
  // Bytes from the system that are no UTF-8 become U+FFFD instead of an exception.
  return root.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sriov::doctor
