#include "../support/actor_fixture.hpp"
#include "../support/test_events.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(registry)

namespace {

const stream_name subjects{"aepro.subjects", 0};
const subject_key known{"STUDY-1", "01-701-1015"};
const subject_key unknown{"STUDY-1", "unknown"};

/// A registry in front of this node's storage, and another node that owns the subjects topic.
struct registry_fixture : actor_fixture {
  registry_fixture() {
    options.registry.cache = {.entries_max = 100, .age_max = 10min, .negative_age_max = 5s};
    storage = system.spawn<storage_impl>(options.storage);
    registry = system.spawn<registry_impl>(storage, options.registry);
    other_node = std::move(*database->connect());
    claim = *other_node->claim(subjects);
  }

  ~registry_fixture() {
    caf::anon_send_exit(registry, caf::exit_reason::kill);
    caf::anon_send_exit(storage, caf::exit_reason::kill);
  }

  void change_elsewhere(const std::string& subject) {
    const auto number = static_cast<std::uint64_t>(next + 2);
    const std::vector<std::shared_ptr<decided_batch>> group{
        decided({.stream = subjects,
                 .begin_offset = next,
                 .epoch = claim.epoch,
                 .values = {subject_value({.event_id = ordered_id(number), .subject = subject})}})};
    BOOST_REQUIRE((*other_node->append(group, far_away())).front().committed);
    next = group.front()->raw->end_offset;
  }

  /// Returns the version of the subject's data that a decision would use now; 0: none.
  std::uint32_t version(const subject_key& key) {
    std::uint32_t found = 0;
    auto request = self->request(registry, caf::infinite, subject_keys{key});
    scheduler.run();
    request.receive(
        [&found](const subject_contexts& contexts) { found = contexts.front()->version; },
        [](const caf::error& reason) { BOOST_ERROR(caf::to_string(reason)); });
    return found;
  }

  storage_actor storage;
  registry_actor registry;
  std::unique_ptr<event_store> other_node;
  stream_claim claim;
  std::int64_t next = -1;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(another_node_s_change_is_used_at_the_latest_after_age_max,
                        registry_fixture) {
  change_elsewhere(known.subject);
  BOOST_TEST(version(known) == 1U);
  change_elsewhere(known.subject);
  scheduler.advance_time(10min - 1ms);
  BOOST_TEST(version(known) == 1U);
  scheduler.advance_time(1ms);
  BOOST_TEST(version(known) == 2U);
}

BOOST_FIXTURE_TEST_CASE(
    a_subject_that_another_node_adds_is_known_at_the_latest_after_negative_age_max,
    registry_fixture) {
  BOOST_TEST(version(unknown) == 0U);
  change_elsewhere(unknown.subject);
  scheduler.advance_time(5s - 1ms);
  BOOST_TEST(version(unknown) == 0U);
  scheduler.advance_time(1ms);
  BOOST_TEST(version(unknown) == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_change_that_this_node_stores_is_used_at_once, registry_fixture) {
  change_elsewhere(known.subject);
  BOOST_TEST(version(known) == 1U);
  std::uint64_t epoch = 0;
  auto claiming = self->request(storage, caf::infinite, claim_atom_v, subjects);
  scheduler.run();
  claiming.receive([&epoch](const stream_claim& taken) { epoch = taken.epoch; },
                   [](const caf::error& reason) { BOOST_ERROR(caf::to_string(reason)); });
  auto batch =
      decided({.stream = subjects,
               .begin_offset = next,
               .epoch = epoch,
               .values = {subject_value({.event_id = ordered_id(9), .subject = known.subject})}});
  batch->raw->deadline = far_away();
  auto storing = self->request(storage, caf::infinite, std::move(batch));
  scheduler.run();
  storing.receive([](const settlement&) {},
                  [](const caf::error& reason) { BOOST_ERROR(caf::to_string(reason)); });
  BOOST_TEST(version(known) == 2U);
}

BOOST_AUTO_TEST_SUITE_END()
