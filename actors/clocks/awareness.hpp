#pragma once

/// When the sponsor learned what a version of a report says.

#include "messages/regulatory_clock.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace aepro {

/// Returns AWARENESS_DTC from what the store keeps of an adverse event's further variables
/// (event.other, JSON); empty: there is none.
std::string awareness_text(const std::string& other);

/// Returns the instant that the source states. A date without a time counts from the day's
/// beginning, the earliest it can have been; a time without a zone is the sponsor's. Nobody learns
/// of a report after it was published: what is later is the record's instant. Nothing: no full date
/// is stated.
std::optional<unix_milliseconds> stated_awareness(const case_version& version,
                                                  const std::string& zone);

/// Returns when the sponsor had the information of each version: what the source states. Where it
/// states nothing, or says again since when the sponsor knows of the case, as an earlier version
/// does, it is the record's instant. `versions` in the order of ordered_versions().
std::vector<unix_milliseconds> awareness_instants(std::span<const case_version> versions,
                                                  const std::string& zone);

/// Returns the record's instant, within what the calendar takes.
unix_milliseconds received_at(const case_version& version);

} // namespace aepro
