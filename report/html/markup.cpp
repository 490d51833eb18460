#include "report/html/markup.h"

#include <cstddef>

#include <fmt/format.h>

namespace sriov::html {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

/// Bytes of the character at the front of `text`; 0 when it is not well-formed UTF-8 (RFC 3629), or one that XML
/// forbids.
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return first >= 0x20 && first != 0x7F ? 1 : (first == '\n' || first == '\t' ? 1 : 0);
  if (first >= 0xC2 && first <= 0xDF) return follows(1) && !(first == 0xC2 && byte(1) < 0xA0) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = first == 0xED && byte(1) >= 0xA0;
    const bool no_character = first == 0xEF && byte(1) == 0xBF && byte(2) >= 0xBE;
    return follows(1) && follows(2) && !overlong && !surrogate && !no_character ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool beyond = (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90);
    return follows(1) && follows(2) && follows(3) && !beyond ? 4 : 0;
  }
  return 0;
}

std::string_view entity(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    if (bytes == 0)
      out.append(kReplacement);
    else if (const std::string_view named = entity(text.front()); !named.empty())
      out.append(named);
    else
      out.append(text.substr(0, bytes));
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

std::string element(std::string_view name, std::string_view content, std::string_view attributes) {
  return fmt::format("<{0}{1}>{2}</{0}>\n", name, attributes, content);
}

std::string text_element(std::string_view name, std::string_view text, std::string_view attributes) {
  return element(name, escape(text), attributes);
}

std::string section(std::string_view id, std::string_view heading, std::string_view content) {
  return fmt::format("<section id=\"{0}\">\n<h2>{1}</h2>\n{2}</section>\n", id, escape(heading), content);
}

std::string details(std::string_view summary, std::string_view content) {
  return fmt::format("<details>\n<summary>{}</summary>\n{}</details>\n", escape(summary), content);
}

std::string list(const std::vector<std::string>& items, std::string_view attributes) {
  if (items.empty()) return {};
  std::string out;
  for (const std::string& item : items) out += text_element("li", item);
  return element("ul", "\n" + out, attributes);
}

Table::Table(std::string caption, std::vector<std::string> headings, bool row_headers)
    : caption_(std::move(caption)), headings_(std::move(headings)), row_headers_(row_headers) {}

void Table::add_row(const std::vector<std::string>& cells, std::string_view css) {
  rows_ += "<tr>";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const bool is_header = i == 0 && row_headers_;
    const std::string css_class = css.empty() || i + 1 != cells.size() ? "" : fmt::format(" class=\"{}\"", css);
    rows_ += fmt::format("<{0}{1}{2}>{3}</{0}>", is_header ? "th" : "td", is_header ? " scope=\"row\"" : "", css_class,
                         escape(cells[i]));
  }
  rows_ += "</tr>\n";
}

std::string Table::text() const {
  std::string head;
  for (const std::string& heading : headings_)
    head += heading.empty() ? "<td></td>" : fmt::format("<th scope=\"col\">{}</th>", escape(heading));
  return fmt::format("<div class=\"wide\"><table>\n{}<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody>\n</table></div>\n",
                     caption_.empty() ? "" : text_element("caption", caption_), head, rows_);
}

}  // namespace sriov::html
