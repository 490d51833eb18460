// sriov-bench: finds the subcommands that registered themselves and hands over.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "cli/subcommand.h"
#include "core/text.h"
#include "core/version.h"

namespace sriov::cli {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

void on_signal(int /*signal*/) { g_interrupted = 1; }

void install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, nullptr);
}

int report(const Error& error) {
  fmt::print(stderr, "sriov-bench: {}\n", error.text());
  return exit_code(error.kind);
}

/// CLI11 says "The following arguments were not expected: foo"; people want to know what they may have meant.
void suggest(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return;
  const auto names = Registry<Subcommand>::instance().names();
  const std::string word = argv[1];
  for (const std::string& name : names)
    if (name == word) return;
  const std::string best = nearest(word, names);
  if (!best.empty()) fmt::print(stderr, "sriov-bench: did you mean '{}'?\n", best);
}

/// How many of the arguments are ours: those before the command of a subcommand that takes one.
int split_command(int argc, char** argv, const std::map<std::string, std::unique_ptr<Subcommand>>& commands) {
  const auto chosen = argc > 1 ? commands.find(argv[1]) : commands.end();
  if (chosen == commands.end()) return argc;
  char** const end = argv + argc;
  char** const dashes = std::find(argv, end, std::string_view("--"));
  if (dashes == end || !chosen->second->takes_command({dashes + 1, end})) return argc;
  return static_cast<int>(dashes - argv);
}

int run(int argc, char** argv) {
  CLI::App app{"Measures and compares SR-IOV virtual functions and paravirtual networking on Xen."};
  app.name("sriov-bench");
  app.set_version_flag("--version", fmt::format("sriov-bench {}", kVersion));
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  sriov-bench doctor                                   what works on this host, and why the rest does not\n"
      "  sriov-bench run configs/experiments/vf-vs-netfront.toml -o results/first\n"
      "  sriov-bench compare results/first\n"
      "Exit codes: 0 ok, 1 failed or gate breached, 2 usage, 3 environment lacking, 4 not enough data, 5 partial.");

  std::map<std::string, std::unique_ptr<Subcommand>> commands;
  for (const std::string& name : Registry<Subcommand>::instance().names()) {
    auto command = Registry<Subcommand>::instance().make(name);
    command->declare(*app.add_subcommand(name));
    commands.emplace(name, std::move(command));
  }
  try {
    app.parse(split_command(argc, argv, commands), argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    if (code == 0) return kOk;
    suggest(argc, argv);
    return kUsage;
  }
  const auto chosen = app.get_subcommands();
  const Result<int> outcome = commands.at(chosen.front()->get_name())->run();
  return outcome ? *outcome : report(outcome.error());
}

}  // namespace

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::failed:
      return kFailed;
    case ErrorKind::usage:
      return kUsage;
    case ErrorKind::environment:
      return kEnvironment;
    case ErrorKind::not_enough_data:
      return kNotEnoughData;
    case ErrorKind::partial:
    case ErrorKind::interrupted:
      return kPartial;
  }
  return kFailed;
}

bool interrupted() { return g_interrupted != 0; }

}  // namespace sriov::cli

int main(int argc, char** argv) {
  sriov::cli::install_signal_handlers();
  return sriov::cli::run(argc, argv);
}
