#pragma once

/// The subcommands: one function each, in apps/NAME_command.cpp.

#include "apps/command_line.hpp"

namespace aepro {

void add_alerts_command(CLI::App& app, command_line& line);
void add_clocks_command(CLI::App& app, command_line& line);
void add_completion_command(CLI::App& app, command_line& line);
void add_config_command(CLI::App& app, command_line& line);
void add_ctl_command(CLI::App& app, command_line& line);
void add_demo_command(CLI::App& app, command_line& line);
void add_migrate_command(CLI::App& app, command_line& line);
void add_run_command(CLI::App& app, command_line& line);
void add_status_command(CLI::App& app, command_line& line);
void add_publish_command(CLI::App& app, command_line& line);
void add_simulate_command(CLI::App& app, command_line& line);
void add_topics_command(CLI::App& app, command_line& line);
void add_verify_command(CLI::App& app, command_line& line);

} // namespace aepro
