/// The program aepro: parses the command line and runs one subcommand.

#include "apps/commands.hpp"
#include "apps/version.hpp"
#include "messages/type_ids.hpp"

#include <exception>
#include <fmt/format.h>

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
  return code;
}
