#include "actors/common/kafka_properties.hpp"

#include "config/settings_table.hpp"
#include "config/value_text.hpp"
#include "messages/type_ids.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace aepro {

namespace {

bool is_own_default(const std::string& property, const std::string& value) {
  return std::ranges::any_of(kafka_defaults(), [&](const auto& row) {
    return row.property == property && row.value == value;
  });
}

/// Returns every property name that this librdkafka knows with a value by default.
std::vector<std::string> known_properties() {
  const kafka_conf_ptr conf(rd_kafka_conf_new());
  std::size_t count = 0;
  const char** pairs = rd_kafka_conf_dump(conf.get(), &count);
  std::vector<std::string> names;
  for (std::size_t i = 0; i + 1 < count; i += 2)
    names.emplace_back(pairs[i]);
  rd_kafka_conf_dump_free(pairs, count);
  return names;
}

/// Returns what librdkafka says against the property, or nothing. `value` never enters the text for
/// secrets.
std::optional<std::string> refusal(rd_kafka_conf_t& conf, const std::string& property,
                                   const std::string& value) {
  std::array<char, 512> text{};
  const auto result =
      rd_kafka_conf_set(&conf, property.c_str(), value.c_str(), text.data(), text.size());
  switch (result) {
    case RD_KAFKA_CONF_OK: return {};
    case RD_KAFKA_CONF_UNKNOWN: {
      if (is_own_default(property, value))
        return {};
      const auto names = known_properties();
      const std::vector<std::string_view> candidates(names.begin(), names.end());
      const auto nearest = nearest_name(property, candidates);
      return "librdkafka knows no such property" +
             (nearest ? fmt::format("; did you mean kafka.{}?", *nearest) : std::string());
    }
    case RD_KAFKA_CONF_INVALID: break;
  }
  return is_kafka_secret(property) ? "librdkafka refuses the secret's value"
                                   : std::string(text.data());
}

} // namespace

caf::error set_kafka_property(rd_kafka_conf_t& conf, const std::string& property,
                              const std::string& value) {
  if (const auto problem = refusal(conf, property, value))
    return caf::make_error(errc::invalid_settings, fmt::format("kafka.{}: {}", property, *problem));
  return {};
}

caf::expected<kafka_conf_ptr> make_kafka_conf(const settings& values) {
  kafka_conf_ptr conf(rd_kafka_conf_new());
  if (auto error = set_kafka_property(*conf, "bootstrap.servers", values.brokers))
    return error;
  for (const auto* properties : {&values.kafka, &values.kafka_secrets})
    for (const auto& [property, value] : *properties)
      if (auto error = set_kafka_property(*conf, property, value))
        return error;
  return conf;
}

std::vector<setting_problem> check_kafka_properties(const loaded_settings& loaded) {
  std::vector<setting_problem> problems;
  const kafka_conf_ptr conf(rd_kafka_conf_new());
  for (const auto* properties : {&loaded.values.kafka, &loaded.values.kafka_secrets})
    for (const auto& [property, value] : *properties)
      if (const auto problem = refusal(*conf, property, value)) {
        const auto origin = loaded.origins.find("kafka." + property);
        problems.push_back(
            {origin == loaded.origins.end() ? "" : origin->second, "kafka." + property, *problem});
      }
  return problems;
}

} // namespace aepro
