#include "config/notifier_document.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(notifier_settings_file)

namespace {

setting_sources file(std::string text) {
  setting_sources sources;
  sources.file_name = "aepro.yaml";
  sources.file_text = std::move(text);
  sources.read_file = [](const std::string& path) -> std::optional<std::string> {
    return path == "mail-password" ? std::optional<std::string>("very secret\n") : std::nullopt;
  };
  return sources;
}

notifier_rules good(const std::string& text) {
  const auto loaded = load_settings(file(text));
  if (const auto* problems = std::get_if<std::vector<setting_problem>>(&loaded))
    for (const auto& one : *problems)
      BOOST_ERROR(to_string(one));
  return std::get<loaded_settings>(loaded).values.alerts;
}

std::string problems_of(const std::string& text) {
  const auto loaded = load_settings(file(text));
  const auto* problems = std::get_if<std::vector<setting_problem>>(&loaded);
  BOOST_REQUIRE(problems != nullptr);
  std::string all;
  for (const auto& one : *problems)
    all += to_string(one) + "\n";
  return all;
}

bool has(const std::string& text, std::string_view part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found)
    BOOST_TEST_MESSAGE(text);
  return found;
}

constexpr std::string_view whole = R"yaml(
group: aepro
channels:
  mail:
    type: smtp
    url: smtp://mail.example:587
    from: aepro <aepro@example.org>
    user: aepro
    password_file: mail-password
    timeout: 20s
  robot: {type: webhook, url: https://chat.example/hook, preset: slack, headers: {X-Team: safety}}
  systems: {type: kafka, topic: aepro.alerts}
recipients:
  - name: Dr. Wang
    roles: [medical-monitor, safety-desk]
    study: S1
    time_zone: Asia/Shanghai
    quiet_hours: 22:00-07:30
    addresses: {mail: wang@example.org, robot: ""}
  - {name: Desk, roles: [safety-desk], addresses: {mail: desk@example.org}}
alert_rules:
  deaths: {alert: fatal-or-life-threatening, urgency: immediate, audience: [medical-monitor], channels: [mail, robot]}
  phq9-item-9: {enabled: no, text: "{{title}}"}
)yaml";

} // namespace

BOOST_AUTO_TEST_CASE(channels_recipients_and_rules_are_read_with_their_secrets) {
  const auto rules = good(std::string(whole));
  BOOST_REQUIRE(rules.channels.size() == 3U);
  const auto& mail = *rules.find_channel("mail");
  BOOST_TEST((mail.type == channel_type::smtp));
  BOOST_TEST(mail.password == "very secret");
  BOOST_TEST(mail.timeout.count() == 20'000);
  BOOST_TEST(mail.require_tls);
  BOOST_TEST(rules.find_channel("robot")->headers.at("X-Team") == "safety");
  BOOST_TEST(rules.find_channel("nobody") == nullptr);
  BOOST_REQUIRE(rules.recipients.size() == 2U);
  const auto& wang = rules.recipients.front();
  BOOST_TEST(wang.roles.size() == 2U);
  BOOST_TEST(wang.quiet_from == 22 * 60);
  BOOST_TEST(wang.quiet_to == 7 * 60 + 30);
  BOOST_TEST(wang.addresses.at("mail") == "wang@example.org");
  BOOST_REQUIRE(rules.rules.size() == 2U);
  BOOST_TEST(rules.rules[0].alert == "fatal-or-life-threatening");
  BOOST_TEST(rules.rules[0].urgency_given);
  BOOST_TEST(rules.rules[1].alert ==
             "phq9-item-9"); // A rule is named after its alert unless it says another.
  BOOST_TEST(!rules.rules[1].enabled);
  BOOST_TEST(!rules.rules[1].urgency_given);
}

BOOST_AUTO_TEST_CASE(a_file_without_these_sections_tells_nobody) {
  BOOST_TEST(good("group: aepro\n").channels.empty());
}

BOOST_AUTO_TEST_CASE(a_mistyped_key_is_named_with_its_line_and_the_nearest_one) {
  const auto text = problems_of("channels:\n  mail:\n    type: kafka\n    topik: x\n");
  BOOST_TEST(has(text, "aepro.yaml:4: channels.mail.topik: no such key; did you mean topic?"));
}

BOOST_AUTO_TEST_CASE(a_channel_without_what_its_type_needs_is_refused) {
  BOOST_TEST(has(problems_of("channels: {a: {type: smtp, from: x@y.example}}\n"),
                 "channels.a: url is missing"));
  BOOST_TEST(has(problems_of("channels: {a: {type: webhook, url: https://x.example}}\n"),
                 "body is missing"));
  BOOST_TEST(has(problems_of("channels: {a: {type: pigeon}}\n"),
                 "'pigeon' is not one of smtp, webhook, kafka, log"));
  BOOST_TEST(has(
      problems_of(
          "channels: {a: {type: smtp, url: smtp://x, from: x@y, user: u, password_file: none}}\n"),
      "no readable secret file none"));
}

BOOST_AUTO_TEST_CASE(a_recipient_without_role_address_or_with_a_wrong_time_is_refused) {
  const auto text = problems_of(
      "channels: {l: {type: log}}\nrecipients:\n  - {name: A, quiet_hours: 25:00-07:00}\n");
  BOOST_TEST(has(text, "recipients[0]: roles is missing"));
  BOOST_TEST(has(text, "recipients[0]: addresses is missing"));
  BOOST_TEST(has(text, "'25:00-07:00' is not HH:MM-HH:MM"));
}

BOOST_AUTO_TEST_CASE(what_names_a_channel_that_is_not_there_is_refused) {
  const auto text = problems_of("channels: {l: {type: log}}\n"
                                "recipients: [{roles: [desk], addresses: {mail: a@b.example}}]\n"
                                "alert_rules: {serious-adverse-event: {channels: [fax]}}\n");
  BOOST_TEST(has(text, "recipients[0].addresses: there is no channel mail"));
  BOOST_TEST(has(text, "alert_rules.serious-adverse-event.channels: there is no channel fax"));
}

BOOST_AUTO_TEST_CASE(channels_without_anybody_to_tell_are_refused) {
  BOOST_TEST(has(problems_of("channels: {l: {type: log}}\n"), "nobody to tell"));
}

BOOST_AUTO_TEST_CASE(what_is_there_twice_is_refused) {
  BOOST_TEST(has(problems_of("channels:\n  a: {type: log}\n  a: {type: log}\n"),
                 "aepro.yaml:3: channels.a: is there twice"));
  BOOST_TEST(
      has(problems_of("channels: {a: {type: log, type: log}}\n"), "channels.a.type: is set twice"));
  BOOST_TEST(has(problems_of("channels: {a: {type: log}}\nchannels: {b: {type: log}}\n"),
                 "channels: is in this file twice"));
  BOOST_TEST(has(problems_of("alert_rules: {b: {alert: x, enabled: no}, c: {alert: x}}\n"),
                 "there are two rules"));
}

BOOST_AUTO_TEST_CASE(a_time_out_that_no_channel_could_keep_is_refused) {
  for (const auto* text : {"1ms", "11min", "9223372036854775s"})
    BOOST_TEST(has(problems_of(std::string("channels: {a: {type: log, timeout: ") + text + "}}\n"),
                   "100ms to 10min"));
}

BOOST_AUTO_TEST_CASE(
    a_role_that_nobody_has_is_refused_and_so_is_a_fallback_role_for_some_studies_only) {
  const std::string channel = "channels: {l: {type: log}}\n";
  BOOST_TEST(has(problems_of(channel + "recipients: [{roles: [safety-desk], addresses: {l: x}}]\n"
                                       "alert_rules: {x: {audience: [medical-moniter]}}\n"),
                 "has the role medical-moniter"));
  BOOST_TEST(has(
      problems_of(channel + "recipients: [{roles: [safety-desk], study: S1, addresses: {l: x}}]\n"),
      "no recipient has the role safety-desk for every study and site"));
}

BOOST_AUTO_TEST_CASE(days_on_which_a_recipient_is_away_are_read_and_checked) {
  const auto text = [](const std::string& away) {
    return "channels: {l: {type: log}}\nrecipients:\n  - {name: A, roles: [safety-desk], "
           "addresses: "
           "{l: x}, stand_in: A, away: " +
           away + "}\n";
  };
  const auto days = good(text("[2026-12-24, 2028-02-29 .. 2028-03-01]")).recipients.at(0).away;
  BOOST_REQUIRE(days.size() == 2U);
  BOOST_TEST(days[0].first_day == 20'811);
  BOOST_TEST(days[0].last_day == 20'811);
  BOOST_TEST(days[1].last_day - days[1].first_day == 1);
  BOOST_TEST(good(text("2026-12-20..2027-01-06")).recipients.at(0).stand_in == "A");
  for (const auto* bad :
       {"2026-12-20..", "2027-01-06..2026-12-20", "2026-02-29", "2026-13-01", "2026-00-10",
        "2026-01-00", "20.12.2026", "-026-01-01", "2026-12-20..2026-12-32", "soon", "2026-1-111",
        "202x-01-01", "2026-0x-01", "2026-01-0x"})
    BOOST_TEST(has(problems_of(text(bad)), "is no day or FROM..TO"), bad);
}

BOOST_AUTO_TEST_CASE(a_mail_address_without_an_at_sign_is_refused) {
  BOOST_TEST(has(problems_of("channels: {m: {type: smtp, url: smtp://x, from: a@b.example}}\n"
                             "recipients: [{roles: [safety-desk], addresses: {m: \"\"}}]\n"),
                 "'' is no mail address"));
}

BOOST_AUTO_TEST_CASE(sections_of_another_shape_are_refused) {
  BOOST_TEST(has(problems_of("channels: [a]\n"), "channels: expected NAME: and its keys below"));
  BOOST_TEST(has(problems_of("recipients: {a: b}\n"), "is a list"));
  BOOST_TEST(has(problems_of("channels: {a: text}\n"), "channels.a: expected NAME: VALUE lines"));
}

BOOST_AUTO_TEST_SUITE_END()
