#include "actors/validation/batch_decider.hpp"

#include "actors/validation/subject_context.hpp"
#include "test/support/decision_checks.hpp"
#include "test/support/random_events.hpp"
#include "test/support/test_records.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(decide_properties)

namespace {

constexpr std::uint64_t seed = 20251121;

/// What is kept of a decided record: all that the store would write.
struct outcome {
  event_key key;
  std::uint64_t content_check;
  sha256_digest value_digest, headers_digest;
  std::string encoded;
  bool operator==(const outcome&) const = default;
};

/// Reference data that depends on the subject's name only; some subjects are unknown.
subject_context_ptr context_of(const subject_key& key) {
  const auto number = std::hash<std::string>{}(key.study + key.subject);
  if (number % 4 == 0)
    return make_unknown_subject(key.study, key.subject);
  test::random_events random(number);
  return make_subject_context(key.study, key.subject, "01", 3, random.next_subject());
}

std::vector<outcome> decided(const std::vector<test::test_record>& records) {
  auto pending = prepare(test::make_batch(records), {});
  std::vector<subject_context_ptr> contexts;
  for (const auto& key : pending.subjects)
    contexts.push_back(context_of(key));
  const auto batch = finish(std::move(pending), contexts, {});
  std::vector<outcome> outcomes;
  for (const auto& record : batch->records)
    outcomes.push_back({record.key, record.content_check, record.value_digest,
                        record.headers_digest, std::string(record.decision.encoded)});
  return outcomes;
}

std::vector<test::test_record> random_records(std::size_t count) {
  BOOST_TEST_MESSAGE("seed " << seed);
  test::random_events random(seed);
  std::mt19937_64 choice(seed);
  std::vector<test::test_record> records;
  for (std::size_t i = 0; i < count; ++i) {
    test::test_record record{random.next()};
    if (choice() % 2 == 0)
      record.headers.emplace_back("traceparent", std::to_string(choice() % 3));
    records.push_back(std::move(record));
  }
  return records;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_same_records_give_the_same_bytes) {
  const auto records = random_records(2'000);
  BOOST_TEST((decided(records) == decided(records)));
}

BOOST_AUTO_TEST_CASE(decisions_do_not_depend_on_how_records_are_cut_into_batches) {
  const auto records = random_records(2'000);
  const auto whole = decided(records);
  std::mt19937_64 random(seed);
  std::vector<outcome> pieces;
  for (std::size_t at = 0; at < records.size();) {
    const auto count = std::min<std::size_t>(random() % 40 + 1, records.size() - at);
    const auto part = decided({records.begin() + static_cast<std::ptrdiff_t>(at),
                               records.begin() + static_cast<std::ptrdiff_t>(at + count)});
    pieces.insert(pieces.end(), part.begin(), part.end());
    at += count;
  }
  BOOST_TEST((whole == pieces));
}

BOOST_AUTO_TEST_CASE(whatever_comes_the_decision_is_sound) {
  test::random_events random(seed);
  std::size_t accepted = 0, found = 0, scored = 0, alerted = 0;
  for (int round = 0; round < 200; ++round) {
    std::vector<test::test_record> records;
    for (int i = 0; i < 50; ++i)
      records.push_back({random.next()});
    auto pending = prepare(test::make_batch(std::move(records)), {});
    std::vector<subject_context_ptr> contexts;
    for (const auto& key : pending.subjects)
      contexts.push_back(context_of(key));
    const auto batch = finish(std::move(pending), contexts, {});
    for (const auto& record : batch->records) {
      BOOST_TEST(test::fault_of(record.decision).value_or("") == "");
      accepted += record.decision.rejection == rejection::none ? 1 : 0;
      found += record.decision.findings.size();
      scored += record.decision.scores.size();
      alerted += record.decision.alerts.size();
    }
  }
  // The records reach what is to be tested.
  BOOST_TEST(accepted > 6'000u);
  BOOST_TEST(accepted < 10'000u);
  BOOST_TEST(found > 10'000u);
  BOOST_TEST(scored > 300u);
  BOOST_TEST(alerted > 1'000u);
}

BOOST_AUTO_TEST_CASE(a_context_that_is_missing_counts_as_unknown) {
  auto pending = prepare(test::make_batch(random_records(100)), {});
  const auto subjects = pending.subjects.size();
  BOOST_TEST(subjects > 1u);
  const std::vector<subject_context_ptr> contexts(subjects - 1);
  const auto decided = finish(std::move(pending), contexts, {});
  for (const auto& record : decided->records)
    BOOST_TEST(!record.decision.subject_known);
}

BOOST_AUTO_TEST_CASE(an_empty_batch_stays_empty) {
  auto pending = prepare(test::make_batch({}), {});
  BOOST_TEST(pending.subjects.empty());
  BOOST_TEST(finish(std::move(pending), {}, {})->records.empty());
}

BOOST_AUTO_TEST_SUITE_END()
