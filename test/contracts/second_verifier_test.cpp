#include "actors/storage/ledger/hex.hpp"
#include "test/support/contracts/tamperings.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <set>
#include <tuple>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(second_verifier)

namespace {

/// What scripts/verify_ledger.py, written from docs/ledger-format.md alone, says of the same store.
struct second_opinion {
  explicit second_opinion(const store_under_test& store) {
    const auto text = output_of(fmt::format("'{}/scripts/verify_ledger.py' --json '{}'; echo "
                                            "\"exit $?\"",
                                            AEPRO_SOURCE_DIR, store.url()));
    const auto last_line = text.rfind("exit ");
    exit_code = std::stoi(text.substr(last_line + 5));
    if (last_line > 0)
      report = nlohmann::json::parse(text.substr(0, last_line));
  }

  int exit_code = -1;
  nlohmann::json report;
};

/// A problem without its words: two implementations need not phrase alike.
using wrong_record = std::tuple<std::string, std::int32_t, std::int64_t>;

std::set<wrong_record> wrong_records(const audit_report& report, const std::string& kind) {
  std::set<wrong_record> found;
  for (const auto& problem : report.problems)
    if (problem.kind == kind)
      found.emplace(problem.topic, problem.partition, problem.offset);
  return found;
}

std::set<wrong_record> wrong_records(const second_opinion& second, const std::string& kind) {
  std::set<wrong_record> found;
  for (const auto& problem : second.report.at("problems"))
    if (problem.at("kind") == kind)
      found.emplace(problem.at("topic"), problem.at("partition"), problem.at("offset"));
  return found;
}

} // namespace

/// A decoder skips a field of a number that it knows with a type that it does not: so must both.
BOOST_DATA_TEST_CASE(fields_of_another_type_than_theirs_are_skipped, databases, kind) {
  constexpr auto event_id_as_number = "\x08\x01", deadline_as_number = "\x40\x01",
                 adverse_event_as_number = "\x80\x01\x01";
  store_under_test store(kind);
  const auto connection = store.connect();
  value_of(connection->claim(adverse_events));
  const auto report = [](std::uint64_t id) {
    return adverse_event_value({.event_id = ordered_id(id)});
  };
  const std::vector batches{decided(
      {.stream = adverse_events,
       .values = {report(1) + event_id_as_number, report(2) + deadline_as_number,
                  response_value({.event_id = "Q-1"}, {"1", "0", "0"}) + adverse_event_as_number},
       .due = std::chrono::steady_clock::now() - std::chrono::minutes{1}})};
  const auto settled = value_of(connection->append(batches, far_away())).front().settled;
  BOOST_TEST(settled.counts.accepted == 3U);
  BOOST_TEST(settled.late == 3U);
  BOOST_TEST(audit(store).ok());
  const second_opinion second(store);
  BOOST_TEST(second.exit_code == 0, second.report.dump());
}

BOOST_DATA_TEST_CASE(a_second_implementation_agrees_on_a_sound_store, databases, kind) {
  store_under_test store(kind);
  fill(*store.connect());
  const auto report = audit(store);
  const second_opinion second(store);
  BOOST_TEST(second.exit_code == 0);
  BOOST_TEST(second.report.at("ok").get<bool>(), second.report.dump());
  BOOST_REQUIRE(second.report.at("partitions").size() == report.partitions.size());
  for (std::size_t i = 0; i < report.partitions.size(); ++i) {
    const auto& ours = report.partitions[i];
    const auto& other = second.report.at("partitions")[i];
    BOOST_TEST(other.at("topic") == ours.stream.topic);
    BOOST_TEST(other.at("next_offset") == ours.next_offset);
    BOOST_TEST(other.at("chain_head") == to_hex(ours.chain_head));
    BOOST_TEST(other.at("accepted") == ours.counts.accepted);
    BOOST_TEST(other.at("rejected") == ours.counts.rejected);
    BOOST_TEST(other.at("duplicate") == ours.counts.duplicate);
    BOOST_TEST(other.at("conflict") == ours.counts.conflict);
  }
}

BOOST_DATA_TEST_CASE(a_second_implementation_finds_the_same_damage,
                     databases* data::make(tamperings()), kind, entry) {
  if (!entry.second_kind)
    return; // It does not decide again; tampering_is_found_and_named has the case.
  store_under_test store(kind);
  fill(*store.connect());
  entry.apply(store);
  const auto ours = wrong_records(audit(store), *entry.second_kind);
  const second_opinion second(store);
  BOOST_TEST(second.exit_code == 1);
  const auto others = wrong_records(second, *entry.second_kind);
  BOOST_TEST_MESSAGE(second.report.dump());
  BOOST_REQUIRE(!ours.empty());
  BOOST_REQUIRE(!others.empty());
  // The first wrong record, and no sound one beside those that both name.
  BOOST_TEST((*ours.begin() == *others.begin()), second.report.dump());
  BOOST_TEST((ours == others), second.report.dump());
  BOOST_TEST(std::get<2>(*others.begin()) <= entry.offset);
}

BOOST_DATA_TEST_CASE(the_second_implementation_refuses_a_schema_that_it_does_not_know, databases,
                     kind) {
  store_under_test store(kind);
  fill(*store.connect());
  run_sql(store.url(), "INSERT INTO schema_version (version) VALUES (1000)");
  BOOST_TEST(second_opinion(store).exit_code == 2);
}

BOOST_DATA_TEST_CASE(the_second_implementation_refuses_a_database_without_a_store, databases,
                     kind) {
  store_under_test store(kind);
  run_sql(store.url(),
          kind == store_kind::sqlite ? "DROP TABLE schema_version" : "DROP SCHEMA public CASCADE");
  BOOST_TEST(second_opinion(store).exit_code == 2);
}

BOOST_AUTO_TEST_SUITE_END()
