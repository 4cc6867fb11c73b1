#pragma once

/// Who does something, and why: what the audit trail needs of a command.

#include <CLI/CLI.hpp>

#include <string>

namespace aepro {

struct person_options {
  std::string who, reason;
};

/// Adds --by and --reason, both needed: one line each that says something.
void add_person_options(CLI::App& command, person_options& options);

/// Returns what is wrong with the number of an alert, a mute or a clock, empty for nothing: CLI11
/// would read 0x10 as sixteen.
std::string find_fault_of_id(const std::string& text);

} // namespace aepro
