#include "actors/audit/expectation.hpp"
#include "actors/simulate/trial_generator.hpp"
#include "actors/storage/ledger/segment.hpp"
#include "actors/validation/batch_decider.hpp"
#include "support/run_program.hpp"
#include "test/support/store/store_fixture.hpp"
#include "test/support/test_events.hpp"
#include "test/support/test_records.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include <map>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;
using nlohmann::json;

BOOST_AUTO_TEST_SUITE(verify_command)

namespace {

test_record copy_of(const outgoing_record& sent) {
  test_record record;
  if (sent.value)
    record.value = std::string(*sent.value);
  if (sent.key)
    record.key = std::string(*sent.key);
  record.timestamp = sent.timestamp;
  for (const auto& header : sent.headers)
    record.headers.emplace_back(
        header.name, header.is_null ? std::nullopt : std::optional(std::string(header.value)));
  return record;
}

/// Stores a synthetic trial as the pipeline would, one partition per topic; returns the expectation
/// file's text.
std::string fill(event_store& store, std::uint64_t events) {
  trial_options options;
  options.events = events;
  trial_generator trial(options);
  auto expected = expectation_header(options.seed, trial.size());
  std::map<stream_name, std::vector<test_record>> waiting;
  std::map<stream_name, stream_claim> claims;
  const auto flush = [&](const stream_name& stream) {
    auto records = std::exchange(waiting[stream], {});
    if (records.empty())
      return;
    if (!claims.contains(stream))
      claims.emplace(stream, value_of(store.claim(stream)));
    auto& claim = claims.at(stream);
    auto raw = make_batch(std::move(records), std::max<std::int64_t>(claim.next_offset, 0), stream);
    raw->begin_offset = claim.next_offset;
    raw->epoch = claim.epoch;
    claim.next_offset = raw->end_offset;
    auto pending = prepare(raw, {});
    const auto contexts = value_of(store.load_subjects(pending.subjects));
    auto batch = finish(std::move(pending), contexts, {});
    batch->evidence = encode_evidence(*raw);
    const std::vector group{std::move(batch)};
    BOOST_REQUIRE(value_of(store.append(group, far_away())).front().committed);
  };
  simulated_record record;
  while (trial.next(record)) {
    const stream_name stream{std::string(record.topic), 0};
    if (stream.topic != options.subjects_topic)
      flush({options.subjects_topic, 0}); // Reference data comes first.
    expected += expectation_line(record.expectation(), record.value);
    waiting[stream].push_back(copy_of(record.outgoing()));
    if (waiting[stream].size() == 100)
      flush(stream);
  }
  for (const auto& topic :
       {options.adverse_events_topic, options.responses_topic, options.subjects_topic})
    flush({topic, 0});
  return expected;
}

const auto databases = data::make({store_kind::sqlite, store_kind::postgres});

} // namespace

BOOST_DATA_TEST_CASE(a_stored_trial_is_proved_record_by_record, databases, kind) {
  store_under_test store(kind);
  const auto expectation = write_file("expect.ndjson", fill(*store.connect(), 2'000));
  const auto run = run_aepro({"verify", "--store", store.url(), "--expect", expectation, "--json"});
  BOOST_TEST(run.exit_code == 0, run.output << run.errors);
  const auto report = json::parse(run.output);
  BOOST_TEST(report.at("ok").get<bool>());
  BOOST_TEST(report.at("problems").empty());
  BOOST_TEST(report.at("expected").at("found") == report.at("expected").at("records"));
  std::uint64_t read = 0, conflicts = 0;
  for (const auto& partition : report.at("partitions")) {
    BOOST_TEST(partition.at("read").get<std::uint64_t>() ==
               partition.at("accepted").get<std::uint64_t>() +
                   partition.at("rejected").get<std::uint64_t>() +
                   partition.at("duplicate").get<std::uint64_t>() +
                   partition.at("conflict").get<std::uint64_t>());
    BOOST_TEST(partition.at("chain_head").get<std::string>().size() == 64U);
    read += partition.at("read").get<std::uint64_t>();
    conflicts += partition.at("conflict").get<std::uint64_t>();
  }
  BOOST_TEST(read == report.at("expected").at("records"));
  BOOST_TEST(conflicts > 0U);
}

BOOST_DATA_TEST_CASE(damage_is_exit_code_1_and_names_the_record, databases, kind) {
  store_under_test store(kind);
  const auto expectation = write_file("expect.ndjson", fill(*store.connect(), 300));
  run_sql(store.url(), "DELETE FROM event WHERE record_offset = 17 AND kind = 1");
  const auto run = run_aepro({"verify", "--store", store.url(), "--json"});
  BOOST_TEST(run.exit_code == 1);
  const auto report = json::parse(run.output);
  BOOST_TEST(!report.at("ok").get<bool>());
  const auto& problem = report.at("problems").at(0);
  BOOST_TEST(problem.at("kind") == "row_missing");
  BOOST_TEST(problem.at("topic") == "aepro.adverse-events");
  BOOST_TEST(problem.at("partition") == 0);
  BOOST_TEST(problem.at("offset") == 17);
  const auto text = run_aepro({"verify", "--store", store.url()});
  BOOST_TEST(text.exit_code == 1);
  BOOST_TEST(text.output.find("row_missing: aepro.adverse-events[0] offset 17") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_record_that_was_never_stored_is_missed) {
  store_under_test store(store_kind::sqlite);
  auto text = fill(*store.connect(), 300);
  const auto expectation = write_file("expect.ndjson", text);
  run_sql(store.url(), "DELETE FROM ledger_segment; DELETE FROM event");
  const auto run = run_aepro({"verify", "--store", store.url(), "--expect", expectation, "--json"});
  BOOST_TEST(run.exit_code == 1);
  BOOST_TEST(run.output.find("\"missing\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_record_of_another_trial_is_counted_though_not_all_are_listed) {
  store_under_test store(store_kind::sqlite);
  fill(*store.connect(), 100);
  const auto other = write_file("other.ndjson", "");
  BOOST_REQUIRE(run_aepro({"simulate", "--dry-run", "--quiet", "--events", "1480", "--subjects",
                           "20", "--seed", "77", "--expect", other})
                    .exit_code == 0);
  const auto run = run_aepro({"verify", "--store", store.url(), "--expect", other, "--json"});
  BOOST_TEST(run.exit_code == 1);
  const auto report = json::parse(run.output);
  BOOST_TEST(report.at("expected").at("records") == 1'500);
  BOOST_TEST(report.at("problems_total") == 1'500);
  BOOST_TEST(report.at("problems").size() == 1'000U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_checked_is_exit_code_2) {
  store_under_test store(store_kind::sqlite);
  BOOST_TEST(run_aepro({"verify", "--store", "sqlite:/no/such/folder/x.sqlite"}).exit_code == 2);
  BOOST_TEST(run_aepro({"verify", "--store", store.url(), "--expect", "/no/such/file"}).exit_code ==
             2);
  const auto broken = write_file("broken.ndjson", "{}\n");
  BOOST_TEST(run_aepro({"verify", "--store", store.url(), "--expect", broken}).exit_code == 2);
  const auto patients = write_file("patients.csv", "{\"name\": Secret}\n");
  const auto foreign = run_aepro({"verify", "--store", store.url(), "--expect", patients});
  BOOST_TEST(foreign.exit_code == 2);
  BOOST_TEST(foreign.errors.find("line 1") != std::string::npos);
  BOOST_TEST(foreign.errors.find("Secret") == std::string::npos);
  BOOST_TEST(run_aepro({"verify", "--no-such-option"}).exit_code == 64);
}

BOOST_DATA_TEST_CASE(an_empty_store_is_ok_and_says_that_nothing_was_checked, databases, kind) {
  store_under_test store(kind);
  const auto run = run_aepro({"verify", "--store", store.url()});
  BOOST_TEST(run.exit_code == 0);
  BOOST_TEST(run.output == "note: no streams: nothing was checked\nverify: ok\n");
  const auto report = json::parse(run_aepro({"verify", "--store", store.url(), "--json"}).output);
  BOOST_TEST(report.at("notes").at(0) == "no streams: nothing was checked");
}

BOOST_DATA_TEST_CASE(a_database_without_a_store_is_exit_code_2, databases, kind) {
  store_under_test store(kind);
  const auto url = foreign_database_url(store, "CREATE TABLE payroll (salary integer)");
  for (const std::string command : {"verify", "migrate", "status"}) {
    const auto run = run_aepro({command, "--store", url});
    BOOST_TEST(run.exit_code == 2, command);
    BOOST_TEST(run.output == "", command);
    BOOST_TEST(run.errors.find("no aepro store, and a table of others (payroll)") !=
                   std::string::npos,
               run.errors);
  }
}

BOOST_DATA_TEST_CASE(a_changed_view_is_exit_code_1, databases, kind) {
  store_under_test store(kind);
  run_sql(store.url(), "DROP VIEW score");
  const auto run = run_aepro({"verify", "--store", store.url()});
  BOOST_TEST(run.exit_code == 1);
  BOOST_TEST(run.output.find("schema_differs: ") == 0U, run.output);
}

BOOST_AUTO_TEST_SUITE_END()
