#pragma once

/// The one table of settings: file, environment, flags, help, documentation and sample follow from
/// it.

#include "config/settings.hpp"

#include <span>
#include <string_view>
#include <variant>

namespace aepro {

enum class setting_type : std::uint8_t {
  text,
  count,
  integer,
  bytes,
  duration,
  flag,
  choice,
  list,
  file
};

using setting_target = std::variant<std::string*, std::size_t*, std::int64_t*, bool*,
                                    std::chrono::milliseconds*, std::vector<std::string>*>;

struct setting_row {
  std::string_view name;
  setting_type type;
  std::string_view unit;          ///< For example "records"; empty where the type says it.
  std::string_view default_value; ///< As a person would write it.
  std::int64_t minimum = 0;       ///< In bytes, milliseconds or the unit; numbers only.
  std::int64_t maximum = 0;
  std::string_view choices; ///< "a|b|c" for choices.
  std::string_view help;
  std::string_view
      raising; ///< What a higher value brings, and its price; empty where neither applies.
  setting_target (*target)(settings&);
};

/// Returns every setting, in the order of documentation. Static storage.
std::span<const setting_row> settings_table();

/// Returns the row, or null when there is no such setting.
const setting_row* find_setting(std::string_view name);

/// A librdkafka property that aepro sets unless the settings say otherwise.
struct kafka_default_row {
  std::string_view property; ///< Without the prefix "kafka.".
  std::string_view value;
  std::string_view why;
};
std::span<const kafka_default_row> kafka_defaults();

/// A librdkafka property that aepro sets itself.
struct kafka_reserved_row {
  std::string_view property;
  std::string_view remedy; ///< What to set instead, or why it is fixed.
};
std::span<const kafka_reserved_row> kafka_reserved();

/// Returns whether the librdkafka property holds a secret, which only a file or the environment may
/// give.
bool is_kafka_secret(std::string_view property);

} // namespace aepro
