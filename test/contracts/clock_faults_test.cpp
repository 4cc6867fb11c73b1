#include "test/support/contracts/clock_fixture.hpp"
#include "test/support/store/postgres_proxy.hpp"

#include "actors/clocks/clock_stages.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

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

BOOST_AUTO_TEST_SUITE(clock_faults)

namespace {

constexpr int messages_max = 200; ///< No call of the tests needs as many.

const auto directions = data::make({cut_direction::to_server, cut_direction::to_client});

std::unique_ptr<clock_store> through(const postgres_proxy& proxy) {
  store_options options;
  options.url = proxy.url();
  return value_of(value_of(make_store(options))->clocks());
}

} // namespace

BOOST_AUTO_TEST_CASE(after_the_connection_broke_every_call_says_that_the_store_is_unavailable) {
  keeping_store stored(store_kind::postgres);
  stored.learn({});
  const auto clock = stored.all().front();
  const auto page = stored.page();
  run_sql(stored.store.url(),
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
          "current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
  auto& broken = *stored.one;
  const auto plan = [](const case_history&) { return clock_changes{}; };
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST((broken.now().error() == errc::store_unavailable));
    BOOST_TEST((broken.store_id().error() == errc::store_unavailable));
    BOOST_TEST((broken.new_versions(adverse_events, 1).error() == errc::store_unavailable));
    BOOST_TEST(
        (broken.take_up(stored.source.claim, page, 1, plan).error() == errc::store_unavailable));
    BOOST_TEST((broken.due(published, 1).error() == errc::store_unavailable));
    BOOST_TEST((broken.tell(clock, note_of(clock, 0)).error() == errc::store_unavailable));
    BOOST_TEST((broken.mutes(published).error() == errc::store_unavailable));
    BOOST_TEST((broken.list({}).error() == errc::store_unavailable));
    BOOST_TEST((broken.counts(published).error() == errc::store_unavailable));
    BOOST_TEST((broken.end(1, clock_state::done, {published, "ann", "", "", "x"}).error() ==
                errc::store_unavailable));
    BOOST_TEST(
        (broken.reopen(clock, {published, "ann", "", "", "x"}).error() == errc::store_unavailable));
  }
}

/// Whether the answer came or not: the cursor has moved with the clocks, or neither is there.
BOOST_DATA_TEST_CASE(taking_up_is_done_as_a_whole_or_not_wherever_the_connection_breaks, directions,
                     direction) {
  keeping_store stored(store_kind::postgres);
  postgres_proxy proxy(stored.store.url());
  for (std::size_t n = 1; n < messages_max; ++n) {
    const report_text death{
        .id = n, .report = "R-" + std::to_string(n), .fatal = true, .unexpected = true};
    stored.source.append({report_value(death)});
    auto broken = through(proxy);
    const auto page = stored.page();
    BOOST_REQUIRE(page.versions.size() == 1U);
    proxy.cut_at(n, direction, cut_times::once);
    const auto taken =
        broken->take_up(stored.source.claim, page, 100,
                        [&](const case_history& history) { return stored.plan(history); });
    if (!proxy.heal()) {
      BOOST_TEST(value_of(taken).clocks_made == 3U);
      return;
    }
    broken.reset();
    BOOST_TEST(!taken);
    const auto left = stored.page();
    BOOST_TEST(stored.all().size() == 3 * (n - left.versions.size()));
    if (!left.versions.empty())
      BOOST_TEST(stored.take_up(left).clocks_made == 3U);
    BOOST_TEST(stored.all().size() == 3 * n);
  }
  BOOST_ERROR("the connection was cut at every message");
}

/// Whether the answer came or not: the stage is told with its notification, or neither is there;
/// told again, it is one.
BOOST_DATA_TEST_CASE(a_stage_is_told_once_wherever_the_connection_breaks, directions, direction) {
  keeping_store stored(store_kind::postgres);
  postgres_proxy proxy(stored.store.url());
  for (std::size_t n = 1; n < messages_max; ++n) {
    const auto report = "R-" + std::to_string(n);
    stored.learn({.id = n, .report = report});
    const auto clock = stored.all({.report_id = report}).front();
    auto broken = through(proxy);
    proxy.cut_at(n, direction, cut_times::once);
    const auto told = broken->tell(after_stage(clock, 0), note_of(clock, 0));
    const auto cut = proxy.heal();
    BOOST_TEST(static_cast<bool>(told) != cut);
    broken.reset();
    const auto now = stored.all({.report_id = report}).front();
    BOOST_TEST(stored.told().size() == (now.told_before == 0 ? n : n - 1));
    value_of(stored.one->tell(after_stage(clock, 0), note_of(clock, 0))); // As the next look would.
    BOOST_TEST(stored.told().size() == n);
    if (!cut)
      return;
  }
  BOOST_ERROR("the connection was cut at every message");
}

BOOST_AUTO_TEST_SUITE_END()
