#include "actors/notifier/mail_envelope.hpp"
#include "actors/notifier/smtp_answer.hpp"
#include "actors/notifier/unicode_text.hpp"

#include <boost/test/unit_test.hpp>
#include <openssl/evp.h>

#include <random>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(mail_header_rules)

namespace {

/// Reads encoded words as RFC 2047 says: joined without the blanks between them, each of whole
/// characters.
std::string decoded(const std::string& header) {
  std::string out;
  for (std::size_t at = 0; at < header.size();) {
    BOOST_REQUIRE(header.substr(at, 10) == "=?UTF-8?B?");
    const auto end = header.find("?=", at + 10);
    BOOST_REQUIRE(end != header.npos);
    const auto text = header.substr(at + 10, end - at - 10);
    std::string word(text.size(), '\0');
    const auto* from = reinterpret_cast<const unsigned char*>(text.data());
    auto* to = reinterpret_cast<unsigned char*>(word.data());
    const auto size = EVP_DecodeBlock(to, from, static_cast<int>(text.size()));
    BOOST_REQUIRE(size >= 0);
    word.resize(static_cast<std::size_t>(size) -
                static_cast<std::size_t>(std::ranges::count(text, '=')));
    BOOST_TEST(valid_utf8(word) == word);
    out += word;
    at = end + 2;
    if (at < header.size())
      BOOST_REQUIRE(header.substr(at, 3) == "\r\n ");
    at += 3;
  }
  return out;
}

std::size_t longest_line(std::string_view header, std::size_t columns_taken) {
  std::size_t longest = 0, columns = columns_taken;
  for (std::size_t i = 0; i < header.size(); ++i) {
    columns = header[i] == '\n' ? 0 : columns + (header[i] == '\r' ? 0 : 1);
    longest = std::max(longest, columns);
  }
  return longest;
}

std::string wrong_sender(std::string_view text) {
  const auto parsed = parse_mailbox(text);
  const auto* why = std::get_if<std::string>(&parsed);
  return why == nullptr ? "" : *why;
}

mailbox sender(std::string_view text) {
  auto parsed = parse_mailbox(text);
  BOOST_REQUIRE_MESSAGE(parsed.index() == 0, wrong_sender(text));
  return std::get<mailbox>(parsed);
}

std::string refusal(const channel_message& message) {
  const auto lines = mail_header_lines(message, {"", "a@b.example"}, {});
  const auto* why = std::get_if<std::string>(&lines);
  return why == nullptr ? "" : *why;
}

const channel_message good{"0123", "to@b.example", "subject", "text", "", {}};

} // namespace

BOOST_AUTO_TEST_CASE(a_short_ascii_subject_stays_readable) {
  BOOST_TEST(encoded_header_text("Serious adverse event in S1", 9) ==
             "Serious adverse event in S1");
  BOOST_TEST(encoded_header_text("", 9) == "");
}

BOOST_AUTO_TEST_CASE(a_subject_that_would_be_read_otherwise_is_encoded) {
  for (const auto* text :
       {"=?UTF-8?B?YQ==?=", " blank in front", "blank behind ", "tab\there", "del\x7f"})
    BOOST_TEST(decoded(encoded_header_text(text, 9)) == text);
}

BOOST_AUTO_TEST_CASE(any_subject_is_folded_and_reads_back_whole) {
  std::mt19937 random(20260403);
  constexpr std::string_view characters[] = {"a", " ", "é", "中", "😀", "𠜎", "\"", "="};
  for (int i = 0; i < 2000; ++i) {
    std::string text = "é";
    for (auto left = random() % 300; left > 0; --left)
      text += characters[random() % std::size(characters)];
    const auto columns_taken = random() % 80;
    const auto header = encoded_header_text(text, columns_taken);
    BOOST_TEST(decoded(header.starts_with("\r\n ") ? header.substr(3) : header) == text);
    BOOST_TEST(longest_line(header, columns_taken) <= std::max<std::size_t>(76, columns_taken));
  }
}

BOOST_AUTO_TEST_CASE(a_long_ascii_subject_is_folded_too) {
  const std::string text(500, 'x');
  const auto header = encoded_header_text(text, 9);
  BOOST_TEST(decoded(header) == text);
  BOOST_TEST(longest_line(header, 9) <= 76U);
}

BOOST_AUTO_TEST_CASE(an_address_is_local_at_domain) {
  for (const auto* right :
       {"a@b", "first.last+tag@mail.example.org", "x_y!z@1.example", "a@xn--bcher-kva.example"})
    BOOST_TEST(is_mail_address(right), right);
  const auto long_domain = "a@" + std::string(64, 'b');
  const auto long_local = std::string(65, 'a') + "@b";
  for (const std::string wrong : {"",
                                  "a",
                                  "@",
                                  "a@",
                                  "@b",
                                  "a@b.",
                                  "a@.b",
                                  "a..b@c",
                                  ".a@b",
                                  "a.@b",
                                  "a b@c",
                                  "a@b c",
                                  "a@b@c",
                                  "\"a\"@b",
                                  "a@[127.0.0.1]",
                                  "a@-b",
                                  "a@b-",
                                  "ü@b",
                                  "a@bücher.example",
                                  "a@b\r\n",
                                  "<a@b>",
                                  "a@b>",
                                  "a@b,c@d",
                                  long_domain.c_str(),
                                  long_local.c_str()})
    BOOST_TEST(!is_mail_address(wrong), wrong);
}

BOOST_AUTO_TEST_CASE(a_sender_is_an_address_with_or_without_a_name) {
  BOOST_TEST(sender("a@b").address == "a@b");
  BOOST_TEST(sender("a@b").name == "");
  BOOST_TEST(sender(" Trial Alerts  <a@b> ").name == "Trial Alerts");
  BOOST_TEST(sender("\"Alerts, S1\" <a@b>").name == "Alerts, S1");
  BOOST_TEST(sender("<a@b>").address == "a@b");
  for (const auto* wrong : {"", "name", "name <>", "<a@b> name", "a@b\r\nBcc: c@d", "x\ny <a@b>"})
    BOOST_TEST(!wrong_sender(wrong).empty(), wrong);
}

BOOST_AUTO_TEST_CASE(a_senders_name_is_quoted_or_encoded_where_it_must_be) {
  BOOST_TEST(mailbox_header_text({"", "a@b"}, 6) == "a@b");
  BOOST_TEST(mailbox_header_text({"Trial Alerts", "a@b"}, 6) == "Trial Alerts\r\n <a@b>");
  BOOST_TEST(mailbox_header_text({R"(Dr. "X" \ Y)", "a@b"}, 6) ==
             "\"Dr. \\\"X\\\" \\\\ Y\"\r\n <a@b>");
  BOOST_TEST(mailbox_header_text({"安全", "a@b"}, 6) == "=?UTF-8?B?5a6J5YWo?=\r\n <a@b>");
}

BOOST_AUTO_TEST_CASE(a_line_end_in_what_reaches_a_header_is_refused) {
  BOOST_TEST(refusal(good) == "");
  for (const auto* end : {"\r", "\n", "\r\n"}) {
    auto message = good;
    message.subject = std::string("a") + end + "Bcc: x@y";
    BOOST_TEST(refusal(message) == "the subject has a line end in it");
    message = good;
    message.recipient = std::string("to@b.example") + end + "Bcc: x@y";
    BOOST_TEST(refusal(message) == "the recipient has a line end in it");
    message = good;
    message.key = std::string("0123") + end + "Bcc: x@y";
    BOOST_TEST(refusal(message).find("the key '") == 0U);
  }
  auto message = good;
  message.recipient = "nobody";
  BOOST_TEST(refusal(message) == "'nobody' is no mail address");
}

BOOST_AUTO_TEST_CASE(a_header_says_who_what_when_and_under_which_key) {
  const std::chrono::sys_seconds now{std::chrono::seconds{1784000096}};
  const auto made = mail_header_lines(good, {"", "a@b.example"}, now);
  const std::vector<std::string> expected{"Date: Tue, 14 Jul 2026 03:34:56 +0000",
                                          "From: a@b.example",
                                          "To: <to@b.example>",
                                          "Subject: subject",
                                          "Message-ID: <0123@b.example>",
                                          "X-Aepro-Idempotency-Key: 0123",
                                          "Auto-Submitted: auto-generated"};
  BOOST_TEST(std::get<0>(made) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_line_end_becomes_cr_lf) {
  BOOST_TEST(with_crlf("a\nb\r\nc\n") == "a\r\nb\r\nc\r\n");
  BOOST_TEST(with_crlf("\n.\n") == "\r\n.\r\n");
}

BOOST_AUTO_TEST_CASE(a_servers_answer_decides_whether_to_try_again) {
  const auto result = [](bool is_open, std::string line) {
    return outcome_of(smtp_session{false, is_open, std::stoi(line), line, "connection lost"});
  };
  const auto taken =
      outcome_of(smtp_session{true, true, 250, "250 2.0.0 Ok: queued as 4F\r\n", ""});
  BOOST_TEST((taken.result == attempt_result::delivered));
  BOOST_TEST(taken.receipt == "2.0.0 Ok: queued as 4F");
  for (const auto* line : {"550 no such user\r\n", "552 too large\r\n", "554 policy\r\n"}) {
    BOOST_TEST((result(true, line).result == attempt_result::refused), line);
    BOOST_TEST((result(false, line).result == attempt_result::failed),
               line); // The greeting: all mail, or this host.
  }
  BOOST_TEST(result(true, "550 no such user\r\n").detail == "550 no such user");
  for (const auto* line : {"451 later\r\n", "421 bye\r\n", "530 login first\r\n",
                           "535 wrong password\r\n", "538 TLS first\r\n"})
    BOOST_TEST((result(true, line).result == attempt_result::failed), line);
  BOOST_TEST(result(true, "250 fine\r\n").detail == "connection lost");
}

BOOST_AUTO_TEST_SUITE_END()
