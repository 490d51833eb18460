// A TOML file with --set overrides applied, that remembers where every value came from.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "core/result.h"

namespace sriov {

/// One key of a table, with what an error about it needs.
struct DocumentEntry {
  std::string key;                   ///< "message_bytes".
  std::string path;                  ///< "workload.message_bytes".
  std::string where;                 ///< "smoke.toml:12" or "--set workload.message_bytes=1k".
  const toml::node* node = nullptr;  ///< Lives as long as the document.

  /// A string, or a number or boolean as the text of it; a usage error for anything else.
  [[nodiscard]] Result<std::string> text() const;
  [[nodiscard]] Result<std::int64_t> integer(std::int64_t least, std::int64_t most) const;
  /// An array of such texts; one text is a list of one.
  [[nodiscard]] Result<std::vector<std::string>> texts() const;
};

class ExperimentDocument {
 public:
  [[nodiscard]] static Result<ExperimentDocument> parse(const std::string& text, const std::string& name,
                                                        const std::vector<std::string>& overrides);

  /// Entries of a table ("" is the top) in the order they were written; empty when there is no such table.
  [[nodiscard]] std::vector<DocumentEntry> entries(const std::string& table) const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  [[nodiscard]] Result<void> apply(const std::string& override_text);
  [[nodiscard]] std::string where(const std::string& path, const toml::source_region& source) const;

  std::string name_;
  toml::table root_;
  std::map<std::string, std::string> overridden_;  ///< Dotted path -> the --set text.
};

}  // namespace sriov
