#include "actors/storage/ledger/group_gate.hpp"

#include "test/support/test_records.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;

BOOST_AUTO_TEST_SUITE(group_gate_rules)

namespace {

const stream_name stream{"t", 0};

/// A sound batch of two records, `begin` and the next.
std::shared_ptr<decided_batch> batch_at(std::int64_t begin, std::uint64_t epoch = 1) {
  auto batch = std::make_shared<decided_batch>();
  batch->raw = test::make_batch({{"a"}, {"b"}}, begin, stream);
  batch->raw->epoch = epoch;
  batch->records.resize(2);
  batch->evidence = "evidence";
  return batch;
}

using group = std::vector<std::shared_ptr<decided_batch>>;

} // namespace

BOOST_AUTO_TEST_CASE(a_sound_group_has_no_mistake) {
  BOOST_TEST(!find_group_mistake(group{batch_at(0), batch_at(2), batch_at(4)}));
}

BOOST_AUTO_TEST_CASE(each_mistake_in_a_batch_is_named) {
  struct mistake {
    std::string text;
    void (*make)(decided_batch&);
  };
  const std::vector<mistake> mistakes{
      {"batch 5..7 of t[0] has 2 records but 1 decisions",
       [](auto& batch) { batch.records.resize(1); }},
      {"batch 5..7 of t[0] is empty",
       [](auto& batch) {
         batch.records.clear();
         batch.raw->records.clear();
       }},
      {"batch 5..7 of t[0] has no evidence", [](auto& batch) { batch.evidence.clear(); }},
      {"batch 5..7 of t[0]: offset 5 after 5",
       [](auto& batch) { batch.raw->records[1].offset = 5; }},
      {"batch 5..7 of t[0]: offset 4 after 4",
       [](auto& batch) { batch.raw->records[0].offset = 4; }},
      {"batch -9..7 of t[0]: offset -2 after -10",
       [](auto& batch) {
         batch.raw->begin_offset = -9;
         batch.raw->records[0].offset = -2;
       }},
      {"batch 5..9 of t[0] ends with offset 6", [](auto& batch) { batch.raw->end_offset = 9; }},
  };
  for (const auto& [text, make] : mistakes) {
    const auto batch = batch_at(5);
    make(*batch);
    BOOST_TEST(find_group_mistake(group{batch}).value_or("none") == text);
  }
}

BOOST_AUTO_TEST_CASE(batches_of_a_stream_must_follow_each_other_in_one_epoch) {
  BOOST_TEST(find_group_mistake(group{batch_at(0), batch_at(3)}).value_or("none") ==
             "batch 3..5 of t[0] does not follow batch 0..2 of t[0]");
  BOOST_TEST(find_group_mistake(group{batch_at(0), batch_at(2, 2)}).value_or("none") ==
             "batch 2..4 of t[0] does not follow batch 0..2 of t[0]");
}

BOOST_AUTO_TEST_CASE(only_a_stream_that_stands_where_its_first_batch_begins_is_admitted) {
  const group both{batch_at(0), batch_at(2)};
  const auto admitted_at = [&](std::vector<stream_claim> states) { return admit(both, states); };
  BOOST_TEST((admitted_at({{stream, 1, 0, {}}}) == std::vector{true, true}));
  BOOST_TEST((admitted_at({{stream, 1, 2, {}}}) == std::vector{false, false}));
  BOOST_TEST((admitted_at({{stream, 2, 0, {}}}) == std::vector{false, false}));
  BOOST_TEST((admitted_at({{{"t", 1}, 1, 0, {}}}) == std::vector{false, false}));
  BOOST_TEST((admitted_at({}) == std::vector{false, false}));
}

BOOST_AUTO_TEST_SUITE_END()
