#pragma once

/// The rules as a document for people.

#include <string>

namespace aepro {

/// Returns docs/rules.md, made from the tables.
std::string rules_markdown();

} // namespace aepro
