#pragma once

/// Reads a whole topic, for tests.

#include "config/settings.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace aepro::test {

struct read_record {
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::optional<std::string> key, value;
  std::map<std::string, std::string> headers;
};

/// Returns every record of the topic from its beginning to its end at the time of asking.
std::vector<read_record> read_topic(const settings& values, const std::string& topic,
                                    int partitions);

} // namespace aepro::test
