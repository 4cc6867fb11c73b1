#pragma once

/// What `aepro verify` reads beside the store: files and topics.

#include "actors/audit/anchor_audit.hpp"
#include "actors/audit/expectation.hpp"
#include "actors/audit/stream_audit.hpp"
#include "actors/storage/ledger_reader.hpp"
#include "config/settings.hpp"

#include <caf/expected.hpp>

#include <optional>
#include <string>
#include <vector>

namespace aepro {

/// Opens and reads the expectation file; nothing where it cannot be used, which is then said.
std::optional<expectation_check> read_expectation(const std::string& path);

/// Returns the verifiers of the given files; nothing where one cannot be used, which is then said.
std::optional<std::vector<anchor_verifier>> read_keys(const std::vector<std::string>& files);

/// Asks the brokers how far the store's streams and all partitions of the settings' topics go. A
/// topic that is not there has none. Errors: broker_unavailable, topic_missing (of a stream),
/// authorization_denied.
caf::expected<std::vector<topic_extent>> ask_extents(const settings& values, ledger_reader& reader);

/// Reads the anchor topic into `audit`. Errors: the reader's.
caf::error read_anchors(const settings& values, anchor_audit& audit, audit_problems& problems);

} // namespace aepro
