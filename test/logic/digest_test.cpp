#include "actors/notifier/alert_table.hpp"
#include "actors/notifier/digest.hpp"
#include "actors/notifier/flood_plan.hpp"
#include "actors/publish/csv_reader.hpp"
#include "test/support/alerts.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <sstream>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

namespace {

notifier_rules mail_team() {
  auto rules = team();
  rules.channels[0].type = channel_type::smtp;
  rules.channels[1].type = channel_type::webhook;
  rules.rules[0].urgency_given = true;
  rules.rules[0].urgency = urgency::routine;
  return rules;
}

planned_delivery plan_of(const notifier_rules& rules, std::int64_t id,
                         const std::string& site = "701", unix_milliseconds produced_at = noon) {
  auto alert = death();
  alert.offset = id;
  alert.site = site;
  alert.produced_at = produced_at;
  auto what = planned(rules, {}, alert);
  what.id = id;
  return plan_delivery({what, id, {}, {}}, rules, "safety-desk", noon);
}

std::vector<planned_delivery> plans(const notifier_rules& rules, std::int64_t count,
                                    const std::string& site = "701") {
  std::vector<planned_delivery> all;
  for (std::int64_t id = 1; id <= count; ++id)
    all.push_back(plan_of(rules, id, site));
  return all;
}

planned_delivery only(std::vector<planned_delivery> made) {
  BOOST_REQUIRE(made.size() == 1U);
  BOOST_REQUIRE(made.front().digest);
  return std::move(made.front());
}

bool has(const std::string& text, std::string_view part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found)
    BOOST_TEST_MESSAGE(text);
  return found;
}

constexpr digest_options minute_long{{20, 10'000, 60'000}, 60s};

} // namespace

BOOST_AUTO_TEST_SUITE(alert_digests)

BOOST_AUTO_TEST_CASE(a_digest_says_how_many_since_when_and_where_and_shows_the_first) {
  const auto rules = mail_team();
  auto all = plans(rules, 30);
  all.push_back(plan_of(rules, 31, "701", noon + minute));
  all[3].what.site = "北京";
  const auto digest = only(make_digests(std::move(all), rules));
  BOOST_REQUIRE(digest.messages.size() == 1U);
  const auto& message = digest.messages[0];
  BOOST_TEST(message.recipient == "site@example.org");
  BOOST_TEST(message.subject ==
             "[aepro] routine: 31 alerts: Fatal or life-threatening adverse event, S1");
  BOOST_TEST(has(message.text, "31 alerts: Fatal or life-threatening adverse event (routine)\n"));
  BOOST_TEST(has(message.text, "Study: S1\n"));
  BOOST_TEST(has(message.text, "Reported: 2025-11-29T12:00:00Z to 2025-11-29T12:01:00Z\n"));
  BOOST_TEST(has(message.text, "Sites: 701: 30, 北京: 1\n"));
  BOOST_TEST(has(message.text, "attached alerts.csv"));
  BOOST_TEST(
      has(message.text,
          "\n20  2025-11-29T12:00:00Z  site 701  subject 1015  aepro.adverse-events/2/20\n"));
  BOOST_TEST(!has(message.text, "\n21  "));
  BOOST_TEST(has(message.text, "aepro alerts list --rule fatal-or-life-threatening --study 'S1'"));
  BOOST_TEST(has(message.html, "31 alerts"));
  BOOST_TEST(message.fields.at("subject") == "");
  BOOST_TEST(message.fields.at("study") == "S1");
  BOOST_TEST(message.fields.at("key") == message.key);
}

BOOST_AUTO_TEST_CASE(
    the_file_has_every_alert_and_no_word_of_a_patient_even_where_the_channel_is_confidential) {
  auto rules = mail_team();
  rules.channels[0].confidential = true;
  auto all = plans(rules, 3);
  const auto keys =
      std::vector{all[0].messages[0].key, all[1].messages[0].key, all[2].messages[0].key};
  const auto digest = only(make_digests(std::move(all), rules));
  const auto& file = *digest.messages[0].attachment;
  BOOST_TEST(file.name == "alerts.csv");
  BOOST_TEST(file.type == "text/csv; charset=utf-8");
  BOOST_TEST(!has(file.bytes + digest.messages[0].text + digest.messages[0].html, "heart attack"));
  BOOST_TEST(file.bytes.starts_with(
      "\xef\xbb\xbfid,rule,urgency,study,site,subject,record,produced_at,detail,key\r\n"));
  for (std::size_t i = 0; i < 3; ++i)
    BOOST_TEST(has(file.bytes, "\r\n" + std::to_string(i + 1) +
                                   ",fatal-or-life-threatening,routine,S1,701,1015,"
                                   "aepro.adverse-events/2/" +
                                   std::to_string(i + 1) + ",2025-11-29T12:00:00Z,," + keys[i] +
                                   "\r\n"));
}

BOOST_AUTO_TEST_CASE(many_sites_are_counted_and_the_rest_is_said_as_one) {
  const auto rules = mail_team();
  std::vector<planned_delivery> all;
  for (std::int64_t id = 1; id <= 46; ++id) {
    all.push_back(plan_of(rules, id));
    all.back().what.site =
        id <= 23 ? "s" + std::to_string(100 + id) : "s" + std::to_string(100 + id - 23);
  }
  all.push_back(all.back());
  all.back().what.site = "s123";
  const auto text = only(make_digests(std::move(all), rules)).messages[0].text;
  BOOST_TEST(has(text, "Sites: s123: 3, s101: 2, "));
  BOOST_TEST(has(text, "s119: 2, 3 others: 6\n"));
}

BOOST_AUTO_TEST_CASE(by_web_call_there_is_no_file_and_the_text_says_what_it_shows) {
  auto rules = mail_team();
  rules.channels[0].type = channel_type::webhook;
  const auto long_one = only(make_digests(plans(rules, 21), rules)).messages[0];
  BOOST_TEST(!long_one.attachment);
  BOOST_TEST(has(long_one.text, "The first 20:\n"));
  BOOST_TEST(
      has(only(make_digests(plans(rules, 20), rules)).messages[0].text, "These are they:\n"));
}

BOOST_AUTO_TEST_CASE(an_alarm_without_record_or_site_has_its_row) {
  const auto rules = mail_team();
  auto all = plans(rules, 2);
  for (auto& one : all) {
    one.what.stream = {};
    one.what.site = "";
    one.what.produced_at = 0;
    one.what.detail = "FDA, due today";
    one.what.study.clear();
  }
  const auto message = only(make_digests(std::move(all), rules)).messages[0];
  BOOST_TEST(has(message.text, "Reported: \nSites: none: 2\n"));
  BOOST_TEST(has(message.attachment->bytes,
                 "\r\n2,fatal-or-life-threatening,routine,,,1015,,,\"FDA, due today\","));
  BOOST_TEST(has(message.text, "\n2    site   subject 1015    FDA, due today\n"));
  BOOST_TEST(has(message.text, "aepro alerts list --rule fatal-or-life-threatening\n"));
}

BOOST_AUTO_TEST_CASE(a_study_in_the_command_is_one_word_whatever_is_in_it) {
  const auto rules = mail_team();
  auto all = plans(rules, 2);
  for (auto& one : all)
    one.what.study = "X; touch pwn $(id) 'y'";
  const auto message = only(make_digests(std::move(all), rules)).messages[0];
  BOOST_TEST(has(message.text, R"(--study 'X; touch pwn $(id) '\''y'\''')"), message.text);
}

BOOST_AUTO_TEST_CASE(the_key_is_that_of_the_members_in_whatever_order) {
  const auto rules = mail_team();
  const auto key = [&](std::vector<planned_delivery> all) {
    return only(make_digests(std::move(all), rules)).messages[0].key;
  };
  auto turned = plans(rules, 5);
  std::ranges::reverse(turned);
  BOOST_TEST(key(plans(rules, 5)) == key(turned));
  BOOST_TEST(key(plans(rules, 5)) != key(plans(rules, 4)));
  BOOST_TEST(key(plans(rules, 5)).size() == 32U);
}

BOOST_AUTO_TEST_CASE(
    who_is_told_of_other_alerts_has_a_digest_of_his_own_and_one_alone_stays_as_it_was) {
  const auto rules = mail_team();
  auto all = plans(rules, 4);
  for (auto& one : plans(rules, 3, "702")) // Told by the study's monitor.
    all.push_back(std::move(one));
  all.back().channel = "robot";
  auto made = make_digests(std::move(all), rules);
  BOOST_REQUIRE(made.size() == 3U);
  std::map<std::string, std::size_t> sizes;
  for (const auto& one : made)
    sizes[one.channel + " " + one.messages[0].recipient] = one.digest ? one.digest->size() : 0;
  BOOST_TEST(sizes["mail site@example.org"] == 4U);
  BOOST_TEST(sizes["mail study@example.org"] == 2U);
  BOOST_TEST(sizes["robot study@example.org"] == 0U);
}

BOOST_AUTO_TEST_CASE(each_of_two_recipients_gets_a_digest_with_the_keys_of_his_own_messages) {
  auto rules = mail_team();
  rules.recipients.push_back(somebody("second", "monitor", "S1", "701"));
  auto all = plans(rules, 2);
  const auto key = all[1].messages[1].key;
  const auto digest = only(make_digests(std::move(all), rules));
  BOOST_REQUIRE(digest.messages.size() == 2U);
  BOOST_TEST(digest.messages[1].recipient == "second@example.org");
  BOOST_TEST(digest.messages[0].key != digest.messages[1].key);
  BOOST_TEST(has(digest.messages[1].attachment->bytes, key));
  BOOST_TEST(!has(digest.messages[0].attachment->bytes, key));
}

BOOST_AUTO_TEST_CASE(
    each_member_has_the_attempts_and_the_state_that_the_digest_s_outcome_gives_it) {
  const auto rules = mail_team();
  const auto digest = only(make_digests(plans(rules, 2), rules));
  const std::array done{channel_outcome{attempt_result::delivered, "250 queued", "", 0ms}};
  for (const auto& member : *digest.digest) {
    const auto attempts = attempts_of(member, done, "node", noon);
    BOOST_REQUIRE(attempts.size() == 1U);
    BOOST_TEST(attempts[0].notification_id == member.what.id);
    BOOST_TEST(attempts[0].recipient == "site@example.org");
    BOOST_TEST(attempts[0].receipt == "250 queued");
    BOOST_TEST(
        (after_delivery(member, done, deadlines, noon, 0).state == notification_state::closed));
    BOOST_TEST(member.messages[0].text == ""); // Nobody reads it.
  }
}

BOOST_AUTO_TEST_CASE(a_member_is_planned_as_it_would_be_alone_but_for_its_text) {
  const auto rules = mail_team();
  const auto alone = plan_of(rules, 7);
  const auto member = plan_flood_member({alone.what, 7, {}, {}}, rules, "safety-desk", noon);
  BOOST_TEST(member.channel == alone.channel);
  BOOST_TEST(member.steps == alone.steps);
  BOOST_REQUIRE(member.messages.size() == 1U);
  BOOST_TEST(member.messages[0].key == alone.messages[0].key);
  BOOST_TEST(member.messages[0].recipient == alone.messages[0].recipient);
  BOOST_TEST(member.messages[0].text.empty());
  const auto whole = make_digests(plans(rules, 3), rules);
  std::vector<planned_delivery> members;
  for (const auto& one : plans(rules, 3))
    members.push_back(plan_flood_member({one.what, one.lease, {}, {}}, rules, "safety-desk", noon));
  const auto brief = make_digests(std::move(members), rules);
  BOOST_TEST(brief[0].messages[0].text == whole[0].messages[0].text);
  BOOST_TEST(brief[0].messages[0].key == whole[0].messages[0].key);
  BOOST_TEST(brief[0].messages[0].fields.at("recipient") == "site");
}

BOOST_AUTO_TEST_CASE(systems_and_what_needs_no_message_are_left_as_they_are) {
  auto rules = mail_team();
  rules.channels[0].type = channel_type::kafka;
  BOOST_TEST(make_digests(plans(rules, 5), rules).size() == 5U);
  rules.channels[0].type = channel_type::log;
  BOOST_TEST(make_digests(plans(rules, 5), rules).size() == 5U);
  rules.channels[0].type = channel_type::smtp;
  auto reached = plans(rules, 3);
  for (auto& one : reached)
    one.messages.clear(); // All were reached before.
  BOOST_TEST(make_digests(reached, rules).size() == 3U);
  for (auto& one : reached)
    one.channel.clear(); // Quiet hours, or nobody to tell.
  BOOST_TEST(make_digests(reached, rules).size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_routine_alert_for_people_waits_for_others_and_no_other_does) {
  const auto rules = mail_team();
  const auto next = [&](const notifier_rules& own, const digest_options& options = minute_long) {
    return wait_for_others(planned(own), own, "safety-desk", options).next_at - noon;
  };
  BOOST_TEST(next(rules) == minute);
  BOOST_TEST(wait_for_others(planned(rules), rules, "safety-desk", minute_long).step_since ==
             noon + minute);
  BOOST_TEST(next(rules, {{0, 10'000, 60'000}, 60s}) == 0);
  auto urgent = rules;
  urgent.rules[0].urgency = urgency::urgent;
  BOOST_TEST(next(urgent) == 0);
  auto systems = rules;
  systems.channels[0].type = channel_type::kafka;
  BOOST_TEST(next(systems) == 0);
  auto off = rules;
  off.rules[0].enabled = false;
  BOOST_TEST(next(off) == 0);
  auto nobody = rules;
  nobody.recipients.clear();
  BOOST_TEST(next(nobody) == 0);
}

BOOST_AUTO_TEST_CASE(a_flood_s_channel_is_that_of_the_step_that_comes) {
  auto rules = mail_team();
  notification_flood flood{"fatal-or-life-threatening", "S1"};
  const auto channels = [&] { return channels_of(flood, rules, "safety-desk"); };
  BOOST_TEST(channels() == std::set<std::string>{"mail"}, boost::test_tools::per_element());
  flood.state = notification_state::sent;
  BOOST_TEST(channels() == std::set<std::string>{"robot"}, boost::test_tools::per_element());
  flood.step = 7;
  BOOST_TEST(channels().empty());
  flood = {"fatal-or-life-threatening", "S1"};
  rules.channels[0].type = channel_type::kafka;
  BOOST_TEST(channels().empty());
}

BOOST_AUTO_TEST_CASE(a_flood_s_channels_are_those_of_days_on_which_somebody_is_away_as_well) {
  notifier_rules rules;
  for (const auto* name : {"log", "mail"}) {
    auto& channel = rules.channels.emplace_back();
    channel.name = name;
    channel.type = name == std::string("log") ? channel_type::log : channel_type::smtp;
  }
  auto& monitor = rules.recipients.emplace_back();
  monitor.name = "Monitor";
  monitor.roles = {"monitor"};
  monitor.addresses = {{"log", "m"}};
  auto& desk = rules.recipients.emplace_back();
  desk.name = "Desk";
  desk.roles = {"safety-desk"};
  desk.addresses = {{"mail", "desk@example.org"}};
  auto& rule = rules.rules.emplace_back();
  rule.alert = "score-change";
  rule.audience = {"monitor"};
  const notification_flood flood{"score-change", "S1"};
  BOOST_TEST(channels_of(flood, rules, "safety-desk").empty()); // The log's first.
  rules.recipients[0].away = {{20'000, 20'010}};
  BOOST_TEST((channels_of(flood, rules, "safety-desk") == std::set<std::string>{"mail"}));
}

BOOST_AUTO_TEST_CASE(a_flood_s_channels_are_also_those_of_sites_with_people_or_rules_of_their_own) {
  auto rules = mail_team();
  rules.channels[0].type = channel_type::kafka;
  rules.rules.push_back(rules.rules[0]);
  rules.rules.back().study = "S1";
  rules.rules.back().site = "703";
  rules.rules.back().channels = {"robot"};
  BOOST_TEST(channels_of({"fatal-or-life-threatening", "S1"}, rules, "safety-desk") ==
                 std::set<std::string>{"robot"},
             boost::test_tools::per_element());
  rules.rules.pop_back();
  rules.rules[0].audience = {"investigator"};
  rules.recipients.push_back(somebody("investigator", "investigator", "S1", "704"));
  rules.recipients.back().addresses = {{"robot", "her"}};
  BOOST_TEST(channels_of({"fatal-or-life-threatening", "S1"}, rules, "safety-desk") ==
                 std::set<std::string>{"robot"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(alert_tables)

BOOST_AUTO_TEST_CASE(cells_are_quoted_where_they_must_be) {
  BOOST_TEST(csv_cell("701") == "701");
  BOOST_TEST(csv_cell("") == "");
  BOOST_TEST(csv_cell("a,b") == "\"a,b\"");
  BOOST_TEST(csv_cell("say \"no\"") == "\"say \"\"no\"\"\"");
  BOOST_TEST(csv_cell("a\r\nb\tc") == "\"a  b c\"");
  BOOST_TEST(csv_cell("a;b") == "\"a;b\"");
  BOOST_TEST(csv_cell("北京") == "北京");
}

BOOST_AUTO_TEST_CASE(what_looks_like_a_formula_stays_text) {
  for (const auto* text : {"=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠a"})
    BOOST_TEST(csv_cell(text) == std::string("'") + text);
  BOOST_TEST(csv_cell(" =1") == "\"' =1\"");
  BOOST_TEST(csv_cell("\t=1") == "\"' =1\"");
  BOOST_TEST(csv_cell("1=1") == "1=1");
  BOOST_TEST(csv_cell(" ") == "\" \"");
}

BOOST_AUTO_TEST_CASE(our_own_reader_reads_the_table_back) {
  const auto rules = mail_team();
  auto all = plans(rules, 2);
  all[0].what.site = "北京, \"第一\" 医院";
  const auto table = alert_table(all, 0);
  std::istringstream input(table);
  csv_reader reader(input);
  BOOST_TEST(reader.next()->fields.size() == 10U);
  const auto row = reader.next();
  BOOST_REQUIRE(row);
  BOOST_TEST(row->fields[4].text == "北京, \"第一\" 医院");
  BOOST_TEST(reader.next()->fields[0].text == "2");
  BOOST_TEST(!reader.next());
}

BOOST_AUTO_TEST_SUITE_END()
