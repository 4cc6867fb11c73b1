#include "test/support/contracts/notification_fixture.hpp"
#include "test/support/store/postgres_proxy.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <sqlite3.h>

#include <ostream>

namespace aepro::test {

/// Boost.Test finds it here only.
static std::ostream& operator<<(std::ostream& out, cut_direction direction) {
  return out << (direction == cut_direction::to_server ? "to the server" : "to the client");
}

} // namespace aepro::test

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(notification_faults)

namespace {

constexpr int messages_max = 100; ///< No call of the tests needs as many.

const auto directions = data::make({cut_direction::to_server, cut_direction::to_client});

std::unique_ptr<notification_store> through(const postgres_proxy& proxy) {
  store_options options;
  options.url = proxy.url();
  return value_of(value_of(make_store(options))->notify());
}

} // namespace

BOOST_AUTO_TEST_CASE(after_the_connection_broke_every_call_says_that_the_store_is_unavailable) {
  notifying_store stored(store_kind::postgres);
  stored.add(1);
  const auto page = value_of(stored.one->new_alerts(adverse_events, 1));
  run_sql(stored.store.url(),
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
          "current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
  auto& broken = *stored.one;
  const operator_action by{.at = noon, .who = "ann"};
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST((broken.now().error() == errc::store_unavailable));
    BOOST_TEST((broken.new_alerts(adverse_events, 1).error() == errc::store_unavailable));
    BOOST_TEST((broken.take_up(stored.source.claim, page, {}).error() == errc::store_unavailable));
    BOOST_TEST((broken.add(notification_of(2)).error() == errc::store_unavailable));
    BOOST_TEST((broken.lease(noon, 1, "node", 1).error() == errc::store_unavailable));
    BOOST_TEST((broken.floods(noon, {}).error() == errc::store_unavailable));
    BOOST_TEST((broken.lease_flood(noon, 1, "node", {}, {}).error() == errc::store_unavailable));
    BOOST_TEST((broken.report({delivery_report{}}).error() == errc::store_unavailable));
    BOOST_TEST((broken.list({}).error() == errc::store_unavailable));
    BOOST_TEST((broken.counts().error() == errc::store_unavailable));
    BOOST_TEST((broken.acknowledge(1, by).error() == errc::store_unavailable));
    BOOST_TEST((broken.mute({}, by).error() == errc::store_unavailable));
    BOOST_TEST((broken.actions(1).error() == errc::store_unavailable));
  }
  stored.one = value_of(stored.store.database().notify());
  BOOST_TEST((stored.only().what.state == notification_state::waiting));
}

/// Whether the answer came or not: the cursor has moved with the notification, or neither is there.
BOOST_DATA_TEST_CASE(taking_up_is_done_as_a_whole_or_not_wherever_the_connection_breaks, directions,
                     direction) {
  notifying_store stored(store_kind::postgres);
  postgres_proxy proxy(stored.store.url());
  std::size_t known = 0;
  for (int n = 1; n < messages_max; ++n) {
    stored.source.append(
        {adverse_event_value({.event_id = ordered_id(known + 1), .deadline_ms = 1})});
    auto broken = through(proxy);
    const auto page = value_of(stored.one->new_alerts(adverse_events, 10));
    BOOST_REQUIRE(page.alerts.size() == 1U);
    proxy.cut_at(static_cast<std::uint64_t>(n), direction, cut_times::once);
    const auto taken =
        broken->take_up(stored.source.claim, page, {notification_of(page.alerts.front())});
    if (!proxy.heal()) {
      BOOST_TEST(value_of(taken));
      return;
    }
    broken.reset();
    const auto left = value_of(stored.one->new_alerts(adverse_events, 10)).alerts.size();
    BOOST_TEST(stored.all().size() == known + 1 - left);
    BOOST_TEST(!taken);
    if (left == 1)
      BOOST_TEST(stored.take_up());
    BOOST_TEST(stored.all().size() == ++known);
  }
  BOOST_ERROR("the connection was cut at every message");
}

BOOST_DATA_TEST_CASE(
    an_attempt_is_kept_once_wherever_the_connection_breaks_and_it_is_reported_again, directions,
    direction) {
  notifying_store stored(store_kind::postgres);
  postgres_proxy proxy(stored.store.url());
  for (int n = 1; n < messages_max; ++n) {
    value_of(stored.one->add(notification_of(static_cast<std::uint64_t>(n))));
    const auto report = delivered(stored.lease(*stored.one).front());
    auto broken = through(proxy);
    proxy.cut_at(static_cast<std::uint64_t>(n), direction, cut_times::once);
    const auto reported = broken->report({report});
    const auto cut = proxy.heal();
    BOOST_TEST(static_cast<bool>(reported) != cut);
    broken.reset();
    BOOST_REQUIRE(stored.one->report({report}));
    const auto shown = stored.all().front();
    BOOST_TEST((shown.what.state == notification_state::closed));
    BOOST_TEST(shown.attempts.size() == 1U);
    if (!cut)
      return;
  }
  BOOST_ERROR("the connection was cut at every message");
}

BOOST_AUTO_TEST_CASE(a_call_gives_up_while_another_writes_for_too_long) {
  notifying_store stored(store_kind::sqlite);
  stored.add(1);
  store_options options;
  options.url = stored.store.url();
  options.operation_timeout = std::chrono::milliseconds(50);
  const auto hasty = value_of(value_of(make_store(options))->notify());
  const auto path = stored.store.url().substr(7);
  sqlite3* handle = nullptr;
  BOOST_REQUIRE(sqlite3_open(path.c_str(), &handle) == SQLITE_OK);
  BOOST_REQUIRE(sqlite3_exec(handle, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  const auto leased = hasty->lease(noon, 1'000, "node", 1);
  BOOST_REQUIRE(!leased);
  BOOST_TEST((leased.error() == errc::deadline_exceeded || leased.error() == errc::store_busy));
  BOOST_TEST(value_of(hasty->list({})).size() == 1U); // Reading goes on.
  sqlite3_close(handle);
  BOOST_TEST(value_of(hasty->lease(noon, 1'000, "node", 1)).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
