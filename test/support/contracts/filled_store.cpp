#include "test/support/contracts/filled_store.hpp"

#include "actors/storage/ledger/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <fmt/format.h>

namespace aepro::test {

void append(event_store& store, const batch_text& text) {
  const auto find = [&](std::span<const subject_key> keys) {
    return value_of(store.load_subjects(keys));
  };
  const std::vector batches{decided(text, find)};
  const auto outcomes = value_of(store.append(batches, far_away()));
  BOOST_REQUIRE(outcomes.front().committed);
}

void fill(event_store& store) {
  for (const auto& stream : {subjects, adverse_events, responses})
    value_of(store.claim(stream));
  append(store, {.stream = subjects,
                 .begin_offset = -1,
                 .values = {subject_value({.event_id = "S-1"}, "2014-01-01"),
                            subject_value({.event_id = "S-2"}, "2014-01-02"),
                            subject_value({.event_id = "S-3", .subject = "other"})}});
  const auto event = [](std::uint64_t id, const std::string& term = "HEADACHE",
                        bool fatal = false) {
    return adverse_event_value({.event_id = ordered_id(id)}, term, fatal);
  };
  append(store, {.stream = adverse_events,
                 .begin_offset = -1,
                 .values = {event(1), event(2, "NAUSEA"), event(3), event(4, "DEATH", true),
                            "\xff\xff", event(1), event(1, "DEATH", true)}});
  append(store, {.stream = adverse_events,
                 .begin_offset = 7,
                 .values = {event(7), adverse_event_value({.event_id = "A-8", .subject = "nobody"}),
                            event(9)}});
  append(store, {.stream = responses,
                 .begin_offset = -1,
                 .values = {response_value({.event_id = "Q-1"},
                                           {"1", "1", "1", "0", "0", "0", "0", "0", "2"}),
                            response_value({.event_id = "Q-2"}, {"1"})}});
}

audit_report audit(store_under_test& store, audit_options options) {
  const auto reader = value_of(store.database().read());
  options.seed = 11;
  return value_of(audit_store(*reader, options));
}

bool names(const audit_report& report, std::string_view kind, std::int64_t offset) {
  bool found = false;
  for (const auto& problem : report.problems) {
    BOOST_TEST_MESSAGE(problem.kind << " " << problem.topic << " " << problem.offset << " "
                                    << problem.message);
    found = found || (problem.kind == kind && problem.offset == offset);
  }
  return found;
}

bool is_sqlite(const store_under_test& store) {
  return store.url().starts_with("sqlite:");
}

std::string bytes_literal(const store_under_test& store, std::string_view bytes) {
  const auto hex = to_hex({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  return is_sqlite(store) ? "x'" + hex + "'" : "'\\x" + hex + "'::bytea";
}

std::string stream_id(const stream_name& stream) {
  return fmt::format("(SELECT stream_id FROM stream WHERE topic = '{}' AND partition = {})",
                     stream.topic, stream.partition);
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

} // namespace aepro::test
