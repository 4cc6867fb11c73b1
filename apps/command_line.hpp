#pragma once

/// What every subcommand shares: common options, settings from them, messages, exit codes.

#include "config/settings_loader.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace aepro {

/// Exit codes that scripts rely on.
enum exit_code : int {
  exit_good = 0,
  exit_no = 1,     ///< The answer is no: damage found, bad rows.
  exit_failed = 2, ///< Could not do it.
  exit_usage = 64,
};

struct common_options {
  std::string config_file;
  std::vector<std::string> assignments; ///< NAME=VALUE.
  std::string brokers, store;
  bool json = false;
  bool quiet = false;
};

/// The parsed command line: a subcommand's callback leaves here what is to be done.
struct command_line {
  common_options common;
  std::function<int()> action; ///< Returns an exit code; an exception means exit_failed.
};

/// Which of the common options a subcommand takes; --config and --set always.
struct common_option_choice {
  bool brokers = true;
  bool store = true;
  bool json = true;
  bool quiet = true;
};

/// Adds the common options and `examples` (one command per line) to a subcommand.
/// A new subcommand: a file apps/NAME_command.cpp with add_NAME_command, one line in apps/main.cpp.
void add_common_options(CLI::App& command, common_options& options, std::string_view examples,
                        common_option_choice choice = {});

/// Returns the effective settings: file, environment, --set and flags, librdkafka properties
/// checked. Prints warnings and every problem on stderr; nothing means refused (exit_failed).
std::optional<loaded_settings> load_settings_or_report(const common_options& options);

/// The same as values, without a print: settings or problems.
std::variant<loaded_settings, std::vector<setting_problem>>
load_checked_settings(const common_options& options);

/// Returns whether the settings file that was named can be read; else prints what to do.
bool require_readable_settings(const common_options& options);

/// Writes to stderr. That nobody reads it any more is no reason to end.
void say(std::string_view text);

/// Prints "aepro: MESSAGE" on stderr; the message is kept for print_failure_json.
void print_error(std::string_view message);

/// Prints "aepro: note: MESSAGE" on stderr: nothing failed.
void print_note(std::string_view message);

/// Prints the command's answer under --json on stdout.
void print_answer(std::string_view json);

/// Prints {"ok": false, "error": ...} on stdout, of the messages of print_error; nothing after
/// print_answer: a program that asked for JSON gets one value, whatever happened.
void print_failure_json();

/// Returns whether `settings.brokers` was said; else prints what to do.
bool require_brokers(const settings& values);

} // namespace aepro
