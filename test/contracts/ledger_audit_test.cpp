#include "actors/audit/store_audit.hpp"
#include "actors/storage/event_store.hpp"
#include "actors/storage/ledger/hex.hpp"
#include "actors/storage/ledger/segment.hpp"
#include "actors/validation/batch_decider.hpp"
#include "actors/validation/decide_options_text.hpp"
#include "test/support/store/store_fixture.hpp"
#include "test/support/test_events.hpp"
#include "test/support/test_records.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <functional>
#include <optional>
#include <set>
#include <tuple>

namespace data = boost::unit_test::data;
using namespace aepro;
using namespace aepro::test;

BOOST_AUTO_TEST_SUITE(ledger_audit)

namespace {

const stream_name adverse_events{"aepro.adverse-events", 0};
const stream_name responses{"aepro.questionnaire-responses", 1};
const stream_name subjects{"aepro.subjects", 0};

void append(event_store& store, const batch_text& text) {
  const auto find = [&](std::span<const subject_key> keys) { return value_of(store.load_subjects(keys)); };
  const std::vector batches{decided(text, find)};
  const auto outcomes = value_of(store.append(batches, far_away()));
  BOOST_REQUIRE(outcomes.front().committed);
}

/// Offsets of adverse_events: 0 to 2 sound, 3 a death without AESER, 4 undecodable, 5 a duplicate of 0,
/// 6 a conflict with 0 that is a death; 7 to 9 sound, in a segment of their own.
void fill(event_store& store) {
  for (const auto& stream : {subjects, adverse_events, responses})
    value_of(store.claim(stream));
  append(store, {.stream = subjects,
                 .begin_offset = -1,
                 .values = {subject_value({.event_id = "S-1"}, "2014-01-01"),
                            subject_value({.event_id = "S-2"}, "2014-01-02"),
                            subject_value({.event_id = "S-3", .subject = "other"})}});
  const auto event = [](std::uint64_t id, const std::string& term = "HEADACHE", bool fatal = false) {
    return adverse_event_value({.event_id = ordered_id(id)}, term, fatal);
  };
  append(store, {.stream = adverse_events,
                 .begin_offset = -1,
                 .values = {event(1), event(2, "NAUSEA"), event(3), event(4, "DEATH", true), "\xff\xff",
                            event(1), event(1, "DEATH", true)}});
  append(store, {.stream = adverse_events,
                 .begin_offset = 7,
                 .values = {event(7), adverse_event_value({.event_id = "A-8", .subject = "nobody"}), event(9)}});
  append(store, {.stream = responses,
                 .begin_offset = -1,
                 .values = {response_value({.event_id = "Q-1"}, {"1", "1", "1", "0", "0", "0", "0", "0", "2"}),
                            response_value({.event_id = "Q-2"}, {"1"})}});
}

audit_report audit(store_under_test& store, audit_options options = {}) {
  const auto reader = value_of(store.database().read());
  options.seed = 11;
  return value_of(audit_store(*reader, options));
}

bool is_sqlite(const store_under_test& store) {
  return store.url().starts_with("sqlite:");
}

std::string bytes_literal(const store_under_test& store, std::string_view bytes) {
  const auto hex =
    to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  return is_sqlite(store) ? "x'" + hex + "'" : "'\\x" + hex + "'::bytea";
}

std::string stream_id(const stream_name& stream) {
  return fmt::format("(SELECT stream_id FROM stream WHERE topic = '{}' AND partition = {})", stream.topic,
                     stream.partition);
}

std::string of_record(const stream_name& stream, std::int64_t offset) {
  return fmt::format("stream_id = {} AND record_offset = {}", stream_id(stream), offset);
}

stored_segment first_segment(store_under_test& store) {
  const auto reader = value_of(store.database().read());
  for (const auto& partition : value_of(reader->partitions()))
    if (partition.stream.name == adverse_events)
      return *value_of(reader->next_segment(partition.stream.id, 0));
  BOOST_FAIL("no segment");
  return {};
}

/// Returns the chain's head behind a record of the first segment.
sha256_digest head_behind(store_under_test& store, std::int64_t offset) {
  const auto segment = first_segment(store);
  audit_problems problems(10);
  const decide_options defaults;
  const stored_stream stream{1, adverse_events};
  auto parts = segment_audit::make(segment, stream, defaults, 1 << 20, problems);
  BOOST_REQUIRE(parts.has_value());
  const std::vector<subject_context_ptr> nobody(parts->subjects().size());
  parts->decide(nobody);
  sha256_digest found{};
  parts->heads([&](std::int64_t at, const sha256_digest& head) {
    if (at == offset)
      found = head;
  });
  return found;
}

void replace_in_first_segment(store_under_test& store, const std::string& column,
                              const std::string& literal) {
  run_sql(store.url(), fmt::format("UPDATE ledger_segment SET {} = {} WHERE stream_id = {} AND first_offset = 0",
                                   column, literal, stream_id(adverse_events)));
}

/// Rewrites the evidence as a forger would who knows the format.
void forge_records(store_under_test& store, const std::function<void(record_batch&)>& change) {
  const auto segment = first_segment(store);
  const auto decoded = decode_evidence(segment.records, adverse_events, 0,
                                       static_cast<std::size_t>(segment.record_count), 1 << 20);
  const auto batch = std::get<std::shared_ptr<record_batch>>(decoded);
  change(*batch);
  replace_in_first_segment(store, "records", bytes_literal(store, encode_evidence(*batch)));
}

void forge_decisions(store_under_test& store,
                     const std::function<void(std::vector<stored_decision>&)>& change) {
  const auto segment = first_segment(store);
  const auto decoded =
    decode_decisions(segment.decisions, static_cast<std::size_t>(segment.record_count), 1 << 20);
  auto decisions = std::get<segment_decisions>(decoded);
  change(decisions.records);
  replace_in_first_segment(store, "decisions", bytes_literal(store, encode_decisions(decisions.records)));
}

struct tampering {
  std::string name;
  std::function<void(store_under_test&)> apply;
  std::string kind;     ///< Of a problem that must be found,
  std::int64_t offset;  ///< with this offset.
  /// What scripts/verify_ledger.py calls it; nothing: beyond the script, which decides nothing again.
  std::optional<std::string> second_kind = kind;

  tampering for_the_script(std::optional<std::string> other) && {
    second_kind = std::move(other);
    return std::move(*this);
  }
};

std::ostream& operator<<(std::ostream& out, const tampering& entry) {
  return out << entry.name;
}

/// A tampering by one statement.
tampering by_sql(std::string name, std::string statement, std::string kind, std::int64_t offset) {
  return {std::move(name),
          [statement = std::move(statement)](store_under_test& store) { run_sql(store.url(), statement); },
          std::move(kind), offset};
}

tampering payload_byte() {
  return {"a byte of a payload",
          [](store_under_test& store) {
            forge_records(store, [](record_batch& batch) {
              static std::string value;
              value = *batch.records[2].value;
              value[value.find("Headache")] = 'h';
              batch.records[2].value = value;
            });
          },
          "chain_broken", 2};
}

tampering evidence_timestamp() {
  return {"a timestamp in the evidence",
          [](store_under_test& store) {
            forge_records(store, [](record_batch& batch) { batch.records[1].timestamp += 1; });
          },
          "chain_broken", 1};
}

tampering evidence_header() {
  return {"a header in the evidence",
          [](store_under_test& store) {
            forge_records(store, [](record_batch& batch) { batch.records[4].headers = {}; });
          },
          "chain_broken", 4};
}

tampering decision_byte() {
  return {"a byte of a decision",
          [](store_under_test& store) {
            forge_decisions(store, [](std::vector<stored_decision>& records) {
              static std::string changed;
              changed = records[3].decision;
              changed[6] = static_cast<char>(changed[6] ^ 1); // Not serious any more.
              records[3].decision = changed;
            });
          },
          "decision_differs", 3, "chain_broken"};
}

tampering verdict_of_a_record() {
  return {"a conflict made a duplicate",
          [](store_under_test& store) {
            forge_decisions(store, [](std::vector<stored_decision>& records) {
              records[6].verdict = verdict::duplicate;
            });
          },
          "verdict_differs", 6, "chain_broken"};
}

tampering first_of_a_duplicate() {
  return {"another first record of a duplicate",
          [](store_under_test& store) {
            forge_decisions(store,
                            [](std::vector<stored_decision>& records) { records[5].first.offset = 1; });
          },
          "first_differs", 5};
}

tampering damaged_frame() {
  return {"a byte of the compressed segment",
          [](store_under_test& store) {
            auto records = first_segment(store).records;
            records.resize(records.size() / 2);
            replace_in_first_segment(store, "records", bytes_literal(store, records));
          },
          "segment_damaged", 0};
}

tampering replaced_head() {
  return {"a replaced head",
          [](store_under_test& store) {
            run_sql(store.url(),
                    fmt::format("UPDATE partition_state SET chain_head = {} WHERE stream_id = {}",
                                bytes_literal(store, std::string(32, 'x')), stream_id(adverse_events)));
          },
          "state_differs", 9};
}

tampering inserted_row() {
  return {"an inserted row",
          [](store_under_test& store) {
            const std::string key = is_sqlite(store) ? "randomblob(16)" : "gen_random_uuid()";
            run_sql(store.url(), fmt::format("INSERT INTO event (event_key, content_check, record_offset, "
                                             "record_timestamp, stream_id, flags, kind) VALUES ({}, 0, 4, 0, {}, 0, 1)",
                                             key, stream_id(adverse_events)));
          },
          "row_inserted", 4};
}

std::vector<tampering> tamperings() {
  const auto event = [](std::int64_t offset) { return of_record(adverse_events, offset); };
  return {
    payload_byte(), evidence_timestamp(), evidence_header(), decision_byte(), verdict_of_a_record(),
    first_of_a_duplicate(), damaged_frame(), replaced_head(),
    by_sql("a deleted row", "DELETE FROM event WHERE " + event(1), "row_missing", 1),
    by_sql("two rows swapped",
           fmt::format("UPDATE event SET record_offset = 3 - record_offset WHERE stream_id = {} AND "
                       "record_offset IN (1, 2)",
                       stream_id(adverse_events)),
           "row_differs", 1),
    by_sql("an offset moved", "UPDATE event SET record_offset = 50000 WHERE " + event(2), "row_missing", 2),
    by_sql("a row without evidence", "UPDATE event SET record_offset = 50000 WHERE " + event(2),
           "row_inserted", 50000),
    by_sql("the next offset moved",
           "UPDATE partition_state SET next_offset = 20 WHERE stream_id = " + stream_id(adverse_events),
           "state_differs", 10),
    by_sql("a finding removed", "DELETE FROM finding WHERE " + event(8), "row_missing", 8),
    by_sql("a finding's rule changed", "UPDATE finding SET rule = 9999 WHERE " + event(8), "row_differs", 8),
    by_sql("an inserted finding",
           fmt::format("INSERT INTO finding (stream_id, record_offset, rule) VALUES ({}, 4, 1)",
                       stream_id(adverse_events)),
           "row_inserted", 4),
    by_sql("a row's timestamp changed", "UPDATE event SET record_timestamp = 1 WHERE " + event(7),
           "row_differs", 7),
    by_sql("a row's term changed", "UPDATE event SET aeterm = 'x' WHERE " + event(7), "row_differs", 7)
      .for_the_script({}),
    by_sql("a row's column of another kind filled", "UPDATE event SET answers = '[]' WHERE " + event(7),
           "row_differs", 7)
      .for_the_script({}),
    inserted_row(),
    by_sql("an inserted row of a stream without state",
           "INSERT INTO finding (stream_id, record_offset, rule) VALUES (77, 4, 1)", "row_inserted", 4),
    by_sql("a segment's last offset moved",
           fmt::format("UPDATE ledger_segment SET last_offset = 5 WHERE stream_id = {} AND first_offset = 0",
                       stream_id(adverse_events)),
           "segment_damaged", 0),
    by_sql("a truncated tail",
           fmt::format("DELETE FROM ledger_segment WHERE stream_id = {} AND first_offset = 7",
                       stream_id(adverse_events)),
           "state_differs", 7),
    by_sql("the rows of a truncated tail",
           fmt::format("DELETE FROM ledger_segment WHERE stream_id = {} AND first_offset = 7",
                       stream_id(adverse_events)),
           "row_inserted", 9),
    by_sql("a missing segment",
           fmt::format("DELETE FROM ledger_segment WHERE stream_id = {} AND first_offset = 0",
                       stream_id(adverse_events)),
           "segment_order", 7),
    by_sql("a changed count", "UPDATE partition_state SET rejected = 0 WHERE rejected > 0", "state_differs", -1),
    by_sql("a removed dead letter", "DELETE FROM dead_letter", "row_missing", 4),
    by_sql("a removed alert", "DELETE FROM alert WHERE " + event(3), "row_missing", 3),
    by_sql("an alert made less urgent", "UPDATE alert SET urgency = 1 WHERE " + event(6), "row_differs", 6),
    by_sql("a removed conflict", "DELETE FROM conflict", "row_missing", 6),
    by_sql("a conflict with another record", "UPDATE conflict SET first_offset = 1", "row_differs", 6),
    by_sql("a shared text changed", "UPDATE coding SET aedecod = 'Rash'", "row_differs", -1),
    by_sql("a shared row removed", "DELETE FROM place", "row_missing", -1),
    by_sql("another shared row referred to", "UPDATE event SET coding_id = 1 WHERE " + event(7), "row_differs", 7)
      .for_the_script({}),
    by_sql("a subject's data changed", "UPDATE subject SET rfstdtc = '2000' WHERE version = 2", "row_differs", 1)
      .for_the_script({}),
    by_sql("a subject's version skipped", "UPDATE subject SET version = 5 WHERE version = 2",
           "subject_version", 1),
  };
}

} // namespace

BOOST_DATA_TEST_CASE(an_untouched_store_is_sound, data::make({store_kind::sqlite, store_kind::postgres}), kind) {
  store_under_test store(kind);
  fill(*store.connect());
  std::size_t visited = 0;
  std::uint64_t checked = 0, total = 0;
  audit_options options;
  options.visit = [&](const auto&...) { ++visited; };
  options.progress = [&](std::uint64_t done, std::uint64_t all) { checked = done, total = all; };
  const auto report = audit(store, options);
  for (const auto& problem : report.problems)
    BOOST_ERROR(problem.kind << " " << problem.topic << " " << problem.offset << " " << problem.message);
  BOOST_TEST(report.ok());
  BOOST_TEST(visited == 15U);
  BOOST_TEST(checked == 15U);
  BOOST_TEST(total == 15U);
  BOOST_REQUIRE(report.partitions.size() == 3U);
  const auto& partition = report.partitions[0];
  BOOST_TEST((partition.stream == adverse_events));
  BOOST_TEST(partition.next_offset == 10);
  BOOST_TEST(partition.counts.accepted == 7U);
  BOOST_TEST(partition.counts.rejected == 1U);
  BOOST_TEST(partition.counts.duplicate == 1U);
  BOOST_TEST(partition.counts.conflict == 1U);
}

BOOST_DATA_TEST_CASE(tampering_is_found_and_named,
                     data::make({store_kind::sqlite, store_kind::postgres}) * data::make(tamperings()), kind,
                     entry) {
  store_under_test store(kind);
  fill(*store.connect());
  entry.apply(store);
  const auto report = audit(store);
  BOOST_TEST(!report.ok());
  bool found = false;
  for (const auto& problem : report.problems) {
    BOOST_TEST_MESSAGE(problem.kind << " " << problem.topic << " " << problem.offset << " " << problem.message);
    found = found || (problem.kind == entry.kind && problem.offset == entry.offset);
  }
  BOOST_TEST(found);
}

/// What scripts/verify_ledger.py, written from docs/ledger-format.md alone, says of the same store.
struct second_opinion {
  explicit second_opinion(const store_under_test& store) {
    const auto text = output_of(fmt::format("'{}/scripts/verify_ledger.py' --json '{}'; echo \"exit $?\"",
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

BOOST_DATA_TEST_CASE(a_second_implementation_agrees_on_a_sound_store, data::make({store_kind::sqlite, store_kind::postgres}),
                     kind) {
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
                     data::make({store_kind::sqlite, store_kind::postgres}) * data::make(tamperings()), kind,
                     entry) {
  if (!entry.second_kind)
    return; // The clinical columns follow from deciding again; tampering_is_found_and_named has the case.
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

BOOST_DATA_TEST_CASE(more_problems_than_the_limit_are_counted, data::make({store_kind::sqlite, store_kind::postgres}),
                     kind) {
  store_under_test store(kind);
  fill(*store.connect());
  run_sql(store.url(), "DELETE FROM event");
  audit_options options;
  options.problems_max = 2;
  const auto report = audit(store, options);
  BOOST_TEST(report.problems.size() == 2U);
  BOOST_TEST(report.problems_total > 10U);
}

BOOST_DATA_TEST_CASE(watermarks_show_what_the_topic_lost, data::make({store_kind::sqlite, store_kind::postgres}), kind) {
  store_under_test store(kind);
  fill(*store.connect());
  const auto kinds = [&](std::int64_t low, std::int64_t high) {
    audit_options options;
    options.extents = {{adverse_events, low, high}};
    return audit(store, options).problems_total;
  };
  BOOST_TEST(kinds(0, 10) == 0U);
  BOOST_TEST(kinds(5, 2'000) == 0U); // Old records expired, new ones wait.
  BOOST_TEST(kinds(0, 9) == 1U);
  BOOST_TEST(kinds(11, 12) == 1U);
}

BOOST_DATA_TEST_CASE(a_stretch_that_is_not_explained_is_named_as_a_whole,
                     data::make({store_kind::sqlite, store_kind::postgres}), kind) {
  store_under_test store(kind);
  fill(*store.connect());
  run_sql(store.url(), "DELETE FROM dead_letter");
  audit_options options;
  options.stretches_explained_max = 0;
  const auto report = audit(store, options);
  BOOST_REQUIRE(report.problems.size() == 1U);
  BOOST_TEST(report.problems[0].kind == "row_differs");
  BOOST_TEST(report.problems[0].offset == 0);
}

BOOST_DATA_TEST_CASE(a_serious_report_that_is_rejected_has_its_alert_in_the_store,
                     data::make({store_kind::sqlite, store_kind::postgres}), kind) {
  store_under_test store(kind);
  auto connection = store.connect();
  value_of(connection->claim(adverse_events));
  append(*connection, {.stream = adverse_events,
                       .begin_offset = -1,
                       .values = {adverse_event_value({.event_id = "A-1"}, "", true),
                                  adverse_event_value({.event_id = "A-2"}, "")}});
  BOOST_TEST(run_sql(store.url(), "SELECT rule FROM alert") == "rejected-serious-report");
  BOOST_TEST(run_sql(store.url(), "SELECT count(*) FROM dead_letter") == "2");
  BOOST_TEST(audit(store).ok());
  output_of("python3 " AEPRO_SOURCE_DIR "/scripts/verify_ledger.py '" + store.url() + "'");
  run_sql(store.url(), "DELETE FROM alert");
  const auto report = audit(store);
  BOOST_REQUIRE(report.problems.size() == 1U);
  BOOST_TEST(report.problems.front().kind == "row_missing");
  BOOST_TEST(report.problems.front().offset == 0);
}

BOOST_DATA_TEST_CASE(decisions_are_checked_with_the_options_they_were_made_with,
                     data::make({store_kind::sqlite, store_kind::postgres}), kind) {
  store_under_test store(kind);
  decide_options strict;
  strict.reject_unknown_subjects = true;
  store_options options;
  options.url = store.url();
  options.decide_options = decide_options_text(strict);
  auto writer = value_of(value_of(make_store(options))->connect());
  value_of(writer->claim(adverse_events));
  auto raw = make_batch({{.value = adverse_event_value({.event_id = "A-1"})}}, 0, adverse_events);
  raw->begin_offset = -1;
  raw->epoch = 1;
  auto pending = prepare(raw, strict);
  const std::vector<subject_context_ptr> nobody(pending.subjects.size());
  auto batch = finish(std::move(pending), nobody, strict);
  batch->evidence = encode_evidence(*raw);
  const std::vector group{batch};
  BOOST_TEST(value_of(writer->append(group, far_away())).front().settled.counts.rejected == 1U);
  BOOST_TEST(audit(store).ok());
  const auto changed = [&](const std::string& statement) {
    run_sql(store.url(), statement);
    const auto report = audit(store);
    BOOST_REQUIRE(!report.ok());
    return report.problems.front().kind;
  };
  BOOST_TEST(changed("UPDATE decide_options SET text = replace(text, ':true', ':false')") == "options_damaged");
  run_sql(store.url(), "UPDATE decide_options SET text = replace(text, ':false', ':true')");
  BOOST_TEST(audit(store).ok());
  BOOST_TEST(changed("UPDATE ledger_segment SET options = NULL") == "decision_differs");
  audit_options same;
  same.decide = strict; // As of a segment of the schema before.
  BOOST_TEST(audit(store, same).ok());
}

BOOST_DATA_TEST_CASE(a_published_head_shows_that_the_ledger_was_rewritten,
                     data::make({store_kind::sqlite, store_kind::postgres}), kind) {
  store_under_test store(kind);
  fill(*store.connect());
  audit_problems none(10);
  const auto with_anchor = [&](std::int64_t next_offset, const sha256_digest& head) {
    const auto id = value_of(value_of(store.database().read())->store_id());
    anchor_audit anchors(id, {});
    anchors.add({"anchors", 0}, 0, encode_anchor({.store_id = id, .stream = adverse_events,
                                                  .next_offset = next_offset, .chain_head = head}), "", none);
    audit_options options;
    options.anchors = &anchors;
    return audit(store, options);
  };
  const auto first_head = first_segment(store).chain_after;
  BOOST_TEST(with_anchor(7, first_head).ok());
  // Where segments end does not matter: the head behind any record is compared.
  const auto inner = head_behind(store, 2);
  BOOST_TEST((inner != first_head));
  BOOST_TEST(with_anchor(3, inner).ok());
  const auto report = with_anchor(3, first_head);
  BOOST_REQUIRE(report.problems.size() == 1U);
  BOOST_TEST(report.problems.front().kind == "anchor_mismatch");
  BOOST_TEST(report.problems.front().offset == 2);
  auto other = first_head;
  other[31] ^= 1;
  BOOST_TEST(with_anchor(7, other).problems.front().kind == "anchor_mismatch");
  BOOST_TEST(with_anchor(11, first_head).problems.front().kind == "anchor_mismatch");
}

BOOST_AUTO_TEST_SUITE_END()
