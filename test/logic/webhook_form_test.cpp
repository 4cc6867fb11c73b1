#include "actors/notifier/alert_record.hpp"
#include "actors/notifier/webhook_form.hpp"
#include "actors/notifier/webhook_signature.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(webhook_form_rules)

namespace {

channel_settings settings_with(std::string url = "https://host.example/path") {
  channel_settings values;
  values.url = std::move(url);
  values.body = R"({"a": "{{title}}"})";
  return values;
}

std::string wrong(const channel_settings& values) {
  const auto parsed = webhook_form::parse(values);
  const auto* why = std::get_if<std::string>(&parsed);
  return why == nullptr ? "" : *why;
}

webhook_request filled(const channel_settings& values, const channel_message& message) {
  const auto parsed = webhook_form::parse(values);
  BOOST_REQUIRE_MESSAGE(parsed.index() == 0, wrong(values));
  return std::get<webhook_form>(parsed).fill(message,
                                             std::chrono::sys_seconds{std::chrono::seconds{100}});
}

const channel_message message{"k1",   "a/b?c", "title",
                              "text", "",      {{"study", "S 1"}, {"term", "x\r\nEvil: 1"}}};

} // namespace

BOOST_AUTO_TEST_CASE(an_address_that_is_open_or_chosen_by_a_field_is_refused) {
  BOOST_TEST(wrong(settings_with()) == "");
  for (const auto* url :
       {"", "host.example", "ftp://host.example", "file:///etc/passwd", "HTTPS://host.example"})
    BOOST_TEST(wrong(settings_with(url)) == "url: write https://HOST/PATH", url);
  auto open = settings_with("http://host.example/");
  BOOST_TEST(wrong(open).find("url: http:// would carry the message in the clear") == 0U);
  open.allow_private = true;
  BOOST_TEST(wrong(open) == "");
  for (const auto* url :
       {"https://{{study}}/", "https://{{secret}}@host.example/", "https://host{{site}}?x"})
    BOOST_TEST(wrong(settings_with(url)) == "url: no field may choose the host", url);
  BOOST_TEST(wrong(settings_with("https://host.example/a b")).find("url: has blanks") == 0U);
  BOOST_TEST(
      wrong(settings_with("https://host.example/{{secret}}")).find("url: names {{secret}}, and") ==
      0U);
  BOOST_TEST(wrong(settings_with("https://host.example/{{recipent}}")) ==
             "url: there is no field 'recipent'; did you mean recipient?");
}

BOOST_AUTO_TEST_CASE(a_text_keeps_its_limit_when_what_stands_for_its_marks_is_longer) {
  channel_settings values;
  values.url = "https://host.example/path";
  values.preset = "wecom";
  auto long_one = message;
  long_one.subject = std::string(290, '[');
  long_one.text = std::string(1'900, '[') + " https://host.example/a/1";
  long_one.fields["link"] = "https://host.example/a/1";
  const auto body = nlohmann::json::parse(filled(values, long_one).body);
  const auto content = body.at("text").at("content").get<std::string>();
  BOOST_TEST(content.size() <= 2'048U);
  BOOST_TEST(content.ends_with(" https://host.example/a/1"));
}

BOOST_AUTO_TEST_CASE(fields_in_the_address_stay_within_their_part_and_the_secret_is_as_it_is) {
  auto values = settings_with("https://host.example/{{recipient}}/{{secret}}?s={{study}}");
  values.secret = "T0/B0/{{rule}}";
  BOOST_TEST(filled(values, message).url ==
             "https://host.example/a%2Fb%3Fc/T0/B0/{{rule}}?s=S%201");
}

BOOST_AUTO_TEST_CASE(a_secret_that_would_end_its_part_of_the_address_is_refused) {
  auto values = settings_with("https://host.example/svc/{{secret}}");
  for (const auto* secret : {"s3cr#t", "a?b", "a&b", "a b", "\xc3\xa9"}) {
    values.secret = secret;
    BOOST_TEST(wrong(values).find("url: names {{secret}}, and") == 0U, secret);
  }
}

BOOST_AUTO_TEST_CASE(an_address_that_is_the_secret_is_in_the_body_alone) {
  auto values = settings_with();
  values.preset = "pagerduty";
  values.body.clear();
  values.secret = "routing\"key";
  auto to_secret = message;
  to_secret.recipient = "{{secret}}";
  const auto body = nlohmann::json::parse(filled(values, to_secret).body);
  BOOST_TEST(body.at("routing_key") == "routing\"key");
  to_secret.recipient = "x{{secret}}"; // No template: an address like any other.
  BOOST_TEST(nlohmann::json::parse(filled(values, to_secret).body).at("routing_key") ==
             "x{{secret}}");
  to_secret.recipient = "desk";
  to_secret.fields["study"] = "{{secret}}"; // Nor is what a record says.
  BOOST_TEST(filled(values, to_secret).body.find("routing\\\"key") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_body_needs_a_template_and_a_type_that_fields_can_be_escaped_for) {
  auto values = settings_with();
  values.body.clear();
  BOOST_TEST(wrong(values) == "needs a preset or a body");
  values.preset = "slak";
  BOOST_TEST(wrong(values).find("preset: there is no 'slak'; there are slack, ") == 0U);
  values.preset = "slack";
  values.content_type = "text/plain";
  BOOST_TEST(nlohmann::json::accept(filled(values, message).body)); // The preset's own type counts.
  values = settings_with();
  values.content_type = "image/png";
  BOOST_TEST(
      wrong(values).find("content_type: 'image/png' is none that fields can be escaped for") == 0U);
  values.content_type = "application/json\r\nX: 1";
  BOOST_TEST(wrong(values).find("content_type: ") == 0U);
  values.content_type = "application/json; charset=utf-8";
  values.body = "{{title}}";
  BOOST_TEST(wrong(values).find("body: is no JSON") == 0U);
}

BOOST_AUTO_TEST_CASE(fields_are_escaped_as_the_content_type_wants) {
  auto values = settings_with();
  values.body = "<{{title}}>";
  const auto body = [&](const char* type) {
    values.content_type = type;
    return filled(values, {"k", "", "a&\"b", "", "", {}}).body;
  };
  BOOST_TEST(body("application/xml") == "<a&amp;&quot;b>");
  BOOST_TEST(body("text/html; charset=utf-8") == "<a&amp;&quot;b>");
  BOOST_TEST(body("application/soap+xml") == "<a&amp;&quot;b>");
  BOOST_TEST(body("application/x-www-form-urlencoded") == "<a%26%22b>");
  BOOST_TEST(body("text/plain") == "<a&\"b>");
  values.body = R"("{{title}}")";
  BOOST_TEST(body("application/vnd.api+json") == R"("a&\"b")");
}

BOOST_AUTO_TEST_CASE(headers_are_lines_of_their_own_whatever_a_field_holds) {
  auto values = settings_with();
  values.secret = "s3";
  values.headers = {
      {"Authorization", "Bearer {{secret}}"}, {"X-Empty", "{{site}}"}, {"X-Term", "{{term}}"}};
  const auto request = filled(values, message);
  const std::vector<std::string> expected{"Content-Type: application/json",
                                          "Idempotency-Key: k1",
                                          "X-Aepro-Signature: t=100,v1=" +
                                              hmac_sha256("s3", "100." + request.body),
                                          "Authorization: Bearer s3",
                                          "X-Empty;",
                                          "X-Term: x  Evil: 1"};
  BOOST_TEST(request.headers == expected, boost::test_tools::per_element());
  values.secret.clear();
  values.headers.erase("Authorization");
  BOOST_TEST(filled(values, message).headers.size() == 4U); // No secret, no signature.
}

BOOST_AUTO_TEST_CASE(a_header_that_is_none_or_ours_is_refused) {
  for (const auto* name : {"", "A B", "A:", "A\r\nB", "content-TYPE", "Idempotency-Key",
                           "X-Aepro-Signature", "Host"}) {
    auto values = settings_with();
    values.headers = {{name, "x"}};
    BOOST_TEST(wrong(values).find("headers: '") == 0U, name);
  }
  auto values = settings_with();
  values.headers = {{"Authorization", "{{secret}}"}};
  BOOST_TEST(wrong(values) ==
             "headers: Authorization names {{secret}}, and there is no secret_file");
  values.headers = {{"X", "{{titel}}"}};
  BOOST_TEST(wrong(values) == "headers: X: there is no field 'titel'; did you mean title?");
}

BOOST_AUTO_TEST_CASE(a_record_has_the_key_of_its_subjects_events) {
  channel_message alert{"k1", "", "title", "text", "", {{"study", "S/1"}, {"subject", "101"}}};
  BOOST_TEST(alert_record_key(alert) == "S%2F1/101");
  alert.fields["subject"] = "";
  BOOST_TEST(alert_record_key(alert) == "k1");
  BOOST_TEST(alert_record_key({"k2", "", "", "", "", {}}) == "k2");
}

BOOST_AUTO_TEST_CASE(a_records_value_is_json_with_all_that_was_said) {
  const channel_message whole{"k", "r", "\"t\" 😀", "a\nb\xff", "<p>", {{"subject", "101"}}};
  BOOST_TEST(nlohmann::json::parse(alert_record_value(whole)) ==
             nlohmann::json({{"key", "k"},
                             {"recipient", "r"},
                             {"title", "\"t\" 😀"},
                             {"text", "a\nb\xef\xbf\xbd"},
                             {"html", "<p>"},
                             {"fields", {{"subject", "101"}}}}));
  const auto small = nlohmann::json::parse(alert_record_value({"k", "", "t", "", "", {}}));
  BOOST_TEST(!small.contains("recipient"));
  BOOST_TEST(!small.contains("html"));
  BOOST_TEST(small["fields"].is_object());
}

BOOST_AUTO_TEST_SUITE_END()
