// Every call of a store's adapter is made to fail at each of its steps in turn, once and until it
// is healed: what is stored is all or nothing, what is asked again says what became of a try, and
// the error says that it can be.
#include "messages/error_text.hpp"
#include "test/support/contracts/filled_store.hpp"
#include "test/support/store/nth_fault.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <functional>

using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(nth_call)

namespace {

using namespace std::chrono_literals;
using batches = std::vector<std::shared_ptr<decided_batch>>;

constexpr int rounds_max = 1'000; ///< More than the calls of one run.

const stream_name first{adverse_events.topic, 0}, second{adverse_events.topic, 1};

/// One run of claims, two groups and look-ups, which tries again as ingest does.
class store_run {
public:
  /// `open` goes through what fails; `heal` ends the fault.
  store_run(store_under_test& store,
            std::function<caf::expected<std::unique_ptr<event_store>>()> open,
            std::function<void()> heal)
      : direct_(store.connect()), open_(std::move(open)), heal_(std::move(heal)) {}

  /// Goes on where the round before ended, with events of its own.
  void run(int round) {
    const std::int64_t at = 4 * round, other_at = 2 * round;
    const auto begin = [round](std::int64_t offset) { return round == 0 ? -1 : offset; };
    const auto rounds = static_cast<std::uint64_t>(round) + 1;
    const auto event = [&](int i) {
      return adverse_event_value({.event_id = ordered_id(10 * round + i)});
    };
    auto connection = insist<std::unique_ptr<event_store>>(open_);
    const auto epoch = insist<stream_claim>([&] { return connection->claim(first); }).epoch;
    const auto other = insist<stream_claim>([&] { return connection->claim(second); }).epoch;
    append(*connection, {decided({first, begin(at), epoch, {event(1), std::string{}}}),
                         decided({second, begin(other_at), other, {event(2)}})});
    append(*connection, {decided({first, at + 2, epoch, {event(1), event(3)}}),
                         decided({second, other_at + 1, other, {event(4)}})});
    const std::vector<subject_key> asked{{"STUDY-1", "01-701-1015"}};
    BOOST_TEST(insist<std::vector<subject_context_ptr>>([&] {
                 return connection->load_subjects(asked);
               }).size() == 1U);
    insist<std::vector<stream_claim>>([&] { return connection->partitions(); });
    heal_();
    expect(first, at + 4, {.accepted = 2 * rounds, .rejected = rounds, .duplicate = rounds});
    expect(second, other_at + 2, {.accepted = 2 * rounds});
  }

private:
  template <class T>
  T insist(const std::function<caf::expected<T>()>& call) {
    for (int tries = 1;; ++tries) {
      auto answer = call();
      if (answer)
        return std::move(*answer);
      note(answer.error(), tries);
    }
  }

  void note(const caf::error& reason, int tries) {
    BOOST_TEST_REQUIRE(is_transient(code_of(reason)), error_text(reason));
    BOOST_REQUIRE(tries < tries_max);
    if (tries >= failures_seen)
      heal_();
  }

  void append(event_store& connection, const batches& group) {
    for (int tries = 1;; ++tries) {
      const auto outcomes = connection.append(group, std::chrono::steady_clock::now() + 5s);
      if (outcomes) {
        for (std::size_t i = 0; i < group.size(); ++i)
          BOOST_TEST(((*outcomes)[i].committed ||
                      ((*outcomes)[i].settled.epoch == group[i]->raw->epoch &&
                       (*outcomes)[i].settled.next_offset == group[i]->raw->end_offset)));
        return;
      }
      note(outcomes.error(), tries);
      expect_all_or_nothing(group);
    }
  }

  std::vector<stream_claim> states() {
    auto found = direct_->partitions();
    return found ? std::move(*found) : std::vector<stream_claim>{};
  }

  void expect_all_or_nothing(const batches& group) {
    const auto found = states();
    std::size_t stored = 0, seen = 0;
    for (const auto& batch : group)
      for (const auto& state : found)
        if (state.stream == batch->raw->stream) {
          ++seen;
          stored += state.next_offset == batch->raw->end_offset ? 1 : 0;
          BOOST_TEST((state.next_offset == batch->raw->begin_offset ||
                      state.next_offset == batch->raw->end_offset));
        }
    BOOST_TEST((stored == 0 || stored == seen));
  }

  void expect(const stream_name& stream, std::int64_t next_offset, const verdict_counts& counts) {
    for (const auto& state : states())
      if (state.stream == stream) {
        BOOST_TEST(state.next_offset == next_offset);
        BOOST_TEST(state.totals.accepted == counts.accepted);
        BOOST_TEST(state.totals.rejected == counts.rejected);
        BOOST_TEST(state.totals.duplicate == counts.duplicate);
        BOOST_TEST(state.totals.conflict == counts.conflict);
        return;
      }
    BOOST_ERROR("a stream is missing");
  }

  std::unique_ptr<event_store>
      direct_; ///< Past the proxy; to files that fail nobody can look until they are healed.
  std::function<caf::expected<std::unique_ptr<event_store>>()> open_;
  std::function<void()> heal_;
};

/// Counts n up until a run meets no fault any more. `database` is reached through what fails.
void count_up(store_under_test& store, store_database& database, const nth_fault& fault) {
  bool has_come = false;
  store_run one(
      store, [&] { return database.connect(); }, [&] { has_come = fault.heal() || has_come; });
  int round = 0;
  do {
    BOOST_TEST_CONTEXT("n = " << round + 1) {
      has_come = false;
      fault.plan(static_cast<std::uint64_t>(round) + 1);
      one.run(round);
      BOOST_REQUIRE(++round < rounds_max);
    }
  } while (has_come);
  BOOST_TEST_MESSAGE(round << " runs");
  BOOST_TEST(round > 10); // Else nothing was made to fail.
  const auto report = audit(store);
  for (const auto& problem : report.problems)
    BOOST_ERROR(problem.kind << " " << problem.topic << " " << problem.offset << " "
                             << problem.message);
  BOOST_TEST(report.ok());
}

void cut_each_message(cut_direction direction, cut_times times) {
  store_under_test store(store_kind::postgres);
  run_with_cuts(store, direction, times, [&](store_database& database, const nth_fault& fault) {
    count_up(store, database, fault);
  });
}

void fail_each_file_call(file_fault fault, fault_times times) {
  const auto planned = failing_files(fault, times);
  store_under_test store(store_kind::sqlite);
  count_up(store, store.database(), planned);
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
