// sriov-bench-micro: times one micro-benchmark for sriov-bench, which starts it.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/text.h"
#include "core/version.h"
#include "micro/program.h"

namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

constexpr std::string_view kHelp =
    "Usage: sriov-bench-micro --list | --run NAME [--cpu N] [--seconds S] [--unsafe]\n"
    "       sriov-bench-micro --files | --version | --help\n"
    "\n"
    "Times one operation that virtualization may make dearer and prints JSON. sriov-bench micro starts it.\n"
    "  --list       the micro-benchmarks, and why those that cannot work here cannot\n"
    "  --run NAME   time one of them\n"
    "  --cpu N      on this CPU (default: the last one)\n"
    "  --seconds S  for about this long (default: 0.1)\n"
    "  --unsafe     allow what changes a device's state for a moment\n"
    "  --files      print the files it consists of: program, libraries, loader\n"
    "Exit codes: 0 there is an answer, which may be why not, 1 failed, 2 usage.\n";

struct Words {
  bool is_list = false;
  std::string name;
  sriov::MicroProgramOptions options;
};

/// False when they make no sense.
bool read_words(const std::vector<std::string>& words, Words& out) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--list" || word == "--unsafe") {
      (word == "--list" ? out.is_list : out.options.unsafe) = true;
      continue;
    }
    if (++i == words.size()) return false;
    const auto number = sriov::to_double(words[i]);
    if (word == "--run") {
      out.name = words[i];
    } else if (word == "--cpu" && number && *number >= 0 && *number < 1e6) {
      out.options.cpu = static_cast<int>(*number);
    } else if (word == "--seconds" && number && *number > 0 && *number <= 60) {
      out.options.seconds = *number;
    } else {
      return false;
    }
  }
  return out.is_list != !out.name.empty();
}

int answer(const Words& words) {
  if (!words.is_list) sriov::answer_faults();
  const auto text = words.is_list ? sriov::list_json(sriov::Host{}, words.options)
                                  : sriov::run_json(sriov::Host{}, words.name, words.options);
  if (text) {
    fmt::print("{}", *text);
    return kOk;
  }
  fmt::print(stderr, "sriov-bench-micro: {}\n", text.error().text());
  return text.error().kind == sriov::ErrorKind::usage ? kUsage : kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string only = arguments.size() == 1 ? arguments[0] : "";
  if (only == "--help" || only == "-h") {
    fmt::print("{}", kHelp);
    return kOk;
  }
  if (only == "--version") {
    fmt::print("sriov-bench-micro {}\n", sriov::kVersion);
    return kOk;
  }
  if (only == "--files") {
    fmt::print("{}", sriov::program_files());
    return kOk;
  }
  Words words;
  if (read_words(arguments, words)) return answer(words);
  fmt::print(stderr, "{}", kHelp);
  return kUsage;
}
