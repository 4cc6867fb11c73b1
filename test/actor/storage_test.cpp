#include "../support/actor_fixture.hpp"
#include "../support/test_events.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(storage)

namespace {

const stream_name stream{"aepro.adverse-events", 0};
const stream_name other{"aepro.adverse-events", 1};
const stream_name third{"aepro.adverse-events", 2};
const stream_name forms{"aepro.questionnaire-responses", 0};

/// Storage alone, all streams claimed.
struct storage_fixture : actor_fixture {
  explicit storage_fixture(std::size_t writers = 1) {
    options.storage.writers = writers;
    storage = system.spawn<storage_impl>(options.storage);
    for (const auto& name : {stream, other, third})
      take(self->request(storage, caf::infinite, claim_atom_v, name), [](const stream_claim&) {});
  }

  ~storage_fixture() { caf::anon_send_exit(storage, caf::exit_reason::kill); }

  static std::shared_ptr<decided_batch> batch(const stream_name& name, std::int64_t begin,
                                              std::uint64_t id) {
    auto made = decided({.stream = name,
                         .begin_offset = begin,
                         .values = {adverse_event_value({.event_id = ordered_id(id)})}});
    made->raw->deadline = far_away();
    return made;
  }

  auto store(std::shared_ptr<decided_batch> made) {
    return self->request(storage, caf::infinite, std::move(made));
  }

  template <class Request, class Visit>
  void take(Request request, Visit visit) {
    scheduler.run();
    request.receive(visit, [](const caf::error& reason) { BOOST_ERROR(caf::to_string(reason)); });
  }

  template <class Request>
  caf::error failure_of(Request request) {
    caf::error found;
    scheduler.run();
    request.receive([](const settlement&) {},
                    [&found](const caf::error& reason) { found = reason; });
    return found;
  }

  storage_actor storage;
};

struct two_writers_fixture : storage_fixture {
  two_writers_fixture() : storage_fixture(2) {}
};

} // namespace

BOOST_FIXTURE_TEST_CASE(what_shares_a_transaction_with_a_retry_of_the_durable_is_not_fenced,
                        storage_fixture) {
  faults.appends = {append_fault::outcome_unknown};
  BOOST_TEST(
      (failure_of(store(batch(stream, -1, 1))) == errc::store_outcome_unknown)); // It is durable.
  // While the writer is busy with another stream, the retry and its successor wait for one
  // transaction.
  auto busy = store(batch(other, -1, 100));
  auto again = store(batch(stream, -1, 1));
  auto behind = store(batch(stream, 1, 2));
  take(std::move(busy), [](const settlement&) {});
  take(std::move(again), [](const settlement& settled) { BOOST_TEST(settled.next_offset == 1); });
  BOOST_TEST((failure_of(std::move(behind)) == errc::out_of_order));
  take(store(batch(stream, 1, 2)),
       [](const settlement& settled) { BOOST_TEST(settled.totals.accepted == 2U); });
}

BOOST_FIXTURE_TEST_CASE(little_work_waits_for_the_busy_writer_and_goes_in_one_transaction,
                        two_writers_fixture) {
  auto first = store(batch(stream, -1, 1));
  auto second = store(batch(other, -1, 2));
  auto last = store(batch(third, -1, 3));
  for (auto* request : {&first, &second, &last})
    take(std::move(*request),
         [](const settlement& settled) { BOOST_TEST(settled.next_offset == 1); });
  BOOST_TEST(faults.append_calls == 2U);
}

BOOST_FIXTURE_TEST_CASE(little_work_goes_to_the_second_writer_when_the_first_hangs,
                        two_writers_fixture) {
  auto first = store(batch(stream, -1, 1));
  auto second = store(batch(other, -1, 2));
  scheduler.run_once(); // Storage hands the first batch to a writer, which hangs from here on.
  auto* hanging = scheduler.jobs.back();
  const auto run_others = [&] {
    scheduler.run_jobs_filtered([&](const auto* job) { return job != hanging; });
  };
  run_others();
  scheduler.advance_time(options.storage.company_wait - std::chrono::milliseconds{1});
  run_others();
  BOOST_TEST(faults.append_calls == 0U);
  scheduler.advance_time(std::chrono::milliseconds{1});
  run_others();
  BOOST_TEST(faults.append_calls == 1U);
  for (auto* request : {&first, &second})
    take(std::move(*request),
         [](const settlement& settled) { BOOST_TEST(settled.next_offset == 1); });
}

BOOST_FIXTURE_TEST_CASE(a_store_that_fails_is_left_alone_but_for_probes_and_has_all_when_it_is_back,
                        storage_fixture) {
  faults.appends.assign(10, append_fault::fails_before_commit);
  for (int i = 0; i < 50; ++i) // At one instant: no time for a probe.
    BOOST_TEST((failure_of(store(batch(stream, -1, 1))) == errc::store_unavailable));
  const auto calls = faults.append_calls;
  BOOST_TEST(calls < 10U);
  faults.appends.clear();
  scheduler.advance_time(std::chrono::milliseconds{500});
  take(store(batch(stream, -1, 1)),
       [](const settlement& settled) { BOOST_TEST(settled.next_offset == 1); });
  BOOST_TEST(faults.append_calls == calls + 1);
  take(store(batch(stream, 1, 2)),
       [](const settlement& settled) { BOOST_TEST(settled.next_offset == 2); });
  take(self->request(storage, caf::infinite, status_atom_v), [calls](const storage_status& status) {
    BOOST_TEST(status.breaker.requests == 52U);
    BOOST_TEST(status.breaker.accepts == 2U);
    BOOST_TEST(status.breaker.refused == 50U - calls);
  });
}

BOOST_FIXTURE_TEST_CASE(an_adverse_event_does_not_wait_for_the_end_of_forms, two_writers_fixture) {
  take(self->request(storage, caf::infinite, claim_atom_v, forms), [](const stream_claim&) {});
  auto first = store(batch(forms, -1, 1));
  scheduler.run_once(); // Storage hands it to a writer, which hangs from here on.
  auto* hanging = scheduler.jobs.back();
  auto second = store(batch(stream, -1, 2));
  scheduler.run_jobs_filtered([&](const auto* job) { return job != hanging; });
  BOOST_TEST(faults.append_calls == 1U);
  for (auto* request : {&first, &second})
    take(std::move(*request),
         [](const settlement& settled) { BOOST_TEST(settled.next_offset == 1); });
}

BOOST_FIXTURE_TEST_CASE(forms_leave_a_writer_to_adverse_events, two_writers_fixture) {
  const stream_name more_forms{forms.topic, 1};
  for (const auto& name : {forms, more_forms})
    take(self->request(storage, caf::infinite, claim_atom_v, name), [](const stream_claim&) {});
  auto first = store(batch(forms, -1, 1));
  scheduler.run_once();
  auto* hanging = scheduler.jobs.back();
  const auto run_others = [&] {
    scheduler.run_jobs_filtered([&](const auto* job) { return job != hanging; });
  };
  auto second = store(batch(more_forms, -1, 2));
  run_others();
  scheduler.advance_time(options.storage.company_wait * 2);
  run_others();
  BOOST_TEST(faults.append_calls == 0U);
  auto urgent = store(batch(stream, -1, 3));
  run_others();
  BOOST_TEST(faults.append_calls == 1U);
  for (auto* request : {&first, &second, &urgent})
    take(std::move(*request),
         [](const settlement& settled) { BOOST_TEST(settled.next_offset == 1); });
}

BOOST_FIXTURE_TEST_CASE(a_batch_beyond_where_the_store_stands_is_fenced, storage_fixture) {
  auto behind_our_back = database->connect(); // Another node, with a claim of its own.
  BOOST_REQUIRE((*behind_our_back)->claim(stream));
  BOOST_TEST((failure_of(store(batch(stream, -1, 1))) == errc::fenced));
}

BOOST_AUTO_TEST_SUITE_END()
