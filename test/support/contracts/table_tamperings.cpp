#include "test/support/contracts/tamperings.hpp"

#include <fmt/format.h>

namespace aepro::test {

namespace {

/// A row of `publication`.
std::string cursor(const std::string& stream, int purpose, std::int64_t next_offset) {
  return fmt::format("INSERT INTO publication (stream_id, purpose, next_offset) "
                     "VALUES ({}, {}, {})",
                     stream, purpose, next_offset);
}

/// A rule as there is one, with another version and number.
std::string another_rule(const std::string& version, int number) {
  return fmt::format("INSERT INTO rule (rules_version, rule, name, severity, variable, text, "
                     "authority) "
                     "SELECT {}, {}, name, severity, variable, text, authority FROM rule LIMIT 1",
                     version, number);
}

} // namespace

std::vector<tampering> row_tamperings() {
  const auto event = [](std::int64_t offset) { return of_record(adverse_events, offset); };
  return {
      by_sql("a deleted row", "DELETE FROM event WHERE " + event(1), "row_missing", 1),
      by_sql("two rows swapped",
             fmt::format("UPDATE event SET record_offset = 3 - record_offset WHERE stream_id = {} "
                         "AND record_offset IN (1, 2)",
                         stream_id(adverse_events)),
             "row_differs", 1),
      by_sql("an offset moved", "UPDATE event SET record_offset = 50000 WHERE " + event(2),
             "row_missing", 2),
      by_sql("a row without evidence", "UPDATE event SET record_offset = 50000 WHERE " + event(2),
             "row_inserted", 50000),
      by_sql("the next offset moved",
             "UPDATE partition_state SET next_offset = 20 WHERE stream_id = " +
                 stream_id(adverse_events),
             "state_differs", 10),
      by_sql("a finding removed", "DELETE FROM finding WHERE " + event(8), "row_missing", 8),
      by_sql("a finding's rule changed", "UPDATE finding SET rule = 9999 WHERE " + event(8),
             "row_differs", 8),
      by_sql("an inserted finding",
             fmt::format("INSERT INTO finding (stream_id, record_offset, rule) VALUES ({}, 4, 1)",
                         stream_id(adverse_events)),
             "row_inserted", 4),
      by_sql("a row's timestamp changed", "UPDATE event SET record_timestamp = 1 WHERE " + event(7),
             "row_differs", 7),
      by_sql("a row's term changed", "UPDATE event SET aeterm = 'x' WHERE " + event(7),
             "row_differs", 7)
          .for_the_script({}),
      by_sql("a row's column of another kind filled",
             "UPDATE event SET answers = '[]' WHERE " + event(7), "row_differs", 7)
          .for_the_script({}),
      by_sql("an inserted row of a stream without state",
             "INSERT INTO finding (stream_id, record_offset, rule) VALUES (77, 4, 1)",
             "row_inserted", 4),
      by_sql("a changed count", "UPDATE partition_state SET rejected = 0 WHERE rejected > 0",
             "state_differs", -1),
      by_sql("a removed dead letter", "DELETE FROM dead_letter", "row_missing", 4),
      by_sql("a removed alert", "DELETE FROM alert WHERE " + event(3), "row_missing", 3),
      by_sql("an alert made less urgent", "UPDATE alert SET urgency = 1 WHERE " + event(6),
             "row_differs", 6),
      by_sql("a removed conflict", "DELETE FROM conflict", "row_missing", 6),
      by_sql("a conflict with another record", "UPDATE conflict SET first_offset = 1",
             "row_differs", 6),
      by_sql("a shared text changed", "UPDATE coding SET aedecod = 'Rash'", "row_differs", -1),
      by_sql("a shared row removed", "DELETE FROM place", "row_missing", -1),
      by_sql("another shared row referred to", "UPDATE event SET coding_id = 1 WHERE " + event(7),
             "row_differs", 7)
          .for_the_script({}),
      by_sql("a subject's data changed", "UPDATE subject SET rfstdtc = '2000' WHERE version = 2",
             "row_differs", 1)
          .for_the_script({}),
      by_sql("a subject's version skipped", "UPDATE subject SET version = 5 WHERE version = 2",
             "subject_version", 1),
  };
}

std::vector<tampering> segment_tamperings() {
  return {
      by_sql("a segment's last offset moved",
             fmt::format("UPDATE ledger_segment SET last_offset = 5 WHERE stream_id = {} AND "
                         "first_offset = 0",
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
  };
}

std::vector<tampering> side_tamperings() {
  const auto segment = [](std::int64_t first_offset) {
    return fmt::format("stream_id = {} AND first_offset = {}", stream_id(adverse_events),
                       first_offset);
  };
  return {
      by_sql("a segment's rules version changed",
             "UPDATE ledger_segment SET rules_version = 7 WHERE " + segment(7), "row_differs", 7),
      by_sql("one segment's options emptied",
             "UPDATE ledger_segment SET options = NULL WHERE " + segment(7), "options_damaged", 7),
      by_sql("all options emptied", "UPDATE ledger_segment SET options = NULL", "options_damaged",
             0),
      by_sql("options removed", "DELETE FROM decide_options", "options_damaged", 0),
      by_sql("a cursor beyond the stream's end", cursor(stream_id(adverse_events), 1, 11),
             "state_differs", 11),
      by_sql("a cursor of alerts beyond the stream's end", cursor(stream_id(adverse_events), 3, 11),
             "state_differs", 11),
      by_sql("a cursor of clocks beyond the stream's end", cursor(stream_id(adverse_events), 4, 11),
             "state_differs", 11),
      by_sql("a cursor of reviews beyond the stream's end",
             cursor(stream_id(adverse_events), 5, 11), "state_differs", 11),
      by_sql("a cursor for nothing known", cursor(stream_id(adverse_events), 9, 4), "row_inserted",
             4),
      by_sql("a cursor of no stream", cursor("99", 1, 4), "row_inserted", -1),
      by_sql("a rule's text changed",
             "UPDATE rule SET text = 'x' WHERE rule = (SELECT min(rule) FROM rule)", "row_differs",
             -1)
          .for_the_script({}),
      by_sql("a rule's severity changed",
             "UPDATE rule SET severity = 9 WHERE rule = (SELECT min(rule) FROM rule)",
             "row_differs", -1)
          .for_the_script({}),
      by_sql("a rule removed", "DELETE FROM rule WHERE rule = (SELECT min(rule) FROM rule)",
             "row_missing", -1)
          .for_the_script({}),
      by_sql("a rule put in", another_rule("rules_version", 9'999), "row_inserted", -1)
          .for_the_script({}),
      by_sql("rules of a later version put in", another_rule("rules_version + 1", 1),
             "row_inserted", -1)
          .for_the_script({}),
      by_sql("rules of version 0 put in", another_rule("0", 1), "row_inserted", -1)
          .for_the_script({}),
  };
}

} // namespace aepro::test
