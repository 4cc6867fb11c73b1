#include "actors/storage/publication_store.hpp"

#include "actors/storage/ledger/segment.hpp"
#include "actors/storage/ledger_reader.hpp"
#include "actors/storage/postgres_schema.hpp"
#include "actors/storage/sqlite_schema.hpp"
#include "actors/validation/batch_decider.hpp"
#include "test/support/store/store_fixture.hpp"
#include "test/support/test_events.hpp"
#include "test/support/test_records.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(publication_store_contract)

namespace {

const auto durable_stores = data::make({store_kind::sqlite, store_kind::postgres});
const stream_name stream{"aepro.adverse-events", 0};
const stream_name other{"aepro.adverse-events", 1};

std::string sound_value(std::uint64_t id) {
  return adverse_event_value({.event_id = ordered_id(id)});
}

/// A database with a claimed stream, and what publishes from it.
struct filled_store {
  explicit filled_store(store_kind kind)
      : store(kind), writer(store.connect()), publisher(value_of(store.database().publish())) {
    claim = value_of(writer->claim(stream));
    value_of(writer->claim(other));
  }

  void append(std::vector<test_record> records) {
    auto raw = make_batch(std::move(records), std::max<std::int64_t>(next, 0), stream);
    raw->begin_offset = next;
    raw->epoch = claim.epoch;
    next = raw->end_offset;
    auto pending = prepare(raw, {});
    const std::vector<subject_context_ptr> nobody(pending.subjects.size());
    auto batch = finish(std::move(pending), nobody, {});
    batch->evidence = encode_evidence(*raw);
    const std::vector<std::shared_ptr<decided_batch>> group{batch};
    BOOST_REQUIRE(value_of(writer->append(group, far_away())).front().committed);
  }

  publication_state state(const stream_name& name = stream) {
    for (const auto& found : value_of(publisher->states()))
      if (found.claim.stream == name)
        return found;
    BOOST_FAIL("no such stream");
    return {};
  }

  std::vector<std::int64_t> offsets(const dead_letter_limits& limits = {}) {
    std::vector<std::int64_t> all;
    for (const auto& letter : value_of(publisher->dead_letters(state(), limits)))
      all.push_back(letter.offset);
    return all;
  }

  store_under_test store;
  std::unique_ptr<event_store> writer;
  std::unique_ptr<publication_store> publisher;
  stream_claim claim;
  std::int64_t next = -1;
};

errc code_of(const caf::error& reason) {
  BOOST_REQUIRE(reason.category() == caf::type_id_v<errc>);
  return static_cast<errc>(reason.code());
}

using offsets = std::vector<std::int64_t>;

} // namespace

BOOST_DATA_TEST_CASE(a_dead_letter_is_what_kafka_delivered_byte_for_byte, durable_stores, kind) {
  filled_store filled(kind);
  const std::string bytes("\xff\0\xfe", 3);
  filled.append(
      {{.value = sound_value(1)},
       {.value = bytes,
        .headers = {{"name", "value"}, {"empty", ""}, {"null", std::nullopt}, {"name", "again"}},
        .timestamp = 1'750'000'000'123,
        .key = std::string("k\0y", 3)},
       {.value = std::nullopt},
       {.value = "", .key = ""}});
  const auto letters = value_of(filled.publisher->dead_letters(filled.state(), {}));
  BOOST_REQUIRE(letters.size() == 3U);
  BOOST_TEST(letters[0].offset == 1);
  BOOST_TEST(letters[0].timestamp == 1'750'000'000'123);
  BOOST_TEST((letters[0].reason == rejection::undecodable));
  BOOST_TEST(letters[0].value.value() == bytes);
  BOOST_TEST(letters[0].key.value() == std::string("k\0y", 3));
  BOOST_REQUIRE(letters[0].headers.size() == 4U);
  BOOST_TEST(letters[0].headers[0].name == "name");
  BOOST_TEST(letters[0].headers[0].value.value() == "value");
  BOOST_TEST(letters[0].headers[1].value.value() == "");
  BOOST_TEST(!letters[0].headers[2].value.has_value());
  BOOST_TEST(letters[0].headers[3].value.value() == "again");
  BOOST_TEST((letters[1].reason == rejection::empty_value));
  BOOST_TEST(!letters[1].value.has_value());
  BOOST_TEST(!letters[1].key.has_value());
  BOOST_TEST(letters[2].value.value() == "");
  BOOST_TEST(letters[2].key.value() == "");
}

BOOST_DATA_TEST_CASE(dead_letters_of_several_segments_come_in_order_as_far_as_the_limits_go,
                     durable_stores, kind) {
  filled_store filled(kind);
  filled.append({{.value = "bad"}, {.value = sound_value(1)}, {.value = "worse"}});
  filled.append({{.value = sound_value(2)}});
  filled.append({{.value = "worst"}, {.value = "bad"}});
  BOOST_TEST(filled.offsets() == (offsets{0, 2, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(filled.offsets({.records_max = 3}) == (offsets{0, 2, 4}),
             boost::test_tools::per_element());
  BOOST_TEST(filled.offsets({.bytes_max = 1}) == (offsets{0}), boost::test_tools::per_element());
  BOOST_TEST(filled.offsets({.bytes_max = 4}) == (offsets{0, 2}), boost::test_tools::per_element());
  BOOST_TEST(filled.state().has_dead_letters);
  BOOST_TEST(!filled.state(other).has_dead_letters);
}

BOOST_DATA_TEST_CASE(the_cursor_says_what_is_left_and_survives_a_new_connection, durable_stores,
                     kind) {
  filled_store filled(kind);
  filled.append({{.value = "bad"}, {.value = sound_value(1)}, {.value = "worse"}});
  BOOST_TEST(filled.state().dead_letters_next == 0);
  BOOST_TEST(value_of(filled.publisher->advance(filled.state(), publication::dead_letters, 1)));
  filled.publisher = value_of(filled.store.database().publish());
  BOOST_TEST(filled.state().dead_letters_next == 1);
  BOOST_TEST(filled.offsets() == (offsets{2}), boost::test_tools::per_element());
  BOOST_TEST(value_of(filled.publisher->advance(filled.state(), publication::dead_letters, 3)));
  BOOST_TEST(!filled.state().has_dead_letters);
  BOOST_TEST(filled.offsets().empty());
  BOOST_TEST(filled.state().anchored == -1); // A cursor of its own.
}

BOOST_DATA_TEST_CASE(a_cursor_never_moves_back, durable_stores, kind) {
  filled_store filled(kind);
  filled.append({{.value = "bad"}, {.value = "bad"}});
  const auto before = filled.state();
  BOOST_TEST(value_of(filled.publisher->advance(before, publication::anchors, 2)));
  BOOST_TEST(!value_of(filled.publisher->advance(before, publication::anchors, 1)));
  BOOST_TEST(!value_of(filled.publisher->advance(before, publication::anchors, 2)));
  BOOST_TEST(filled.state().anchored == 2);
}

BOOST_DATA_TEST_CASE(a_zombie_does_not_move_the_cursor, durable_stores, kind) {
  filled_store filled(kind);
  filled.append({{.value = "bad"}, {.value = "bad"}});
  const auto zombie = filled.state();
  value_of(filled.store.connect()->claim(stream));
  BOOST_TEST(filled.state().claim.epoch == zombie.claim.epoch + 1);
  BOOST_TEST(!value_of(filled.publisher->advance(zombie, publication::dead_letters, 2)));
  BOOST_TEST(filled.state().dead_letters_next == 0);
  BOOST_TEST(value_of(filled.publisher->advance(filled.state(), publication::dead_letters, 1)));
}

BOOST_DATA_TEST_CASE(the_state_is_that_of_the_ledger, durable_stores, kind) {
  filled_store filled(kind);
  filled.append({{.value = "bad"}, {.value = sound_value(1)}, {.value = sound_value(1)}});
  const auto state = filled.state();
  BOOST_TEST(state.claim.next_offset == 3);
  BOOST_TEST((state.claim.chain_head == value_of(filled.writer->partitions()).front().chain_head));
  BOOST_TEST((state.claim.chain_head != sha256_digest{}));
  BOOST_TEST(state.counts.accepted == 1U);
  BOOST_TEST(state.counts.rejected == 1U);
  BOOST_TEST(state.counts.duplicate == 1U);
  BOOST_TEST(state.counts.conflict == 0U);
}

BOOST_DATA_TEST_CASE(a_dead_letter_whose_evidence_is_damaged_is_an_error_and_not_left_out,
                     durable_stores, kind) {
  filled_store filled(kind);
  filled.append({{.value = "bad"}});
  filled.append({{.value = "bad"}});
  run_sql(filled.store.url(),
          "UPDATE ledger_segment SET records = decisions WHERE first_offset = 1");
  BOOST_TEST(filled.offsets() == (offsets{0}), boost::test_tools::per_element());
  value_of(filled.publisher->advance(filled.state(), publication::dead_letters, 1));
  auto damaged = filled.publisher->dead_letters(filled.state(), {});
  BOOST_REQUIRE(!damaged);
  BOOST_TEST((code_of(damaged.error()) == errc::store_broken));
  run_sql(filled.store.url(), "DELETE FROM ledger_segment WHERE first_offset = 1");
  damaged = filled.publisher->dead_letters(filled.state(), {});
  BOOST_REQUIRE(!damaged);
  BOOST_TEST((code_of(damaged.error()) == errc::store_broken));
}

BOOST_DATA_TEST_CASE(each_database_has_an_identity_of_its_own_that_stays, durable_stores, kind) {
  filled_store one(kind), two(kind);
  const auto id = value_of(one.publisher->store_id());
  BOOST_TEST(id.size() == 32U);
  BOOST_TEST(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  BOOST_TEST(value_of(value_of(one.store.database().read())->store_id()) == id);
  BOOST_TEST(value_of(two.publisher->store_id()) != id);
}

BOOST_DATA_TEST_CASE(a_store_of_the_first_schema_is_migrated_and_publishes_what_it_has,
                     durable_stores, kind) {
  const bool is_sqlite = kind == store_kind::sqlite;
  store_under_test store(kind);
  store_options options;
  options.url = store.url();
  temporary_folder folder;
  if (is_sqlite)
    options.url = "sqlite:" + (folder.path() / "old.sqlite").string();
  else
    run_sql(store.url(), "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
  run_sql(options.url, std::string(is_sqlite ? sqlite_migrations()[0] : postgres_migrations()[0]));
  const std::string zeros = is_sqlite ? "zeroblob(32)" : "decode(repeat('00', 32), 'hex')";
  for (const auto& statement :
       {std::string("INSERT INTO schema_version (version) VALUES (1)"),
        std::string("INSERT INTO stream (topic, partition) VALUES ('aepro.adverse-events', 0)"),
        "INSERT INTO partition_state (stream_id, next_offset, epoch, chain_head) VALUES (1, 8, "
        "3, " +
            zeros + ")",
        std::string(
            "INSERT INTO dead_letter (stream_id, record_offset, record_timestamp, code, reason) "
            "VALUES (1, 7, 0, 1, 'x')")})
    run_sql(options.url, statement);
  auto database = value_of(make_store(options));
  BOOST_TEST(!database->publish()); // Refused until it is migrated.
  BOOST_REQUIRE(database->migrate());
  const auto states = value_of(value_of(database->publish())->states());
  BOOST_REQUIRE(states.size() == 1U);
  BOOST_TEST(states.front().claim.next_offset == 8);
  BOOST_TEST(states.front().claim.epoch == 3U);
  BOOST_TEST(states.front().has_dead_letters);
  BOOST_TEST(states.front().dead_letters_next == 0);
  BOOST_TEST(states.front().anchored == -1);
}

BOOST_AUTO_TEST_CASE(a_node_s_role_suffices_to_publish) {
  filled_store filled(store_kind::postgres);
  filled.append({{.value = "bad"}});
  const auto role = "publisher_of_" + run_sql(filled.store.url(), "SELECT current_database()");
  run_sql(filled.store.url(), "CREATE ROLE " + role + " LOGIN IN ROLE aepro_node");
  store_options options;
  options.url = filled.store.url();
  options.url.replace(options.url.find("postgres@"), 9, role + "@");
  filled.publisher = value_of(value_of(make_store(options))->publish());
  BOOST_TEST(value_of(filled.publisher->store_id()).size() == 32U);
  BOOST_TEST(filled.offsets().size() == 1U);
  BOOST_TEST(value_of(filled.publisher->advance(filled.state(), publication::dead_letters, 1)));
  BOOST_TEST(value_of(filled.publisher->advance(filled.state(), publication::dead_letters, 2)));
}

BOOST_AUTO_TEST_SUITE_END()
