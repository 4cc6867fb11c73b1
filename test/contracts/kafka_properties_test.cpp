#include "actors/common/kafka_properties.hpp"

#include "messages/error_text.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(kafka_properties)

namespace {

std::string refusals(const std::string& property, const std::string& value) {
  aepro::loaded_settings loaded;
  loaded.values.kafka[property] = value;
  loaded.origins["kafka." + property] = "aepro.yaml:7";
  std::string text;
  for (const auto& problem : check_kafka_properties(loaded))
    text += to_string(problem) + "\n";
  return text;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_defaults_pass) {
  BOOST_TEST(aepro::check_kafka_properties({}).empty());
  BOOST_TEST(static_cast<bool>(aepro::make_kafka_conf(aepro::settings())));
}

BOOST_AUTO_TEST_CASE(a_typo_is_refused_with_line_and_nearest_name) {
  BOOST_TEST(
      refusals("security.protcol", "ssl") ==
      "aepro.yaml:7: kafka.security.protcol: librdkafka knows no such property; did you mean "
      "kafka.security.protocol?\n");
}

BOOST_AUTO_TEST_CASE(a_value_that_librdkafka_refuses_is_refused) {
  BOOST_TEST(refusals("security.protocol", "carrier-pigeon").find("aepro.yaml:7") == 0u);
  BOOST_TEST(refusals("security.protocol", "plaintext") == "");
}

BOOST_AUTO_TEST_CASE(a_refused_configuration_is_an_error_that_names_the_property) {
  aepro::settings values;
  values.kafka["socket.timeout.ms"] = "soon";
  const auto conf = aepro::make_kafka_conf(values);
  BOOST_REQUIRE(!conf);
  BOOST_TEST(aepro::error_text(conf.error()).find("socket.timeout.ms") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
