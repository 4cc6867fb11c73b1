/// The program aepro: parses the command line and runs one subcommand.

#include "apps/commands.hpp"
#include "apps/version.hpp"
#include "config/value_text.hpp"
#include "messages/type_ids.hpp"

#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace aepro {

namespace {

/// Returns what to say of a word that stands where a command should and is none; empty: there is no
/// such word.
std::string find_unknown_command(const CLI::App& app, int argc, char** argv) {
  const auto any = [](const CLI::App*) { return true; };
  const auto* at = &app;
  std::string path = "aepro";
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    const CLI::App* next = nullptr;
    std::vector<std::string_view> names;
    for (const auto* child : at->get_subcommands(any)) {
      names.push_back(child->get_name());
      next = child->get_name() == argv[i] ? child : next;
    }
    if (names.empty())
      return {};
    if (next == nullptr) {
      const auto near = nearest_name(argv[i], names);
      return fmt::format("{} has no command {}{}; there are {}", path, argv[i],
                         near ? fmt::format("; did you mean {}?", *near) : "",
                         fmt::join(names, ", "));
    }
    path += fmt::format(" {}", argv[i]);
    at = next;
  }
  return {};
}

} // namespace

} // namespace aepro

int main(int argc, char** argv) {
  using namespace aepro;
  caf::init_global_meta_objects<caf::id_block::aepro>();
  caf::core::init_global_meta_objects();
  CLI::App app("Adverse events and patient-reported outcomes: from Kafka to an exactly-once, "
               "provable store.",
               "aepro");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 good, 1 the answer is no (damage, bad rows), 2 could not do it, 64 usage.\n"
      "With --json, 2 prints one object {\"ok\": false, \"error\": ...}.\n"
      "`aepro COMMAND --help` shows the options of a command, with examples.");
  command_line line;
  add_demo_command(app, line);
  add_run_command(app, line);
  add_status_command(app, line);
  add_alerts_command(app, line);
  add_clocks_command(app, line);
  add_ctl_command(app, line);
  add_verify_command(app, line);
  add_migrate_command(app, line);
  add_publish_command(app, line);
  add_simulate_command(app, line);
  add_topics_command(app, line);
  add_config_command(app, line);
  add_completion_command(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) {
    const auto unknown = find_unknown_command(app, argc, argv);
    if (problem.get_exit_code() != 0 && !unknown.empty()) {
      print_error(unknown);
      return exit_usage;
    }
    return app.exit(problem) == 0 ? exit_good : exit_usage;
  }
  int code = exit_failed;
  try {
    code = line.action();
  } catch (const std::exception& problem) {
    print_error(problem.what());
  }
  if (code == exit_failed && line.common.json)
    print_failure_json();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    print_error("stdout could not be written: what it has is not whole");
    return exit_failed;
  }
  return code;
}
