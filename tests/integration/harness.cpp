#include "harness.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <sstream>

#include "core/text.h"
#include "host/clock.h"
#include "host/file.h"
#include "host/process_stat.h"

namespace sriov::integration {
namespace {

constexpr std::int64_t kCommandTimeout = 200'000'000'000;
constexpr std::int64_t kPoll = 50'000'000;
constexpr std::int64_t kSomeTraffic = 4'000'000;

}  // namespace

void BenchTest::SetUp() {
  if (geteuid() != 0) GTEST_SKIP() << "needs root: it makes network namespaces";
}

std::string BenchTest::experiment(const std::string& toml) const {
  const std::string path = directory_ + "/experiment.toml";
  EXPECT_TRUE(write_file(path, toml));
  return path;
}

Command BenchTest::command(const std::vector<std::string>& arguments) const {
  Command out{"/usr/bin/env", "SRIOV_BENCH_STATE=" + directory_ + "/state", "SRIOV_BENCH_AGENT=" SRIOV_AGENT,
              SRIOV_BENCH};
  out.insert(out.end(), arguments.begin(), arguments.end());
  return out;
}

CommandOutput BenchTest::bench(const std::vector<std::string>& arguments) const {
  LocalShell shell;
  auto output = shell.run(command(arguments), kCommandTimeout);
  EXPECT_TRUE(output) << (output ? "" : output.error().text());
  return output ? *output : CommandOutput{-1, "", ""};
}

Child BenchTest::start(const std::vector<std::string>& arguments) const {
  const Fd err(open((directory_ + "/stderr").c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  ChildOptions options;
  options.stdout_fd = err.get();
  options.stderr_fd = err.get();
  auto child = Child::start(command(arguments), options);
  EXPECT_TRUE(child) << (child ? "" : child.error().text());
  return child ? std::move(*child) : Child{};
}

std::vector<TrialSummary> BenchTest::trials() const {
  const auto store = Store::open(result());
  EXPECT_TRUE(store) << (store ? "" : store.error().text());
  if (!store) return {};
  auto trials = store->trials();
  EXPECT_TRUE(trials) << (trials ? "" : trials.error().text());
  return trials ? *trials : std::vector<TrialSummary>{};
}

std::vector<SampleBlock> BenchTest::blocks(std::int64_t trial_id) const {
  const auto store = Store::open(result());
  if (!store) return {};
  auto blocks = store->blocks(trial_id);
  EXPECT_TRUE(blocks) << (blocks ? "" : blocks.error().text());
  return blocks ? *blocks : std::vector<SampleBlock>{};
}

std::vector<pid_t> agents_of(pid_t controller) {
  std::vector<pid_t> out;
  for (const std::string& name : list_directory("/proc")) {
    const auto pid = to_int(name);
    if (!pid) continue;
    const auto stat = read_process_stat(static_cast<pid_t>(*pid));
    if (!stat || stat->parent != controller) continue;
    if (read_word("/proc/" + name + "/comm") == "sriov-bench-age") out.push_back(static_cast<pid_t>(*pid));
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::int64_t received_bytes(pid_t pid, const std::string& device) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/net/dev");
  if (!text) return 0;
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || trim(std::string_view(line).substr(0, colon)) != device) continue;
    std::int64_t bytes = 0;
    std::istringstream(line.substr(colon + 1)) >> bytes;
    return bytes;
  }
  return 0;
}

pid_t wait_for_traffic(pid_t controller, const std::string& device) {
  pid_t guest = 0;
  const bool seen = eventually(
      [&] {
        for (const pid_t agent : agents_of(controller)) {
          // Only guests have a direct0; the peer's devices are numbered from 1.
          if (received_bytes(agent, "direct0") == 0 || received_bytes(agent, device) < kSomeTraffic) continue;
          guest = agent;
          return true;
        }
        return false;
      },
      60);
  return seen ? guest : 0;
}

bool eventually(const std::function<bool()>& condition, int seconds) {
  const std::int64_t deadline = monotonic_ns() + std::int64_t{seconds} * 1'000'000'000;
  while (!condition()) {
    if (monotonic_ns() > deadline) return false;
    sleep_until_ns(monotonic_ns() + kPoll);
  }
  return true;
}

}  // namespace sriov::integration
