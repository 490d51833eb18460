// sriov-bench-agent: works for a controller on its stdin and stdout.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "agent/server.h"
#include "core/text.h"
#include "core/version.h"
#include "host/coalescing.h"

namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kFirstOtherFd = 3;

constexpr std::string_view kHelp =
    "Usage: sriov-bench-agent --stdio | coalesce DEVICE [FIELD VALUE] | --version | --help\n"
    "\n"
    "Runs workloads, takes samples and makes changes on this machine for sriov-bench, which starts it.\n"
    "  --stdio    serve the controller on stdin and stdout; ends, and puts back what was changed, when they close\n"
    "  coalesce   print the interrupt coalescing of a network device, after setting a field of it (rx-usecs, …)\n"
    "  --version  print the version\n"
    "Exit codes: 0 the controller is done, 1 the stream broke, 2 usage.\n";

/// Not a terminal, a file or /dev/null: a stream that says when the other end has gone.
bool can_be_stream(int fd) {
  struct stat info {};
  return ::fstat(fd, &info) == 0 && (S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode));
}

/// Moves the stream away from stdin and stdout, so that nothing else can ever read from it or print into it.
bool take_over_stdio(int& in, int& out) {
  in = ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, kFirstOtherFd);
  out = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, kFirstOtherFd);
  const int null_fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  return in >= 0 && out >= 0 && null_fd >= 0 && ::dup2(null_fd, STDIN_FILENO) >= 0 &&
         ::dup2(STDERR_FILENO, STDOUT_FILENO) >= 0;
}

int serve_stdio() {
  if (!can_be_stream(STDIN_FILENO) || !can_be_stream(STDOUT_FILENO)) {
    fmt::print(stderr, "sriov-bench-agent: --stdio needs pipes or sockets: sriov-bench makes them\n");
    return kUsage;
  }
  int in = -1;
  int out = -1;
  if (!take_over_stdio(in, out)) {
    fmt::print(stderr, "sriov-bench-agent: stdin, stdout or stderr is not open\n");
    return kFailed;
  }
  const auto outcome = sriov::agent::serve(in, out);
  if (!outcome) fmt::print(stderr, "sriov-bench-agent: {}\n", outcome.error().text());
  std::fflush(nullptr);
  // Work that did not stop in time may still use what a regular exit destroys.
  ::_exit(outcome ? kOk : kFailed);
}

/// `ethtool -c` and `-C` for machines that have no ethtool.
int coalesce(const std::vector<std::string>& words) {
  if (words.size() != 1 && words.size() != 3) {
    fmt::print(stderr, "{}", kHelp);
    return kUsage;
  }
  const auto value = words.size() == 3 ? sriov::to_int(words[2]) : 0;
  if (!value || *value < 0 || *value > std::numeric_limits<std::uint32_t>::max()) {
    fmt::print(stderr, "sriov-bench-agent: '{}' is not a number\n", words[2]);
    return kUsage;
  }
  const auto now = words.size() == 3 ? sriov::set_coalescing(words[0], words[1], static_cast<std::uint32_t>(*value))
                                     : sriov::read_coalescing(words[0]);
  if (!now) {
    fmt::print(stderr, "sriov-bench-agent: {}\n", now.error().text());
    return now.error().kind == sriov::ErrorKind::usage ? kUsage : kFailed;
  }
  for (const sriov::CoalescingField& field : sriov::coalescing_fields())
    fmt::print("{}: {}\n", field.name, (*now).*field.member);
  return kOk;
}

/// Commands that the controller asks for find this program by it.
void tell_children_where_we_are() {
  std::error_code failed;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (!failed) ::setenv("SRIOV_BENCH_AGENT_PROGRAM", self.c_str(), 1);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view option = argc == 2 ? argv[1] : "";
  if (argc >= 2 && std::string_view(argv[1]) == "coalesce")
    return coalesce(std::vector<std::string>(argv + 2, argv + argc));
  if (option == "--stdio") {
    tell_children_where_we_are();
    return serve_stdio();
  }
  if (option == "--version") {
    fmt::print("sriov-bench-agent {}\n", sriov::kVersion);
    return kOk;
  }
  if (option == "--help" || option == "-h") {
    fmt::print("{}", kHelp);
    return kOk;
  }
  fmt::print(stderr, "{}", kHelp);
  return kUsage;
}
