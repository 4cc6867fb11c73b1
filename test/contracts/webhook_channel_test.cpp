#include "actors/notifier/curl_webhook_channel.hpp"
#include "actors/notifier/webhook_signature.hpp"
#include "support/contracts/channel_servers.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(webhook_channel_contract)

namespace {

/// One server for all: a test looks at its own requests.
webhook_server& server() {
  static webhook_server one;
  return one;
}

struct fixture {
  fixture() {
    values.name = "hook";
    values.type = channel_type::webhook;
    values.url = server().url();
    values.body = R"({"title": "{{title}}", "text": "{{text}}"})";
    values.ca_file = server().ca_file();
    values.secret = "s3cret/key";
    values.allow_private = true;
  }

  channel_outcome deliver(std::chrono::milliseconds patience = 20s) {
    const channel_message message{"0a1b", "monitor", "严重不良事件 😀", "said \"{{title}}\"\n",
                                  "",     {}};
    return value_of(open_curl_webhook_channel(values))->deliver({&message, 1}, patience).at(0);
  }

  channel_outcome deliver_to(const std::string& path, std::chrono::milliseconds patience = 20s) {
    values.url = server().url(path);
    return deliver(patience);
  }

  nlohmann::json new_requests() const {
    const auto all = server().requests();
    return {all.begin() + static_cast<std::ptrdiff_t>(before), all.end()};
  }

  channel_settings values;
  std::size_t before = server().requests().size();
};

} // namespace

BOOST_FIXTURE_TEST_CASE(the_receiver_can_check_who_called_and_what, fixture) {
  values.headers = {{"Authorization", "Bearer {{secret}}"}, {"X-Empty", "{{term}}"}};
  const auto outcome = deliver();
  BOOST_REQUIRE_MESSAGE((outcome.result == attempt_result::delivered), outcome.detail);
  BOOST_TEST(outcome.receipt == "HTTP 200 request-1");
  const auto requests = new_requests();
  BOOST_REQUIRE(requests.size() == 1U);
  const std::string body = requests[0]["body"];
  const auto headers = requests[0]["headers"];
  const auto content = nlohmann::json::parse(body);
  BOOST_TEST(content["title"] == "严重不良事件 😀");
  BOOST_TEST(content["text"] == "said \"{{title}}\"\n");
  BOOST_TEST(headers["idempotency-key"] == "0a1b");
  BOOST_TEST(headers["content-type"] == "application/json");
  BOOST_TEST(headers["authorization"] == "Bearer s3cret/key");
  BOOST_TEST(headers["x-empty"] == "");
  const std::string signature = headers["x-aepro-signature"];
  const auto comma = signature.find(",v1=");
  BOOST_REQUIRE(comma != std::string::npos);
  const auto instant = signature.substr(2, comma - 2);
  BOOST_TEST(signature.substr(comma + 4) == hmac_sha256("s3cret/key", instant + "." + body));
  BOOST_TEST(std::abs(std::stoll(instant) - std::time(nullptr)) < 60);
}

BOOST_FIXTURE_TEST_CASE(an_address_of_this_machine_is_refused_unless_allowed, fixture) {
  BOOST_TEST((deliver().result == attempt_result::delivered));
  values.allow_private = false;
  const auto refused = deliver();
  BOOST_TEST((refused.result == attempt_result::refused));
  BOOST_TEST(refused.detail.find("allow_private permits it") != std::string::npos, refused.detail);
  values.url.replace(values.url.find("localhost"), 9, "127.0.0.1");
  BOOST_TEST((deliver().result == attempt_result::refused));
  values.url.replace(values.url.find("127.0.0.1"), 9, "[::ffff:127.0.0.1]");
  BOOST_TEST((deliver().result == attempt_result::refused));
  values.url.replace(values.url.find("[::ffff:127.0.0.1]"), 18,
                     "0x7f000001"); // Other spellings of an address.
  BOOST_TEST((deliver().result == attempt_result::refused));
  BOOST_TEST(new_requests().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_certificate_of_another_authority_is_not_taken, fixture) {
  values.url = server().wrong_url();
  const auto outcome = deliver();
  BOOST_TEST((outcome.result == attempt_result::failed));
  BOOST_TEST(outcome.detail.find("certificate") != std::string::npos, outcome.detail);
  BOOST_TEST(new_requests().empty());
}

BOOST_FIXTURE_TEST_CASE(plain_http_is_for_closed_networks_only, fixture) {
  values.url = server().plain_url();
  BOOST_TEST((deliver().result == attempt_result::delivered));
  values.allow_private = false;
  BOOST_TEST(!open_curl_webhook_channel(values));
}

BOOST_FIXTURE_TEST_CASE(the_receivers_answer_decides_whether_to_try_again, fixture) {
  const auto busy = deliver_to("busy");
  BOOST_TEST((busy.result == attempt_result::failed));
  BOOST_TEST((busy.retry_after == 7s));
  BOOST_TEST(busy.detail == "HTTP 429 slow down");
  BOOST_TEST((deliver_to("500").result == attempt_result::failed));
  BOOST_TEST((deliver_to("404").result == attempt_result::refused));
  BOOST_TEST((deliver_to("202").result == attempt_result::delivered));
}

BOOST_FIXTURE_TEST_CASE(a_redirect_is_not_followed, fixture) {
  const auto outcome = deliver_to("redirect");
  BOOST_TEST((outcome.result == attempt_result::failed));
  BOOST_TEST(outcome.detail.find("HTTP 302: redirects are not followed") == 0U, outcome.detail);
  BOOST_TEST(new_requests().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_secret_in_the_address_arrives_and_is_never_quoted, fixture) {
  const auto outcome = deliver_to("echo/{{secret}}?to={{recipient}}");
  BOOST_TEST((outcome.result == attempt_result::refused));
  BOOST_TEST(outcome.detail.find("s3cret") == std::string::npos, outcome.detail);
  BOOST_TEST(outcome.detail.find("***") != std::string::npos, outcome.detail);
  BOOST_TEST(new_requests().at(0)["path"] == "/echo/s3cret/key?to=monitor");
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_never_comes_has_failed_in_time, fixture) {
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = deliver_to("drip", 1s);
  BOOST_TEST((outcome.result == attempt_result::failed));
  BOOST_TEST((std::chrono::steady_clock::now() - start < 5s));
  BOOST_TEST((deliver_to("reset").result == attempt_result::failed));
}

BOOST_FIXTURE_TEST_CASE(the_status_counts_whatever_the_body_is_like, fixture) {
  const auto huge = deliver_to("huge");
  BOOST_TEST((huge.result == attempt_result::delivered), huge.detail);
  BOOST_TEST(huge.receipt.size() < 400U);
  const auto slow = deliver_to("slow_body", 2s);
  BOOST_TEST((slow.result == attempt_result::delivered), slow.detail);
}

BOOST_FIXTURE_TEST_CASE(what_was_not_begun_in_time_has_failed, fixture) {
  values.url = server().url("drip");
  const channel_message messages[] = {{.key = "1"}, {.key = "2"}};
  const auto outcomes = value_of(open_curl_webhook_channel(values))->deliver(messages, 1s);
  BOOST_REQUIRE(outcomes.size() == 2U);
  BOOST_TEST(outcomes[1].detail == "not begun in time");
  BOOST_TEST(new_requests().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
