#include "runner/micro_program.h"

#include <fmt/format.h>

#include "core/text.h"
#include "core/time.h"
#include "core/version.h"
#include "host/data_files.h"
#include "host/file.h"

namespace sriov {
namespace {

constexpr const char* kName = "sriov-bench-micro";
constexpr std::int64_t kQuickNs = 30 * kNsPerSecond;

std::string last_part(const std::string& path) { return path.substr(path.rfind('/') + 1); }

Result<std::string> find_here() {
  auto found = companion_program(kName);
  if (found) return found;
  return fail_environment(found.error().what, {},
                          "it is built where Google Benchmark is installed (Debian: libbenchmark-dev)");
}

bool has_same_version(agent::Client& client) {
  const auto output = client.shell().run({kName, "--version"}, kQuickNs);
  return output && output->exit_code == 0 && trim(output->out) == fmt::format("{} {}", kName, kVersion);
}

/// A folder of our own on the agent's machine, which goes with the agent.
Result<std::string> make_folder(agent::Client& client) {
  Result<std::string> made = fail("no folder was tried");
  for (const char* parent : {"/tmp", "/run"}) {
    made = client.shell().output_of({"mktemp", "-d", fmt::format("{}/{}.XXXXXX", parent, kName)}, kQuickNs);
    if (made) break;
  }
  if (!made) return made;
  const std::string folder(trim(*made));
  if (!folder.starts_with('/') || folder.find(kName) == std::string::npos)
    return fail(fmt::format("mktemp answered '{}'", folder), client.endpoint());
  SRIOV_TRY(client.on_disconnect({{"rm", "-r", folder}}));
  return folder;
}

Result<Command> send_copy(agent::Client& client) {
  SRIOV_ASSIGN(const std::string program, find_here());
  LocalShell here;
  SRIOV_ASSIGN(const std::string listed, here.output_of({program, "--files"}));
  const std::vector<std::string> files = split(trim(listed), '\n');
  SRIOV_ASSIGN(const std::string folder, make_folder(client));
  for (const std::string& file : files) {
    SRIOV_ASSIGN(const std::string contents, read_file(file));
    SRIOV_TRY(client.shell().write(folder + "/" + last_part(file), contents));
  }
  const std::string loader = folder + "/" + last_part(files.back());
  SRIOV_TRY(client.shell().output_of({"chmod", "700", loader}, kQuickNs));
  return Command{loader, "--library-path", folder, folder + "/" + last_part(files.front())};
}

}  // namespace

Result<Command> place_micro_program(agent::Client& client, bool is_here) {
  if (is_here) {
    SRIOV_ASSIGN(const std::string program, find_here());
    return Command{program};
  }
  if (has_same_version(client)) return Command{kName};
  auto sent = send_copy(client);
  if (!sent) return tl::unexpected(sent.error().at(fmt::format("sending {} to {}", kName, client.endpoint())));
  return sent;
}

}  // namespace sriov
