// What happens to lateness, and to the clock, while a transaction waits for a lock.
#include "actors/validation/decide_options_text.hpp"
#include "test/support/contracts/clock_fixture.hpp"
#include "test/support/contracts/filled_store.hpp"
#include "test/support/store/table_lock.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <future>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(waiting_appends)

namespace {

using steady = std::chrono::steady_clock;

/// A store whose node's clocks the test moves.
struct clocked_store {
  clocked_store() {
    store_options options;
    options.url = store.url();
    options.decide_options = decide_options_text({});
    options.wall = [this] { return wall_clock() + wall_ahead; };
    options.monotonic = [this] { return steady::now() + steady_ahead.load(); };
    connection = value_of(value_of(make_store(options))->connect());
    value_of(connection->claim(adverse_events));
  }

  /// One event that its sender wants durable within a second, one that its lane does within five
  /// minutes.
  settlement append_behind(const std::string& table, const std::function<void()>& meanwhile) {
    table_lock lock(store.url(), table);
    const std::vector batches{decided(
        {.stream = adverse_events,
         .values = {adverse_event_value({.event_id = ordered_id(1), .deadline_ms = deadline}),
                    adverse_event_value({.event_id = ordered_id(2)}, "DEATH", true)},
         .due = steady::now() + 5min})};
    auto answer =
        std::async(std::launch::async, [&] { return connection->append(batches, far_away()); });
    wait_for_a_waiter(store.url());
    meanwhile();
    lock.release();
    return value_of(answer.get()).front().settled;
  }

  void wait_for_the_deadline() const {
    while (wall_clock() <= deadline)
      std::this_thread::sleep_for(10ms);
  }

  std::string rows(const std::string& what) {
    return run_sql(store.url(), "SELECT count(*) FROM " + what);
  }

  store_under_test store{store_kind::postgres};
  unix_milliseconds deadline = wall_clock() + 1'000;
  std::atomic<std::int64_t> wall_ahead{0};
  std::atomic<steady::duration> steady_ahead{};
  std::unique_ptr<event_store> connection;
};

const auto tables = data::make({"event", "alert", "ledger_segment"});

} // namespace

BOOST_DATA_TEST_CASE(what_becomes_late_while_its_transaction_waits_is_stored_as_late, tables,
                     table) {
  clocked_store one;
  const auto settled = one.append_behind(table, [&] {
    one.steady_ahead = 10min;
    one.wait_for_the_deadline();
  });
  BOOST_TEST(settled.late == 2U);
  BOOST_TEST(one.rows("event WHERE lateness_ms > 0") == "2");
  BOOST_TEST(one.rows("alert WHERE rule = 'late-adverse-event'") == "1");
  BOOST_TEST(one.rows("alert WHERE rule = 'delayed-adverse-event'") == "1");
  BOOST_TEST(audit_problems_of(one.store) == "");
}

BOOST_DATA_TEST_CASE(a_clock_that_is_set_while_a_transaction_waits_makes_nothing_late, tables,
                     table) {
  clocked_store one;
  one.deadline += 600'000;
  const auto settled = one.append_behind(table, [&] { one.wall_ahead = 1'800'000; });
  BOOST_TEST(settled.late == 0U);
  BOOST_TEST(one.rows("event WHERE lateness_ms > 0") == "0");
  BOOST_TEST(audit_problems_of(one.store) == "");
}

BOOST_AUTO_TEST_SUITE_END()
