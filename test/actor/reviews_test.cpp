#include "../support/actor_state.hpp"
#include "../support/review_forms.hpp"
#include "../support/side_store_fixture.hpp"

#include "actors/storage/notification_store.hpp"
#include "actors/storage/review_store.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

using namespace aepro;
using namespace aepro::test;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(reviews)

namespace {

using texts = std::vector<std::string>;

struct reviews_fixture : side_store_fixture {
  reviews_fixture() {
    auto& own = options.reviews;
    own.open_store = opener(&store_database::reviews);
    own.changes.changes = {*parse_score_change("PAIN-NRS>=+3:urgent")};
    own.audience.planning.age_max = 72h;
    own.detach = false;
  }

  unix_milliseconds now() override { return published; }

  /// "3 waiting" of each notification: its offset and state, in the order they were made.
  texts told() {
    const auto store = std::move(*database->notify());
    texts said;
    const auto listed = std::move(*store->list({.rows_max = 10'000}));
    for (const auto& [what, attempts] : listed)
      said.insert(said.begin(), fmt::format("{} {}", what.offset, name_of(what.state)));
    return said;
  }

  review_actor_state& stage() {
    return state_of<review_impl>(state_of<supervisor_impl>(supervisor).reviews);
  }

  unix_milliseconds published = 1'750'000'000'000; ///< All records, and the store's clock.
};

/// Fails on the pages of one stream, and of all while `fails` says so.
class failing_reviews final : public review_store {
public:
  failing_reviews(std::unique_ptr<review_store> real, stream_name broken, errc& fails)
      : real_(std::move(real)), broken_(std::move(broken)), fails_(fails) {}

  caf::expected<unix_milliseconds> now() override { return real_->now(); }
  caf::expected<std::string> store_id() override { return real_->store_id(); }
  caf::expected<bool> cover(const std::vector<std::string>& scales) override {
    return real_->cover(scales);
  }
  caf::expected<form_page> new_forms(const stream_name& stream,
                                     const form_page_limits& limits) override {
    if (stream == broken_)
      return caf::make_error(errc::store_broken, "planned");
    return real_->new_forms(stream, limits);
  }
  caf::expected<form_intake> take_up(const stream_claim& claim, const form_page& page,
                                     const plan_forms& plan) override {
    if (fails_ != errc{})
      return caf::make_error(fails_, "planned");
    return real_->take_up(claim, page, plan);
  }
  caf::expected<std::vector<notification_mute>> mutes(unix_milliseconds now) override {
    return real_->mutes(now);
  }

private:
  std::unique_ptr<review_store> real_;
  stream_name broken_;
  errc& fails_;
};

struct failing_reviews_fixture : reviews_fixture {
  failing_reviews_fixture() {
    options.reviews.open_store = [this]() -> caf::expected<std::unique_ptr<review_store>> {
      return std::make_unique<failing_reviews>(std::move(*database->reviews()), broken, fails);
    };
  }

  stream_name broken;
  errc fails{};
};

void check(const texts& found, const texts& expected) {
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

} // namespace

BOOST_FIXTURE_TEST_CASE(a_change_since_baseline_is_told_within_two_seconds, reviews_fixture) {
  start_and_claim();
  source->append({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 4)});
  advance(2s);
  check(told(), {});
  source->append({pain_value(3, "F-3", 14, 5), pain_value(3, "F-3", 14, 5)});
  advance(2s);
  check(told(), {"2 waiting"});
}

BOOST_FIXTURE_TEST_CASE(what_is_stored_while_the_node_is_away_is_compared_when_it_comes,
                        reviews_fixture) {
  start_and_claim();
  source->append({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 5)});
  advance(2s);
  caf::anon_send_exit(state_of<supervisor_impl>(supervisor).reviews, caf::exit_reason::kill);
  source->append({pain_value(3, "F-3", 14, 6)});
  advance(3s);
  check(told(), {"1 waiting", "2 waiting"});
  BOOST_TEST(opens == 2U);
  BOOST_TEST(broker.opened == 1U); // It restarts alone.
}

BOOST_FIXTURE_TEST_CASE(of_two_nodes_that_compare_one_tells, reviews_fixture) {
  start_and_claim();
  auto twin =
      system.spawn<review_impl>(state_of<supervisor_impl>(supervisor).storage, options.reviews);
  source->append({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 5)});
  advance(3s);
  check(told(), {"1 waiting"});
  caf::anon_send_exit(twin, caf::exit_reason::kill);
}

BOOST_FIXTURE_TEST_CASE(a_rule_that_comes_later_finds_the_baseline_of_the_past, reviews_fixture) {
  source->append({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 5)});
  options.reviews.changes.changes = {*parse_score_change("PHQ-9>=+3:urgent")};
  start_and_claim();
  advance(3s);
  check(told(), {});
  caf::anon_send_exit(supervisor, caf::exit_reason::kill);
  advance(100ms);
  published += 30LL * 86'400'000;
  options.reviews.changes.changes.push_back(*parse_score_change("PAIN-NRS>=+3:urgent"));
  start_and_claim();
  BOOST_REQUIRE((*database->connect())->claim(source->stream)); // As the node has.
  source->claim.epoch = 2;
  source->append({pain_value(3, "F-3", 30, 9)}, published);
  advance(5s);
  check(told(), {"1 withheld", "2 waiting"});
}

BOOST_FIXTURE_TEST_CASE(a_node_that_has_lost_the_stream_compares_nothing, reviews_fixture) {
  BOOST_REQUIRE((*database->connect())->claim(source->stream)); // By another node.
  start_and_claim();
  source->claim.epoch = 2;
  source->append({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 5)});
  advance(5s);
  check(told(), {});
  BOOST_TEST(stage().options.done->forms == 0U);
}

BOOST_FIXTURE_TEST_CASE(forms_wait_while_the_store_is_away, reviews_fixture) {
  failing_opens = 4;
  source->append({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 5)});
  start_and_claim();
  advance(10s);
  check(told(), {});
  advance(60s);
  check(told(), {"1 waiting"});
}

BOOST_FIXTURE_TEST_CASE(many_pages_of_forms_are_taken_up_without_waiting, reviews_fixture) {
  options.reviews.page.forms_max = 3;
  std::vector<std::string> values{pain_value(1, "F-1", 0, 2)};
  for (std::uint64_t i = 2; i <= 50; ++i)
    values.push_back(pain_value(i, fmt::format("F-{}", i), static_cast<std::int64_t>(i), 9));
  source->append(values);
  start_and_claim();
  advance(2s);
  BOOST_TEST(told().size() == 49U);
}

BOOST_FIXTURE_TEST_CASE(a_mute_holds_for_changes, reviews_fixture) {
  const auto desk = std::move(*database->notify());
  BOOST_REQUIRE(desk->mute({.rule = "score-change", .until = published + 1'000, .who = "ann"},
                           {.at = published, .who = "ann"}));
  source->append({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 5)});
  start_and_claim();
  advance(2s);
  check(told(), {"1 muted"});
}

BOOST_FIXTURE_TEST_CASE(a_status_says_how_many_forms_were_compared, reviews_fixture) {
  start_and_claim();
  source->append({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 5)});
  advance(2s);
  node_status said;
  auto request = self->request(supervisor, caf::infinite, inspect_atom_v);
  scheduler.run();
  request.receive([&said](const node_status& answer) { said = answer; }, [](const caf::error&) {});
  BOOST_REQUIRE(said.reviews);
  BOOST_TEST(said.reviews->forms == 2U);
  BOOST_TEST(said.reviews->told == 1U);
  BOOST_TEST(said.reviews->behind == 0U);
}

BOOST_FIXTURE_TEST_CASE(a_drain_ends_the_review_as_well, reviews_fixture) {
  start_and_claim();
  const auto last = drain(2s);
  BOOST_TEST(last.intake.has_value());
  BOOST_TEST(system.registry().running() == 1U); // This test itself.
}

BOOST_FIXTURE_TEST_CASE(a_review_that_dies_while_the_node_drains_ends_nothing_else,
                        reviews_fixture) {
  start_and_claim();
  auto& state = state_of<supervisor_impl>(supervisor);
  state.doing = supervisor_state::phase::draining_notifier;
  caf::anon_send_exit(state.reviews, caf::exit_reason::kill);
  scheduler.run();
  BOOST_TEST(!state.drain_over);
  BOOST_TEST((state.doing == supervisor_state::phase::draining_notifier));
}

BOOST_FIXTURE_TEST_CASE(a_store_that_no_retry_mends_is_said_until_it_is_mended, reviews_fixture) {
  failing_opens = 3;
  failing_code = errc::store_broken;
  start();
  advance(1s);
  BOOST_TEST(stage().options.done->broken.find("planned") != std::string::npos);
  advance(2min);
  BOOST_TEST(stage().options.done->broken == "");
}

BOOST_FIXTURE_TEST_CASE(a_stream_that_no_retry_mends_holds_up_no_other_and_is_said,
                        failing_reviews_fixture) {
  broken = {"aepro.aaa", 0}; // Before the other.
  broker.publish(broken, 0, "not an event");
  options.reviews.page.forms_max = 1;
  source->append({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 5)});
  start_and_claim();
  advance(3s);
  check(told(), {"1 waiting"});
  BOOST_TEST(stage().options.done->broken == "planned");
  source->append({pain_value(3, "F-3", 14, 6)});
  advance(2s);
  BOOST_TEST(told().size() == 2U);
  broken = {};
  caf::anon_send_exit(state_of<supervisor_impl>(supervisor).reviews, caf::exit_reason::kill);
  advance(3s);
  BOOST_TEST(stage().options.done->broken == "");
}

BOOST_FIXTURE_TEST_CASE(what_waits_while_the_store_fails_is_behind, failing_reviews_fixture) {
  fails = errc::store_unavailable;
  source->append({pain_value(1, "F-1", 0, 2), pain_value(2, "F-2", 7, 5)});
  start_and_claim();
  advance(3s);
  BOOST_TEST(stage().options.done->behind == 2U);
  fails = errc::store_broken;
  advance(2min);
  BOOST_TEST(stage().options.done->behind == 2U);
  BOOST_TEST(stage().options.done->broken == "planned");
  fails = errc{};
  advance(2min);
  BOOST_TEST(stage().options.done->behind == 0U);
  BOOST_TEST(stage().options.done->broken == "");
  check(told(), {"1 waiting"});
}

BOOST_AUTO_TEST_SUITE_END()
