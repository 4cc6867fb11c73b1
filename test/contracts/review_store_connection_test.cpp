#include "test/support/contracts/clock_fixture.hpp"
#include "test/support/contracts/review_fixture.hpp"
#include "test/support/store/postgres_proxy.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(review_store_connection)

/// Whether the answer came or not: the cursor has moved with what is told, or neither is there.
BOOST_DATA_TEST_CASE(forms_are_taken_up_as_a_whole_or_not_wherever_the_connection_breaks,
                     boost::unit_test::data::make({true, false}), cuts_requests) {
  constexpr int messages_max = 200;
  const auto direction = cuts_requests ? cut_direction::to_server : cut_direction::to_client;
  reviewing_store stored(store_kind::postgres);
  stored.rules.forms_max = 2; // Each form of the history is a message.
  postgres_proxy proxy(stored.store.url());
  stored.learn({pain_value(1'000, "F-0", 0, 2)});
  store_options options;
  options.url = proxy.url();
  for (std::uint64_t n = 1; n < messages_max; ++n) {
    stored.source.append({pain_value(n, fmt::format("F-{}", n), static_cast<std::int64_t>(n), 9)});
    const auto broken = value_of(value_of(make_store(options))->reviews());
    const auto page = stored.page();
    proxy.cut_at(n, direction, cut_times::once);
    const auto taken = broken->take_up(
        stored.source.claim, page, [&](form_history history, std::span<const reviewed_form> forms) {
          return stored.plan(std::move(history), forms);
        });
    const auto cut = proxy.heal();
    BOOST_TEST(static_cast<bool>(taken) != cut);
    const auto left = stored.page();
    BOOST_TEST(stored.told().size() == n - left.forms.size());
    if (!left.forms.empty())
      BOOST_TEST(stored.take_up(left).told == 1U); // As the next look would.
    if (!cut)
      return;
  }
  BOOST_ERROR("the connection was cut at every message");
}

BOOST_AUTO_TEST_CASE(after_the_connection_broke_every_call_says_so) {
  reviewing_store stored(store_kind::postgres);
  const auto page = stored.page();
  run_sql(stored.store.url(),
          "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = "
          "current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'");
  auto& broken = *stored.one;
  const auto plan = [](const form_history&, std::span<const reviewed_form>) {
    return history_changes{};
  };
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST((broken.now().error() == errc::store_unavailable));
    BOOST_TEST((broken.store_id().error() == errc::store_unavailable));
    BOOST_TEST((broken.cover({"A"}).error() == errc::store_unavailable));
    BOOST_TEST((broken.new_forms(adverse_events, {}).error() == errc::store_unavailable));
    BOOST_TEST(
        (broken.take_up(stored.source.claim, page, plan).error() == errc::store_unavailable));
    BOOST_TEST((broken.mutes(published).error() == errc::store_unavailable));
  }
}

BOOST_AUTO_TEST_SUITE_END()
