// HTML as text that is also well-formed XML: what comes from outside is escaped here and nowhere else.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sriov::html {

/// For text and for quoted attributes. Bytes that are no UTF-8 and control characters become U+FFFD, so that no label
/// can end the document early.
[[nodiscard]] std::string escape(std::string_view text);

/// `<name attributes>content</name>`; `content` is markup already, `attributes` is ` class="x"` or "".
[[nodiscard]] std::string element(std::string_view name, std::string_view content, std::string_view attributes = {});
/// The same of plain text.
[[nodiscard]] std::string text_element(std::string_view name, std::string_view text, std::string_view attributes = {});
/// `<section>` with a heading and an id by which the contents list links to it.
[[nodiscard]] std::string section(std::string_view id, std::string_view heading, std::string_view content);
/// What is folded away until the reader wants it; print has what was unfolded.
[[nodiscard]] std::string details(std::string_view summary, std::string_view content);
/// A list of sentences, plain text.
[[nodiscard]] std::string list(const std::vector<std::string>& items, std::string_view attributes = {});

/// A table of plain text: the first cell of a row is its header where `row_headers`.
class Table {
 public:
  explicit Table(std::string caption, std::vector<std::string> headings, bool row_headers = true);
  /// `css` is the class of the row's last cell, or "".
  void add_row(const std::vector<std::string>& cells, std::string_view css = {});
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string text() const;

 private:
  std::string caption_;
  std::vector<std::string> headings_;
  bool row_headers_;
  std::string rows_;
};

}  // namespace sriov::html
