#include <cstdlib>

#include <fmt/format.h>

#include "agent/client.h"
#include "core/shell_words.h"
#include "core/text.h"
#include "host/data_files.h"
#include "host/file.h"

namespace sriov::agent {
namespace {

constexpr const char* kAgentName = "sriov-bench-agent";
constexpr const char* kXenAgentName = "sriov-bench-agent-xen";

Result<Command> local_command() {
  const char* given = std::getenv("SRIOV_BENCH_AGENT");
  if (given != nullptr && *given != '\0') return Command{given, "--stdio"};
  if (read_word("/sys/hypervisor/type") == "xen")
    if (auto xen_agent = companion_program(kXenAgentName)) return Command{std::move(*xen_agent), "--stdio"};
  SRIOV_ASSIGN(std::string found, companion_program(kAgentName));
  return Command{std::move(found), "--stdio"};
}

/// "host:22" and "[::1]:22" to host and port; a bare IPv6 address has no port.
Result<std::pair<std::string, std::string>> split_port(std::string_view text) {
  std::string host(text);
  std::string port;
  const std::size_t at = text.find('@');
  const std::string user = at == std::string_view::npos ? "" : std::string(text.substr(0, at + 1));
  const std::string_view address = text.substr(user.size());
  const std::size_t bracket = address.find(']');
  const std::size_t colon = address.rfind(':');
  if (!address.empty() && address.front() == '[' && bracket != std::string_view::npos) {
    host = user + std::string(address.substr(1, bracket - 1));
    if (address.size() > bracket + 1 && address[bracket + 1] == ':')
      port = address.substr(bracket + 2);
    else if (address.size() > bracket + 1)
      return fail_usage(fmt::format("'{}' is not a host", text));
  } else if (colon != std::string_view::npos && address.find(':') == colon) {
    host = user + std::string(address.substr(0, colon));
    port = address.substr(colon + 1);
    if (port.empty()) return fail_usage(fmt::format("the port is missing in '{}'", text));
  }
  const auto number = to_int(port);
  if (!port.empty() && (!number || *number < 1 || *number > 65535))
    return fail_usage(fmt::format("'{}' is not a port", port));
  // A leading dash would be taken for an option of ssh.
  if (host.empty() || host.front() == '-' || host.back() == '@' || host.find_first_of(" \t\n") != std::string::npos)
    return fail_usage(fmt::format("'{}' is not a host", text));
  return std::pair(host, port);
}

Result<Command> ssh_command(std::string_view text) {
  const std::size_t hash = text.find('#');
  const std::string path =
      hash == std::string_view::npos ? std::string(kAgentName) : std::string(text.substr(hash + 1));
  if (path.empty()) return fail_usage("the agent's path is missing after '#'");
  SRIOV_ASSIGN(const auto host_and_port, split_port(text.substr(0, hash)));
  Command command{"ssh", "-T",
                  "-o",  "BatchMode=yes",
                  "-o",  "ConnectTimeout=10",
                  "-o",  "ServerAliveInterval=15",
                  "-o",  "ServerAliveCountMax=4"};
  if (!host_and_port.second.empty()) command.insert(command.end(), {"-p", host_and_port.second});
  command.push_back(host_and_port.first);
  command.push_back(quote_word(path) + " --stdio");  // ssh hands its arguments to a shell at the other end.
  return command;
}

}  // namespace

Result<Target> parse_target(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string kind = text.substr(0, colon);
  const std::string_view rest =
      colon == std::string::npos ? std::string_view() : std::string_view(text).substr(colon + 1);
  Result<Command> command = fail_usage("the command is missing");
  if (kind == "local" && trim(rest).empty()) {
    command = local_command();
  } else if (kind == "exec" && colon != std::string::npos) {
    command = split_words(rest);
    if (command && command->empty()) command = fail_usage("the command is missing");
  } else if (kind == "ssh" && colon != std::string::npos) {
    command = ssh_command(rest);
  } else {
    command = fail_usage(fmt::format("'{}' is not a target", text), {},
                         "use local:, exec:COMMAND or ssh:[user@]host[:port][#agent's path]");
  }
  if (!command) return tl::unexpected(command.error().at(fmt::format("target '{}'", text)));
  return Target{text, std::move(*command)};
}

}  // namespace sriov::agent
