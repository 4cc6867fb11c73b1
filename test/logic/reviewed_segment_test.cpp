#include "actors/review/decision_scores.hpp"
#include "actors/review/reviewed_segment.hpp"
#include "test/support/review_forms.hpp"
#include "test/support/test_events.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(reviewed_segments)

namespace {

const stream_name forms_stream{"aepro.questionnaire-responses", 0};
const std::vector<std::string> pain{"PAIN-NRS"};

/// A segment as the store has it; all of it accepted but those at `refused`.
stored_segment segment_of(const std::vector<std::string>& values,
                          const std::set<std::size_t>& refused = {}) {
  const auto batch = decided({.stream = forms_stream, .begin_offset = 10, .values = values});
  std::vector<stored_decision> decisions;
  for (std::size_t i = 0; i < batch->records.size(); ++i)
    decisions.push_back({.verdict = refused.contains(i) ? verdict::rejected : verdict::accepted,
                         .decision = batch->records[i].decision.encoded});
  stored_segment segment;
  segment.first_offset = 10;
  segment.last_offset = 9 + static_cast<std::int64_t>(values.size());
  segment.record_count = static_cast<std::int64_t>(values.size());
  segment.stored_at = 1'750'000'000'500;
  segment.records = batch->evidence;
  segment.decisions = encode_decisions(decisions);
  return segment;
}

std::vector<scored_record> scored(const stored_segment& segment,
                                  const std::vector<std::string>& scales = pain) {
  auto found = scored_records(segment, scales);
  BOOST_REQUIRE(std::holds_alternative<std::vector<scored_record>>(found));
  return std::get<std::vector<scored_record>>(found);
}

form_list forms_of(const stored_segment& segment, const std::set<std::int64_t>& corrected = {}) {
  const auto records = scored(segment);
  auto found = reviewed_forms(segment, forms_stream, records, corrected, pain);
  BOOST_REQUIRE(std::holds_alternative<form_list>(found));
  return std::get<form_list>(found);
}

std::string damage_of(const std::variant<form_list, segment_damage>& found) {
  return std::holds_alternative<form_list>(found) ? "" : std::get<segment_damage>(found).message;
}

} // namespace

BOOST_AUTO_TEST_CASE(accepted_records_with_a_score_of_the_scales_are_found) {
  const auto segment =
      segment_of({adverse_event_value({.event_id = "1"}), pain_value(2, "F-1", 0, 4),
                  response_value({.event_id = "3"}, std::vector<std::string>(9, "1")),
                  pain_value(4, "F-2", 1, 5), pain_value(5, "F-3", 2, 6)},
                 {3});
  const auto found = scored(segment);
  BOOST_REQUIRE(found.size() == 2U);
  BOOST_TEST(found[0].index == 1U);
  BOOST_TEST((found[0].scores == std::vector<scale_score>{{"PAIN-NRS", 4}}));
  BOOST_TEST(found[1].index == 4U);
  const auto all = scored(segment, {"P*"});
  BOOST_REQUIRE(all.size() == 3U);
  BOOST_TEST((all[1].scores == std::vector<scale_score>{{"PHQ-9", 9}}));
  BOOST_TEST(scored(segment, {"GAD-7"}).empty());
}

BOOST_AUTO_TEST_CASE(a_form_has_what_it_is_compared_by) {
  const auto forms = forms_of(segment_of(
      {adverse_event_value({.event_id = "1"}), pain_value(2, "F-1", 3, 4) + "\x58\x02"}));
  BOOST_REQUIRE(forms.size() == 1U);
  const auto& form = forms[0];
  BOOST_TEST(form.study == "STUDY-1");
  BOOST_TEST(form.site == "701");
  BOOST_TEST(form.subject == "01-701-1015");
  BOOST_TEST(form.instrument == "PAIN-NRS");
  BOOST_TEST(form.form_id == form_id("F-1"));
  BOOST_TEST(form.version == 1);
  BOOST_TEST(form.at == first_noon + 3 * 86'400'000);
  BOOST_TEST(form.local_day == first_day + 3);
  BOOST_TEST((form.scores == std::vector<scale_score>{{"PAIN-NRS", 4}}));
  BOOST_TEST(form.produced_at == 1'750'000'000'000);
  BOOST_TEST(form.durable_at == 1'750'000'000'500);
  BOOST_TEST((form.origin == event_origin::history_with_alerts));
  BOOST_TEST((form.stream == forms_stream));
  BOOST_TEST(form.offset == 11);
}

BOOST_AUTO_TEST_CASE(corrections_are_there_whatever_they_score) {
  const auto segment =
      segment_of({form_value({.id = 1, .in_error = true}), form_value({.id = 2, .version = 2}),
                  form_value({.id = 3, .instrument = "UNKNOWN"}), pain_value(4, "F-4", 0, 1),
                  form_value({.id = 5, .version = 2, .instrument = "GAD-7"})});
  const auto forms = forms_of(segment, {10, 11, 12, 14});
  BOOST_REQUIRE(forms.size() == 3U);
  BOOST_TEST(forms[0].offset == 10);
  BOOST_TEST(forms[0].scores.empty());
  BOOST_TEST(forms[1].offset == 11);
  BOOST_TEST(forms[1].version == 2);
  BOOST_TEST(forms[2].offset == 13);
  BOOST_TEST(forms_of(segment).size() == 1U);
}

BOOST_AUTO_TEST_CASE(what_is_no_form_is_none) {
  const auto segment = segment_of({adverse_event_value({.event_id = "1"}), "not an event"});
  BOOST_TEST(forms_of(segment, {10, 11}).empty());
}

BOOST_AUTO_TEST_CASE(a_form_without_an_id_or_a_date_has_the_records) {
  const auto forms = forms_of(
      segment_of({form_value({.form = "", .answers = {{"PAIN", "4"}}, .has_instants = false})}));
  BOOST_REQUIRE(forms.size() == 1U);
  BOOST_TEST(forms[0].form_id.size() == 32U);
  BOOST_TEST(forms[0].form_id != form_id(""));
  BOOST_TEST(forms[0].at == 1'750'000'000'000);
  BOOST_TEST(forms[0].local_day == first_day);
}

BOOST_AUTO_TEST_CASE(an_instant_that_no_device_can_mean_gives_way_to_the_next) {
  const auto at_of = [](std::int64_t day, unix_milliseconds received_at) {
    const auto forms = forms_of(segment_of(
        {form_value({.day = day, .answers = {{"PAIN", "4"}}, .received_at = received_at})}));
    BOOST_REQUIRE(forms.size() == 1U);
    return forms[0];
  };
  constexpr std::int64_t to_1970 = -first_day, to_3000 = 400'000, far = std::int64_t{1} << 36;
  BOOST_TEST(at_of(0, first_noon + 5).at == first_noon);
  for (const auto day : {to_1970, to_3000, far, -far}) {
    BOOST_TEST(at_of(day, first_noon + 5).at == first_noon + 5);
    BOOST_TEST(at_of(day, 5).at == 1'750'000'000'000); // Kafka's.
    BOOST_TEST(at_of(day, 5).local_day == first_day);
  }
}

BOOST_AUTO_TEST_CASE(one_response_id_of_two_systems_is_two_forms) {
  const auto forms =
      forms_of(segment_of({form_value({.id = 1, .answers = {{"PAIN", "4"}}, .source = "epro"}),
                           form_value({.id = 2, .answers = {{"PAIN", "4"}}, .source = "paper"})}));
  BOOST_REQUIRE(forms.size() == 2U);
  BOOST_TEST(forms[0].form_id != forms[1].form_id);
}

BOOST_AUTO_TEST_CASE(the_local_day_is_that_of_the_offset_it_was_completed_at) {
  // PHQ-9 of 2025-06-15T15:06:40Z at two hours ahead of UTC.
  const auto segment =
      segment_of({response_value({.event_id = "1"}, std::vector<std::string>(9, "1"))});
  const std::vector<std::string> phq{"PHQ-9"};
  const auto records = scored(segment, phq);
  const auto forms = std::get<form_list>(reviewed_forms(segment, forms_stream, records, {}, phq));
  BOOST_REQUIRE(forms.size() == 1U);
  BOOST_TEST(forms[0].local_day == first_day);
  BOOST_TEST(forms[0].form_id == form_id("Q-1", "edc/4.2"));
}

BOOST_AUTO_TEST_CASE(a_damaged_segment_is_said_to_be_so) {
  const auto good = segment_of({pain_value(1, "F-1", 0, 4)});
  auto bad = good;
  bad.decisions.resize(4);
  BOOST_TEST(std::get<segment_damage>(scored_records(bad, pain)).message ==
             "the decisions are not a whole zstd frame");
  bad.record_count = -1;
  BOOST_TEST(std::holds_alternative<segment_damage>(scored_records(bad, pain)));
  bad = good;
  bad.records.resize(4);
  BOOST_TEST(damage_of(reviewed_forms(bad, forms_stream, scored(good), {}, pain)) != "");
  bad = good;
  bad.decisions = encode_decisions(std::vector{stored_decision{.decision = "short"}});
  BOOST_TEST(std::get<segment_damage>(scored_records(bad, pain)).message ==
             "the decision of record 0 is cut short");
}

/// Whatever is cut off, whichever list it is of.
BOOST_AUTO_TEST_CASE(a_decision_that_is_cut_anywhere_has_no_scores) {
  const auto batch = decided({.values = {response_value({.event_id = "1"}, {"1", "2", "3", "4"}),
                                         pain_value(2, "F-1", 0, 4),
                                         form_value({.id = 3,
                                                     .instrument = "PRO-CTCAE",
                                                     .answers = {{"RASH_P", "1"},
                                                                 {"NOSEBLEED_F", "1"},
                                                                 {"NOSEBLEED_S", "1"},
                                                                 {"BODY_ODOR_S", "1"}}})}});
  for (const auto& record : batch->records) {
    const auto whole = record.decision.encoded;
    const auto found = decision_scores(whole);
    BOOST_REQUIRE(found);
    BOOST_TEST(found->size() == record.decision.scores.size());
    // One alert count more is behind the scores.
    for (std::size_t size = 0; size + 1 < whole.size(); ++size)
      BOOST_TEST(!decision_scores(whole.substr(0, size)), size);
  }
}

BOOST_AUTO_TEST_SUITE_END()
