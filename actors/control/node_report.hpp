#pragma once

/// What a node says of itself, as JSON and as text. Pure.

#include "messages/status.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace aepro {

/// Which node it is.
struct node_identity {
  std::string socket, group, instance_id;
  std::int64_t process = 0;
};

/// Returns the answer to `aepro status --json`: source, node, health, partitions, pools, stages,
/// latency, commands. Ages are seconds, latencies milliseconds; lag_records is null while the
/// watermark is not known.
nlohmann::ordered_json node_report(const node_identity& identity, const node_status& status);

/// Returns a report for people. Throws nlohmann::json::exception where it is none.
std::string node_text(const nlohmann::ordered_json& report);

} // namespace aepro
