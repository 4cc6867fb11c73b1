// What publishes, tells people and keeps clocks asks its store again where a call failed, over a
// new connection. Each step of each of its calls is made to fail in turn, once and until it is
// healed: everything happens, and once.
#include "actors/clocks/clock_stages.hpp"
#include "actors/storage/publication_store.hpp"
#include "messages/error_text.hpp"
#include "test/support/contracts/clock_fixture.hpp"
#include "test/support/contracts/notification_fixture.hpp"
#include "test/support/contracts/review_fixture.hpp"
#include "test/support/store/nth_fault.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <set>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(side_store_nth_call)

namespace {

constexpr int rounds_max = 1'500; ///< More than the calls of one run.
constexpr unix_milliseconds in_a_month = published + 30 * day_ms;

/// A connection that is opened when it is needed, and again after a failure.
template <class Port>
class persistent {
public:
  persistent(std::function<caf::expected<std::unique_ptr<Port>>()> open, std::function<void()> heal)
      : open_(std::move(open)), heal_(std::move(heal)) {}

  /// Returns the answer that there is in the end.
  template <class Call>
  auto ask(Call call) -> decltype(call(std::declval<Port&>())) {
    for (int tries = 1;; ++tries) {
      auto failed = open();
      if (!failed) {
        auto answer = call(*port_);
        if (answer)
          return answer;
        failed = std::move(answer.error());
        port_.reset();
      }
      BOOST_TEST_REQUIRE(is_transient(code_of(failed)), error_text(failed));
      BOOST_REQUIRE(tries < tries_max);
      if (tries >= failures_seen)
        heal_();
    }
  }

private:
  caf::error open() {
    if (port_)
      return {};
    auto opened = open_();
    if (!opened)
      return std::move(opened.error());
    port_ = std::move(*opened);
    return {};
  }

  std::function<caf::expected<std::unique_ptr<Port>>()> open_;
  std::function<void()> heal_;
  std::unique_ptr<Port> port_;
};

/// What a store has after some rounds.
struct totals {
  std::int64_t published = 0, notifications = 0, delivered = 0, attempts = 0;
  std::int64_t clocks = 0, told = 0, forms = 0, changes = 0;

  totals times(std::int64_t n) const {
    return {published * n, notifications * n, delivered * n, attempts * n,
            clocks * n,    told * n,          forms * n,     changes * n};
  }
  bool operator==(const totals&) const = default;
};

std::ostream& operator<<(std::ostream& out, const totals& all) {
  return out << all.published << " published, " << all.notifications << " notifications, "
             << all.delivered << " delivered, " << all.attempts << " attempts, " << all.clocks
             << " clocks, " << all.told << " told, " << all.forms << " forms, " << all.changes
             << " changes";
}

/// Takes what the stages take, a round at a time. `database` is reached through what fails.
class side_run {
public:
  side_run(keeping_store& store, store_database& database, std::function<void()> heal)
      : store_(store), publisher_([&database] { return database.publish(); }, heal),
        notifier_([&database] { return database.notify(); }, heal),
        keeper_([&database] { return database.clocks(); }, heal),
        reviewer_([&database] { return database.reviews(); }, heal) {}

  /// A death that nobody expected, a record that nobody can read, and a subject whose pain grows.
  void add() {
    ++added_;
    store_.source.append({report_value({.id = added_,
                                        .report = "R-" + std::to_string(added_),
                                        .fatal = true,
                                        .unexpected = true}),
                          std::string{}, form("F-1", 2), form("F-2", 9)});
  }

  void run() {
    publish();
    keep_clocks();
    review();
    take_up();
    deliver();
  }

  totals all(store_under_test& store) {
    const auto number = [&](const std::string& what) {
      return std::stoll(run_sql(store.url(), "SELECT count(*) FROM " + what));
    };
    return {static_cast<std::int64_t>(published_.size()),
            number("notification"),
            number("notification WHERE state = 3"),
            number("notification_attempt"),
            number("regulatory_clock"),
            told_,
            number("reviewed_form"),
            number("notification WHERE rule = 'score-change'")};
  }

private:
  std::string form(const std::string& id, int pain) const {
    return form_value({.id = 1'000'000 + 10 * added_ + static_cast<std::uint64_t>(pain),
                       .form = id,
                       .day = pain,
                       .answers = {{"PAIN", std::to_string(pain)}},
                       .subject = "S-" + std::to_string(added_)});
  }

  void publish() {
    value_of(publisher_.ask([](publication_store& port) { return port.store_id(); }));
    for (;;) {
      const auto states =
          value_of(publisher_.ask([](publication_store& port) { return port.states(); }));
      const auto& state = states.front();
      if (!state.has_dead_letters)
        return;
      const auto letters = value_of(
          publisher_.ask([&](publication_store& port) { return port.dead_letters(state, {}); }));
      BOOST_REQUIRE(!letters.empty());
      for (const auto& letter : letters)
        published_.insert(letter.offset);
      // False: the answer to a try before was lost.
      static_cast<void>(value_of(publisher_.ask([&](publication_store& port) {
        return port.advance(state, publication::dead_letters, letters.back().offset + 1);
      })));
    }
  }

  void keep_clocks() {
    value_of(keeper_.ask([](clock_store& port) { return port.now(); }));
    const auto page = value_of(
        keeper_.ask([](clock_store& port) { return port.new_versions(adverse_events, 100); }));
    static_cast<void>(value_of(keeper_.ask([&](clock_store& port) {
      return port.take_up(store_.source.claim, page, 100,
                          [&](const case_history& one) { return store_.plan(one); });
    })));
    value_of(keeper_.ask([](clock_store& port) { return port.mutes(in_a_month); }));
    const auto due =
        value_of(keeper_.ask([](clock_store& port) { return port.due(in_a_month, 100); }));
    for (const auto& clock : due) {
      const auto stage = due_stage(clock, in_a_month);
      BOOST_REQUIRE(stage.has_value());
      static_cast<void>(value_of(keeper_.ask([&](clock_store& port) {
        return port.tell(after_stage(clock, *stage), note_of(clock, *stage));
      })));
      ++told_;
    }
    value_of(keeper_.ask([](clock_store& port) { return port.counts(in_a_month); }));
  }

  void review() {
    value_of(reviewer_.ask([](review_store& port) { return port.now(); }));
    static_cast<void>(
        value_of(reviewer_.ask([](review_store& port) { return port.cover({"PAIN-NRS"}); })));
    value_of(reviewer_.ask([](review_store& port) { return port.mutes(in_a_month); }));
    const auto page = value_of(
        reviewer_.ask([](review_store& port) { return port.new_forms(adverse_events, {}); }));
    static_cast<void>(value_of(reviewer_.ask([&](review_store& port) {
      return port.take_up(store_.source.claim, page, changes_of_pain);
    })));
  }

  void take_up() {
    const auto page = value_of(notifier_.ask(
        [](notification_store& port) { return port.new_alerts(adverse_events, 100); }));
    BOOST_REQUIRE(!page.alerts.empty());
    std::vector<notification> made;
    for (const auto& alert : page.alerts)
      made.push_back(notification_of(alert));
    static_cast<void>(value_of(notifier_.ask(
        [&](notification_store& port) { return port.take_up(store_.source.claim, page, made); })));
  }

  /// A lease whose answer was lost ends by itself.
  void deliver() {
    constexpr std::int64_t lease_ms = 1'000;
    const auto leased = value_of(notifier_.ask([&](notification_store& port) {
      at_ += 2 * lease_ms;
      return port.lease(at_, lease_ms, "node-1", 100);
    }));
    std::vector<delivery_report> reports;
    for (const auto& one : leased)
      reports.push_back(delivered(one));
    BOOST_REQUIRE(notifier_.ask([&](notification_store& port) { return port.report(reports); }));
    value_of(notifier_.ask([](notification_store& port) { return port.counts(); }));
  }

  keeping_store& store_;
  persistent<publication_store> publisher_;
  persistent<notification_store> notifier_;
  persistent<clock_store> keeper_;
  persistent<review_store> reviewer_;
  std::uint64_t added_ = 0;
  std::int64_t told_ = 0;
  unix_milliseconds at_ = in_a_month;
  std::set<std::int64_t> published_; ///< Offsets: one whose cursor did not move comes again.
};

/// Counts n up until a round meets no fault any more. `database` is reached through what fails.
void count_up(keeping_store& store, store_database& database, const nth_fault& fault) {
  bool has_come = false;
  side_run one(store, database, [&] { has_come = fault.heal() || has_come; });
  one.add();
  one.run();
  const auto of_a_round = one.all(store.store);
  BOOST_TEST_REQUIRE((of_a_round.published == 1 && of_a_round.clocks > 0 &&
                      of_a_round.told == of_a_round.clocks && of_a_round.forms == 2 &&
                      of_a_round.changes == 1 && of_a_round.notifications > of_a_round.told &&
                      of_a_round.delivered == of_a_round.notifications &&
                      of_a_round.attempts == of_a_round.notifications),
                     of_a_round);
  int round = 1;
  do {
    BOOST_TEST_CONTEXT("n = " << round) {
      one.add();
      has_come = false;
      fault.plan(static_cast<std::uint64_t>(round));
      one.run();
      has_come = fault.heal() || has_come;
      BOOST_REQUIRE(++round < rounds_max);
      if (round % 20 == 0 || !has_come)
        BOOST_TEST_REQUIRE(one.all(store.store) == of_a_round.times(round));
    }
  } while (has_come);
  BOOST_TEST_MESSAGE(round << " rounds");
  BOOST_TEST(round > 20); // Else nothing was made to fail.
  BOOST_TEST(audit_problems_of(store.store) == "");
}

void cut_each_message(cut_direction direction, cut_times times) {
  keeping_store store(store_kind::postgres);
  run_with_cuts(
      store.store, direction, times,
      [&](store_database& database, const nth_fault& fault) { count_up(store, database, fault); });
}

void fail_each_file_call(file_fault fault, fault_times times) {
  const auto planned = failing_files(fault, times);
  keeping_store store(store_kind::sqlite);
  count_up(store, store.store.database(), planned);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_request_that_never_reaches_postgresql_is_made_again) {
  cut_each_message(cut_direction::to_server, cut_times::once);
}

BOOST_AUTO_TEST_CASE(an_answer_of_postgresql_that_is_lost_is_asked_for_again) {
  cut_each_message(cut_direction::to_client, cut_times::once);
}

BOOST_AUTO_TEST_CASE(
    a_postgresql_that_goes_away_at_any_request_and_comes_back_has_everything_once) {
  cut_each_message(cut_direction::to_server, cut_times::until_healed);
}

BOOST_AUTO_TEST_CASE(a_postgresql_that_goes_away_at_any_answer_and_comes_back_has_everything_once) {
  cut_each_message(cut_direction::to_client, cut_times::until_healed);
}

BOOST_AUTO_TEST_CASE(a_call_of_sqlite_to_its_files_that_fails_once_loses_nothing) {
  fail_each_file_call(file_fault::io_error, fault_times::once);
}

BOOST_AUTO_TEST_CASE(files_of_sqlite_that_fail_from_any_call_on_lose_nothing) {
  fail_each_file_call(file_fault::io_error, fault_times::until_healed);
}

BOOST_AUTO_TEST_CASE(a_disk_that_is_full_at_any_write_of_sqlite_loses_nothing) {
  fail_each_file_call(file_fault::disk_full, fault_times::once);
  fail_each_file_call(file_fault::disk_full, fault_times::until_healed);
}

BOOST_AUTO_TEST_SUITE_END()
