#include "actors/acknowledge/message_keys.hpp"
#include "actors/notifier/alert_text.hpp"
#include "actors/notifier/webhook_form.hpp"
#include "actors/notifier/webhook_presets.hpp"
#include "test/support/alerts.hpp"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(message_links)

namespace {

const link_options links{"https://alerts.example", {"a key of more than thirty-two letters"}, 168h};

leased_notification leased(notification what) {
  what.id = 4711;
  return {std::move(what), 1, {}, {}};
}

/// A death at a site, sent by mail to two of a role.
std::vector<channel_message> messages(channel_type type, const link_options& options = links,
                                      std::string text = "") {
  auto rules = team();
  rules.channels[0].type = type;
  rules.recipients.push_back(somebody("second", "monitor", "S1", "701"));
  rules.recipients.back().shared = true;
  rules.rules[0].text = std::move(text);
  return plan_delivery(leased(planned(rules)), rules, "safety-desk", noon, options).messages;
}

alert_link read_link(const std::string& link) {
  const auto read = verify(link.substr(link.rfind('/') + 1), links.keys);
  BOOST_REQUIRE(read.has_value());
  return *read;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

channel_message long_message() {
  channel_message made;
  made.fields["link"] = links.public_url + "/a/" + std::string(110, 'x');
  made.text = std::string(5'000, 'y') + "\nTo acknowledge: " + made.fields["link"] + "\n";
  return made;
}

} // namespace

BOOST_AUTO_TEST_CASE(each_recipient_of_a_mail_or_web_call_gets_a_link_of_his_own) {
  for (const auto type : {channel_type::smtp, channel_type::webhook}) {
    const auto sent = messages(type);
    BOOST_REQUIRE(sent.size() == 2U);
    const auto first = read_link(sent[0].fields.at("link")),
               second = read_link(sent[1].fields.at("link"));
    BOOST_TEST(first.recipient == "site");
    BOOST_TEST(second.recipient == "second");
    BOOST_TEST(!first.shared);
    BOOST_TEST(second.shared);
    for (const auto& link : {first, second}) {
      BOOST_TEST(link.notification_id == 4711);
      BOOST_TEST(link.channel == "mail");
      BOOST_TEST(link.expires_at == noon + 168 * 60 * minute);
    }
    BOOST_TEST(has(sent[0].text, "To acknowledge: " + sent[0].fields.at("link") + "\n"));
    BOOST_TEST(!has(sent[0].text, "aepro alerts ack"));
  }
}

BOOST_AUTO_TEST_CASE(html_has_the_link_to_be_clicked) {
  const auto sent = messages(channel_type::smtp)[0];
  const auto& link = sent.fields.at("link");
  BOOST_TEST(has(sent.html, "<a href=\"" + link + "\">" + link + "</a>"));
  const auto twice = messages(channel_type::smtp, links, "{{link}} {{link}}")[0];
  BOOST_TEST(has(twice.html, "</a> <a href=\""));
}

BOOST_AUTO_TEST_CASE(topics_and_the_log_get_no_link_nor_does_anybody_where_they_are_off) {
  for (const auto type : {channel_type::kafka, channel_type::log})
    for (const auto& sent : messages(type)) {
      BOOST_TEST(!sent.fields.contains("link"));
      BOOST_TEST(has(sent.text, "aepro alerts ack 4711"));
    }
  for (const auto& sent : messages(channel_type::smtp, {})) {
    BOOST_TEST(!sent.fields.contains("link"));
    BOOST_TEST(has(sent.text, "aepro alerts ack 4711"));
    BOOST_TEST(!has(sent.html, "<a "));
  }
  BOOST_TEST(messages(channel_type::smtp, {}, "at {{link}}.")[0].text == "at .");
}

BOOST_AUTO_TEST_CASE(a_link_changes_no_key) {
  BOOST_TEST(messages(channel_type::smtp)[0].key == messages(channel_type::smtp, {})[0].key);
}

BOOST_AUTO_TEST_CASE(a_preset_that_cuts_the_text_leaves_the_link_whole) {
  const auto message = long_message();
  for (const auto* name : {"slack", "wecom", "wecom-markdown", "pagerduty", "fcm", "sms"}) {
    const auto& preset = *find_preset(name);
    const auto values = values_for(message, preset);
    BOOST_TEST(values.at("text").size() <= preset.text_bytes_max, name);
    BOOST_TEST(has(values.at("text"), message.fields.at("link")), name);
    channel_settings settings;
    settings.url = "https://host.example";
    settings.preset = name;
    const auto form = webhook_form::parse(settings);
    const auto body = std::get<webhook_form>(form).fill(message, std::chrono::sys_seconds{}).body;
    BOOST_TEST(nlohmann::json::accept(body), name);
    BOOST_TEST(has(body, message.fields.at("link")), name);
  }
}

BOOST_AUTO_TEST_CASE(where_a_link_is_not_to_be_had_whole_the_text_is_cut_as_before) {
  auto message = long_message();
  message.fields["link"] = std::string(500, 'x');
  BOOST_TEST(values_for(message, *find_preset("sms")).at("text").ends_with("..."));
  message.fields.erase("link");
  BOOST_TEST(values_for(message, *find_preset("sms")).at("text").size() <= 480U);
  message.text = "short";
  BOOST_TEST(values_for(message, *find_preset("sms")).at("text") == "short");
}

BOOST_AUTO_TEST_CASE(a_message_is_known_by_its_key_before_it_is_written_down_as_sent) {
  auto rules = team();
  const auto what = leased(planned(rules)).what;
  const auto sent = plan_delivery(leased(what), rules, "safety-desk", noon).messages;
  BOOST_REQUIRE(sent.size() == 1U);
  const auto knows = [](const std::vector<std::string>& keys, const std::string& key) {
    return std::ranges::find(keys, key) != keys.end();
  };
  BOOST_TEST(knows(message_keys_of({what, {}}, rules, "safety-desk"), sent[0].key));
  // Also where the settings have changed since.
  const shown_notification shown{
      what,
      {{.notification_id = what.id, .step = 0, .channel = "mail", .recipient = sent[0].recipient}}};
  BOOST_TEST(knows(message_keys_of(shown, {}, "safety-desk"), sent[0].key));
  BOOST_TEST(!knows(message_keys_of({what, {}}, {}, "safety-desk"), sent[0].key));
  auto again = what;
  again.round = 5;
  BOOST_TEST(!knows(message_keys_of({again, {}}, rules, "safety-desk"), sent[0].key));
}

BOOST_AUTO_TEST_SUITE_END()
