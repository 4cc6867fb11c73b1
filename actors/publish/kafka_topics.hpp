#pragma once

/// Adapter: creates and lists the topics of the settings.

#include "config/settings.hpp"

#include <caf/expected.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace aepro {

struct topic_state {
  std::string name;
  bool exists = false;
  std::size_t partitions = 0;
  std::size_t replication = 0;
};

/// Returns the settings' topic names: in first, then out, then that of acknowledgements where there
/// is one.
std::vector<std::string> topic_names(const settings& values);

/// Returns what the broker says of these topics, in the order asked.
/// Errors: invalid_settings, broker_unavailable after `patience`, authorization_denied.
caf::expected<std::vector<topic_state>> list_topics(const settings& values,
                                                    const std::vector<std::string>& names,
                                                    std::chrono::milliseconds patience);

struct created_topic {
  std::string name;
  bool created = false; ///< False: it was there already, and stays as it is.
};

/// Creates those of the topics that are missing, with the settings' partitions and replication, and
/// waits until they are listed.
/// Errors: as above, naming the topic; those before it were created.
caf::expected<std::vector<created_topic>> create_topics(const settings& values,
                                                        const std::vector<std::string>& names,
                                                        std::chrono::milliseconds patience);

/// Returns an error if one of the topics is missing (topic_missing, with the remedy) or the broker
/// cannot be reached in time.
caf::error require_topics(const settings& values, const std::vector<std::string>& names,
                          std::chrono::milliseconds patience);

} // namespace aepro
