#include "actors/validation/decide_options_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(decide_options_canonical_text)

namespace {

/// Differs from the default in every member.
decide_options unusual() {
  decide_options options;
  options.value_bytes_max = 77;
  options.answers_max = 3;
  options.reject_unknown_subjects = true;
  options.studies = {"S-2", "S-1", "\"quoted\" \xc3\xa9"};
  options.phq9_missing = phq9_missing_items::none_allowed;
  options.causality_terms = {{"S-1", {"RELATED", "NOT RELATED"}}, {"S-0", {}}};
  options.optional_rules = {40, 7};
  options.clock_skew_max_ms = 5;
  options.score_alerts = {{"PHQ-9", true, 20, urgency::urgent},
                          {"pain NRS", false, 0.1, urgency::immediate}};
  return options;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_text_of_the_defaults_is_as_the_ledger_format_says) {
  BOOST_TEST(
      decide_options_text({}) ==
      "{\"answers_max\":10000,\"causality_terms\":{},\"clock_skew_max_ms\":300000,\"format\":1,"
      "\"optional_rules\":[],\"phq9_missing_items\":2,\"reject_unknown_subjects\":false,"
      "\"studies\":[],\"value_bytes_max\":1048576}");
}

BOOST_AUTO_TEST_CASE(every_option_comes_back_from_its_text) {
  const auto options = unusual();
  const auto read = parse_decide_options(decide_options_text(options));
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->value_bytes_max == 77U);
  BOOST_TEST(read->answers_max == 3U);
  BOOST_TEST(read->reject_unknown_subjects);
  BOOST_TEST((read->studies == options.studies));
  BOOST_TEST((read->phq9_missing == phq9_missing_items::none_allowed));
  BOOST_TEST((read->causality_terms == options.causality_terms));
  BOOST_TEST((read->optional_rules == options.optional_rules));
  BOOST_TEST(read->clock_skew_max_ms == 5);
  BOOST_TEST((read->score_alerts == options.score_alerts));
}

BOOST_AUTO_TEST_CASE(what_this_program_cannot_follow_is_not_read) {
  const auto text = decide_options_text({});
  BOOST_TEST(parse_decide_options(text).has_value());
  BOOST_TEST(!parse_decide_options(""));
  BOOST_TEST(!parse_decide_options("[]"));
  auto later = text;
  later.insert(1, "\"a_new_option\":1,");
  BOOST_TEST(!parse_decide_options(later));
  auto format = text;
  format.replace(format.find("\"format\":1"), 10, "\"format\":2");
  BOOST_TEST(!parse_decide_options(format));
  BOOST_TEST(!parse_decide_options(text + " "));
  auto threshold = text;
  threshold.insert(threshold.find("\"studies\""), "\"score_alerts\":[\"PHQ-9>20:urgent\"],");
  BOOST_TEST(!parse_decide_options(threshold));
}

BOOST_AUTO_TEST_SUITE_END()
