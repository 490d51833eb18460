#include "runner/experiment_document.h"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov {
namespace {

std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  return std::nullopt;
}

/// VALUE of --set key=VALUE: TOML when it reads as TOML, else a list when it has commas, else the words themselves.
toml::table value_table(const std::string& value) {
  try {
    toml::table parsed = toml::parse("value = " + value);
    if (parsed.size() == 1 && parsed.contains("value")) return parsed;
  } catch (const toml::parse_error&) {  // Plain words such as 2s or vf,netfront.
  }
  toml::table plain;
  if (value.find(',') == std::string::npos) {
    plain.insert_or_assign("value", value);
    return plain;
  }
  toml::array list;
  for (const std::string& part : split(value, ',')) list.push_back(std::string(trim(part)));
  plain.insert_or_assign("value", std::move(list));
  return plain;
}

}  // namespace

Result<std::string> DocumentEntry::text() const {
  if (auto text = scalar_text(*node)) return *text;
  return fail_usage(fmt::format("'{}' must be one value, not a list or table", path), where);
}

Result<std::int64_t> DocumentEntry::integer(std::int64_t least, std::int64_t most) const {
  SRIOV_ASSIGN(const std::string word, text());
  const auto value = to_int(word);
  if (!value || *value < least || *value > most)
    return fail_usage(fmt::format("'{}' must be a whole number from {} to {}, not '{}'", path, least, most, word),
                      where);
  return *value;
}

Result<std::vector<std::string>> DocumentEntry::texts() const {
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    SRIOV_ASSIGN(std::string only, text());
    return std::vector<std::string>{std::move(only)};
  }
  std::vector<std::string> out;
  for (const toml::node& element : *list) {
    auto word = scalar_text(element);
    if (!word) return fail_usage(fmt::format("'{}' must be a list of plain values", path), where);
    if (std::find(out.begin(), out.end(), *word) != out.end())
      return fail_usage(fmt::format("'{}' lists '{}' twice", path, *word), where);
    out.push_back(std::move(*word));
  }
  if (out.empty()) return fail_usage(fmt::format("'{}' is empty", path), where, "give at least one value");
  return out;
}

Result<ExperimentDocument> ExperimentDocument::parse(const std::string& text, const std::string& name,
                                                     const std::vector<std::string>& overrides) {
  ExperimentDocument document;
  document.name_ = name;
  try {
    document.root_ = toml::parse(text, name);
  } catch (const toml::parse_error& error) {
    return fail_usage(std::string(error.description()), fmt::format("{}:{}", name, error.source().begin.line),
                      "the file is not valid TOML");
  }
  for (const std::string& override_text : overrides) SRIOV_TRY(document.apply(override_text));
  return document;
}

Result<void> ExperimentDocument::apply(const std::string& override_text) {
  const std::string where = "--set " + override_text;
  const std::size_t equals = override_text.find('=');
  if (equals == std::string::npos || equals == 0)
    return fail_usage("it is not of the form key=value", where, "for example --set duration=2s");
  const std::string path(trim(std::string_view(override_text).substr(0, equals)));
  const std::vector<std::string> keys = split(path, '.');
  if (std::any_of(keys.begin(), keys.end(), [](const std::string& key) { return key.empty(); }))
    return fail_usage(fmt::format("'{}' is not a key", path), where);

  toml::table* table = &root_;
  for (std::size_t i = 0; i + 1 < keys.size(); ++i) {
    toml::node* inner = table->get(keys[i]);
    if (inner == nullptr) inner = &table->insert_or_assign(keys[i], toml::table{}).first->second;
    if (!inner->is_table()) return fail_usage(fmt::format("'{}' is not a table", keys[i]), where);
    table = inner->as_table();
  }
  const std::string words(trim(std::string_view(override_text).substr(equals + 1)));
  toml::table parsed = value_table(words);
  toml::node& value = *parsed.get("value");
  if (const toml::table* inner = value.as_table())
    table->insert_or_assign(keys.back(), *inner);
  else if (const toml::array* list = value.as_array())
    table->insert_or_assign(keys.back(), *list);
  else
    table->insert_or_assign(keys.back(), scalar_text(value).value_or(words));
  overridden_[path] = where;
  return {};
}

std::vector<DocumentEntry> ExperimentDocument::entries(const std::string& table) const {
  const toml::table* found = &root_;
  if (!table.empty()) found = root_.at_path(table).as_table();
  if (found == nullptr) return {};

  struct Placed {
    std::uint64_t line;
    std::uint64_t column;
    DocumentEntry entry;
  };
  std::vector<Placed> placed;
  for (const auto& [key, node] : *found) {
    const std::string path = table.empty() ? std::string(key.str()) : table + '.' + std::string(key.str());
    const auto begin = key.source().begin;
    // Keys that --set added have no place in the file: they come last.
    const std::uint64_t line = begin.line == 0 ? ~std::uint64_t{0} : begin.line;
    placed.push_back({line, begin.column, {std::string(key.str()), path, where(path, key.source()), &node}});
  }
  std::stable_sort(placed.begin(), placed.end(), [](const Placed& a, const Placed& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  std::vector<DocumentEntry> out;
  for (Placed& one : placed) out.push_back(std::move(one.entry));
  return out;
}

std::string ExperimentDocument::where(const std::string& path, const toml::source_region& source) const {
  for (const auto& [key, text] : overridden_) {
    const bool covers = path == key || path.starts_with(key + '.');
    const bool made_by = key.starts_with(path + '.') && source.begin.line == 0;
    if (covers || made_by) return text;
  }
  return source.begin.line == 0 ? name_ : fmt::format("{}:{}", name_, source.begin.line);
}

}  // namespace sriov
