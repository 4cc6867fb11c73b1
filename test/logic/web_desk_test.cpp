#include "actors/acknowledge/web_desk.hpp"
#include "actors/notifier/alert_text.hpp"
#include "test/support/alerts.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(web_desk)

namespace {

const link_options links{
    "https://alerts.example/aepro", {"a key of more than thirty-two letters"}, 168h};

notification told() {
  auto made = planned(team());
  made.id = 4711;
  made.state = notification_state::sent;
  return made;
}

alert_link link_of(bool shared = false, const notification& what = told()) {
  return link_to(what, "Dr. <Wang>", "mail", shared, noon + 1000);
}

web_request request_for(std::string method, const alert_link& link, std::string body = "") {
  return {std::move(method), "/a/" + sign(link, links.keys[0]), std::move(body), "192.0.2.1"};
}

wanted_alert wanted_by(const web_request& request) {
  auto read = read_request(request, links);
  BOOST_REQUIRE(std::holds_alternative<wanted_alert>(read));
  return std::get<wanted_alert>(std::move(read));
}

int status_of(const web_request& request) {
  const auto read = read_request(request, links);
  const auto* answer = std::get_if<web_answer>(&read);
  return answer == nullptr ? 0 : answer->status;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string header_of(const web_answer& answer, std::string_view name) {
  for (const auto& [own, value] : answer.headers)
    if (own == name)
      return value;
  return {};
}

const alert_rule_settings plain_rule{};

} // namespace

BOOST_AUTO_TEST_CASE(a_get_or_head_shows_and_acknowledges_nothing) {
  for (const auto* method : {"GET", "HEAD"}) {
    const auto wanted = wanted_by(request_for(method, link_of(), "reason=seen"));
    BOOST_TEST(!wanted.acknowledges);
    BOOST_TEST(!action_of(wanted, told(), noon).has_value());
    BOOST_TEST(alert_answer(wanted, told(), plain_rule, {}).status == 200);
  }
}

BOOST_AUTO_TEST_CASE(a_post_acknowledges_in_the_recipients_name) {
  const auto wanted =
      wanted_by(request_for("POST", link_of(), "x=1&reason=I+called%0D%0Athe%20site&name=Mallory"));
  const auto action = action_of(wanted, told(), noon);
  BOOST_REQUIRE(action.has_value());
  BOOST_TEST(action->who == "Dr. <Wang> (link by mail)");
  BOOST_TEST(action->reason == "I called  the site");
  BOOST_TEST(action->action == "acknowledge");
  BOOST_TEST(action->target == "4711");
  BOOST_TEST(action->at == noon);
}

BOOST_AUTO_TEST_CASE(at_a_desk_whoever_acknowledges_says_his_name) {
  const auto nameless = wanted_by(request_for("POST", link_of(true), "reason=seen"));
  BOOST_TEST(!action_of(nameless, told(), noon).has_value());
  const auto answer = alert_answer(nameless, told(), plain_rule, {});
  BOOST_TEST(answer.status == 422);
  BOOST_TEST(has(answer.body, "Say who you are"));
  BOOST_TEST(has(answer.body, ">seen</textarea>")); // What was written is not lost.
  const auto named =
      wanted_by(request_for("POST", link_of(true), "name=Ann%20%E7%8E%8B&reason=seen"));
  BOOST_TEST(action_of(named, told(), noon).value().who == "Ann \u738b, Dr. <Wang> (link by mail)");
  BOOST_TEST(
      !has(alert_answer(wanted_by(request_for("GET", link_of())), told(), plain_rule, {}).body,
           "name=\"name\""));
  BOOST_TEST(
      has(alert_answer(wanted_by(request_for("GET", link_of(true))), told(), plain_rule, {}).body,
          "name=\"name\""));
}

BOOST_AUTO_TEST_CASE(a_reason_is_needed_and_has_a_limit_in_letters) {
  const auto trouble = [](const std::string& body) {
    return wanted_by(request_for("POST", link_of(), body)).form.trouble;
  };
  for (const auto* none : {"", "reason=", "reason=+%20%0a", "other=x", "reason", "&&=&"})
    BOOST_TEST(has(trouble(none), "Say what you do"), none);
  std::string chinese;
  for (std::size_t i = 0; i < reason_letters_max; ++i)
    chinese += "%E7%8E%8B";
  BOOST_TEST(trouble("reason=" + chinese) == "");
  BOOST_TEST(has(trouble("reason=" + chinese + "x"), "too long: 500 letters"));
  const auto name = [](std::size_t letters) {
    return wanted_by(
               request_for("POST", link_of(true), "reason=x&name=" + std::string(letters, 'n')))
        .form.trouble;
  };
  BOOST_TEST(name(name_letters_max) == "");
  BOOST_TEST(has(name(name_letters_max + 1), "name is too long"));
}

BOOST_AUTO_TEST_CASE(what_is_no_form_stays_text) {
  const auto reason = [](const std::string& body) {
    return wanted_by(request_for("POST", link_of(), body)).form.reason;
  };
  BOOST_TEST(reason("reason=100%+sure%2") == "100% sure%2");
  BOOST_TEST(reason("reason=%zz%e4") == "%zz\ufffd");
  BOOST_TEST(reason("reason=a%00b%1b[31m") == "a b [31m");
  BOOST_TEST(reason("rea%73on=a&reason=b") == "a");
  BOOST_TEST(reason("reason=%4A%4a%2B") == "JJ+");
}

BOOST_AUTO_TEST_CASE(other_paths_are_not_found_and_other_methods_refused) {
  const auto good = sign(link_of(), links.keys[0]);
  for (const auto* path : {"/", "/a", "/b/x", "/favicon.ico", "", "*", "/aepro", "/other/a/x"})
    BOOST_TEST(status_of({"GET", path, "", ""}) == 404, path);
  for (const auto* method : {"PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", ""})
    BOOST_TEST(status_of({method, "/a/" + good, "", ""}) == 405, method);
  const auto refused = read_request({"PUT", "/a/" + good, "", ""}, links);
  BOOST_TEST(header_of(std::get<web_answer>(refused), "Allow") == "GET, HEAD, POST");
  for (const auto& path :
       {"/a/" + good, "/aepro/a/" + good, "/a/" + good + "?utm_source=x", "/a/" + good + "#x"})
    BOOST_TEST(std::holds_alternative<wanted_alert>(read_request({"GET", path, "", ""}, links)),
               path);
}

BOOST_AUTO_TEST_CASE(whatever_is_wrong_with_a_link_it_is_a_wrong_link) {
  const auto good = sign(link_of(), links.keys[0]);
  for (const auto& token : {std::string(), good.substr(1), good + "x", good + "/",
                            sign(link_of(), "another key of thirty-two letters!"),
                            std::string(100'000, 'x'), std::string("..%2f..%2fetc%2fpasswd")})
    for (const auto* method : {"GET", "POST", "HEAD"})
      BOOST_TEST(std::holds_alternative<wrong_link>(
          read_request({method, "/a/" + token, "reason=x", ""}, links)));
}

BOOST_AUTO_TEST_CASE(a_link_expires_to_the_second_by_the_stores_clock) {
  const auto wanted = wanted_by(request_for("GET", link_of()));
  BOOST_TEST(!outdated_answer(wanted, told(), noon + 999).has_value());
  const auto gone = outdated_answer(wanted, told(), noon + 1000);
  BOOST_REQUIRE(gone.has_value());
  BOOST_TEST(gone->status == 410);
  BOOST_TEST(has(gone->body, "It has expired."));
  BOOST_TEST(has(gone->body, "aepro alerts ack 4711"));
  BOOST_TEST(!has(gone->body, "1015")); // Nothing of the patient.
}

BOOST_AUTO_TEST_CASE(a_link_of_an_earlier_round_or_of_another_alert_is_outdated) {
  const auto wanted = wanted_by(request_for("POST", link_of(), "reason=x"));
  auto again = told();
  again.round = 9;
  BOOST_TEST(has(outdated_answer(wanted, again, noon).value().body, "sent again since"));
  auto other = told();
  other.key = std::string(32, '0');
  BOOST_TEST(outdated_answer(wanted, other, noon).value().status == 410);
  BOOST_TEST(has(outdated_answer(wanted, {}, noon).value().body, "not known any more"));
}

BOOST_AUTO_TEST_CASE(used_twice_changes_nothing_and_says_who_was_first) {
  auto done = told();
  done.state = notification_state::acknowledged;
  done.ended_by = "Dr. <Li> (link by mail)";
  done.ended_at = noon;
  done.ended_reason = "a secret reason";
  const auto again = wanted_by(request_for("POST", link_of(), "reason=x"));
  BOOST_TEST(!action_of(again, done, noon).has_value());
  const auto answer = alert_answer(again, done, plain_rule, {});
  BOOST_TEST(answer.status == 200);
  BOOST_TEST(has(answer.body, "It was acknowledged by <strong>Dr. &lt;Li&gt; (link by "
                              "mail)</strong> at 2025-11-29T12:00:00Z"));
  BOOST_TEST(!has(answer.body, "<form"));
  BOOST_TEST(!has(answer.body, "a secret reason"));
  BOOST_TEST(
      alert_answer(wanted_by(request_for("POST", link_of(), "")), done, plain_rule, {}).status ==
      200);
}

BOOST_AUTO_TEST_CASE(whoever_was_slower_is_told_so) {
  const auto wanted = wanted_by(request_for("POST", link_of(), "reason=x"));
  const auto action = action_of(wanted, told(), noon);
  auto after = told();
  after.state = notification_state::acknowledged;
  after.ended_at = noon;
  after.ended_by = action->who;
  BOOST_TEST(is_done_by(after, *action));
  BOOST_TEST(has(alert_answer(wanted, after, plain_rule, action).body, "Thank you: acknowledged"));
  after.ended_by = "somebody faster";
  BOOST_TEST(!is_done_by(after, *action));
  BOOST_TEST(has(alert_answer(wanted, after, plain_rule, action).body,
                 "It was acknowledged by <strong>somebody faster"));
  after.ended_by = action->who;
  after.ended_at = noon - 1; // The same person, before.
  BOOST_TEST(!is_done_by(after, *action));
}

BOOST_AUTO_TEST_CASE(what_others_wrote_is_escaped_everywhere) {
  const std::string evil = "<script>alert(1)</script>\" onload='x' &amp;";
  auto what = told();
  what.study = what.site = what.subject = what.rule = evil;
  auto wanted = wanted_by(request_for("POST", link_of(true), "name=%22%3E%3Cb%3E"));
  wanted.link.recipient = evil;
  wanted.form.reason = "</textarea>" + evil;
  const auto page = alert_answer(wanted, what, plain_rule, {}).body;
  BOOST_TEST(!has(page, "<script"));
  BOOST_TEST(!has(page, "<b>"));
  BOOST_TEST(!has(page, "\" onload"));
  BOOST_TEST(has(page, "&lt;script&gt;"));
  BOOST_TEST(has(page, "value=\"&quot;&gt;&lt;b&gt;\""));
}

BOOST_AUTO_TEST_CASE(a_page_shows_of_the_patient_what_the_message_shows_and_never_the_term) {
  const auto wanted = wanted_by(request_for("GET", link_of()));
  const auto whole = alert_answer(wanted, told(), plain_rule, {}).body;
  for (const auto* part :
       {"Fatal or life-threatening", "immediate", "<dd>S1</dd>", "<dd>701</dd>", "<dd>1015</dd>",
        "Review the report now", "Nobody has acknowledged it yet"})
    BOOST_TEST(has(whole, part), part);
  BOOST_TEST(!has(whole, "heart attack"));
  alert_rule_settings discreet;
  discreet.subject = "Look at {{ study }}";
  discreet.text = "{{what}} {{link}} {{";
  const auto less = alert_answer(wanted, told(), discreet, {}).body;
  BOOST_TEST(has(less, "<dd>S1</dd>"));
  BOOST_TEST(!has(less, "<dd>701</dd>"));
  BOOST_TEST(!has(less, "1015"));
}

BOOST_AUTO_TEST_CASE(every_state_has_its_words_and_all_but_one_a_form) {
  using enum notification_state;
  std::set<std::string> pages;
  for (const auto state : {waiting, closed, acknowledged, muted, exhausted, withheld, repeated}) {
    auto what = told();
    what.state = state;
    const auto page =
        alert_answer(wanted_by(request_for("GET", link_of())), what, plain_rule, {}).body;
    BOOST_TEST(has(page, "<form") == (state != acknowledged));
    pages.insert(page);
  }
  BOOST_TEST(pages.size() == 7U);
}

BOOST_AUTO_TEST_CASE(every_answer_is_kept_to_its_reader) {
  const auto page = alert_answer(wanted_by(request_for("GET", link_of())), told(), plain_rule, {});
  for (const auto& answer : {page, plain_answer(404), plain_answer(500)}) {
    BOOST_TEST(header_of(answer, "Cache-Control") == "no-store");
    BOOST_TEST(header_of(answer, "Referrer-Policy") == "no-referrer");
    BOOST_TEST(header_of(answer, "X-Content-Type-Options") == "nosniff");
    BOOST_TEST(header_of(answer, "Content-Type") == "text/html; charset=utf-8");
    const auto policy = header_of(answer, "Content-Security-Policy");
    BOOST_TEST(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    BOOST_TEST(has(policy, "frame-ancestors 'none'"));
    BOOST_TEST(!has(policy, "unsafe"));
    BOOST_TEST(!has(answer.body, "<script"));
    BOOST_TEST(!has(answer.body, "style=\"")); // Its policy would not let it in.
  }
}

BOOST_AUTO_TEST_CASE(plain_answers_say_what_to_do) {
  for (const int status : {404, 405, 411, 413, 429, 431, 500, 503}) {
    const auto answer = plain_answer(status);
    BOOST_TEST(answer.status == status);
    BOOST_TEST(answer.body.size() > 200U);
  }
  BOOST_TEST(plain_answer(400).status == 400);
  BOOST_TEST(plain_answer(418).status == 400);
  BOOST_TEST(header_of(plain_answer(429), "Retry-After") == "60");
  BOOST_TEST(header_of(plain_answer(503), "Retry-After") == "10");
  BOOST_TEST(header_of(plain_answer(404), "Retry-After") == "");
}

BOOST_AUTO_TEST_CASE(addresses_of_one_network_count_as_one) {
  BOOST_TEST(counted_address("192.0.2.1") == "192.0.2.1");
  BOOST_TEST(counted_address("2001:db8:1:2:3::4") == counted_address("2001:db8:1:2:ffff::9"));
  BOOST_TEST(counted_address("2001:db8:1:2::1") != counted_address("2001:db8:1:3::1"));
  BOOST_TEST(counted_address("::ffff:192.0.2.1") != counted_address("::ffff:192.0.2.2"));
  BOOST_TEST(counted_address("") == "");
}

BOOST_AUTO_TEST_CASE(what_a_system_says_is_one_line) {
  const auto action = action_by_message(told(), " triage\nbot\x1b ", "seen\r\nby \xff", noon);
  BOOST_TEST(action.who == "triage bot (message)");
  BOOST_TEST(action.reason == "seen  by \ufffd");
  BOOST_TEST(action.target == "4711");
}

BOOST_AUTO_TEST_CASE(the_page_says_which_clock_or_alarm_it_is_of_and_keeps_the_label_of_history) {
  const auto wanted = wanted_by(request_for("GET", link_of()));
  auto what = told();
  what.detail = "fda-7-day (FDA) of report <R-1>";
  BOOST_TEST(has(alert_answer(wanted, what, plain_rule, {}).body,
                 "<dt>What</dt><dd>fda-7-day (FDA) of report &lt;R-1&gt;</dd>"));
  what.detail = history_detail;
  const auto past = alert_answer(wanted, what, plain_rule, {}).body;
  BOOST_TEST(!has(past, "<dt>What</dt>"));
  BOOST_TEST(has(past, "History: "));
}

BOOST_AUTO_TEST_SUITE_END()
