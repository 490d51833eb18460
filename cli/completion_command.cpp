// sriov-bench completion SHELL: completion scripts made from the command tree itself, so they cannot fall behind.
#include <cstdio>
#include <set>

#include <fmt/format.h>

#include "cli/subcommand.h"
#include "cli/terminal.h"
#include "core/text.h"

namespace sriov::cli {
namespace {

/// Help texts in a single-quoted shell word, without what completion formats treat specially.
std::string shell_safe(const std::string& text) {
  std::string out;
  for (const char letter : text.substr(0, text.find('\n'))) {
    if (letter == '\'' || letter == '[' || letter == ']' || letter == '\\') continue;
    out += letter == ':' ? ',' : letter;
  }
  return out;
}

std::vector<std::string> flags_of(const CLI::Option& option) {
  std::vector<std::string> out;
  for (const std::string& name : option.get_snames()) out.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) out.push_back("--" + name);
  return out;
}

std::vector<const CLI::App*> children(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* /*any*/) { return true; });
}

std::vector<std::string> words_of(const CLI::App& app) {
  std::vector<std::string> out;
  for (const CLI::App* child : children(app)) out.push_back(child->get_name());
  for (const CLI::Option* option : app.get_options())
    for (std::string& flag : flags_of(*option)) out.push_back(std::move(flag));
  return out;
}

std::string bash_script(const CLI::App& root) {
  std::string cases;
  for (const CLI::App* command : children(root)) {
    for (const CLI::App* inner : children(*command))
      cases += fmt::format("    '{} {}') words='{}' ;;\n", command->get_name(), inner->get_name(),
                           join(words_of(*inner), " "));
    cases += fmt::format("    '{}'*) words='{}' ;;\n", command->get_name(), join(words_of(*command), " "));
  }
  return fmt::format(
      "# bash completion for sriov-bench\n"
      "_sriov_bench() {{\n"
      "  local words current=${{COMP_WORDS[COMP_CWORD]}} line=\n"
      "  local i\n"
      "  for ((i = 1; i < COMP_CWORD && i < 3; i++)); do\n"
      "    [[ ${{COMP_WORDS[i]}} == -* ]] || line+=${{line:+ }}${{COMP_WORDS[i]}}\n"
      "  done\n"
      "  case $line in\n{}    *) words='{}' ;;\n  esac\n"
      "  if [[ $current != -* && $line != '' ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\") $(compgen -f -- \"$current\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _sriov_bench sriov-bench\n",
      cases, join(words_of(root), " "));
}

/// Of the command and of those inside it, each flag once.
std::string zsh_arguments(const CLI::App& app) {
  std::string out;
  std::set<std::string> seen;
  std::vector<const CLI::App*> apps = children(app);
  apps.insert(apps.begin(), &app);
  for (const CLI::App* each : apps)
    for (const CLI::Option* option : each->get_options())
      for (const std::string& flag : flags_of(*option))
        if (seen.insert(flag).second)
          out += fmt::format(" \\\n        '{}[{}]{}'", flag, shell_safe(option->get_description()),
                             option->get_expected_max() == 0 ? "" : ":value:_files");
  return out;
}

std::string zsh_script(const CLI::App& root) {
  std::string names;
  std::string cases;
  for (const CLI::App* command : children(root)) {
    names += fmt::format("    '{}:{}'\n", command->get_name(), shell_safe(command->get_description()));
    std::string inner;
    for (const CLI::App* child : children(*command)) inner += child->get_name() + ' ';
    const std::string words =
        inner.empty() ? "'*:file:_files'" : fmt::format("'1:command:({})' '*:file:_files'", inner);
    cases +=
        fmt::format("      {}) _arguments{} \\\n        {} ;;\n", command->get_name(), zsh_arguments(*command), words);
  }
  return fmt::format(
      "#compdef sriov-bench\n"
      "_sriov_bench() {{\n"
      "  local -a commands\n"
      "  commands=(\n{}  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  local command=$words[2]\n"
      "  shift words\n"
      "  (( CURRENT-- ))\n"
      "  case $command in\n{}  esac\n"
      "}}\n"
      "compdef _sriov_bench sriov-bench\n",
      names, cases);
}

std::string fish_option(const CLI::Option& option, const std::string& condition) {
  std::string line = fmt::format("complete -c sriov-bench -n '{}'", condition);
  for (const std::string& name : option.get_snames()) line += " -s " + name;
  for (const std::string& name : option.get_lnames()) line += " -l " + name;
  if (option.get_expected_max() != 0) line += " -r";
  return line + fmt::format(" -d '{}'\n", shell_safe(option.get_description()));
}

std::string fish_script(const CLI::App& root) {
  std::string out = "# fish completion for sriov-bench\n";
  for (const CLI::App* command : children(root)) {
    out += fmt::format("complete -c sriov-bench -f -n __fish_use_subcommand -a {} -d '{}'\n", command->get_name(),
                       shell_safe(command->get_description()));
    const std::string condition = "__fish_seen_subcommand_from " + command->get_name();
    for (const CLI::App* inner : children(*command))
      out += fmt::format("complete -c sriov-bench -n '{}' -a {} -d '{}'\n", condition, inner->get_name(),
                         shell_safe(inner->get_description()));
    for (const CLI::App* inner : children(*command))
      for (const CLI::Option* option : inner->get_options())
        if (!flags_of(*option).empty())
          out += fish_option(*option, condition + "; and __fish_seen_subcommand_from " + inner->get_name());
    for (const CLI::Option* option : command->get_options())
      if (!flags_of(*option).empty()) out += fish_option(*option, condition);
  }
  return out;
}

class Completion : public Subcommand {
 public:
  void declare(CLI::App& app) override {
    app_ = &app;
    app.description("Prints a completion script for bash, zsh or fish");
    app.add_option("shell", shell_, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
    app.footer(
        "Examples:\n"
        "  source <(sriov-bench completion bash)\n"
        "  sriov-bench completion zsh > ~/.zfunc/_sriov-bench\n"
        "  sriov-bench completion fish > ~/.config/fish/completions/sriov-bench.fish");
  }

  Result<int> run() override {
    const CLI::App& root = *app_->get_parent();
    if (shell_ == "bash") SRIOV_TRY(print_stdout(bash_script(root)));
    if (shell_ == "zsh") SRIOV_TRY(print_stdout(zsh_script(root)));
    if (shell_ == "fish") SRIOV_TRY(print_stdout(fish_script(root)));
    return kOk;
  }

 private:
  CLI::App* app_ = nullptr;
  std::string shell_;
};

const SubcommandRegistration<Completion> registration{"completion"};

}  // namespace
}  // namespace sriov::cli
