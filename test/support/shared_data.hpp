#pragma once

/// Reads the public data beside the repository; tests that need it skip aloud where it is missing.

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace aepro::test {

using csv_row = std::map<std::string, std::string>;

/// Returns the rows of a CSV file (RFC 4180, first line names the columns) below the shared data,
/// or nothing, after a line "SKIPPED: ..." on stdout, where the file is missing.
std::optional<std::vector<csv_row>> read_shared_csv(const std::string& path);

/// Returns a file below the shared data, or nothing after a line "SKIPPED: ...".
std::optional<std::string> read_shared_file(const std::string& path);

/// Returns the rows of CSV text.
std::vector<csv_row> parse_csv(const std::string& text);

} // namespace aepro::test
