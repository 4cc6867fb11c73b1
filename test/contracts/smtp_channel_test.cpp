#include "actors/notifier/curl_smtp_channel.hpp"
#include "actors/notifier/digest.hpp"
#include "support/contracts/channel_servers.hpp"
#include "test/support/alerts.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

namespace {

boost::test_tools::assertion_result has_server(boost::unit_test::test_unit_id) {
  return mail_server::is_installed();
}

} // namespace

BOOST_AUTO_TEST_SUITE(smtp_channel_contract, *boost::unit_test::precondition(has_server))

namespace {

struct fixture {
  fixture() {
    values.name = "mail";
    values.type = channel_type::smtp;
    values.url = server.url();
    values.from = "临床安全 Alerts <alerts@trial.example>";
    values.user = "aepro";
    values.password = "correct horse";
    values.ca_file = server.ca_file();
  }

  channel_outcome deliver(const channel_message& message,
                          std::chrono::milliseconds patience = 20s) {
    return value_of(open_curl_smtp_channel(values))->deliver({&message, 1}, patience).at(0);
  }

  static channel_message message(std::string recipient = "monitor@site.example") {
    return {"0a1b", std::move(recipient), "Serious adverse event", "A text.\n", "", {}};
  }

  mail_server server;
  channel_settings values;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(text_and_html_arrive_as_alternatives, fixture) {
  auto sent = message();
  sent.subject = "严重不良事件 😀 " + std::string(100, 'x');
  sent.text = "中文 😀 𠜎\n.\n..\n" + std::string(3000, 'y') + "\nblank behind \nlast";
  sent.html = "<p>中文 &amp; 😀</p>\n.\n";
  const auto outcome = deliver(sent);
  BOOST_REQUIRE_MESSAGE((outcome.result == attempt_result::delivered), outcome.detail);
  BOOST_TEST(outcome.receipt.find("OK id=") == 0U, outcome.receipt);
  const auto mails = server.mails(1);
  BOOST_REQUIRE(mails.size() == 1U);
  const auto& mail = mails[0];
  BOOST_TEST(mail["subject"] == sent.subject);
  BOOST_TEST(mail["text"] == sent.text);
  BOOST_TEST(mail["html"] == sent.html);
  BOOST_TEST(mail["types"] == nlohmann::json({"multipart/mixed", "multipart/alternative",
                                              "text/plain", "text/html"}));
  BOOST_TEST(mail["sender_name"] == "临床安全 Alerts");
  BOOST_TEST(mail["sender"] == "alerts@trial.example");
  BOOST_TEST(mail["recipient"] == sent.recipient);
  BOOST_TEST(mail["key"] == sent.key);
  BOOST_TEST(mail["message_id"] == "<0a1b@trial.example>");
  BOOST_TEST(mail["auto_submitted"] == "auto-generated");
  BOOST_TEST(mail["date"].is_string());
  BOOST_TEST(mail["is_ascii"] == true);
  BOOST_TEST(mail["line_bytes_max"].get<int>() <= 100);
  BOOST_TEST(mail["defects"].empty(), mail["defects"].dump());
}

BOOST_FIXTURE_TEST_CASE(a_digest_arrives_with_its_file, fixture) {
  auto rules = team();
  rules.channels[0].type = channel_type::smtp;
  rules.rules[0].urgency_given = true;
  rules.rules[0].urgency = urgency::routine;
  std::vector<planned_delivery> flood;
  for (std::int64_t id = 1; id <= 10'000; ++id) {
    auto alert = death();
    alert.offset = id;
    auto what = planned(rules, {}, alert);
    what.id = id;
    what.site = id % 2 == 0 ? "北京, \"第一\" 医院" : "=1+1";
    flood.push_back(plan_delivery({what, id, {}, {}}, rules, "safety-desk", noon));
  }
  const auto digests = make_digests(std::move(flood), rules);
  BOOST_REQUIRE(digests.size() == 1U);
  BOOST_REQUIRE(digests[0].messages.size() == 1U);
  const auto outcome = deliver(digests[0].messages[0]);
  BOOST_REQUIRE_MESSAGE((outcome.result == attempt_result::delivered), outcome.detail);
  const auto mails = server.mails(1);
  BOOST_REQUIRE(mails.size() == 1U);
  const auto& mail = mails[0];
  BOOST_TEST(mail["subject"] ==
             "[aepro] routine: 10000 alerts: Fatal or life-threatening adverse event, S1");
  BOOST_TEST(mail["key"] == digests[0].messages[0].key);
  BOOST_TEST(mail["text"] == digests[0].messages[0].text);
  BOOST_TEST(mail["text"].get<std::string>().find("北京") != std::string::npos);
  BOOST_TEST(mail["types"] == nlohmann::json({"multipart/mixed", "multipart/alternative",
                                              "text/plain", "text/html", "text/csv"}));
  BOOST_TEST(mail["defects"].empty(), mail["defects"].dump());
  BOOST_TEST(mail["is_ascii"] == true);
  BOOST_REQUIRE(mail["attachments"].size() == 1U);
  const auto& file = mail["attachments"][0];
  BOOST_TEST(file["name"] == "alerts.csv");
  BOOST_TEST(file["disposition"] == "attachment");
  BOOST_TEST(file["charset"] == "utf-8");
  BOOST_TEST(file["has_mark"] == true);
  const auto& rows = file["rows"];
  BOOST_REQUIRE(rows.size() == 10'001U);
  BOOST_TEST(rows[0] == nlohmann::json({"id", "rule", "urgency", "study", "site", "subject",
                                        "record", "produced_at", "detail", "key"}));
  for (std::size_t i = 1; i < rows.size(); ++i) {
    BOOST_REQUIRE(rows[i].size() == 10U);
    BOOST_REQUIRE(rows[i][0] == std::to_string(i));
    BOOST_REQUIRE(rows[i][4] == (i % 2 == 0 ? "北京, \"第一\" 医院" : "'=1+1"));
  }
}

BOOST_FIXTURE_TEST_CASE(a_person_who_is_unknown_is_refused_and_a_full_mailbox_is_tried_again,
                        fixture) {
  const auto unknown = deliver(message("unknown@site.example"));
  BOOST_TEST((unknown.result == attempt_result::refused));
  BOOST_TEST(unknown.detail == "550 no such person here");
  const auto full = deliver(message("full@site.example"));
  BOOST_TEST((full.result == attempt_result::failed));
  BOOST_TEST(full.detail == "451 mailbox is full");
  const auto spam = deliver(message("spam@site.example"));
  BOOST_TEST((spam.result == attempt_result::refused));
  BOOST_TEST(spam.detail == "550 this text is not taken");
}

BOOST_FIXTURE_TEST_CASE(a_refused_message_does_not_keep_the_others_from_arriving, fixture) {
  const channel_message messages[] = {message(), message("unknown@site.example"), message(),
                                      message("nobody"), message()};
  const auto outcomes = value_of(open_curl_smtp_channel(values))->deliver(messages, 20s);
  BOOST_REQUIRE(outcomes.size() == 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    const auto expected = i % 2 == 0 ? attempt_result::delivered : attempt_result::refused;
    BOOST_TEST((outcomes[i].result == expected), outcomes[i].detail);
  }
  BOOST_TEST(server.mails(3).size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_forged_header_is_never_sent, fixture) {
  auto forged = message();
  forged.subject = "harmless\r\nBcc: somebody@else.example";
  const channel_message messages[] = {forged, message("a@b.example>\r\nRCPT TO:<c@d.example"),
                                      message()};
  const auto outcomes = value_of(open_curl_smtp_channel(values))->deliver(messages, 20s);
  BOOST_TEST((outcomes[0].result == attempt_result::refused));
  BOOST_TEST(outcomes[0].detail == "the subject has a line end in it");
  BOOST_TEST((outcomes[1].result == attempt_result::refused));
  BOOST_TEST(outcomes[1].detail == "the recipient has a line end in it");
  BOOST_TEST((outcomes[2].result == attempt_result::delivered));
  BOOST_TEST(server.mails(1).size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_server_with_another_authoritys_certificate_gets_nothing, fixture) {
  values.ca_file = server.other_ca_file();
  const channel_message messages[] = {message(), message()};
  const auto outcomes = value_of(open_curl_smtp_channel(values))->deliver(messages, 20s);
  BOOST_TEST((outcomes[0].result == attempt_result::failed));
  BOOST_TEST(outcomes[0].detail.find("certificate") != std::string::npos, outcomes[0].detail);
  BOOST_TEST(outcomes[1].detail.find("not tried: ") == 0U, outcomes[1].detail);
  BOOST_TEST(server.mails(0).empty());
}

BOOST_FIXTURE_TEST_CASE(a_certificate_for_another_name_is_not_taken, fixture) {
  BOOST_TEST((deliver(message()).result == attempt_result::delivered));
  values.url = server.misnamed_url();
  const auto outcome = deliver(message());
  BOOST_TEST((outcome.result == attempt_result::failed));
  BOOST_TEST(outcome.detail.find("127.0.0.2") != std::string::npos, outcome.detail);
  BOOST_TEST(server.mails(1).size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(tls_from_the_first_byte_is_possible_too, fixture) {
  values.url = server.tls_url();
  const auto outcome = deliver(message());
  BOOST_TEST((outcome.result == attempt_result::delivered), outcome.detail);
}

BOOST_FIXTURE_TEST_CASE(a_server_without_tls_gets_nothing_unless_allowed, fixture) {
  values.url = server.plain_url();
  const auto outcome = deliver(message());
  BOOST_TEST((outcome.result == attempt_result::failed));
  BOOST_TEST(outcome.detail.find("STARTTLS") != std::string::npos, outcome.detail);
  values.require_tls = false;
  const auto open = deliver(message());
  BOOST_TEST(open.detail == "550 login first"); // It was asked, and takes no password without TLS.
}

BOOST_FIXTURE_TEST_CASE(a_wrong_password_fails_and_says_so, fixture) {
  values.password = "wrong pony";
  const auto outcome = deliver(message());
  BOOST_TEST((outcome.result == attempt_result::failed));
  BOOST_TEST(outcome.detail.find("535") == 0U, outcome.detail);
  BOOST_TEST(outcome.detail.find("pony") == std::string::npos);
  values.user.clear();
  const auto nobody = deliver(message());
  BOOST_TEST(
      (nobody.result == attempt_result::refused)); // exim's 550 to MAIL says no to the message.
  BOOST_TEST(nobody.detail == "550 login first");
}

BOOST_FIXTURE_TEST_CASE(a_connection_that_the_server_has_dropped_is_made_anew, fixture) {
  auto channel = value_of(open_curl_smtp_channel(values));
  const auto one = message();
  BOOST_TEST((channel->deliver({&one, 1}, 20s).at(0).result == attempt_result::delivered));
  server.shut_down();
  server.restart();
  const auto again = channel->deliver({&one, 1}, 20s).at(0);
  BOOST_TEST((again.result == attempt_result::delivered), again.detail);
  BOOST_TEST(server.mails(2).size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_server_that_closes_between_messages_costs_none_of_them, fixture) {
  values.from = "once@trial.example";
  const channel_message messages[] = {message(), message(), message()};
  for (const auto& outcome : value_of(open_curl_smtp_channel(values))->deliver(messages, 20s))
    BOOST_TEST((outcome.result == attempt_result::delivered), outcome.detail);
  BOOST_TEST(server.mails(3).size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(a_server_that_hangs_keeps_nobody, fixture) {
  auto channel = value_of(open_curl_smtp_channel(values));
  const auto one = message();
  BOOST_TEST((channel->deliver({&one, 1}, 20s).at(0).result == attempt_result::delivered));
  server.freeze();
  const auto start = std::chrono::steady_clock::now();
  channel.reset(); // libcurl would wait two minutes for an answer to QUIT.
  BOOST_TEST((std::chrono::steady_clock::now() - start < 10s));
  channel = value_of(open_curl_smtp_channel(values));
  BOOST_TEST((channel->deliver({&one, 1}, 20s).at(0).result == attempt_result::delivered));
  server.freeze();
  BOOST_TEST((channel->deliver({&one, 1}, 1s).at(0).result == attempt_result::failed));
  BOOST_TEST((channel->deliver({&one, 1}, 20s).at(0).result ==
              attempt_result::delivered)); // Over another one.
  BOOST_TEST((std::chrono::steady_clock::now() - start < 40s));
}

BOOST_AUTO_TEST_CASE(settings_that_cannot_work_are_refused) {
  channel_settings values;
  values.name = "mail";
  values.url = "http://localhost";
  values.from = "a@b.example";
  const auto trouble = [&] {
    const auto opened = open_curl_smtp_channel(values);
    return opened ? std::string() : to_string(opened.error());
  };
  BOOST_TEST(trouble().find("channels.mail: url: write smtp://") != std::string::npos);
  values.url = "smtps://localhost";
  BOOST_TEST(trouble() == "");
  values.from = "nobody";
  BOOST_TEST(trouble().find("channels.mail: from: the sender 'nobody' is no mail address") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
