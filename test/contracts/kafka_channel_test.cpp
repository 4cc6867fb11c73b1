#include "actors/notifier/kafka_channel.hpp"
#include "actors/notifier/log_channel.hpp"
#include "actors/notifier/make_channel.hpp"
#include "messages/type_ids.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(kafka_channel_contract)

namespace {

/// What the broker does in a call.
enum class fault { none, second_too_large, unavailable, throws };

struct scripted_broker {
  fault next = fault::none;
  int opens = 0;
  std::vector<std::string> keys;
};

class scripted_sink final : public outbound_sink {
public:
  explicit scripted_sink(scripted_broker& broker) : broker_(broker) {}

  caf::expected<std::vector<std::size_t>> publish(std::span<const outgoing_record> records,
                                                  std::chrono::milliseconds) override {
    if (broker_.next == fault::unavailable)
      return caf::make_error(errc::broker_unavailable, std::string("no answer"));
    if (broker_.next == fault::throws)
      throw std::runtime_error("out of threads");
    for (const auto& record : records)
      broker_.keys.emplace_back(*record.key);
    return broker_.next == fault::second_too_large ? std::vector<std::size_t>{1}
                                                   : std::vector<std::size_t>{};
  }

private:
  scripted_broker& broker_;
};

struct fixture {
  std::vector<channel_outcome> deliver(fault what) {
    broker.next = what;
    const channel_message messages[] = {{.key = "1"}, {.key = "2"}, {.key = "3"}};
    return it->deliver(messages, 1s);
  }

  scripted_broker broker;
  std::unique_ptr<channel> it = make_kafka_channel("aepro.alerts", [this] {
    ++broker.opens;
    return caf::expected<std::unique_ptr<outbound_sink>>(std::make_unique<scripted_sink>(broker));
  });
};

std::string trouble(const channel_settings& values) {
  const auto made = make_channel(values, settings{});
  return made ? "" : to_string(made.error());
}

} // namespace

BOOST_FIXTURE_TEST_CASE(a_message_too_large_is_refused_and_its_neighbours_are_delivered, fixture) {
  const auto outcomes = deliver(fault::second_too_large);
  BOOST_REQUIRE(outcomes.size() == 3U);
  BOOST_TEST((outcomes[0].result == attempt_result::delivered));
  BOOST_TEST(outcomes[0].receipt == "topic aepro.alerts");
  BOOST_TEST((outcomes[1].result == attempt_result::refused));
  BOOST_TEST(outcomes[1].detail == "the record is larger than topic aepro.alerts takes");
  BOOST_TEST((outcomes[2].result == attempt_result::delivered));
}

BOOST_FIXTURE_TEST_CASE(a_sink_that_failed_is_opened_anew, fixture) {
  for (const auto what : {fault::unavailable, fault::throws}) {
    const auto failed = deliver(what);
    BOOST_REQUIRE(failed.size() == 3U);
    BOOST_TEST((failed[2].result == attempt_result::failed));
    BOOST_TEST(failed[2].detail == (what == fault::throws ? "out of threads" : "no answer"));
  }
  BOOST_TEST((deliver(fault::none)[0].result == attempt_result::delivered));
  deliver(fault::none);
  BOOST_TEST(broker.opens == 3);
  BOOST_TEST(broker.keys.size() == 6U);
}

BOOST_AUTO_TEST_CASE(a_sink_that_cannot_be_opened_fails_every_message) {
  const auto it = make_kafka_channel("t", []() -> caf::expected<std::unique_ptr<outbound_sink>> {
    return caf::make_error(errc::invalid_settings, std::string("no brokers"));
  });
  const channel_message messages[] = {{.key = "1"}, {.key = "2"}};
  const auto outcomes = it->deliver(messages, 1s);
  BOOST_REQUIRE(outcomes.size() == 2U);
  BOOST_TEST(outcomes[1].detail == "no brokers");
}

BOOST_AUTO_TEST_CASE(the_log_has_no_word_of_a_patient_or_a_site) {
  std::vector<std::string> lines;
  const auto it = make_log_channel([&](const std::string& line) { lines.push_back(line); });
  const channel_message message{"k1",
                                "dr@site.example",
                                "secret subject",
                                "secret text",
                                "secret html",
                                {{"id", "7"},
                                 {"rule", "serious-adverse-event"},
                                 {"urgency", "urgent"},
                                 {"study", "S1\n2"},
                                 {"site", "secret site"},
                                 {"subject", "secret person"},
                                 {"term", "secret term"}}};
  BOOST_TEST((it->deliver({&message, 1}, 1s).at(0).result == attempt_result::delivered));
  BOOST_REQUIRE(lines.size() == 1U);
  BOOST_TEST(lines[0] == "id 7 rule serious-adverse-event urgency urgent study S1 2 key k1");
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_work_are_refused_with_the_channels_name) {
  for (const auto type : {channel_type::smtp, channel_type::webhook, channel_type::kafka})
    BOOST_TEST(trouble({.name = "one", .type = type}).find("channels.one: ") != std::string::npos);
  BOOST_TEST(trouble({.name = "one", .type = channel_type::log}) == "");
}

BOOST_AUTO_TEST_SUITE_END()
