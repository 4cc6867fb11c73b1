#include "../support/actor_fixture.hpp"
#include "../support/test_events.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(validation_lanes)

namespace {

const stream_name reports{"aepro.adverse-events", 0};
const stream_name forms{"aepro.questionnaire-responses", 0};

/// Storage that notes which streams' batches come, in order, and settles each.
storage_actor::behavior_type noting(std::vector<stream_name>* order) {
  return {
      [order](decided_batch_ptr& batch) -> caf::result<settlement> {
        order->push_back(batch->raw->stream);
        return settlement{};
      },
      [](flush_atom) {},
      [](claim_atom, const stream_name&) -> caf::result<stream_claim> { return stream_claim{}; },
      [](subject_keys& keys) -> caf::result<subject_contexts> {
        return subject_contexts(keys.size());
      },
      [](partitions_atom) -> caf::result<partition_states> { return partition_states{}; },
      [](claims_atom) -> caf::result<partition_states> { return partition_states{}; },
      [](status_atom) -> caf::result<storage_status> { return storage_status{}; },
      [](subscribe_atom, const registry_actor&) {},
  };
}

/// The pool alone, with one worker, that has taken nothing yet.
struct pool_fixture : actor_fixture {
  pool_fixture() {
    options.validation.workers = 1;
    storage = system.spawn([this] { return noting(&order); });
    registry = system.spawn<registry_impl>(storage, options.registry);
    pool = system.spawn<validation_impl>(registry, storage, options.validation);
    scheduler.run();
  }

  ~pool_fixture() {
    for (const auto& one :
         {caf::actor_cast<caf::actor>(pool), caf::actor_cast<caf::actor>(registry),
          caf::actor_cast<caf::actor>(storage)})
      caf::anon_send_exit(one, caf::exit_reason::kill);
  }

  void give(const stream_name& stream) {
    auto batch = decided({.stream = stream, .values = {"malformed"}})->raw;
    batch->deadline = far_away();
    self->send(pool, std::move(batch));
  }

  std::vector<stream_name> order;
  storage_actor storage;
  registry_actor registry;
  validation_actor pool;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(an_adverse_event_waits_behind_one_batch_of_forms, pool_fixture) {
  for (int i = 0; i < 5; ++i)
    give(forms);
  give(reports);
  scheduler.run();
  const std::vector<stream_name> expected{forms, reports, forms, forms, forms, forms};
  BOOST_TEST((order == expected));
}

BOOST_FIXTURE_TEST_CASE(a_flood_of_adverse_events_leaves_forms_a_quarter, pool_fixture) {
  for (int i = 0; i < 40; ++i)
    give(reports);
  for (int i = 0; i < 20; ++i)
    give(forms);
  scheduler.run();
  BOOST_REQUIRE(order.size() == 60U);
  BOOST_TEST(std::count(order.begin(), order.begin() + 40, forms) >= 9);
}

BOOST_FIXTURE_TEST_CASE(the_pool_counts_what_its_workers_hold_and_is_idle_at_the_end,
                        pool_fixture) {
  for (int i = 0; i < 7; ++i) {
    give(forms);
    give(reports);
  }
  scheduler.run();
  BOOST_TEST(order.size() == 14U);
  auto request = self->request(pool, caf::infinite, status_atom_v);
  scheduler.run();
  request.receive(
      [](const pool_status& status) {
        BOOST_TEST(status.waiting_batches == 0U);
        BOOST_TEST(status.workers_idle == 1U);
      },
      [](const caf::error& reason) { BOOST_ERROR(caf::to_string(reason)); });
  give(forms); // A place that was leaked would be missed now.
  scheduler.run();
  BOOST_TEST(order.size() == 15U);
}

BOOST_AUTO_TEST_SUITE_END()
