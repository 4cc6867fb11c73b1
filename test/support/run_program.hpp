#pragma once

/// Runs the program aepro as a user would.

#include <string>
#include <vector>

namespace aepro::test {

struct program_result {
  int exit_code = -1; ///< 128 + signal where one ended it.
  std::string output; ///< stdout.
  std::string errors; ///< stderr.
};

/// Runs `aepro ARGUMENTS...` without a shell, with `environment` (NAME=VALUE) added, and waits for
/// its end.
program_result run_aepro(std::vector<std::string> arguments,
                         const std::vector<std::string>& environment = {});

/// Writes a file into a folder of this test process, gone at its end, and returns its path.
std::string write_file(const std::string& name, const std::string& text);

/// Returns the text of a file.
std::string read_file(const std::string& path);

} // namespace aepro::test
