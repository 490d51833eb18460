#include "report/html/inline_figure.h"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>

#include "report/html/markup.h"

namespace sriov::html {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

/// Removes ` name="…"` wherever it stands in the opening tag.
void remove_attribute(std::string& tag, std::string_view name) {
  const std::size_t begin = tag.find(name);
  if (begin == std::string::npos) return;
  const std::size_t quote = tag.find('"', begin);
  const std::size_t end = quote == std::string::npos ? quote : tag.find('"', quote + 1);
  if (end != std::string::npos) tag.erase(begin, end + 1 - begin);
}

std::string between(std::string_view text, std::string_view open, std::string_view close) {
  const std::size_t begin = text.find(open);
  const std::size_t end = begin == std::string_view::npos ? begin : text.find(close, begin);
  return end == std::string_view::npos ? std::string()
                                       : std::string(text.substr(begin + open.size(), end - begin - open.size()));
}

/// The other way round from escape(), for the few entities that drawings have.
std::string plain(std::string text) {
  replace_all(text, "&lt;", "<");
  replace_all(text, "&gt;", ">");
  replace_all(text, "&quot;", "\"");
  replace_all(text, "&#39;", "'");
  replace_all(text, "&amp;", "&");
  return text;
}

/// Qt writes a group for every change of pen, most of them around nothing.
std::string without_empty_groups(std::string_view svg) {
  std::string out;
  out.reserve(svg.size());
  constexpr std::string_view kClose = "</g>";
  std::size_t at = 0;
  while (at < svg.size()) {
    const std::size_t group = svg.find("<g ", at);
    if (group == std::string_view::npos) break;
    const std::size_t end = svg.find('>', group);
    if (end == std::string_view::npos) break;
    const std::size_t content = svg.find_first_not_of(" \n\r\t", end + 1);
    const bool is_empty = content != std::string_view::npos && svg.substr(content, kClose.size()) == kClose;
    out.append(svg.substr(at, (is_empty ? group : end + 1) - at));
    at = is_empty ? content + kClose.size() : end + 1;
  }
  out.append(svg.substr(at));
  return out;
}

/// ` onload="…"` and its like within a tag: they run what they hold.
bool has_event_attribute(std::string_view lower) {
  bool in_tag = false;
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (lower[i] == '<') in_tag = true;
    if (lower[i] == '>') in_tag = false;
    const bool begins_word = i > 0 && !std::isalnum(static_cast<unsigned char>(lower[i - 1]));
    if (!in_tag || !begins_word || lower.substr(i, 2) != "on") continue;
    std::size_t end = i + 2;
    while (end < lower.size() && std::isalpha(static_cast<unsigned char>(lower[end]))) ++end;
    const std::size_t after = lower.find_first_not_of(" \n\r\t", end);
    if (end > i + 2 && after != std::string_view::npos && lower[after] == '=') return true;
  }
  return false;
}

bool is_harmless(std::string_view svg) {
  static constexpr std::array<std::string_view, 7> kForbidden{"<script",     "<foreignobject", "<image", "<use",
                                                              "javascript:", "href=",          "<!"};
  std::string lower(svg);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return !has_event_attribute(lower) &&
         std::ranges::none_of(kForbidden, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}

/// What is no character of XML (a label may hold anything) would spoil the page.
std::string without_control_characters(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return c < 0x20 && c != '\n' && c != '\t'; }, ' ');
  return text;
}

}  // namespace

std::optional<InlineFigure> inline_figure(std::string_view file) {
  const std::size_t begin = file.find("<svg");
  const std::size_t end = file.rfind("</svg>");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return std::nullopt;
  std::string svg = without_control_characters(std::string(file.substr(begin, end + 6 - begin)));
  const auto tag_end = static_cast<std::size_t>(std::ranges::find(svg, '>') - svg.begin());  // </svg> has one, too.
  std::string tag = svg.substr(0, tag_end);
  for (const char* name : {"xmlns:xlink", "xmlns", "baseProfile", "version"}) remove_attribute(tag, name);
  std::string body = without_empty_groups(std::string_view(svg).substr(tag_end));
  if (!is_harmless(tag + body)) return std::nullopt;
  replace_all(body, "\"#000000\"", "\"currentColor\"");
  replace_all(body, "\"black\"", "\"currentColor\"");
  replace_all(body, "\"#ffffff\"", "\"Canvas\"");  // CSS's name for the colour of the page.
  InlineFigure figure;
  figure.title = plain(between(body, "<title>", "</title>"));
  figure.note = plain(between(body, "<desc>", "</desc>"));
  figure.svg = tag + " role=\"img\"" + body;
  return figure;
}

std::string figures_markup(const std::vector<InlineFigure>& figures) {
  std::string out;
  for (const InlineFigure& figure : figures)
    out += element("figure", figure.svg + "\n" + text_element("figcaption", figure.title + ". " + figure.note));
  return figures.empty() ? "" : element("div", "\n" + out, " class=\"figures\"");
}

}  // namespace sriov::html
