#pragma once

/// Adapter: settings as a librdkafka configuration, checked by librdkafka itself.

#include "config/settings_loader.hpp"

#include <caf/expected.hpp>
#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>
#include <vector>

namespace aepro {

struct kafka_conf_deleter {
  void operator()(rd_kafka_conf_t* conf) const { rd_kafka_conf_destroy(conf); }
};
using kafka_conf_ptr = std::unique_ptr<rd_kafka_conf_t, kafka_conf_deleter>;

/// Returns a configuration with brokers, the properties under `kafka:` and the secrets; the caller
/// adds what its role needs. Errors: invalid_settings, naming the property. Properties that this
/// librdkafka does not know are left out where they are aepro's own defaults.
caf::expected<kafka_conf_ptr> make_kafka_conf(const settings& values);

/// Sets one property. Errors: invalid_settings, naming the property.
caf::error set_kafka_property(rd_kafka_conf_t& conf, const std::string& property,
                              const std::string& value);

/// Returns the properties under `kafka:` that librdkafka refuses, with the nearest name for typos.
/// Never shows a secret's value.
std::vector<setting_problem> check_kafka_properties(const loaded_settings& loaded);

} // namespace aepro
