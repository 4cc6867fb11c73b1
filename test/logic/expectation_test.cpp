#include "actors/audit/expectation.hpp"
#include "actors/simulate/trial_generator.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <sstream>

BOOST_AUTO_TEST_SUITE(expectation)

namespace {

struct fixture {
  fixture() {
    aepro::trial_options options;
    options.events = 300;
    options.seed = 9;
    options.troubles.duplicate = options.troubles.conflict = options.troubles.serious = 0.2;
    auto& trial = generator.emplace(options);
    text = aepro::expectation_header(9, trial.size());
    for (aepro::simulated_record record; trial.next(record);) {
      text += aepro::expectation_line(record.expectation(), record.value);
      records.push_back(record);
    }
  }

  aepro::expectation_check open() const {
    std::istringstream file(text);
    auto read = aepro::expectation_check::read(file);
    if (const auto* problem = std::get_if<std::string>(&read))
      BOOST_FAIL(*problem);
    return std::get<aepro::expectation_check>(std::move(read));
  }

  /// Shows the check what a ledger says of this record, after `change`.
  using change = std::function<void(aepro::observed_record&)>;
  static void show(aepro::expectation_check& check, const aepro::simulated_record& record,
                   const change& change = {}) {
    std::vector<aepro::score> scores;
    for (const auto& one : record.expectation().scores)
      scores.push_back({one.scale, one.value, one.band, "any/1"});
    std::vector<aepro::alert> alerts;
    for (const auto rule : record.expectation().alerts)
      alerts.push_back({rule, aepro::urgency::routine});
    aepro::observed_record seen{
        record.number,    record.topic,   3,      77,    record.key, record.value, record.verdict,
        record.rejection, record.serious, scores, alerts};
    if (change)
      change(seen);
    check.see(seen);
  }

  std::vector<aepro::expectation_problem> problems(const aepro::expectation_check& check) const {
    std::istringstream file(text);
    return check.finish(file);
  }

  /// Shows every record, the n-th changed, and returns the problems.
  std::vector<aepro::expectation_problem> problems_with(std::size_t n, const change& change) const {
    auto check = open();
    for (std::size_t i = 0; i < records.size(); ++i)
      show(check, records[i], i == n ? change : fixture::change());
    return problems(check);
  }

  std::size_t find(const std::function<bool(const aepro::simulated_record&)>& accept) const {
    for (std::size_t i = 0; i < records.size(); ++i)
      if (accept(records[i]))
        return i;
    BOOST_FAIL("no such record");
    return 0;
  }

  std::optional<aepro::trial_generator> generator; ///< The records' topics are its own.
  std::string text;
  std::vector<aepro::simulated_record> records;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_ledger_that_holds_what_was_sent_has_no_problems_in_any_order, fixture) {
  auto check = open();
  for (auto record = records.rbegin(); record != records.rend(); ++record)
    show(check, *record);
  BOOST_TEST(problems(check).empty());
  BOOST_TEST(check.counts().expected == records.size());
  BOOST_TEST(check.counts().found == records.size());
}

BOOST_FIXTURE_TEST_CASE(a_missing_record_is_named, fixture) {
  auto check = open();
  for (std::size_t i = 0; i < records.size(); ++i)
    if (i != 100)
      show(check, records[i]);
  const auto found = problems(check);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].kind == "missing");
  BOOST_TEST(found[0].message.find("record 9/100 ") == 0u);
  BOOST_TEST(check.counts().found == records.size() - 1);
}

BOOST_FIXTURE_TEST_CASE(a_record_that_is_there_twice_is_named_with_its_place, fixture) {
  auto check = open();
  for (const auto& record : records)
    show(check, record);
  show(check, records[100], [](auto& seen) { seen.offset = 500; });
  const auto found = problems(check);
  BOOST_REQUIRE(found.size() == 1u);
  BOOST_TEST(found[0].kind == "twice");
  BOOST_TEST(found[0].offset == 500);
  BOOST_TEST(check.counts().found == records.size() - 1);
}

BOOST_FIXTURE_TEST_CASE(another_verdict_score_alert_or_seriousness_is_a_difference, fixture) {
  const auto scored = find([](const auto& one) {
    return one.score_count == 1 && one.verdict == aepro::verdict::accepted;
  });
  const auto serious = find([](const auto& one) { return one.serious && one.alert_count > 0; });
  const std::pair<std::size_t, change> changes[] = {
      {scored, [](auto& seen) { seen.verdict = aepro::verdict::duplicate; }},
      {scored, [](auto& seen) { seen.scores = {}; }},
      {serious, [](auto& seen) { seen.serious = false; }},
      {serious, [](auto& seen) { seen.alerts = seen.alerts.first(seen.alerts.size() - 1); }},
      {scored, [](auto& seen) { seen.rejection = aepro::rejection::undecodable; }},
  };
  for (const auto& [n, change] : changes) {
    const auto found = problems_with(n, change);
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(found[0].kind == "different");
    BOOST_TEST(found[0].partition == 3);
    BOOST_TEST(found[0].offset == 77);
    BOOST_TEST(found[0].message.find("; expected: ") != std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(another_value_key_or_topic_is_a_difference, fixture) {
  for (const change& change : {change([](auto& seen) { seen.value.remove_suffix(1); }),
                               change([](auto& seen) { seen.key = "other"; }),
                               change([](auto& seen) { seen.topic = "other"; })}) {
    const auto found = problems_with(200, change);
    BOOST_REQUIRE(found.size() == 1u);
    BOOST_TEST(found[0].message.find("not what was sent") != std::string::npos);
  }
}

BOOST_FIXTURE_TEST_CASE(records_of_others_are_counted_and_nothing_else, fixture) {
  auto check = open();
  for (const auto& record : records)
    show(check, record);
  for (const auto* number : {"", "8/1", "9/", "9/x", "9/99999", "nonsense"})
    show(check, records[0], [&](auto& seen) { seen.number = number; });
  BOOST_TEST(problems(check).empty());
  BOOST_TEST(check.counts().others == 6u);
}

BOOST_FIXTURE_TEST_CASE(more_differences_than_are_kept_are_still_found, fixture) {
  aepro::trial_options options;
  options.events = 3000;
  aepro::trial_generator trial(options);
  text = aepro::expectation_header(1, trial.size());
  std::vector<aepro::simulated_record> many;
  for (aepro::simulated_record record; trial.next(record);) {
    text += aepro::expectation_line(record.expectation(), record.value);
    many.push_back(record);
  }
  auto check = open();
  for (const auto& record : many)
    show(check, record, [](auto& seen) { seen.key = "other"; });
  std::istringstream file(text);
  BOOST_TEST(check.finish(file, 10000).size() == many.size());
  BOOST_TEST(check.counts().found == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_damaged_file_is_refused_with_its_line, fixture) {
  const auto refusal = [](const std::string& damaged) {
    std::istringstream file(damaged);
    const auto read = aepro::expectation_check::read(file);
    const auto* problem = std::get_if<std::string>(&read);
    return problem ? *problem : std::string();
  };
  BOOST_TEST(refusal("").find("line 1") == 0u);
  BOOST_TEST(refusal("{}\n").find("line 1") == 0u);
  BOOST_TEST(refusal(text.substr(0, text.rfind('\n', text.size() - 2) + 1)).find("cut off") !=
             std::string::npos);
  auto swapped = text;
  swapped.replace(swapped.find("\"9/4\""), 5, "\"9/7\"");
  BOOST_TEST(refusal(swapped).find("line 6: the record is not 9/4") == 0u);
  BOOST_TEST(refusal(text) == "");
}

BOOST_AUTO_TEST_SUITE_END()
