// The first line of each side of a workload server's control connection: who is there, and in which version.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"

namespace sriov::agent {

/// One line: "sriov-bench-workload/4 hello 0.1.0". Text, so that whoever connects by mistake can read it.
struct WorkloadGreeting {
  enum class Word {
    hello,          ///< The client.
    welcome,        ///< The server: calls may follow.
    busy,           ///< The server has another client; `text` says which.
    other_version,  ///< The server speaks another protocol than the client's.
  };
  unsigned protocol = 0;
  Word word = Word::hello;
  std::string text;  ///< The tool's version, or what the reader should know.
};

/// Longest line, its end included.
inline constexpr std::size_t kGreetingBytes = 256;

/// With the newline; text that would not fit is cut.
[[nodiscard]] std::string write_greeting(const WorkloadGreeting& greeting);
/// `line` without its newline. Anything else than a greeting is an error. Control characters in the text are replaced:
/// it is going to be printed.
[[nodiscard]] Result<WorkloadGreeting> parse_greeting(std::string_view line);
/// A stranger's text without control characters.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace sriov::agent
