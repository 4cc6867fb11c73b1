#include "../support/actor_state.hpp"
#include "../support/case_reports.hpp"
#include "../support/side_store_fixture.hpp"

#include "actors/storage/clock_store.hpp"
#include "actors/storage/notification_store.hpp"

#include <boost/test/unit_test.hpp>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(clocks)

namespace {

constexpr unix_milliseconds published =
    1'750'000'000'000; // 2025-06-15T15:06:40Z: all records of the source.
constexpr std::int64_t day_ms = 86'400'000;

/// The store's clock is the simulated one, and may jump.
struct clocks_fixture : side_store_fixture {
  clocks_fixture() {
    auto& own = options.clocks;
    own.open_store = opener(&store_database::clocks);
    own.planning = {"", "UTC", default_clock_kinds(), 72h};
    own.rules.channels.emplace_back().name = "mail";
    own.detach = false;
  }

  unix_milliseconds now() override {
    return published + slept_ms +
           std::chrono::duration_cast<std::chrono::milliseconds>(
               system.clock().now().time_since_epoch())
               .count();
  }

  /// The machine sleeps, or nobody looks, and goes on.
  void sleep(std::chrono::milliseconds duration) {
    slept_ms += duration.count();
    advance(1200ms);
  }

  std::vector<regulatory_clock> all() {
    const auto store = std::move(*database->clocks());
    return std::move(*store->list({}));
  }

  regulatory_clock of(const std::string& kind) {
    const auto clocks = all();
    const auto found = std::ranges::find(clocks, kind, &regulatory_clock::kind);
    BOOST_REQUIRE((found != clocks.end()));
    return *found;
  }

  /// Returns "due fda-7-day" and "missed fda-7-day" of each notification, in the order they were
  /// made.
  std::vector<std::string> told() {
    const auto store = std::move(*database->notify());
    std::vector<std::string> texts;
    const auto listed = std::move(*store->list({.rows_max = 10'000}));
    for (const auto& [what, attempts] : listed)
      texts.insert(texts.begin(),
                   what.rule.substr(17) + " " + what.detail.substr(0, what.detail.find(' ')));
    return texts;
  }

  std::int64_t slept_ms = 0;
};

const report_text death{.fatal = true, .unexpected = true};
using texts = std::vector<std::string>;

void check(const texts& found, const texts& expected) {
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

} // namespace

BOOST_FIXTURE_TEST_CASE(a_death_starts_its_clocks_within_two_seconds, clocks_fixture) {
  start_and_claim();
  source->append({report_value(death)});
  advance(2s);
  BOOST_TEST(all().size() == 3U);
  BOOST_TEST(of("fda-7-day").made_at > published);
  check(told(), {});
}

BOOST_FIXTURE_TEST_CASE(people_are_told_ahead_of_time_each_time_once_and_then_that_it_was_missed,
                        clocks_fixture) {
  start_and_claim();
  source->append({report_value(death)});
  sleep(0s);
  for (int hours = 0; hours < 17 * 24; hours += 3)
    sleep(3h);
  check(told(),
        {"due sponsor-24-hour", "missed sponsor-24-hour", "due fda-7-day", "due fda-7-day",
         "missed fda-7-day", "due fda-7-day-full", "due fda-7-day-full", "missed fda-7-day-full"});
}

BOOST_FIXTURE_TEST_CASE(after_a_long_sleep_only_the_latest_is_told, clocks_fixture) {
  start_and_claim();
  source->append({report_value(death)});
  advance(2s);
  sleep(std::chrono::milliseconds{of("fda-7-day").due_at - now() -
                                  1'000'000}); // Minutes before its end.
  check(told(), {"missed sponsor-24-hour", "due fda-7-day"});
  sleep(24h * 90);
  check(told(),
        {"missed sponsor-24-hour", "due fda-7-day", "missed fda-7-day", "missed fda-7-day-full"});
}

BOOST_FIXTURE_TEST_CASE(clocks_survive_the_node_and_the_next_one_tells_nothing_twice,
                        clocks_fixture) {
  start_and_claim();
  source->append({report_value(death)});
  advance(2s);
  sleep(24h * 6);
  const auto before = told();
  for (int i = 0; i < 3; ++i) {
    caf::anon_send_exit(state_of<supervisor_impl>(supervisor).clocks, caf::exit_reason::kill);
    advance(3s);
  }
  check(told(), before);
  BOOST_TEST(opens == 4U);
  BOOST_TEST(broker.opened == 1U); // It restarts alone.
  sleep(24h * 3);
  BOOST_TEST(told().back() == "missed fda-7-day");
}

BOOST_FIXTURE_TEST_CASE(of_two_nodes_one_tells, clocks_fixture) {
  start_and_claim();
  auto twin =
      system.spawn<clock_impl>(state_of<supervisor_impl>(supervisor).storage, options.clocks);
  source->append({report_value(death)});
  advance(2s);
  sleep(24h * 40);
  check(told(), {"missed sponsor-24-hour", "missed fda-7-day", "missed fda-7-day-full"});
  caf::anon_send_exit(twin, caf::exit_reason::kill);
}

BOOST_FIXTURE_TEST_CASE(a_nullification_stops_the_clocks_and_nobody_is_told_any_more,
                        clocks_fixture) {
  start_and_claim();
  source->append({report_value(death)});
  advance(2s);
  source->append({report_value({.id = 2, .version = 2, .serious = false, .nullifies = true})});
  advance(2s);
  sleep(24h * 30);
  check(told(), {});
  for (const auto& one : all())
    BOOST_TEST((one.state == clock_state::stopped));
}

BOOST_FIXTURE_TEST_CASE(what_is_done_is_told_of_no_more, clocks_fixture) {
  start_and_claim();
  source->append({report_value({.id = 1})});
  advance(2s);
  const auto store = std::move(*database->clocks());
  BOOST_REQUIRE(store->end(all().front().id, clock_state::done, {now(), "ann", "", "", "sent"}));
  sleep(24h * 3);
  check(told(), {});
}

BOOST_FIXTURE_TEST_CASE(old_records_have_clocks_and_nobody_is_told_of_what_was_missed_before,
                        clocks_fixture) {
  slept_ms = 10 * day_ms;
  source->append({report_value(death)});
  start_and_claim();
  advance(3s);
  BOOST_TEST(all().size() == 3U);
  BOOST_TEST(of("fda-7-day").due_at < now());
  check(told(), {});
  sleep(24h * 4); // What was still to come is told.
  check(told(), {"due fda-7-day-full"});
}

BOOST_FIXTURE_TEST_CASE(a_node_without_channels_keeps_clocks_and_tells_nobody, clocks_fixture) {
  options.clocks.rules.channels.clear();
  start_and_claim();
  source->append({report_value(death)});
  advance(2s);
  sleep(24h * 40);
  BOOST_TEST(all().size() == 3U);
  check(told(), {});
  BOOST_TEST(of("fda-7-day").told_before == nothing_told); // Channels that come tell it.
}

BOOST_FIXTURE_TEST_CASE(a_node_that_has_lost_the_stream_takes_nothing_up, clocks_fixture) {
  BOOST_REQUIRE((*database->connect())->claim(source->stream)); // By another node.
  start_and_claim();
  source->claim.epoch = 2;
  source->append({report_value(death)});
  advance(5s);
  BOOST_TEST(all().empty());
}

BOOST_FIXTURE_TEST_CASE(clocks_wait_while_the_store_is_away, clocks_fixture) {
  failing_opens = 4;
  source->append({report_value(death)});
  start_and_claim();
  advance(10s);
  BOOST_TEST(all().empty());
  advance(60s);
  BOOST_TEST(all().size() == 3U);
}

BOOST_FIXTURE_TEST_CASE(many_pages_are_taken_up_without_waiting, clocks_fixture) {
  options.clocks.page_max = 3;
  options.clocks.tell_max = 2;
  std::vector<std::string> values;
  for (std::uint64_t i = 1; i <= 50; ++i)
    values.push_back(report_value({.id = i, .report = "R-" + std::to_string(i)}));
  source->append(values);
  start_and_claim();
  advance(2s);
  BOOST_TEST(all().size() == 50U);
  sleep(24h * 2);
  BOOST_TEST(told().size() == 50U);
}

BOOST_FIXTURE_TEST_CASE(a_long_stretch_without_versions_is_not_looked_through_again,
                        clocks_fixture) {
  const auto page_begin = [this] {
    const auto store = std::move(*database->clocks());
    return store->new_versions(source->stream, 10)->begin_offset;
  };
  std::vector<std::string> values;
  for (std::uint64_t i = 1; i <= 999; ++i)
    values.push_back(report_value({.id = i, .serious = false}));
  source->append(values);
  start_and_claim();
  advance(3s);
  BOOST_TEST(page_begin() == 0);
  source->append({report_value({.id = 1'000, .serious = false})});
  advance(3s);
  BOOST_TEST(page_begin() == 1'000);
}

BOOST_FIXTURE_TEST_CASE(a_case_with_too_many_versions_keeps_the_clocks_it_has, clocks_fixture) {
  options.clocks.case_versions_max = 2;
  start_and_claim();
  source->append({report_value({.id = 1}), report_value({.id = 2, .version = 2}),
                  report_value({.id = 3, .version = 3, .fatal = true, .unexpected = true})});
  advance(3s);
  BOOST_TEST(all().size() == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_status_says_how_many_run_and_how_many_were_missed, clocks_fixture) {
  start_and_claim();
  source->append({report_value(death)});
  advance(2s);
  sleep(24h * 2);
  advance(11s);
  node_status said;
  auto request = self->request(supervisor, caf::infinite, inspect_atom_v);
  scheduler.run();
  request.receive([&said](const node_status& answer) { said = answer; }, [](const caf::error&) {});
  BOOST_REQUIRE(said.clocks);
  BOOST_TEST(said.clocks->made == 3U);
  BOOST_TEST(said.clocks->told == 1U);
  BOOST_TEST(said.clocks->running == 3U);
  BOOST_TEST(said.clocks->missed == 1U);
}

BOOST_FIXTURE_TEST_CASE(a_drain_ends_the_clocks_as_well, clocks_fixture) {
  start_and_claim();
  const auto last = drain(2s);
  BOOST_TEST(last.intake.has_value());
  BOOST_TEST(system.registry().running() == 1U); // This test itself.
}

BOOST_FIXTURE_TEST_CASE(what_no_retry_mends_is_said_until_it_is_mended, clocks_fixture) {
  failing_opens = 3;
  failing_code = errc::store_broken;
  start();
  advance(1s);
  BOOST_TEST(state_of<clock_impl>(state_of<supervisor_impl>(supervisor).clocks)
                 .options.done->broken.find("planned") != std::string::npos);
  advance(2min);
  BOOST_TEST(
      state_of<clock_impl>(state_of<supervisor_impl>(supervisor).clocks).options.done->broken ==
      "");
}

BOOST_AUTO_TEST_SUITE_END()
