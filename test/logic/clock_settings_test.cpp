#include "actors/clocks/clock_check.hpp"
#include "config/clock_document.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(clock_settings_file)

namespace {

std::variant<loaded_settings, std::vector<setting_problem>> load(std::string text) {
  setting_sources sources;
  sources.file_name = "aepro.yaml";
  sources.file_text = std::move(text);
  return load_settings(sources);
}

settings good(const std::string& text) {
  const auto loaded = load(text);
  if (const auto* problems = std::get_if<std::vector<setting_problem>>(&loaded))
    for (const auto& one : *problems)
      BOOST_ERROR(to_string(one));
  return std::get<loaded_settings>(loaded).values;
}

bool refuses(const std::string& kinds, std::string_view part) {
  const auto loaded = load("clocks:\n  kinds:\n" + kinds);
  std::string all;
  if (const auto* problems = std::get_if<std::vector<setting_problem>>(&loaded))
    for (const auto& one : *problems)
      all += to_string(one) + "\n";
  const bool found = all.find(part) != std::string::npos;
  if (!found)
    BOOST_TEST_MESSAGE(all);
  return found;
}

const std::string fine = "    a: {authority: FDA, condition: serious, from: awareness, days: 7}\n";

} // namespace

BOOST_AUTO_TEST_CASE(without_a_section_the_fda_and_the_sponsor_are_reported_to) {
  const auto values = good("group: aepro\n");
  BOOST_TEST(values.clocks.time_zone == "UTC");
  BOOST_REQUIRE(values.clock_kinds.size() == 4U);
  BOOST_TEST(settings().clock_kinds.size() == 4U);
  BOOST_TEST(values.clock_kinds[1].name == "fda-7-day-full");
  BOOST_TEST(values.clock_kinds[1].days == 15);
  BOOST_TEST(good("clocks: {time_zone: Asia/Tokyo}\n").clock_kinds.size() == 4U);
}

BOOST_AUTO_TEST_CASE(an_empty_section_reports_to_nobody) {
  BOOST_TEST(good("clocks:\n  time_zone: Europe/Berlin\n  kinds: {}\n").clock_kinds.empty());
  BOOST_TEST(good("clocks.kinds:\n").clock_kinds.empty());
}

BOOST_AUTO_TEST_CASE(kinds_are_read_and_one_that_counts_from_another_has_the_days_of_both) {
  const auto values =
      good("clocks:\n"
           "  time_zone: Europe/Berlin\n"
           "  interval: 5s\n"
           "  kinds:\n"
           "    late: {authority: BfArM, after: early, days: 8, remind_before: [12h, 2d, 12h]}\n"
           "    early:\n"
           "      authority: BfArM\n"
           "      condition: suspected-unexpected-fatal-or-life-threatening\n"
           "      from: qualification\n"
           "      days: 7\n"
           "      study: S1\n"
           "    quick: {authority: sponsor, condition: serious, from: awareness, time: 24h}\n");
  BOOST_TEST(values.clocks.time_zone == "Europe/Berlin");
  BOOST_TEST(values.clocks.interval.count() == 5'000);
  BOOST_REQUIRE(values.clock_kinds.size() == 3U);
  const auto& late = values.clock_kinds[0];
  BOOST_TEST(late.name == "late");
  BOOST_TEST(late.authority == "BfArM");
  BOOST_TEST(late.days == 15);
  BOOST_TEST((late.condition == clock_condition::suspected_unexpected_grave));
  BOOST_TEST((late.from == clock_start::qualification));
  BOOST_TEST(late.study == "S1");
  BOOST_TEST((late.remind_before == std::vector<std::chrono::milliseconds>{48h, 12h}));
  BOOST_TEST(
      (values.clock_kinds[1].remind_before == std::vector<std::chrono::milliseconds>{72h, 24h}));
  BOOST_TEST(values.clock_kinds[2].time.count() == 86'400'000);
  BOOST_TEST(values.clock_kinds[2].remind_before.empty());
}

BOOST_AUTO_TEST_CASE(a_kind_that_says_too_little_too_much_or_nonsense_is_refused_with_its_line) {
  BOOST_TEST(refuses("    a:\n      authority: FDA\n      dayz: 7\n",
                     "aepro.yaml:5: clocks.kinds.a.dayz: no such key; did you mean days?"));
  BOOST_TEST(refuses("    a: {condition: serious, from: awareness, days: 7}\n",
                     "clocks.kinds.a: authority is missing"));
  BOOST_TEST(refuses("    a: {authority: x, from: awareness, days: 7}\n",
                     "clocks.kinds.a.condition: is missing: one of serious,"));
  BOOST_TEST(refuses("    a: {authority: x, condition: bad, from: awareness, days: 7}\n",
                     "'bad' is not one of serious"));
  BOOST_TEST(refuses("    a: {authority: x, condition: serious, from: then, days: 7}\n",
                     "'then' is not one of awareness, qualification"));
  const auto refuses_length = [](const std::string& keys, std::string_view part) {
    return refuses("    a: {authority: x, condition: serious, from: awareness" + keys + "}\n",
                   part);
  };
  BOOST_TEST(refuses_length("", "say how long it runs"));
  BOOST_TEST(refuses_length(", days: 7, time: 1h", "say how long it runs"));
  BOOST_TEST(refuses_length(", days: 0", "1 to 3650 is possible"));
  BOOST_TEST(refuses_length(", days: 3651", "1 to 3650 is possible"));
  BOOST_TEST(refuses_length(", time: 366d", "365d at most"));
  BOOST_TEST(refuses_length(", days: 7, remind_before: [soon]", "'soon' is not a duration"));
  BOOST_TEST(refuses_length(", days: 7, remind_before: [0d]", "'0d' is not a duration"));
  BOOST_TEST(refuses_length(", days: 7, remind_before: [7d]", "before the clock begins"));
  BOOST_TEST(refuses_length(", time: 24h, remind_before: [48h]", "before the clock begins"));
  BOOST_TEST(refuses_length(", days: 7, remind_before: [1h,2h,3h,4h,5h,6h,7h,8h,9h,10h,11h]",
                            "names 11 reminders; 10 at most"));
}

BOOST_AUTO_TEST_CASE(a_kind_can_only_count_from_one_that_counts_days_itself) {
  BOOST_TEST(refuses(fine + "    b: {authority: x, after: c, days: 8}\n",
                     "clocks.kinds.b.after: there is no kind c"));
  BOOST_TEST(refuses("    a: {authority: x, after: a, days: 8}\n",
                     "must count days, and not from another kind itself"));
  BOOST_TEST(refuses(
      fine + "    b: {authority: x, after: a, days: 8}\n    c: {authority: x, after: b, days: 1}\n",
      "clocks.kinds.c.after: b must count days"));
  BOOST_TEST(refuses("    a: {authority: x, condition: serious, from: awareness, time: 1h}\n"
                     "    b: {authority: x, after: a, days: 8}\n",
                     "a must count days"));
  BOOST_TEST(
      refuses(fine + "    b: {authority: x, after: a, days: 8, from: awareness}\n",
              "clocks.kinds.b.from: is that of a, which this kind is counted from; leave it out"));
}

BOOST_AUTO_TEST_CASE(a_section_of_another_shape_or_one_that_is_there_twice_is_refused) {
  BOOST_TEST(refuses("    [a]\n", "clocks.kinds: expected NAME: and its keys below"));
  BOOST_TEST(refuses("    a: text\n", "clocks.kinds.a: expected NAME: VALUE lines"));
  BOOST_TEST(refuses(fine + fine, "and there once"));
  BOOST_TEST(refuses(fine + "clocks.kinds: {}\n", "clocks.kinds: is set twice in this file"));
}

BOOST_AUTO_TEST_CASE(a_zone_that_the_machine_does_not_know_is_refused) {
  auto values = good("clocks: {time_zone: Mars/Olympus}\n");
  BOOST_REQUIRE(check_clock_settings(values).size() == 1U);
  BOOST_TEST(check_clock_settings(values).front().name == "clocks.time_zone");
  values.clocks.time_zone = "Pacific/Kiritimati";
  BOOST_TEST(check_clock_settings(values).empty());
}

BOOST_AUTO_TEST_SUITE_END()
