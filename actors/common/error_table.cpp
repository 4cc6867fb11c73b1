#include "actors/common/error_table.hpp"

#include <algorithm>
#include <array>

namespace aepro {

namespace {

using enum error_system;

constexpr int sqlite_primary_mask = 0xff;

/// Sources: PostgreSQL 15, appendix A; sqlite.org/rescode.html; rdkafka.h of 2.0.2.
constexpr std::array rows{
    error_row{postgresql, "57014", 0, errc::deadline_exceeded,
              "cancelled by us, or its statement_timeout passed"},
    error_row{postgresql, "57", 0, errc::store_unavailable, "shutting down, crashed, starting up"},
    error_row{postgresql, "08007", 0, errc::store_outcome_unknown,
              "the outcome of the transaction is not known"},
    error_row{postgresql, "08", 0, errc::store_unavailable, "the connection broke, or was refused"},
    error_row{postgresql, "40003", 0, errc::store_outcome_unknown,
              "the outcome of the statement is not known"},
    error_row{postgresql, "40", 0, errc::store_busy, "deadlock, serialization failure"},
    error_row{postgresql, "55P03", 0, errc::store_busy, "a lock was not to be had in time"},
    error_row{postgresql, "55006", 0, errc::store_busy, "an object is in use"},
    error_row{postgresql, "53100", 0, errc::store_full, "the disk is full"},
    error_row{postgresql, "53", 0, errc::store_unavailable, "out of memory or connections"},
    error_row{postgresql, "54", 0, errc::store_broken, "a limit of the program"},
    error_row{postgresql, "22", 0, errc::content_refused, "a value that its column does not take"},
    error_row{postgresql, "25006", 0, errc::store_full, "read-only: a standby, or made so"},
    error_row{postgresql, "25P03", 0, errc::store_unavailable,
              "the session was ended: idle inside a transaction"},
    error_row{postgresql, "58", 0, errc::store_unavailable, "an I/O error on the server"},
    error_row{sqlite, "SQLITE_OK", 0, errc::none, "done"},
    error_row{sqlite, "SQLITE_ROW", 100, errc::none, "a row is there"},
    error_row{sqlite, "SQLITE_DONE", 101, errc::none, "no more rows"},
    error_row{sqlite, "SQLITE_BUSY", 5, errc::store_busy, "another connection holds the lock"},
    error_row{sqlite, "SQLITE_LOCKED", 6, errc::store_busy, "a conflict inside the connection"},
    error_row{sqlite, "SQLITE_PROTOCOL", 15, errc::store_busy,
              "a lost race for the locks of the log"},
    error_row{sqlite, "SQLITE_INTERRUPT", 9, errc::deadline_exceeded, "interrupted by us"},
    error_row{sqlite, "SQLITE_FULL", 13, errc::store_full, "the disk is full"},
    error_row{sqlite, "SQLITE_READONLY", 8, errc::store_full, "file or folder cannot be written"},
    error_row{sqlite, "SQLITE_IOERR", 10, errc::store_unavailable,
              "an I/O error; at a commit its outcome is unknown"},
    error_row{sqlite, "SQLITE_CANTOPEN", 14, errc::store_unavailable, "the file cannot be opened"},
    error_row{sqlite, "SQLITE_NOMEM", 7, errc::store_unavailable, "out of memory"},
    error_row{librdkafka, "UNKNOWN_TOPIC_OR_PART", 3, errc::topic_missing,
              "no such topic, or no leader is known yet"},
    error_row{librdkafka, "_UNKNOWN_TOPIC", -188, errc::topic_missing, "no such topic"},
    error_row{librdkafka, "_UNKNOWN_PARTITION", -190, errc::topic_missing, "no such partition"},
    error_row{librdkafka, "TOPIC_EXCEPTION", 17, errc::topic_missing,
              "a name that no topic can have"},
    error_row{librdkafka, "TOPIC_AUTHORIZATION_FAILED", 29, errc::authorization_denied,
              "no right to the topic"},
    error_row{librdkafka, "GROUP_AUTHORIZATION_FAILED", 30, errc::authorization_denied,
              "no right to the group"},
    error_row{librdkafka, "CLUSTER_AUTHORIZATION_FAILED", 31, errc::authorization_denied,
              "no right to the cluster"},
    error_row{librdkafka, "SASL_AUTHENTICATION_FAILED", 58, errc::authorization_denied,
              "name or password is wrong"},
    error_row{librdkafka, "_AUTHENTICATION", -169, errc::authorization_denied,
              "the same, as the client says it"},
    error_row{librdkafka, "OFFSET_OUT_OF_RANGE", 1, errc::offset_out_of_range,
              "the topic lost what was not read"},
    error_row{librdkafka, "_AUTO_OFFSET_RESET", -140, errc::offset_out_of_range,
              "the same, as the client says it"},
    error_row{librdkafka, "_FATAL", -150, errc::fenced,
              "of a consumer: another process took its group.instance.id"},
    error_row{librdkafka, "FENCED_INSTANCE_ID", 82, errc::fenced,
              "the same, as the broker says it"},
    error_row{librdkafka, "ILLEGAL_GENERATION", 22, errc::broker_unavailable,
              "the group went on without us; librdkafka joins again and tells what it lost"},
    error_row{librdkafka, "UNKNOWN_MEMBER_ID", 25, errc::broker_unavailable, "the same"},
    error_row{librdkafka, "_TRANSPORT", -195, errc::broker_unavailable,
              "the connection broke, or was refused"},
    error_row{librdkafka, "_ALL_BROKERS_DOWN", -187, errc::broker_unavailable, "no broker answers"},
    error_row{librdkafka, "_TIMED_OUT", -185, errc::broker_unavailable, "no answer in time"},
};

/// Returns the meaning of the first row of `system` that fits, else the default.
template <class Fits>
errc meaning_of(error_system system, Fits fits) {
  const auto found = std::ranges::find_if(
      rows, [&](const error_row& row) { return row.system == system && fits(row); });
  return found == rows.end() ? default_meaning(system) : found->meaning;
}

std::string_view title_of(error_system system) {
  switch (system) {
    case postgresql: return "PostgreSQL: SQLSTATE, or what it begins with";
    case sqlite: return "SQLite: result code, with its extended codes";
    case librdkafka: return "librdkafka: error code";
  }
  return "";
}

std::string text_of(error_system system, errc meaning) {
  const auto action = action_of(system, meaning);
  if (meaning == errc::content_refused)
    return "the writer halves the batch until the record is found, which is rejected";
  return action == error_action::none ? "no error" : to_string(action);
}

} // namespace

std::span<const error_row> error_table() {
  return rows;
}

errc default_meaning(error_system system) {
  switch (system) {
    case postgresql:
    case sqlite: return errc::store_broken;
    case librdkafka: return errc::broker_unavailable;
  }
  return errc::store_broken;
}

errc classify_sqlstate(std::string_view sqlstate) {
  if (sqlstate.empty())
    return errc::store_unavailable;
  return meaning_of(postgresql,
                    [&](const error_row& row) { return sqlstate.starts_with(row.name); });
}

errc classify_sqlite(int code) {
  return meaning_of(sqlite, [&](const error_row& row) {
    return row.number == code || row.number == (code & sqlite_primary_mask);
  });
}

errc classify_kafka_error(int code) {
  return meaning_of(librdkafka, [&](const error_row& row) { return row.number == code; });
}

error_action action_of(error_system system, errc meaning) {
  if (system == librdkafka && meaning == errc::fenced)
    return error_action::stop_node;
  return action_of(meaning);
}

std::string errors_markdown() {
  std::string text =
      "# What follows from an error\n"
      "Every code of the store and of Kafka becomes one of aepro's own, which says what follows: "
      "*retry* (with backoff, within\n`retry.budget`), *give the partition up* (somebody else owns "
      "it) or *stop the node* (exit code 2; a person must help).\nThe first line that fits counts. "
      "This page is made from `actors/common/error_table.cpp`; a test compares them.\n\n"
      "A connection to PostgreSQL that is refused, for whatever reason (no such database, a wrong "
      "password), is\n`store_unavailable` and tried again: the log has the server's words.\n";
  for (const auto system : {postgresql, sqlite, librdkafka}) {
    text += "\n## " + std::string(title_of(system));
    text += "\n\n| code | cause | aepro's | what follows |\n|---|---|---|---|\n";
    for (const auto& row : rows)
      if (row.system == system)
        text += "| `" + std::string(row.name) + "` | " + std::string(row.cause) + " | `" +
                to_string(row.meaning) + "` | " + text_of(system, row.meaning) + " |\n";
    if (system == postgresql)
      text +=
          "| none | the connection broke; while a commit is under way `store_outcome_unknown` | `" +
          to_string(classify_sqlstate("")) + "` | " + text_of(system, classify_sqlstate("")) +
          " |\n";
    text += "| any other | | `" + to_string(default_meaning(system)) + "` | " +
            text_of(system, default_meaning(system)) + " |\n";
  }
  return text;
}

} // namespace aepro
