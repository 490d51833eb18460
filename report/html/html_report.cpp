#include "report/html/html_report.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/version.h"
#include "report/html/markup.h"
#include "report/html/sections.h"

namespace sriov::html {
namespace {

std::string figures_section(const ReportParts& parts) {
  std::string content;
  if (!parts.figures_missing.empty()) content += text_element("p", parts.figures_missing, " class=\"quiet\"");
  return section("figures", "Figures", content + figures_markup(parts.figures));
}

std::string header(const Comparison& comparison, const OpenRuns& runs) {
  std::string out = text_element("h1", comparison.run.name);
  if (!comparison.run.description.empty()) out += text_element("p", comparison.run.description, " class=\"lead\"");
  if (runs.any_emulated())
    out += text_element("p",
                        "Emulated hardware: times, rates and throughputs are the emulator's. Verdicts rest on counts "
                        "and shares only.",
                        " class=\"emulated\"");
  return out;
}

std::string contents() {
  constexpr std::array<std::pair<const char*, const char*>, 9> kSections{{{"verdicts", "Verdicts"},
                                                                          {"caveats", "Caveats"},
                                                                          {"comparison", "Comparison"},
                                                                          {"figures", "Figures"},
                                                                          {"run", "What was run"},
                                                                          {"method", "Method"},
                                                                          {"environment", "Environment"},
                                                                          {"trials", "Trials"},
                                                                          {"data", "Events and data"}}};
  std::string items;
  for (const auto& [id, name] : kSections) items += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, name);
  return element("nav", element("ul", "\n" + items), " aria-label=\"Contents\"");
}

}  // namespace

Result<std::string> render_report(OpenRuns& runs, const ReportParts& parts) {
  SRIOV_ASSIGN(const Comparison* comparison, runs.comparison(parts.choice.factor, parts.choice.baseline));
  SRIOV_ASSIGN(const std::string environment, environment_section(runs));
  SRIOV_ASSIGN(const std::string trials, trials_section(runs));
  SRIOV_ASSIGN(const std::string data, data_section(runs));
  std::string body = header(*comparison, runs) + contents();
  body += "<main>\n" + verdicts_section(*comparison, parts) + caveats_section(*comparison) +
          comparison_section(*comparison) + figures_section(parts) + runs_section(runs) + method_section(*comparison) +
          environment + trials + data + "</main>\n";
  body += text_element("footer", fmt::format("Made by sriov-bench {}.", kVersion), " class=\"quiet\"");
  const std::string head = "<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width\"/>\n" +
                           text_element("title", comparison->run.name + " - sriov-bench") +
                           element("style", "\n" + style_sheet());
  return "<!DOCTYPE html>\n" +
         element("html", "\n" + element("head", "\n" + head) + element("body", "\n" + body), " lang=\"en\"");
}

}  // namespace sriov::html
