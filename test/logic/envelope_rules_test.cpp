#include "actors/validation/rules/rule.hpp"
#include "messages/codec/text_trouble.hpp"
#include "test/support/decide_one.hpp"
#include "test/support/forms.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(envelope_rules)

namespace {

/// Decides on an adverse event in whose bytes `from` is replaced by the equally long `to`.
test::decided_event with_bytes(const v1::Event& event, std::string_view from, std::string_view to) {
  auto bytes = event.SerializeAsString();
  bytes.replace(bytes.find(from), from.size(), to);
  return test::decide_bytes(std::move(bytes));
}

std::string first_variable(const test::decided_event& decided, int rule) {
  for (const auto& row : decided.decision.findings)
    if (row.rule == rule)
      return std::string(row.variable);
  return "none";
}

v1::Event report() {
  return test::adverse_event({{"AEDECOD", "Kopfschmerz"}, {"AESER", "N"}});
}

} // namespace

BOOST_AUTO_TEST_CASE(a_text_that_is_no_utf8_is_found_and_the_record_kept) {
  const auto decided = with_bytes(report(), "Kopf", "K\xffpf");
  BOOST_TEST((decided.decision.rejection == rejection::none));
  BOOST_TEST(first_variable(decided, 3) == "AEDECOD");
  BOOST_TEST(decided.detail(3) == "");
  BOOST_TEST(!with_bytes(report(), "Kopf", "K\xc3\xb6p").breaks(3));
}

BOOST_AUTO_TEST_CASE(nul_and_control_characters_are_found) {
  using namespace std::string_view_literals;
  const auto nul = with_bytes(report(), "Kopf", "K\0pf"sv);
  BOOST_TEST(first_variable(nul, 4) == "AEDECOD");
  BOOST_TEST(!nul.breaks(5));
  BOOST_TEST(with_bytes(report(), "Kopf", "K\x1bpf").breaks(5));
  BOOST_TEST(with_bytes(report(), "Kopf", "K\x7fpf").breaks(5));
  BOOST_TEST(!with_bytes(report(), "Kopf", "K\tp\n").breaks(5));
}

BOOST_AUTO_TEST_CASE(every_text_of_the_envelope_is_looked_at) {
  auto event = report();
  event.set_event_id("11111111");
  event.set_study("22222222");
  event.set_site("33333333");
  event.set_subject("44444444");
  event.set_source_system("55555555");
  event.set_traceparent("66666666");
  event.set_tracestate("77777777");
  const std::vector<std::pair<std::string, std::string>> cases{
      {"11111111", "EVENT_ID"},  {"22222222", "STUDYID"},       {"33333333", "SITEID"},
      {"44444444", "USUBJID"},   {"55555555", "SOURCE_SYSTEM"}, {"66666666", "TRACEPARENT"},
      {"77777777", "TRACESTATE"}};
  for (const auto& [text, name] : cases)
    BOOST_TEST(first_variable(with_bytes(event, text,
                                         "abc\xfe"
                                         "1234"),
                              3) == name);
}

BOOST_AUTO_TEST_CASE(troubled_answers_are_counted_not_quoted) {
  auto event = test::form("OTHER", {{"aaaa", "b"}, {"cccc", "d"}});
  const auto decided = with_bytes(event, "cccc",
                                  "cc\xf0"
                                  "c");
  BOOST_TEST(first_variable(decided, 3) == "ANSWERS");
  BOOST_TEST(decided.detail(3) == "answers: 1");
}

BOOST_AUTO_TEST_CASE(utf8_is_judged_by_rfc_3629) {
  for (const std::string_view good :
       {"", "abc", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
        "12345678\xc5\x82"
        "12345678"})
    BOOST_TEST(find_text_trouble(good) == no_trouble);
  for (const std::string_view bad :
       {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc2", "\xe0\xa0", "\xf0\x90\x80", "\xc2 ",
        "12345678\xc5"})
    BOOST_TEST(find_text_trouble(bad) == invalid_utf8);
}

BOOST_AUTO_TEST_CASE(trouble_is_found_at_every_position) {
  for (std::size_t size = 1; size <= 40; ++size)
    for (std::size_t at = 0; at < size; ++at)
      for (const auto& [letter, trouble] : {std::pair{'\0', nul_character},
                                            {'\x1f', control_character},
                                            {'\x7f', control_character},
                                            {'\x80', invalid_utf8},
                                            {'~', no_trouble},
                                            {' ', no_trouble}}) {
        std::string text(size, 'x');
        text[at] = letter;
        BOOST_TEST(find_text_trouble(text) == trouble);
      }
}

BOOST_AUTO_TEST_CASE(the_site_is_that_of_the_reference_data) {
  const auto broken = [](const std::string& sent, const std::string& stored,
                         const std::string& siteid) {
    auto event = report();
    event.set_site(sent);
    v1::Subject subject;
    subject.set_siteid(siteid);
    return test::decide_one(event, {.subject = make_subject_context("S1", "S1-001", stored, 1,
                                                                    subject.SerializeAsString())})
        .detail(2);
  };
  BOOST_TEST(broken("701", "701", "701") == "none");
  BOOST_TEST(broken("701", "702", "702") == "SITEID=701, DM.SITEID=702");
  BOOST_TEST(broken("701", "", "702") == "SITEID=701, DM.SITEID=702");
  BOOST_TEST(broken("701", "702", "701") == "none");
  BOOST_TEST(broken("", "702", "702") == "none");
  BOOST_TEST(broken("701", "", "") == "none");
}

BOOST_AUTO_TEST_CASE(content_from_the_future_is_found) {
  const auto broken = [](std::int64_t ahead, unix_milliseconds timestamp) {
    auto event = report();
    event.mutable_recorded_at()->set_unix_milliseconds(1'800'000'000'000 + ahead);
    return test::decide_one(event, {.timestamp = timestamp}).breaks(6);
  };
  BOOST_TEST(!broken(300'000, 1'800'000'000'000));
  BOOST_TEST(broken(300'001, 1'800'000'000'000));
  BOOST_TEST(!broken(300'001, -1));
}

BOOST_AUTO_TEST_CASE(instants_and_offsets_are_within_reason) {
  const auto rules = [](std::int64_t instant, std::int32_t offset) {
    auto event = report();
    event.mutable_sent_at()->set_unix_milliseconds(instant);
    event.mutable_sent_at()->set_utc_offset_minutes(offset);
    const auto decided = test::decide_one(event);
    return decided.detail(7) + " / " + decided.detail(8);
  };
  BOOST_TEST(rules(0, 840) == "none / none");
  BOOST_TEST(rules(0, -840) == "none / none");
  BOOST_TEST(rules(0, 841) == "841 minutes / none");
  BOOST_TEST(rules(0, -841) == "-841 minutes / none");
  BOOST_TEST(rules(-2'208'988'800'001, 0) == "none / -2208988800001 ms");
  BOOST_TEST(rules(-2'208'988'800'000, 0) == "none / none");
  BOOST_TEST(rules(7'258'118'400'000, 0) == "none / 7258118400000 ms");
}

BOOST_AUTO_TEST_CASE(an_unknown_subject_is_found_but_not_on_its_own_reference_data) {
  const test::decide_with unknown{.subject = make_unknown_subject("S1", "S1-001")};
  BOOST_TEST(test::decide_one(report(), unknown).breaks(1));
  BOOST_TEST(!test::decide_one(report()).breaks(1));
  auto subject = report();
  subject.mutable_subject_data()->set_sex("F");
  BOOST_TEST(!test::decide_one(subject, unknown).breaks(1));
}

BOOST_AUTO_TEST_SUITE_END()
