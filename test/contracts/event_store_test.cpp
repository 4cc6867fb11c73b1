#include "actors/storage/event_store.hpp"

#include "actors/storage/ledger/segment.hpp"
#include "messages/type_ids.hpp"
#include "test/support/store/store_fixture.hpp"
#include "test/support/test_events.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <thread>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(event_store_contract)

namespace {

const auto all_stores = data::make({store_kind::memory, store_kind::sqlite, store_kind::postgres});

const stream_name adverse_events{"aepro.adverse-events", 0};
const stream_name other_partition{"aepro.adverse-events", 1};
const stream_name responses{"aepro.questionnaire-responses", 0};
const stream_name subjects{"aepro.subjects", 0};

using group = std::vector<std::shared_ptr<decided_batch>>;

stream_claim claim(event_store& store, const stream_name& stream) {
  return value_of(store.claim(stream));
}

std::vector<append_outcome> append(event_store& store, const group& batches) {
  auto outcomes = value_of(store.append(batches, far_away()));
  BOOST_REQUIRE(outcomes.size() == batches.size());
  return outcomes;
}

settlement append_one(event_store& store, const batch_text& text) {
  const auto outcome = append(store, {decided(text)}).front();
  BOOST_REQUIRE(outcome.committed);
  return outcome.settled;
}

batch_text adverse_event_batch(std::int64_t begin, std::uint64_t first_id, std::size_t count,
                               const stream_name& stream = adverse_events) {
  batch_text text{.stream = stream, .begin_offset = begin, .values = {}};
  for (std::size_t i = 0; i < count; ++i)
    text.values.push_back(adverse_event_value({.event_id = ordered_id(first_id + i)}));
  return text;
}

bool same(const verdict_counts& counts, std::uint64_t accepted, std::uint64_t rejected,
          std::uint64_t duplicate, std::uint64_t conflict) {
  BOOST_TEST_MESSAGE("accepted " << counts.accepted << " rejected " << counts.rejected
                                 << " duplicate " << counts.duplicate << " conflict "
                                 << counts.conflict);
  return counts.accepted == accepted && counts.rejected == rejected &&
         counts.duplicate == duplicate && counts.conflict == conflict;
}

errc code_of(const caf::error& reason) {
  BOOST_REQUIRE(reason.category() == caf::type_id_v<errc>);
  return static_cast<errc>(reason.code());
}

} // namespace

BOOST_DATA_TEST_CASE(the_first_claim_has_epoch_1_and_each_later_one_is_higher, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  const auto first = claim(*connection, adverse_events);
  BOOST_TEST(first.epoch == 1);
  BOOST_TEST(first.next_offset == -1);
  BOOST_TEST((first.chain_head == sha256_digest{}));
  BOOST_TEST(claim(*connection, adverse_events).epoch == 2);
  BOOST_TEST(claim(*connection, other_partition).epoch == 1);
}

BOOST_DATA_TEST_CASE(a_batch_moves_offset_and_chain_and_a_claim_sees_it, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  const auto settled = append_one(*connection, adverse_event_batch(-1, 1, 3));
  BOOST_TEST(settled.next_offset == 3);
  BOOST_TEST(settled.begin_offset == -1);
  BOOST_TEST(settled.epoch == 1);
  BOOST_TEST(same(settled.counts, 3, 0, 0, 0));
  BOOST_TEST((settled.chain_head != sha256_digest{}));
  auto other = store.connect();
  const auto again = claim(*other, adverse_events);
  BOOST_TEST(again.next_offset == 3);
  BOOST_TEST(again.epoch == 2);
  BOOST_TEST((again.chain_head == settled.chain_head));
}

BOOST_DATA_TEST_CASE(totals_are_the_streams_whoever_stored_what, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  BOOST_TEST(same(claim(*connection, adverse_events).totals, 0, 0, 0, 0));
  claim(*connection, other_partition);
  const auto group = append(*connection, {decided(adverse_event_batch(-1, 1, 3)),
                                          decided(adverse_event_batch(3, 3, 2)),
                                          decided(adverse_event_batch(-1, 1, 1, other_partition))});
  BOOST_TEST(same(group[0].settled.totals, 3, 0, 0, 0));
  BOOST_TEST(same(group[1].settled.totals, 4, 0, 1, 0));
  BOOST_TEST(same(group[2].settled.totals, 0, 0, 1, 0));
  // The same batch once more, as after an answer that was lost: not stored, and yet the totals are
  // told.
  const auto again = append(*connection, {decided(adverse_event_batch(-1, 1, 3))}).front();
  BOOST_TEST(!again.committed);
  BOOST_TEST(same(again.settled.totals, 4, 0, 1, 0));
  BOOST_TEST(same(claim(*connection, adverse_events).totals, 4, 0, 1, 0));
}

BOOST_DATA_TEST_CASE(the_chain_does_not_depend_on_how_records_are_cut, all_stores, kind) {
  store_under_test whole(kind), cut(kind);
  auto one = whole.connect(), two = cut.connect();
  claim(*one, adverse_events);
  claim(*two, adverse_events);
  const auto at_once = append_one(*one, adverse_event_batch(-1, 1, 5));
  append_one(*two, adverse_event_batch(-1, 1, 2));
  const auto pieces =
      append(*two, {decided(adverse_event_batch(2, 3, 1)), decided(adverse_event_batch(3, 4, 2))});
  BOOST_TEST((pieces.back().settled.chain_head == at_once.chain_head));
}

BOOST_DATA_TEST_CASE(gaps_in_offsets_are_legal, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  auto batch = decided(adverse_event_batch(-1, 1, 3));
  batch->raw->records[1].offset = 7;
  batch->raw->records[2].offset = 100;
  batch->raw->end_offset = 101;
  batch->evidence = encode_evidence(*batch->raw);
  const auto outcome = append(*connection, {batch}).front();
  BOOST_TEST(outcome.committed);
  BOOST_TEST(outcome.settled.next_offset == 101);
}

BOOST_DATA_TEST_CASE(a_group_that_is_not_in_order_is_refused, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  const group swapped{decided(adverse_event_batch(2, 3, 1)),
                      decided(adverse_event_batch(-1, 1, 2))};
  const auto refused = connection->append(swapped, far_away());
  BOOST_REQUIRE(!refused);
  BOOST_TEST((code_of(refused.error()) == errc::out_of_order));
  BOOST_TEST(claim(*connection, adverse_events).next_offset == -1);
}

BOOST_DATA_TEST_CASE(the_same_id_and_content_is_a_duplicate_wherever_it_comes_from, all_stores,
                     kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  claim(*connection, other_partition);
  auto twice = adverse_event_batch(-1, 1, 2);
  twice.values.push_back(twice.values.front());
  BOOST_TEST(same(append_one(*connection, twice).counts, 2, 0, 1, 0));
  const auto group_outcomes =
      append(*connection, {decided(adverse_event_batch(3, 10, 1)),
                           decided(adverse_event_batch(-1, 10, 1, other_partition))});
  BOOST_TEST(same(group_outcomes[0].settled.counts, 1, 0, 0, 0));
  BOOST_TEST(same(group_outcomes[1].settled.counts, 0, 0, 1, 0));
  BOOST_TEST(same(append_one(*connection, adverse_event_batch(1, 1, 2, other_partition)).counts, 0,
                  0, 2, 0));
  connection = store.connect();
  BOOST_TEST(same(append_one(*connection, adverse_event_batch(4, 1, 3)).counts, 1, 0, 2, 0));
}

BOOST_DATA_TEST_CASE(the_same_id_with_other_content_is_a_conflict, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  append_one(*connection, adverse_event_batch(-1, 1, 1));
  const event_text text{.event_id = ordered_id(1)};
  const batch_text changed{
      .begin_offset = 1,
      .values = {adverse_event_value(text, "DEATH", true), adverse_event_value(text)}};
  BOOST_TEST(same(append_one(*connection, changed).counts, 0, 0, 1, 1));
}

BOOST_DATA_TEST_CASE(ids_that_are_no_uuid_are_told_apart_by_kind_and_study, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  const batch_text text{.begin_offset = -1,
                        .values = {adverse_event_value({.event_id = "AE-1"}),
                                   adverse_event_value({.event_id = "AE-1", .study = "STUDY-2"}),
                                   response_value({.event_id = "AE-1"}, {"1", "0"}),
                                   adverse_event_value({.event_id = "AE-1"})}};
  BOOST_TEST(same(append_one(*connection, text).counts, 3, 0, 1, 0));
}

BOOST_DATA_TEST_CASE(undecodable_and_empty_values_are_stored_as_rejected, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  const batch_text text{.begin_offset = -1,
                        .values = {"\xff\xff\xff", "", adverse_event_value({.event_id = "AE-1"})}};
  const auto settled = append_one(*connection, text);
  BOOST_TEST(same(settled.counts, 1, 2, 0, 0));
  BOOST_TEST(settled.next_offset == 3);
}

BOOST_DATA_TEST_CASE(a_stale_epoch_changes_nothing_and_other_streams_commit, all_stores, kind) {
  store_under_test store(kind);
  auto zombie = store.connect();
  claim(*zombie, adverse_events);
  claim(*zombie, other_partition);
  auto owner = store.connect();
  claim(*owner, adverse_events);
  const auto outcomes = append(*zombie, {decided(adverse_event_batch(-1, 1, 2)),
                                         decided(adverse_event_batch(-1, 5, 1, other_partition)),
                                         decided(adverse_event_batch(2, 3, 2))});
  BOOST_TEST(!outcomes[0].committed);
  BOOST_TEST(outcomes[0].settled.epoch == 2);
  BOOST_TEST(outcomes[0].settled.next_offset == -1);
  BOOST_TEST(outcomes[1].committed);
  BOOST_TEST(!outcomes[2].committed);
  auto text = adverse_event_batch(-1, 1, 5);
  text.epoch = 2;
  BOOST_TEST(same(append_one(*owner, text).counts, 4, 0, 1, 0));
}

BOOST_DATA_TEST_CASE(a_retry_of_what_was_stored_is_answered_with_the_state, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  const auto settled = append_one(*connection, adverse_event_batch(-1, 1, 2));
  const auto retried = append(*connection, {decided(adverse_event_batch(-1, 1, 2))}).front();
  BOOST_TEST(!retried.committed);
  BOOST_TEST(retried.settled.epoch == 1);
  BOOST_TEST(retried.settled.next_offset == settled.next_offset);
  BOOST_TEST((retried.settled.chain_head == settled.chain_head));
}

BOOST_DATA_TEST_CASE(a_batch_ahead_of_the_store_is_left_out, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  const auto ahead = append(*connection, {decided(adverse_event_batch(2, 1, 2))}).front();
  BOOST_TEST(!ahead.committed);
  BOOST_TEST(ahead.settled.next_offset == -1);
}

BOOST_DATA_TEST_CASE(a_stream_that_was_never_claimed_is_left_out, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  BOOST_TEST(!append(*connection, {decided(adverse_event_batch(-1, 1, 1))}).front().committed);
}

BOOST_DATA_TEST_CASE(a_passed_deadline_leaves_nothing_behind, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  const group batches{decided(adverse_event_batch(-1, 1, 2))};
  const auto failed =
      connection->append(batches, std::chrono::steady_clock::now() - std::chrono::seconds(1));
  BOOST_REQUIRE(!failed);
  BOOST_TEST((code_of(failed.error()) == errc::deadline_exceeded));
  BOOST_TEST(claim(*connection, adverse_events).next_offset == -1);
  auto text = adverse_event_batch(-1, 1, 2);
  text.epoch = 2;
  BOOST_TEST(same(append_one(*connection, text).counts, 2, 0, 0, 0));
}

BOOST_DATA_TEST_CASE(reference_data_of_subjects_is_versioned, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, subjects);
  const event_text first{.event_id = "S-1"}, second{.event_id = "S-2"}, third{.event_id = "S-3"};
  const event_text someone{.event_id = "S-4", .subject = "01-701-1023"};
  append_one(*connection,
             {.stream = subjects,
              .begin_offset = -1,
              .values = {subject_value(first, "2014-01-01"), subject_value(second, "2014-01-02"),
                         subject_value(second, "2014-01-02"), subject_value(someone)}});
  append_one(
      *connection,
      {.stream = subjects, .begin_offset = 4, .values = {subject_value(third, "2014-01-03")}});
  auto other = store.connect();
  const std::vector<subject_key> keys{
      {"STUDY-1", "01-701-1023"}, {"STUDY-1", "nobody"}, {"STUDY-1", "01-701-1015"}};
  const auto found = value_of(other->load_subjects(keys));
  BOOST_REQUIRE(found.size() == 3);
  BOOST_TEST(found[0]->version == 1);
  BOOST_TEST(!found[1]->known);
  BOOST_TEST(found[1]->subject == "nobody");
  BOOST_TEST(found[2]->known);
  BOOST_TEST(found[2]->version == 3);
  BOOST_TEST(found[2]->site == "701");
  BOOST_TEST(found[2]->view[dm::rfstdtc] == "2014-01-03");
}

BOOST_DATA_TEST_CASE(text_that_no_database_can_hold_is_stored_all_the_same, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, adverse_events);
  claim(*connection, subjects);
  const std::string nul("A\0B", 3);
  const batch_text text{
      .begin_offset = -1,
      .values = {
          adverse_event_value({.event_id = nul, .study = nul, .site = nul, .subject = nul}, nul),
          adverse_event_value({.event_id = "\xff\xfe"}, "\xc3"),
          response_value({.event_id = "Q"}, {nul, "\"\\\n"})}};
  BOOST_TEST(append_one(*connection, text).counts.total() == 3);
  const batch_text reference{.stream = subjects,
                             .begin_offset = -1,
                             .values = {subject_value({.event_id = "S", .subject = nul})}};
  append_one(*connection, reference);
  const std::vector<subject_key> keys{{"STUDY-1", nul}, {"STUDY-1", "AB"}};
  const auto found = value_of(connection->load_subjects(keys));
  BOOST_TEST(found[0]->known);
  BOOST_TEST(!found[1]->known);
}

BOOST_DATA_TEST_CASE(very_long_identifiers_do_not_block_a_stream, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, subjects);
  const std::string large(100'000, 'x');
  const batch_text text{
      .stream = subjects,
      .begin_offset = -1,
      .values = {subject_value({.event_id = "S", .study = large, .subject = large}),
                 adverse_event_value({.event_id = "A", .site = large}, large)}};
  BOOST_TEST(append_one(*connection, text).counts.total() == 2);
}

BOOST_DATA_TEST_CASE(two_connections_with_the_same_keys_accept_each_once, all_stores, kind) {
  store_under_test store(kind);
  constexpr std::size_t rounds = 20, batch_size = 50;
  const auto write = [&](const stream_name& stream, verdict_counts& sum) {
    auto connection = store.database().connect();
    std::int64_t begin = -1;
    for (std::size_t round = 0; round < rounds && connection; ++round) {
      const auto text = adverse_event_batch(begin, round * batch_size, batch_size, stream);
      const group batches{decided(text)};
      for (bool stored = false; !stored;) {
        const auto outcomes = (*connection)->append(batches, far_away());
        if (!outcomes && code_of(outcomes.error()) == errc::store_busy)
          continue;
        if (!outcomes || !outcomes->front().committed)
          return;
        sum.accepted += outcomes->front().settled.counts.accepted;
        sum.duplicate += outcomes->front().settled.counts.duplicate;
        stored = true;
      }
      begin = static_cast<std::int64_t>((round + 1) * batch_size);
    }
  };
  auto connection = store.connect();
  claim(*connection, adverse_events);
  claim(*connection, other_partition);
  verdict_counts one, two;
  std::thread first([&] { write(adverse_events, one); });
  std::thread second([&] { write(other_partition, two); });
  first.join();
  second.join();
  BOOST_TEST(one.accepted + one.duplicate == rounds * batch_size);
  BOOST_TEST(two.accepted + two.duplicate == rounds * batch_size);
  BOOST_TEST(one.accepted + two.accepted == rounds * batch_size);
}

BOOST_DATA_TEST_CASE(the_states_of_all_streams_are_listed_in_order, all_stores, kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  claim(*connection, responses);
  claim(*connection, other_partition);
  claim(*connection, adverse_events);
  const auto settled = append_one(*connection, adverse_event_batch(-1, 1, 2, other_partition));
  const auto states = value_of(connection->partitions());
  BOOST_REQUIRE(states.size() == 3);
  BOOST_TEST((states[0].stream == adverse_events));
  BOOST_TEST((states[1].stream == other_partition));
  BOOST_TEST((states[2].stream == responses));
  BOOST_TEST(states[1].next_offset == 2);
  BOOST_TEST((states[1].chain_head == settled.chain_head));
}

BOOST_DATA_TEST_CASE(a_schema_is_created_once_and_can_be_migrated_again, all_stores, kind) {
  store_under_test store(kind);
  const auto again = store.database().migrate();
  BOOST_TEST(static_cast<bool>(again));
  const auto versions = value_of(store.database().schema());
  BOOST_TEST(versions.found == versions.known);
  BOOST_TEST(versions.known >= 1);
}

BOOST_AUTO_TEST_SUITE_END()
