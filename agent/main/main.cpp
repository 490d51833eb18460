// sriov-bench-agent: works for a controller on its stdin and stdout.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include <fmt/format.h>

#include "agent/server.h"
#include "core/version.h"

namespace {

constexpr int kOk = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kFirstOtherFd = 3;

constexpr std::string_view kHelp =
    "Usage: sriov-bench-agent --stdio | --version | --help\n"
    "\n"
    "Runs workloads, takes samples and makes changes on this machine for sriov-bench, which starts it.\n"
    "  --stdio    serve the controller on stdin and stdout; ends, and puts back what was changed, when they close\n"
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

}  // namespace

int main(int argc, char** argv) {
  const std::string_view option = argc == 2 ? argv[1] : "";
  if (option == "--stdio") return serve_stdio();
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
