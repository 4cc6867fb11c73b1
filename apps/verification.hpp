#pragma once

/// Verifies a store as `aepro verify` and the demo do: ledger, decisions, tables, and what was expected.

#include "actors/audit/expectation.hpp"
#include "actors/audit/make_audit.hpp"
#include "config/settings.hpp"

#include <caf/expected.hpp>

#include <functional>
#include <string>

namespace aepro {

struct verification_request {
  std::string expectation_file; ///< Empty: none.
  bool ask_broker = false;      ///< Compare with the watermarks of the store's topics.
  std::function<void(std::uint64_t checked, std::uint64_t total)> progress;
};

struct verification {
  audit_report report;
  expectation_counts expected; ///< All zero without an expectation file.
};

/// Errors: what could not be read: store, broker or file.
caf::expected<verification> verify_store(const settings& values, const verification_request& request);

/// As `aepro verify --json` prints it: ok, partitions, problems. No trailing newline.
std::string to_json(const verification& done);

} // namespace aepro
