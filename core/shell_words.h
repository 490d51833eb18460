// Words of a command line: how they are written for a shell at the other end, and how those of a target are read.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace sriov {

/// One word, as it is, for a POSIX shell and for split_words(): in quotes, where it needs them.
[[nodiscard]] std::string quote_word(std::string_view word);
/// All of them, with blanks between.
[[nodiscard]] std::string quote_words(std::span<const std::string> words);
/// Words separated by blanks and tabs; '…' and "…" keep them. Nothing else is special. A usage error when a quote is
/// not closed.
[[nodiscard]] Result<std::vector<std::string>> split_words(std::string_view text);

}  // namespace sriov
