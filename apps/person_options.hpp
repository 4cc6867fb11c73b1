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

} // namespace aepro
