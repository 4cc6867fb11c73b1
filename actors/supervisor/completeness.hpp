#pragma once

/// What ingest and storage say, held against each other. Pure.

#include "messages/alarm.hpp"
#include "messages/status.hpp"

#include <span>
#include <string>
#include <vector>

namespace aepro {

/// Where storage holds the oldest batch of a stream, says so; else it is as ingest says.
void name_holders(std::span<stream_status> streams, std::span<const stored_progress> stored);

/// Returns one check per stream whose last status and whose settled records are of the same moment.
std::vector<completeness_check> compare_drained(std::span<const stream_status> streams,
                                                std::span<const stored_progress> stored);

/// Returns what a person needs to know of counts that differ: the partition and both numbers.
std::string difference_text(const completeness_check& check);

/// Returns why a node is not well, a sentence each; none: it is.
std::vector<std::string> health_troubles(const node_status& status);

/// Returns what of that people are to be told wherever they are: one alarm for each rule, however
/// many troubles it has. Not alerts that are exhausted, which telling would only multiply, nor a
/// partition that another node has claimed.
system_alarms find_alarms(const node_status& status);

/// Returns ingest, validation or storage; empty for none.
std::string to_string(batch_holder holder);

/// Returns the state's name.
std::string to_string(stream_state state);

} // namespace aepro
