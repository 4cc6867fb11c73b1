#include "../support/actor_fixture.hpp"
#include "../support/scripted_outbox.hpp"

#include "actors/outbound/anchor.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(publisher)

namespace {

const stream_name first_stream{"aepro.adverse-events", 0};
const stream_name second_stream{"aepro.adverse-events", 1};

/// The whole node with two streams that it claims (epoch 1), and a scripted store to publish from.
struct publisher_fixture : actor_fixture {
  publisher_fixture() {
    broker.publish(first_stream, 0, "not an event");
    broker.publish(second_stream, 0, "not an event");
    options.publisher = publisher_on(outbox);
  }

  void check_published_once(const stream_name& stream, std::size_t count) {
    std::vector<std::int64_t> all(count);
    for (std::size_t i = 0; i < count; ++i)
      all[i] = static_cast<std::int64_t>(i);
    BOOST_TEST(outbox.offsets_of(stream) == all, boost::test_tools::per_element());
    BOOST_TEST(outbox.cursor(stream) == static_cast<std::int64_t>(count));
  }

  std::size_t anchors() const {
    std::size_t count = 0;
    for (const auto& record : outbox.records)
      count += record.topic == "anchors" ? 1 : 0;
    return count;
  }

  std::optional<outbound_status> drain() {
    std::optional<outbound_status> answer;
    auto request = self->request(supervisor, caf::infinite, drain_atom_v);
    advance(500ms);
    request.receive([&answer](const drain_status& status) { answer = status.published; },
                    [](const caf::error&) {});
    supervisor = nullptr;
    return answer;
  }

  scripted_outbox outbox;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(dead_letters_are_published_in_order_and_the_cursor_follows,
                        publisher_fixture) {
  outbox.add(first_stream, 3);
  outbox.add(second_stream, 2);
  start();
  advance(1s);
  check_published_once(first_stream, 3);
  check_published_once(second_stream, 2);
  const auto& record = outbox.records.front();
  BOOST_TEST(record.topic == "dead");
  BOOST_TEST(record.value == "value 0");
  BOOST_TEST(record.key.value() == "key");
  BOOST_TEST(record.headers.at("aepro-reason") == "undecodable");
  BOOST_TEST(record.headers.at("aepro-timestamp") == "1000");
}

BOOST_FIXTURE_TEST_CASE(a_dead_letter_that_comes_later_is_published_at_the_next_look,
                        publisher_fixture) {
  outbox.add(first_stream, 1);
  start();
  advance(1s);
  outbox.letters[first_stream].push_back({7, 7, rejection::term_missing, std::nullopt, "late", {}});
  advance(1s);
  BOOST_TEST(outbox.cursor(first_stream) == 8);
  BOOST_TEST(outbox.records.size() == 2U);
}

BOOST_FIXTURE_TEST_CASE(the_cursor_stays_until_the_broker_has_acknowledged, publisher_fixture) {
  outbox.add(first_stream, 3);
  outbox.sink_faults.assign(1'000, sink_fault::broker_down);
  start();
  advance(5s);
  BOOST_TEST(outbox.cursor(first_stream) == 0);
  BOOST_TEST(outbox.records.empty());
  BOOST_TEST(outbox.sink_opens >
             3U); // Records may be on their way in a sink that failed: none is used again.
  outbox.sink_faults.clear();
  advance(5s);
  check_published_once(first_stream, 3);
}

BOOST_FIXTURE_TEST_CASE(the_intake_goes_on_while_the_broker_takes_no_dead_letters,
                        publisher_fixture) {
  outbox.add(first_stream, 3);
  outbox.sink_faults.assign(1'000, sink_fault::topic_missing);
  start();
  advance(2s);
  broker.publish(first_stream, 1, "not an event either");
  advance(2s);
  BOOST_TEST(stored_offset(first_stream) == 2);
  BOOST_TEST(broker.opened == 1U); // No stage was restarted, and the node runs.
  outbox.sink_faults.clear();
  advance(2s);
  check_published_once(first_stream, 3);
}

BOOST_FIXTURE_TEST_CASE(a_right_that_is_missing_holds_up_neither_the_intake_nor_the_other_topic,
                        publisher_fixture) {
  outbox.add(first_stream, 3);
  outbox.denied_topics = {"dead"};
  options.publisher.anchor_interval = 10s;
  start();
  advance(11s);
  BOOST_TEST(anchors() == 1U);
  for (int second = 0; second < 8; ++second) { // The head moves all the time.
    ++outbox.states[first_stream].claim.next_offset;
    advance(1s);
  }
  BOOST_TEST(anchors() == 1U); // Dead letters are tried again much more often than anchors are due.
  broker.publish(first_stream, 1, "not an event either");
  advance(2s);
  BOOST_TEST(stored_offset(first_stream) == 2);
  BOOST_TEST(broker.opened == 1U);
  BOOST_TEST(outbox.cursor(first_stream) == 0);
  outbox.denied_topics.clear();
  advance(2s);
  check_published_once(first_stream, 3);
}

BOOST_FIXTURE_TEST_CASE(a_lost_acknowledgement_publishes_twice_and_loses_nothing,
                        publisher_fixture) {
  outbox.add(first_stream, 2);
  outbox.sink_faults = {sink_fault::acknowledgement_lost};
  start();
  advance(2s);
  const std::vector<std::int64_t> twice{0, 1, 0, 1};
  BOOST_TEST(outbox.offsets_of(first_stream) == twice, boost::test_tools::per_element());
  BOOST_TEST(outbox.cursor(first_stream) == 2);
}

BOOST_FIXTURE_TEST_CASE(a_cursor_that_could_not_be_moved_publishes_again, publisher_fixture) {
  outbox.add(first_stream, 1);
  outbox.failing_advances = 1;
  start();
  advance(2s);
  BOOST_TEST(outbox.offsets_of(first_stream).size() == 2U);
  BOOST_TEST(outbox.cursor(first_stream) == 1);
  BOOST_TEST(outbox.store_opens == 2U);
}

BOOST_FIXTURE_TEST_CASE(a_publisher_that_dies_starts_again_alone_and_loses_nothing,
                        publisher_fixture) {
  outbox.add(first_stream, 3);
  outbox.sink_faults = {sink_fault::throws};
  outbox.throwing_advances = 1;
  start();
  advance(3s);
  const std::vector<std::int64_t> expected{0, 1, 2, 0, 1, 2};
  BOOST_TEST(outbox.offsets_of(first_stream) == expected, boost::test_tools::per_element());
  BOOST_TEST(outbox.cursor(first_stream) == 3);
  BOOST_TEST(outbox.store_opens == 3U);
  BOOST_TEST(broker.opened == 1U);
}

BOOST_FIXTURE_TEST_CASE(what_a_publisher_published_before_it_died_is_in_the_last_word,
                        publisher_fixture) {
  outbox.add(first_stream, 3);
  start();
  advance(1s);
  outbox.sink_faults = {sink_fault::throws};
  outbox.letters[first_stream].push_back({7, 7, rejection::term_missing, std::nullopt, "late", {}});
  advance(2s);
  BOOST_TEST(outbox.store_opens == 2U);
  const auto status = drain();
  BOOST_REQUIRE(status.has_value());
  BOOST_TEST(status->dead_letters == 4U);
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_another_node_has_claimed_is_left_to_it, publisher_fixture) {
  outbox.add(first_stream, 2, 5);
  outbox.add(second_stream, 2);
  options.publisher.anchor_interval = 200ms;
  start();
  advance(1s);
  BOOST_TEST(outbox.offsets_of(first_stream).empty());
  BOOST_TEST(outbox.cursor(first_stream) == 0);
  check_published_once(second_stream, 2);
  BOOST_TEST(anchors() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_was_never_claimed_here_is_not_published, publisher_fixture) {
  outbox.add({"aepro.subjects", 3}, 2);
  start();
  advance(1s);
  BOOST_TEST(outbox.records.empty());
}

BOOST_FIXTURE_TEST_CASE(no_look_publishes_more_than_its_limit, publisher_fixture) {
  options.publisher.limits.records_max = 4;
  outbox.add(first_stream, 10);
  start();
  advance(1s);
  check_published_once(first_stream, 10);
  const std::vector<std::size_t> sizes{4, 4, 2};
  BOOST_TEST(outbox.batch_sizes == sizes, boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(a_value_too_large_for_the_topic_is_left_out_and_that_is_said,
                        publisher_fixture) {
  outbox.value_bytes_max = 100;
  outbox.add(first_stream, 3);
  outbox.letters[first_stream][1].value = std::string(101, 'x');
  start();
  advance(1s);
  BOOST_TEST(outbox.cursor(first_stream) == 3);
  BOOST_REQUIRE(outbox.records.size() == 3U);
  const auto& record = outbox.records.back();
  BOOST_TEST(!record.has_value);
  BOOST_TEST(record.headers.at("aepro-offset") == "1");
  BOOST_TEST(record.headers.at("aepro-value-omitted") == "101");
  BOOST_TEST(!outbox.records.front().headers.contains("aepro-value-omitted"));
}

BOOST_FIXTURE_TEST_CASE(a_damaged_ledger_stops_the_publication_of_its_stream_only,
                        publisher_fixture) {
  outbox.add(first_stream, 2);
  outbox.add(second_stream, 2);
  outbox.damaged[first_stream] = errc::store_broken;
  start();
  advance(2s);
  check_published_once(second_stream, 2);
  BOOST_TEST(outbox.cursor(first_stream) == 0);
  outbox.damaged.clear();
  advance(2s);
  check_published_once(first_stream, 2);
}

BOOST_FIXTURE_TEST_CASE(a_store_that_cannot_be_opened_is_tried_again, publisher_fixture) {
  outbox.add(first_stream, 2);
  outbox.failing_opens = 3;
  start();
  advance(5s);
  check_published_once(first_stream, 2);
}

BOOST_FIXTURE_TEST_CASE(a_head_is_anchored_at_intervals_and_only_when_it_has_moved,
                        publisher_fixture) {
  outbox.add(first_stream, 0);
  outbox.states[first_stream].claim.next_offset = 10;
  outbox.states[first_stream].claim.chain_head.fill(7);
  options.publisher.anchor_interval = 2s;
  start();
  advance(1900ms);
  BOOST_TEST(anchors() == 0U);
  advance(6s);
  BOOST_REQUIRE(anchors() == 1U);
  const auto anchor = decode_anchor(outbox.records.back().value);
  BOOST_REQUIRE(anchor.has_value());
  BOOST_TEST(anchor->next_offset == 10);
  BOOST_TEST((anchor->chain_head == outbox.states[first_stream].claim.chain_head));
  BOOST_TEST(anchor->store_id == "store");
  BOOST_TEST(outbox.records.back().key.value() == "aepro.adverse-events/0");
  BOOST_TEST(outbox.states[first_stream].anchored == 10);
  outbox.states[first_stream].claim.next_offset = 11;
  advance(3s);
  BOOST_TEST(anchors() == 2U);
}

BOOST_FIXTURE_TEST_CASE(an_anchor_that_was_not_acknowledged_is_published_again, publisher_fixture) {
  outbox.add(first_stream, 0);
  outbox.states[first_stream].claim.next_offset = 10;
  outbox.sink_faults = {sink_fault::broker_down, sink_fault::broker_down};
  options.publisher.anchor_interval = 5s;
  start();
  advance(5100ms);
  BOOST_TEST(outbox.states[first_stream].anchored == -1);
  advance(2s); // Soon, not at the next interval.
  BOOST_TEST(anchors() == 1U);
  BOOST_TEST(outbox.states[first_stream].anchored == 10);
}

BOOST_FIXTURE_TEST_CASE(drain_publishes_what_is_left_and_anchors_the_heads, publisher_fixture) {
  options.publisher.interval = 1h;
  options.publisher.limits.records_max = 2;
  outbox.add(first_stream, 5);
  start();
  advance(100ms);
  BOOST_TEST(outbox.records.empty());
  const auto status = drain();
  BOOST_REQUIRE(status.has_value());
  BOOST_TEST(status->complete);
  BOOST_TEST(status->dead_letters == 5U);
  BOOST_TEST(status->anchors == 1U);
  check_published_once(first_stream, 5);
  BOOST_TEST(broker.closed == 1U);
}

BOOST_FIXTURE_TEST_CASE(drain_ends_though_the_broker_is_away_and_says_that_something_is_left,
                        publisher_fixture) {
  options.publisher.interval = 1h;
  outbox.add(first_stream, 5);
  outbox.sink_faults.assign(1'000, sink_fault::broker_down);
  start();
  advance(100ms);
  const auto status = drain();
  BOOST_REQUIRE(status.has_value());
  BOOST_TEST(!status->complete);
  BOOST_TEST(outbox.cursor(first_stream) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
