#include "actors/storage/ledger/dead_letter.hpp"

#include "test/support/test_records.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(dead_letter_rules)

namespace {

const stream_name stream{"topic", 2};

/// Offsets 100, 101, 102 and 250; what is behind the last one up to 260 is a gap.
stored_segment sample() {
  const auto batch =
      make_batch({{.value = "first", .headers = {{"a", "1"}, {"b", std::nullopt}}, .key = "key"},
                  {.value = std::nullopt, .headers = {}, .key = "key"},
                  {.value = "third", .headers = {}},
                  {.value = "last", .headers = {}}},
                 100, stream);
  batch->records[3].offset = 250;
  batch->end_offset = 251;
  stored_segment segment;
  segment.first_offset = 100;
  segment.last_offset = 260;
  segment.record_count = 4;
  segment.records = encode_evidence(*batch);
  return segment;
}

struct look {
  std::variant<std::size_t, segment_damage> cut(const std::vector<dead_letter_row>& rows,
                                                stored_segment from = sample()) {
    return cut_dead_letters(from, stream, rows, bytes_left, found);
  }

  std::size_t taken(const std::vector<dead_letter_row>& rows) {
    return std::get<std::size_t>(cut(rows));
  }

  std::string damage(const std::vector<dead_letter_row>& rows, stored_segment from = sample()) {
    const auto result = cut(rows, std::move(from));
    const auto* damaged = std::get_if<segment_damage>(&result);
    return damaged == nullptr ? "" : damaged->message;
  }

  std::size_t bytes_left = 1'000;
  std::vector<dead_letter> found;
};

constexpr auto why = rejection::term_missing;

} // namespace

BOOST_FIXTURE_TEST_CASE(rejected_records_come_back_byte_for_byte, look) {
  BOOST_TEST(taken({{100, why}, {101, why}, {250, why}}) == 3U);
  BOOST_REQUIRE(found.size() == 3U);
  BOOST_TEST(found[0].offset == 100);
  BOOST_TEST((found[0].reason == why));
  BOOST_TEST(found[0].key.value() == "key");
  BOOST_TEST(found[0].value.value() == "first");
  BOOST_REQUIRE(found[0].headers.size() == 2U);
  BOOST_TEST(found[0].headers[0].value.value() == "1");
  BOOST_TEST(!found[0].headers[1].value);
  BOOST_TEST(found[0].bytes() == 3U + 5U + 2U + 1U);
  BOOST_TEST(!found[1].value);
  BOOST_TEST(!found[2].key);
  BOOST_TEST(bytes_left == 1'000U - 11U - 3U - 4U);
}

BOOST_FIXTURE_TEST_CASE(without_rows_nothing_is_looked_for, look) {
  BOOST_TEST(taken({}) == 0U);
}

BOOST_FIXTURE_TEST_CASE(what_is_behind_the_segment_is_for_the_next_look, look) {
  BOOST_TEST(taken({{250, why}, {300, why}}) == 1U);
}

BOOST_FIXTURE_TEST_CASE(the_record_that_uses_up_the_bytes_is_the_last, look) {
  bytes_left = 5;
  BOOST_TEST(taken({{100, why}, {101, why}}) == 1U);
  BOOST_TEST(bytes_left == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_segment_that_does_not_hold_the_record_is_damaged, look) {
  BOOST_TEST(damage({{99, why}}) == "no segment holds the rejected record at offset 99");
  BOOST_TEST(damage({{261, why}}) == "no segment holds the rejected record at offset 261");
  BOOST_TEST(damage({{150, why}}) == "segment 100..260 has no record at offset 150");
  BOOST_TEST(damage({{255, why}}) == "segment 100..260 has no record at offset 255");
  auto cut_short = sample();
  cut_short.records.resize(cut_short.records.size() / 2);
  BOOST_TEST(damage({{100, why}}, std::move(cut_short)) != "");
  BOOST_TEST(found.empty());
}

BOOST_AUTO_TEST_SUITE_END()
