/// aepro completion bash: a completion script made from the commands themselves.

#include "apps/commands.hpp"

#include "config/settings_table.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

/// Adds a case per command: its subcommands and long options.
void add_cases(const CLI::App& command, const std::string& path, std::string& out) {
  std::string words;
  for (const auto* child : command.get_subcommands([](const CLI::App*) { return true; }))
    words += child->get_name() + " ";
  for (const auto* option : command.get_options())
    for (const auto& name : option->get_lnames())
      words += "--" + name + " ";
  out += fmt::format("    '{}') words='{}' ;;\n", path, words);
  for (const auto* child : command.get_subcommands([](const CLI::App*) { return true; }))
    add_cases(*child, path.empty() ? child->get_name() : path + " " + child->get_name(), out);
}

std::string bash_script(const CLI::App& app) {
  std::string settings;
  for (const auto& row : settings_table())
    settings += fmt::format("{} ", row.name);
  std::string out =
      "# Completion of aepro for bash: source <(aepro completion bash)\n"
      "_aepro() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path= words= one\n"
      "  for one in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    case $one in -*) break ;; esac\n"
      "    path=\"${path:+$path }$one\"\n"
      "  done\n"
      "  case $path in\n";
  add_cases(app, "", out);
  out += "  esac\n";
  out += fmt::format("  local settings='{}'\n", settings);
  out += "  if [ \"$before\" = explain ]; then words=$settings; fi\n"
         "  if [ \"$before\" = --set ]; then COMPREPLY=($(compgen -S = -W \"$settings\" -- "
         "\"$word\")); compopt -o nospace; return; fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
         "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "}\n"
         "complete -o filenames -F _aepro aepro\n";
  return out;
}

} // namespace

void add_completion_command(CLI::App& app, command_line& line) {
  auto* completion = app.add_subcommand("completion", "Print a completion script for the shell");
  completion->require_subcommand(1);
  completion->footer("Examples:\n  source <(aepro completion bash)");
  completion->add_subcommand("bash", "For bash")->callback([&app, &line] {
    line.action = [&app] {
      fmt::print("{}", bash_script(app));
      return exit_good;
    };
  });
}

} // namespace aepro
