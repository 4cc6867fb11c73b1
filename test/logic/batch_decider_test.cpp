#include "actors/validation/batch_decider.hpp"

#include "actors/validation/decide.hpp"
#include "actors/validation/event_identity.hpp"
#include "actors/validation/subject_context.hpp"
#include "aepro/v1/event.pb.h"
#include "test/support/test_records.hpp"

#include <boost/test/unit_test.hpp>

#include <openssl/sha.h>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(batch_decider)

namespace {

v1::Event adverse_event(std::string id, std::string subject = "S1-001") {
  v1::Event event;
  event.set_event_id(std::move(id));
  event.set_study("S1");
  event.set_subject(std::move(subject));
  event.set_source_system("edc/1");
  event.mutable_adverse_event()->set_aeterm("HEADACHE");
  return event;
}

std::shared_ptr<decided_batch> decided(std::vector<test::test_record> records,
                                       const decide_options& options = {}) {
  auto pending = prepare(test::make_batch(std::move(records)), options);
  std::vector<subject_context_ptr> contexts;
  for (const auto& key : pending.subjects)
    contexts.push_back(make_subject_context(key.study, key.subject, "01", 7, ""));
  return finish(std::move(pending), contexts, options);
}

rejection reason_of(const v1::Event& event, const decide_options& options = {}) {
  return decided({{event.SerializeAsString()}}, options)->records[0].decision.rejection;
}

std::string hex(const auto& bytes) {
  std::string out;
  for (const unsigned char byte : bytes) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

std::uint64_t content_of(const v1::Event& event) {
  return decided({{event.SerializeAsString()}})->records[0].content_check;
}

} // namespace

BOOST_AUTO_TEST_CASE(each_distinct_subject_is_listed_once) {
  v1::Event reference = adverse_event("3");
  reference.mutable_subject_data()->set_sex("F");
  const auto pending = prepare(test::make_batch({{adverse_event("1").SerializeAsString()},
                                                 {adverse_event("2", "S1-002").SerializeAsString()},
                                                 {"\xff"},
                                                 {reference.SerializeAsString()},
                                                 {adverse_event("4").SerializeAsString()}}),
                               {});
  BOOST_REQUIRE(pending.subjects.size() == 2u);
  BOOST_TEST(pending.subjects[0].subject == "S1-001");
  BOOST_TEST(pending.subjects[1].study == "S1");
  const auto none = pending_batch::no_subject;
  BOOST_TEST(pending.subject_of == (std::vector<std::uint32_t>{0, 1, none, none, 0}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(digests_are_those_of_the_ledger_format) {
  const auto batch = decided({{"\xff", {{"a", "xy"}, {"b", std::nullopt}}},
                              {std::nullopt},
                              {"z", {{"a", "xy"}, {"b", ""}}}});
  const auto sha = [](std::string_view bytes) {
    sha256_digest digest;
    SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest.data());
    return hex(digest);
  };
  using namespace std::string_view_literals;
  BOOST_TEST(hex(batch->records[0].value_digest) == sha("\xff"));
  BOOST_TEST(hex(batch->records[0].headers_digest) ==
             sha("\0\0\0\1a\0\0\0\2xy\0\0\0\1b\xff\xff\xff\xff"sv));
  BOOST_TEST(hex(batch->records[1].value_digest) == sha(""));
  BOOST_TEST(hex(batch->records[1].headers_digest) == sha(""));
  BOOST_TEST(hex(batch->records[2].headers_digest) ==
             sha("\0\0\0\1a\0\0\0\2xy\0\0\0\1b\0\0\0\0"sv));
}

BOOST_AUTO_TEST_CASE(a_uuid_is_its_own_key_in_any_case) {
  for (const auto* id :
       {"0198C0DE-0123-7abc-8def-0123456789AB", "0198c0de-0123-7abc-8def-0123456789ab"})
    BOOST_TEST(hex(decided({{adverse_event(id).SerializeAsString()}})->records[0].key) ==
               "0198c0de01237abc8def0123456789ab");
}

BOOST_AUTO_TEST_CASE(another_id_is_hashed_with_kind_and_study) {
  const auto key = [](const v1::Event& event) {
    return hex(decided({{event.SerializeAsString()}})->records[0].key);
  };
  const auto golden = key(adverse_event("e-1"));
  const std::string input("\1\0\0\0\2S1e-1", 10);
  sha256 hasher;
  BOOST_TEST(golden == hex(hasher(input)).substr(0, 32));
  auto other_study = adverse_event("e-1");
  other_study.set_study("S2");
  BOOST_TEST(key(other_study) != golden);
  auto other_kind = adverse_event("e-1");
  other_kind.mutable_questionnaire_response()->set_instrument("PHQ-9");
  BOOST_TEST(key(other_kind) != golden);
  // Nearly a UUID is none.
  for (const auto* id :
       {"0198c0de-0123-7abc-8def-0123456789ag", "0198c0de00123-7abc-8def-0123456789ab",
        "0198c0de-012307abc-8def-0123456789ab", "0198c0de-0123-7abc08def-0123456789ab",
        "0198c0de-0123-7abc-8def00123456789ab"})
    BOOST_TEST(key(adverse_event(id)).substr(0, 8) != "0198c0de");
}

BOOST_AUTO_TEST_CASE(a_resend_has_the_same_content_and_a_change_another) {
  const auto golden = content_of(adverse_event("1"));
  auto resent = adverse_event("1");
  resent.mutable_sent_at()->set_unix_milliseconds(9);
  resent.mutable_deadline()->set_unix_milliseconds(10);
  resent.set_traceparent("00-1-2-01");
  resent.set_tracestate("a=b");
  BOOST_TEST(content_of(resent) == golden);
  const std::vector<void (*)(v1::Event&)> changes{
      [](v1::Event& event) { event.set_study("S2"); },
      [](v1::Event& event) { event.set_site("02"); },
      [](v1::Event& event) { event.set_subject("S1-002"); },
      [](v1::Event& event) { event.set_source_system("edc/2"); },
      [](v1::Event& event) { event.mutable_recorded_at(); },
      [](v1::Event& event) { event.mutable_recorded_at()->set_unix_milliseconds(1); },
      [](v1::Event& event) { event.mutable_recorded_at()->set_utc_offset_minutes(1); },
      [](v1::Event& event) { event.mutable_adverse_event()->set_aeser("Y"); },
      [](v1::Event& event) { event.mutable_subject_data(); },
  };
  std::set<std::uint64_t> seen{golden};
  for (const auto change : changes) {
    auto changed = adverse_event("1");
    change(changed);
    BOOST_TEST(seen.insert(content_of(changed)).second);
  }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_stored_or_attributed_is_rejected) {
  const auto changed = [](void (*change)(v1::Event&)) {
    auto event = adverse_event("1");
    change(event);
    return reason_of(event);
  };
  BOOST_TEST((reason_of(adverse_event("1")) == rejection::none));
  BOOST_TEST((changed([](auto& event) { event.clear_event_id(); }) == rejection::event_id_missing));
  BOOST_TEST((changed([](auto& event) { event.set_event_id(std::string(201, 'x')); }) ==
              rejection::event_id_missing));
  BOOST_TEST(
      (changed([](auto& event) { event.set_event_id(std::string(200, 'x')); }) == rejection::none));
  BOOST_TEST((changed([](auto& event) { event.clear_study(); }) == rejection::study_missing));
  BOOST_TEST((changed([](auto& event) { event.clear_subject(); }) == rejection::subject_missing));
  BOOST_TEST((changed([](auto& event) { event.mutable_adverse_event()->clear_aeterm(); }) ==
              rejection::term_missing));
  BOOST_TEST((changed([](auto& event) { event.mutable_questionnaire_response(); }) ==
              rejection::instrument_missing));
  BOOST_TEST((changed([](auto& event) { event.clear_body(); }) == rejection::body_missing));
}

BOOST_AUTO_TEST_CASE(studies_and_answers_are_limited_by_options) {
  BOOST_TEST((reason_of(adverse_event("1"), {.studies = {"S1"}}) == rejection::none));
  BOOST_TEST((reason_of(adverse_event("1"), {.studies = {"S2"}}) == rejection::unknown_study));
  auto form = adverse_event("1");
  form.mutable_questionnaire_response()->set_instrument("X");
  form.mutable_questionnaire_response()->add_answers();
  form.mutable_questionnaire_response()->add_answers();
  BOOST_TEST((reason_of(form, {.answers_max = 2}) == rejection::none));
  BOOST_TEST((reason_of(form, {.answers_max = 1}) == rejection::too_many_answers));
}

BOOST_AUTO_TEST_CASE(an_unknown_subject_is_a_finding_or_by_option_a_rejection) {
  const auto decide_unknown = [](const decide_options& options) {
    auto pending = prepare(test::make_batch({{adverse_event("1").SerializeAsString()}}), options);
    const std::vector contexts{make_unknown_subject("S1", "S1-001")};
    return finish(std::move(pending), contexts, options);
  };
  const auto accepted = decide_unknown({});
  const auto& decision = accepted->records[0].decision;
  BOOST_TEST((decision.rejection == rejection::none));
  BOOST_TEST(!decision.subject_known);
  BOOST_TEST((std::ranges::find(decision.findings, 1, &finding::rule) != decision.findings.end()));
  BOOST_TEST((decide_unknown({.reject_unknown_subjects = true})->records[0].decision.rejection ==
              rejection::unknown_subject));
}

BOOST_AUTO_TEST_CASE(a_known_subject_leaves_its_version_in_the_decision) {
  const auto batch = decided({{adverse_event("1").SerializeAsString()}});
  BOOST_TEST(batch->records[0].decision.context_version == 7u);
  BOOST_TEST(batch->records[0].decision.subject_known);
}

BOOST_AUTO_TEST_CASE(the_content_of_an_event_with_long_texts_counts_to_their_last_letter) {
  auto event = adverse_event("1"), resent = event, changed = event;
  event.set_source_system(std::string(400, 'x'));
  resent.set_source_system(std::string(400, 'x'));
  changed.set_source_system(std::string(399, 'x') + "y");
  BOOST_TEST(content_of(event) == content_of(resent));
  BOOST_TEST(content_of(event) != content_of(changed));
}

BOOST_AUTO_TEST_CASE(
    headers_that_differ_in_a_name_or_a_null_from_the_record_before_have_their_own_digest) {
  const auto value = adverse_event("1").SerializeAsString();
  const auto batch = decided({{value, {{"a", "1"}}},
                              {value, {{"b", "1"}}},
                              {value, {{"b", ""}}},
                              {value, {{"b", std::nullopt}}},
                              {value, {{"b", std::nullopt}}}});
  const auto digest = [&](std::size_t i) { return hex(batch->records[i].headers_digest); };
  BOOST_TEST((std::set{digest(0), digest(1), digest(2), digest(3)}).size() == 4U);
  BOOST_TEST(digest(3) == digest(4));
}

BOOST_AUTO_TEST_CASE(known_subjects_and_subjects_themselves_are_no_unknown_subjects) {
  const decide_options strict{.reject_unknown_subjects = true};
  BOOST_TEST((reason_of(adverse_event("1"), strict) == rejection::none));
  auto subject = adverse_event("1");
  subject.mutable_subject_data();
  BOOST_TEST((reason_of(subject, strict) == rejection::none));
}

BOOST_AUTO_TEST_SUITE_END()
