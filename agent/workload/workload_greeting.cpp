#include "agent/workload/workload_greeting.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"

namespace sriov::agent {
namespace {

using Word = WorkloadGreeting::Word;

constexpr std::string_view kMagic = "sriov-bench-workload/";
constexpr std::array<std::pair<Word, std::string_view>, 4> kWords{
    {{Word::hello, "hello"}, {Word::welcome, "welcome"}, {Word::busy, "busy"}, {Word::other_version, "other-version"}}};
constexpr std::int64_t kMostProtocol = 1'000'000;

tl::unexpected<Error> not_a_greeting() { return fail("that is no greeting of sriov-bench workload"); }

}  // namespace

std::string printable(std::string_view text) {
  std::string out(text);
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return c < ' ' || c == 127; }, '?');
  return out;
}

std::string write_greeting(const WorkloadGreeting& greeting) {
  const auto* const word =
      std::find_if(kWords.begin(), kWords.end(), [&](const auto& known) { return known.first == greeting.word; });
  std::string line = fmt::format("{}{} {} {}", kMagic, greeting.protocol, word->second, printable(greeting.text));
  line.resize(std::min(line.size(), kGreetingBytes - 1));
  return line + '\n';
}

Result<WorkloadGreeting> parse_greeting(std::string_view line) {
  if (line.substr(0, kMagic.size()) != kMagic || line.size() >= kGreetingBytes) return not_a_greeting();
  line.remove_prefix(kMagic.size());
  const std::size_t number_end = std::min(line.find(' '), line.size());
  const auto protocol = to_int(line.substr(0, number_end));
  if (!protocol || *protocol < 0 || *protocol > kMostProtocol || number_end == line.size()) return not_a_greeting();
  line.remove_prefix(number_end + 1);
  const std::size_t word_end = std::min(line.find(' '), line.size());
  const auto* const word = std::find_if(kWords.begin(), kWords.end(),
                                        [&](const auto& known) { return known.second == line.substr(0, word_end); });
  if (word == kWords.end()) return not_a_greeting();
  const std::string_view text = word_end == line.size() ? std::string_view() : line.substr(word_end + 1);
  return WorkloadGreeting{static_cast<unsigned>(*protocol), word->first, printable(text)};
}

}  // namespace sriov::agent
