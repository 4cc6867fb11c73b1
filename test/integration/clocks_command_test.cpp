#include "support/run_program.hpp"

#include "actors/clocks/clock_plan.hpp"
#include "actors/storage/clock_store.hpp"
#include "test/support/alert_source.hpp"
#include "test/support/case_reports.hpp"
#include "test/support/store/store_fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

using namespace aepro;
using namespace aepro::test;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(clocks_command)

namespace {

const auto databases = boost::unit_test::data::make({store_kind::sqlite, store_kind::postgres});

/// A store with the clocks of a death that was known on 2025-06-14, and `aepro clocks` on it.
struct stored_clocks {
  explicit stored_clocks(store_kind kind) : store(kind), source(store.database()) {
    source.append({report_value({.fatal = true, .unexpected = true, .awareness = "2025-06-14"}),
                   report_value({.id = 2, .report = "R-2", .study = "STUDY-2"})});
    const auto clocks = value_of(store.database().clocks());
    const auto page = value_of(clocks->new_versions(source.stream, 100));
    BOOST_REQUIRE(
        value_of(clocks->take_up(source.claim, page, 100, [](const case_history& history) {
          return plan_clocks(
              history, {"s", "Asia/Shanghai", default_clock_kinds(), std::chrono::hours{1}}, 1);
        })).moved);
  }

  program_result run(std::vector<std::string> words) const {
    words.insert(words.begin(), "clocks");
    words.insert(words.end(), {"--store", store.url()});
    return run_aepro(std::move(words));
  }

  json list(std::vector<std::string> words = {}) const {
    words.insert(words.begin(), {"list", "--json"});
    const auto listed = run(std::move(words));
    BOOST_TEST(listed.exit_code == 0, listed.errors);
    return json::parse(listed.output);
  }

  store_under_test store;
  alert_source source;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_DATA_TEST_CASE(a_list_says_case_kind_day_zero_due_and_state, databases, kind) {
  const stored_clocks stored(kind);
  const auto all = stored.list();
  BOOST_REQUIRE(all.size() == 4U);
  const auto& seven = all[2];
  BOOST_TEST(seven["case"] == "R-1");
  BOOST_TEST(seven["kind"] == "fda-7-day");
  BOOST_TEST(seven["day_zero"] == "2025-06-14");
  BOOST_TEST(seven["due"] == "2025-06-21T15:59:59.999Z");
  BOOST_TEST(seven["due_date"] == "2025-06-21");
  BOOST_TEST(seven["state"] == "missed"); // It is later than 2025.
  BOOST_TEST(seven["study"] == "STUDY-1");
  BOOST_TEST(seven["authority"] == "FDA");
  BOOST_TEST(seven["seconds_left"] < 0);
  const auto text = stored.run({"list", "--kind", "fda-7-day"});
  BOOST_TEST(has(text.output, "2025-06-21 23:59 Asia/Shanghai"));
}

BOOST_DATA_TEST_CASE(a_list_is_filtered_and_paged, databases, kind) {
  const stored_clocks stored(kind);
  BOOST_TEST(stored.list({"--study", "STUDY-2"}).size() == 1U);
  BOOST_TEST(stored.list({"--case", "R-1", "--authority", "FDA"}).size() == 2U);
  BOOST_TEST(stored.list({"--state", "missed"}).size() == 4U);
  BOOST_TEST(stored.list({"--state", "running", "--state", "done"}).empty());
  BOOST_TEST(stored.list({"--due-before", "2025-06-21"}).size() == 2U);
  const auto first = stored.list({"--limit", "3"});
  BOOST_TEST(first.size() == 3U);
  const auto rest = stored.list({"--after", std::to_string(first[2]["id"].get<int>())});
  BOOST_REQUIRE(rest.size() == 1U);
  BOOST_TEST(rest[0]["kind"] == "fda-7-day-full");
  BOOST_TEST(has(stored.run({"list", "--limit", "3"}).errors, "there may be more: --after "));
}

BOOST_DATA_TEST_CASE(what_was_submitted_is_done_and_the_trail_says_who, databases, kind) {
  const stored_clocks stored(kind);
  const auto done =
      stored.run({"done", "1", "--by", "Dr. Wang", "--reason", "FDA, ref 123", "--json"});
  BOOST_TEST(done.exit_code == 0, done.errors);
  BOOST_TEST(json::parse(done.output)["state"] == "done");
  BOOST_TEST(json::parse(done.output)["reason"] == "FDA, ref 123");
  const auto again = stored.run({"stop", "1", "--by", "ops", "--reason", "no"});
  BOOST_TEST(again.exit_code == 1);
  BOOST_TEST(has(again.errors, "clock 1 does not run: it is done since"));
  BOOST_TEST(has(again.errors, "by Dr. Wang: FDA, ref 123"));
  BOOST_TEST(stored.run({"stop", "2", "--by", "ops", "--reason", "expected"}).exit_code == 0);
  BOOST_TEST(has(stored.run({"show", "2"}).output, "stopped"));
  const auto actions =
      json::parse(run_aepro({"alerts", "actions", "--json", "--store", stored.store.url()}).output);
  BOOST_REQUIRE(actions.size() == 2U);
  BOOST_TEST(actions[1]["action"] == "clock-done");
  BOOST_TEST(actions[1]["who"] == "Dr. Wang");
  BOOST_TEST(actions[1]["target"] == "clock 1");
  const auto mistaken =
      stored.run({"reopen", "1", "--by", "Dr. Wang", "--reason", "another case", "--json"});
  BOOST_TEST(mistaken.exit_code == 0, mistaken.errors);
  BOOST_TEST(json::parse(mistaken.output)["state"] == "missed");
  BOOST_TEST(json::parse(mistaken.output)["ended_by"] == "");
  const auto twice = stored.run({"reopen", "1", "--by", "Dr. Wang", "--reason", "another case"});
  BOOST_TEST(twice.exit_code == 1);
  BOOST_TEST(has(twice.errors, "clock 1 is missed: only one that a person has ended can run again"),
             twice.errors);
}

BOOST_AUTO_TEST_CASE(wrong_words_are_refused_with_what_to_write) {
  const stored_clocks stored(store_kind::sqlite);
  const auto state = stored.run({"list", "--state", "late"});
  BOOST_TEST(state.exit_code == 64);
  BOOST_TEST(
      has(state.errors, "--state late: there are running, missed, done, stopped, withdrawn"));
  BOOST_TEST(has(stored.run({"list", "--due-before", "soon"}).errors, "write 2026-11-29"));
  BOOST_TEST(stored.run({"show", "99"}).exit_code == 1);
  BOOST_TEST(has(stored.run({"show", "99"}).errors,
                 "there is no clock 99; `aepro clocks list` shows them"));
  BOOST_TEST(stored.run({"list", "--after", "99"}).exit_code == 1);
  BOOST_TEST(stored.run({"done", "99", "--by", "a", "--reason", "b"}).exit_code == 1);
  BOOST_TEST(stored.run({"done", "1", "--by", "a"}).exit_code == 64);
  BOOST_TEST(stored.run({"done", "1", "--by", " ", "--reason", "b"}).exit_code == 64);
  const auto failed =
      run_aepro({"clocks", "list", "--json", "--store", "sqlite:/no/such/folder/x.sqlite"});
  BOOST_TEST(failed.exit_code == 2);
  BOOST_TEST(json::parse(failed.output)["ok"] == false);
}

BOOST_AUTO_TEST_SUITE_END()
