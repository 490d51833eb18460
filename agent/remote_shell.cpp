#include <fmt/format.h>

#include "agent/client_impl.h"
#include "agent/messages.h"
#include "core/text.h"
#include "core/time.h"

namespace sriov::agent {
namespace {

/// On top of what a command may take: starting it and the way there and back.
constexpr std::int64_t kMarginNs = 20 * kNsPerSecond;
constexpr std::int64_t kFileTimeoutNs = 60 * kNsPerSecond;

}  // namespace

Result<CommandOutput> RemoteShell::run(const Command& command, std::int64_t timeout_ns) {
  return connection_.guarded(fmt::format("running `{}`", join(command, " ")), [&]() -> Result<CommandOutput> {
    auto request = connection_.agent().runRequest();
    write_command(command, request.initCommand(static_cast<unsigned>(command.size())));
    request.setTimeoutNs(timeout_ns);
    const auto response = connection_.wait(request.send(), timeout_ns + kMarginNs);
    SRIOV_TRY(check<rpc::CommandResult>(response.getOutcome()));
    const auto value = response.getOutcome().getValue();
    return CommandOutput{value.getExitCode(), to_string(value.getOut()), to_string(value.getErr())};
  });
}

Result<std::string> RemoteShell::read(const std::string& path) {
  return connection_.guarded("reading " + path, [&]() -> Result<std::string> {
    auto request = connection_.agent().readFileRequest();
    request.setPath(to_text(path));
    const auto response = connection_.wait(request.send(), kFileTimeoutNs);
    SRIOV_TRY(check<rpc::TextValue>(response.getOutcome()));
    return to_string(response.getOutcome().getValue().getText());
  });
}

Result<void> RemoteShell::write(const std::string& path, std::string_view contents) {
  return connection_.guarded("writing " + path, [&]() -> Result<void> {
    auto request = connection_.agent().writeFileRequest();
    request.setPath(to_text(path));
    request.setContents(to_data(contents));
    const auto response = connection_.wait(request.send(), kFileTimeoutNs);
    return check<rpc::Nothing>(response.getOutcome());
  });
}

}  // namespace sriov::agent
