#include "core/shell_words.h"

#include <fmt/format.h>

namespace sriov {

std::string quote_word(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";  // Special to no shell.
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  std::string out = "'";
  for (const char byte : word) {
    if (byte == '\'') {
      out += R"('"'"')";  // Not '\'': a backslash means nothing to split_words().
    } else {
      out += byte;
    }
  }
  return out + "'";
}

std::string quote_words(std::span<const std::string> words) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += ' ';
    out += quote_word(word);
  }
  return out;
}

Result<std::vector<std::string>> split_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (const char byte : text) {
    const bool is_quote = byte == '\'' || byte == '"';
    if (quote != '\0' ? byte == quote : is_quote) {
      quote = quote != '\0' ? '\0' : byte;
      if (!in_word) words.emplace_back();
      in_word = true;
    } else if (quote == '\0' && (byte == ' ' || byte == '\t')) {
      in_word = false;
    } else {
      if (!in_word) words.emplace_back();
      in_word = true;
      words.back() += byte;
    }
  }
  if (quote != '\0') return fail_usage(fmt::format("a quote is not closed in '{}'", text));
  return words;
}

}  // namespace sriov
