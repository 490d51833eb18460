// Aligned columns for terminals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sriov {

/// How text is dressed for its reader. Colour is for terminals only, and never the only carrier of meaning.
struct TextStyle {
  bool colour = false;

  [[nodiscard]] std::string bold(std::string_view text) const;
  [[nodiscard]] std::string dim(std::string_view text) const;
  /// For what must not be overlooked.
  [[nodiscard]] std::string warning(std::string_view text) const;
};

/// Columns that a UTF-8 text takes on a terminal: escape sequences and combining marks none, wide characters two.
[[nodiscard]] std::size_t display_width(std::string_view text);

enum class Align { left, right };

struct TextColumn {
  std::string heading;
  Align align = Align::left;
};

class TextTable {
 public:
  explicit TextTable(std::vector<TextColumn> columns) : columns_(std::move(columns)) {}
  /// Missing cells are empty, surplus ones are dropped.
  void add_row(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// Headings and rows, every line indented by two blanks and ended by a newline; no blanks at the ends of lines.
  [[nodiscard]] std::string text(const TextStyle& style) const;

 private:
  std::vector<TextColumn> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace sriov
