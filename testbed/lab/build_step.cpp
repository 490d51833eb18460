#include "testbed/lab/build_step.h"

#include <fcntl.h>

#include <cerrno>

#include <fmt/format.h>

#include "core/time.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/process.h"
#include "testbed/lab/places.h"

namespace sriov::lab {
namespace {

constexpr std::int64_t kPollNs = 200 * kNsPerMs;
constexpr std::size_t kLinesInErrors = 12;

std::string last_stage(const std::string& log) {
  const std::string text = "\n" + read_file(log).value_or("");
  const std::size_t at = text.rfind("\n## ");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + 4;
  return text.substr(begin, text.find('\n', begin) - begin);
}

}  // namespace

Result<void> run_step(const BuildStep& step, const Progress& progress, const std::function<bool()>& should_stop) {
  const Fd log(::open(step.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!log.is_open()) return fail_errno("cannot open the build log", errno, step.log);
  Command command{"unshare", "--pid", "--mount-proc", "--fork", "--kill-child", "--", "env", "LC_ALL=C.UTF-8"};
  for (const auto& [name, value] : step.environment) command.push_back(fmt::format("{}={}", name, value));
  command.insert(command.end(), step.command.begin(), step.command.end());
  ChildOptions options;
  options.stdout_fd = log.get();
  options.stderr_fd = log.get();
  SRIOV_ASSIGN(Child child, Child::start(command, options));
  while (child.is_running()) {
    if (should_stop && should_stop()) {
      child.stop();
      return fail("interrupted", step.name, "", ErrorKind::interrupted);
    }
    if (progress)
      if (const std::string stage = last_stage(step.log); !stage.empty()) progress({stage, -1});
    sleep_until_ns(monotonic_ns() + kPollNs);
  }
  SRIOV_ASSIGN(const int exit_code, child.wait(0));
  if (exit_code == 0) return {};
  return fail_environment(
      fmt::format("{} failed (exit code {}):\n{}", step.name, exit_code, tail(step.log, kLinesInErrors)), {},
      "the whole log is " + step.log);
}

}  // namespace sriov::lab
