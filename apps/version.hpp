#pragma once

/// What is running: version and commit.

#include <string>

namespace aepro {

/// Returns "aepro VERSION (COMMIT)"; the commit is "unknown" when built outside git.
std::string version_text();

} // namespace aepro
