#include "actors/storage/schema/views.hpp"

#include "actors/storage/rows/codelists.hpp"
#include "actors/storage/rows/row_writer.hpp"
#include "actors/storage/rows/shared_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace aepro {

namespace {

std::string lower(std::string_view name) {
  std::string out(name);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return out;
}

/// Expressions that the two databases write differently.
class expressions {
public:
  explicit expressions(sql_dialect dialect) : postgres_(dialect == sql_dialect::postgres) {}

  std::string member(std::string_view column, std::string_view name) const {
    return fmt::format(fmt::runtime(postgres_ ? "(e.{0}::json ->> '{1}')" : "(e.{0} ->> '$.{1}')"),
                       column, name);
  }

  std::string time(std::string_view milliseconds) const {
    return fmt::format(fmt::runtime(postgres_
                                        ? "CASE WHEN {0} >= 0 THEN to_timestamp({0} / 1000.0) END"
                                        : "CASE WHEN {0} >= 0 THEN strftime('%Y-%m-%dT%H:%M:%fZ', "
                                          "{0} / 1000.0, 'unixepoch') END"),
                       milliseconds);
  }

  /// Local time of a packed instant with its offset, as ISO 8601 text.
  std::string instant(std::string_view column) const {
    const auto ms = fmt::format("(({0} >> 12) + ((({0} & 4095) - 2048) * 60000))", column);
    const auto minutes = fmt::format("(({} & 4095) - 2048)", column);
    const auto sign = fmt::format("CASE WHEN {} < 0 THEN '-' ELSE '+' END", minutes);
    if (postgres_)
      return fmt::format("to_char(timestamp '1970-01-01' + ({0}) * interval '1 millisecond', "
                         "'YYYY-MM-DD\"T\"HH24:MI:SS.MS') || {1} || lpad((abs({2}) / 60)::text, "
                         "2, '0') || ':' || lpad((abs({2}) % 60)::text, 2, '0')",
                         ms, sign, minutes);
    return fmt::format("strftime('%Y-%m-%dT%H:%M:%f', {0} / 1000.0, 'unixepoch') || {1} || "
                       "printf('%02d:%02d', abs({2}) / 60, abs({2}) % 60)",
                       ms, sign, minutes);
  }

  std::string event_id() const {
    if (postgres_)
      return "coalesce(e.event_id, e.event_key::text)";
    return "coalesce(e.event_id, lower(substr(hex(e.event_key), 1, 8) || '-' || "
           "substr(hex(e.event_key), 9, 4)"
           " || '-' || substr(hex(e.event_key), 13, 4) || '-' || substr(hex(e.event_key), 17, 4) "
           "|| '-' || substr(hex(e.event_key), 21, 12)))";
  }

  /// The elements of a JSON array as `item.value`, text where they are texts.
  std::string elements(std::string_view column) const {
    return fmt::format(
        fmt::runtime(postgres_ ? "CROSS JOIN LATERAL json_array_elements(e.{}::json) AS item(value)"
                               : "JOIN json_each(e.{}) AS item"),
        column);
  }

  /// Link ids of the form beside the answers, as `link.value` and `item.value`.
  std::string answers() const {
    if (postgres_)
      return "CROSS JOIN LATERAL json_array_elements_text(f.link_ids::json) WITH ORDINALITY AS "
             "link(value, number) "
             "JOIN LATERAL json_array_elements(e.answers::json) WITH ORDINALITY AS item(value, "
             "number) ON item.number = link.number";
    return "JOIN json_each(f.link_ids) AS link JOIN json_each(e.answers) AS item ON item.key = "
           "link.key";
  }

  /// An answer is its value, or a list of value and reason.
  std::string answer_value() const {
    if (postgres_)
      return "CASE json_typeof(item.value) WHEN 'array' THEN item.value ->> 0 ELSE item.value #>> "
             "'{}' END";
    return "CAST(CASE item.type WHEN 'array' THEN item.value ->> 0 ELSE item.value END AS TEXT)";
  }
  std::string answer_reason() const {
    if (postgres_)
      return "CASE json_typeof(item.value) WHEN 'array' THEN item.value ->> 1 END";
    return "CASE item.type WHEN 'array' THEN item.value ->> 1 END";
  }

  std::string date(std::string_view column) const {
    return fmt::format(
        fmt::runtime(postgres_ ? "to_char({}, 'YYYY-MM-DD')" : "date({} * 86400, 'unixepoch')"),
        column);
  }

  std::string text(std::string_view column) const {
    return fmt::format(fmt::runtime(postgres_ ? "{}::text" : "CAST({} AS TEXT)"), column);
  }

  std::string element(int index) const { return fmt::format("(item.value ->> {})", index); }

  std::string number(const std::string& text) const {
    return fmt::format(fmt::runtime(postgres_ ? "{}::double precision" : "CAST({} AS REAL)"), text);
  }

private:
  bool postgres_;
};

std::string coded(std::span<const std::string_view> codelist, std::string_view column) {
  auto text = fmt::format("CASE e.{}", column);
  for (std::size_t i = 0; i < codelist.size(); ++i)
    text += fmt::format(" WHEN {} THEN '{}'", i + 1, codelist[i]);
  return text + " END";
}

std::string flag(int position, const std::string& unlisted) {
  return fmt::format("CASE (e.flags >> {}) & 3 WHEN 1 THEN 'N' WHEN 2 THEN 'Y' WHEN 3 THEN {} END",
                     flag_shift + 2 * position, unlisted);
}

/// Columns that every kind of event shows.
std::string common_columns(const expressions& say) {
  return fmt::format("{} AS event_id, s.topic AS topic, s.partition AS partition, "
                     "e.record_offset AS record_offset, {} AS record_time, "
                     "e.lateness_ms AS lateness_ms, (e.flags & 2) <> 0 AS subject_known, "
                     "p.study AS STUDYID, p.site AS SITEID, e.subject AS USUBJID",
                     say.event_id(), say.time("e.record_timestamp"));
}

constexpr std::string_view joins = " FROM event e JOIN stream s ON s.stream_id = e.stream_id "
                                   "LEFT JOIN place p ON p.place_id = e.place_id ";
constexpr std::string_view adverse_event_joins =
    "LEFT JOIN coding c ON c.coding_id = e.coding_id "
    "LEFT JOIN circumstance u ON u.circumstance_id = e.circumstance_id ";
constexpr std::string_view form_join = "LEFT JOIN form f ON f.form_id = e.form_id ";

bool is_in(std::string_view name, shared_table table) {
  const auto columns = shared_layout(table).columns;
  return std::any_of(columns.begin(), columns.end(),
                     [&](const column& candidate) { return candidate.name == name; });
}

std::string adverse_event_column(const expressions& say, const variable_row& row, ae variable) {
  static constexpr std::array<std::string_view, 5> grades{"1", "2", "3", "4", "5"};
  const auto name = lower(row.name);
  const auto other = say.member("other", row.name);
  const auto or_other = [&](const std::string& usual) {
    return fmt::format("coalesce({}, {})", usual, other);
  };
  if (variable == ae::aesev)
    return or_other(coded(severity_codelist(), "aesev"));
  if (variable == ae::aeout)
    return or_other(coded(outcome_codelist(), "aeout"));
  if (variable == ae::aeacn)
    return or_other(coded(action_codelist(), "aeacn"));
  if (variable == ae::aetoxgr)
    return or_other(coded(grades, "aetoxgr"));
  if (variable == ae::aestdtc)
    return or_other(say.date("e.start_date"));
  if (variable == ae::aeendtc)
    return or_other(say.date("e.end_date"));
  if (variable == ae::aeseq || variable == ae::aestdy || variable == ae::aeendy)
    return or_other(say.text("e." + name));
  if (variable == ae::report_id || variable == ae::aeterm)
    return "e." + name;
  if (is_in(name, shared_table::coding))
    return "c." + name;
  if (is_in(name, shared_table::circumstance))
    return "u." + name;
  const auto flags = flag_variables();
  const auto found = std::find(flags.begin(), flags.end(), variable);
  if (found != flags.end())
    return flag(static_cast<int>(found - flags.begin()), other);
  return other;
}

std::string adverse_event_view_query(const expressions& say) {
  auto text = "SELECT " + common_columns(say) +
              ", e.version AS report_version, e.status AS report_kind, (e.flags & 1) <> 0 AS "
              "serious";
  const auto rows = variable_table<ae>();
  for (std::size_t i = 0; i < rows.size(); ++i)
    text += fmt::format(", {} AS {}", adverse_event_column(say, rows[i], static_cast<ae>(i)),
                        rows[i].name);
  return fmt::format("{}{}{}WHERE e.kind = 1", text, joins, adverse_event_joins);
}

std::string response_columns(const expressions& say) {
  return fmt::format("f.instrument AS QSCAT, f.instrument_version AS instrument_version, "
                     "f.visit AS VISIT, f.visitnum AS VISITNUM, {} AS QSDTC",
                     say.instant("e.completed_at"));
}

std::string response_view_query(const expressions& say) {
  return fmt::format(
      "SELECT {}, {}, e.report_id AS response_id, e.version AS response_version, e.status AS "
      "status, "
      "f.language AS language, {} AS started_at, {} AS completed_at, {} AS received_at, "
      "e.device_total AS device_total, coalesce({}, {}) AS planned_dtc, f.window_days AS "
      "window_days, "
      "f.link_ids AS link_ids, e.answers AS answers, e.scores AS scores{}{}WHERE e.kind = 2",
      common_columns(say), response_columns(say), say.instant("e.started_at"),
      say.instant("e.completed_at"), say.instant("e.received_at"), say.date("e.planned_date"),
      say.member("other", "PLANNED_DTC"), joins, form_join);
}

std::string list_view_query(const expressions& say, const std::string& columns,
                            const std::string& list) {
  return fmt::format("SELECT {}, {}, {}{}{}{} WHERE e.kind = 2", common_columns(say),
                     response_columns(say), columns, joins, form_join, list);
}

std::string finding_view_query() {
  return "SELECT s.topic AS topic, s.partition AS partition, f.record_offset AS record_offset, "
         "f.rule AS rule, "
         "r.name AS name, r.severity AS severity, f.variable AS variable, f.detail AS detail, "
         "r.text AS text, r.authority AS authority FROM finding f "
         "JOIN stream s ON s.stream_id = f.stream_id LEFT JOIN rule r ON r.rule = f.rule "
         "AND r.rules_version = (SELECT max(rules_version) FROM rule)";
}

std::string discrepancy_view_query() {
  return "SELECT s.topic AS topic, s.partition AS partition, c.record_offset AS record_offset, "
         "c.kind AS kind, c.study AS STUDYID, c.site AS SITEID, c.subject AS USUBJID, "
         "o.topic AS first_topic, o.partition AS first_partition, c.first_offset AS first_offset "
         "FROM conflict c JOIN stream s ON s.stream_id = c.stream_id "
         "JOIN stream o ON o.stream_id = c.first_stream_id";
}

std::string summary_view_query() {
  return "SELECT s.topic AS topic, s.partition AS partition, p.next_offset AS next_offset, "
         "p.accepted + p.rejected "
         "+ p.duplicate + p.conflict AS stored, p.accepted AS accepted, p.rejected AS rejected, "
         "p.duplicate AS duplicate, p.conflict AS conflict, p.epoch AS epoch, p.chain_head AS "
         "chain_head FROM partition_state p JOIN stream s ON s.stream_id = p.stream_id";
}

} // namespace

std::vector<std::string> view_names() {
  return {"adverse_event", "questionnaire_response", "questionnaire_answer",
          "score",         "finding_detail",         "discrepancy",
          "ledger_summary"};
}

std::vector<std::string> view_statements(sql_dialect dialect) {
  const expressions say(dialect);
  const auto answer = fmt::format("link.value AS QSTESTCD, {} AS QSORRES, {} AS QSREASND",
                                  say.answer_value(), say.answer_reason());
  const auto score =
      fmt::format("{} AS scale, {} AS value, {} AS band, {} AS algorithm", say.element(0),
                  say.number(say.element(1)), say.element(2), say.element(3));
  const std::vector<std::string> queries{adverse_event_view_query(say),
                                         response_view_query(say),
                                         list_view_query(say, answer, say.answers()),
                                         list_view_query(say, score, say.elements("scores")),
                                         finding_view_query(),
                                         discrepancy_view_query(),
                                         summary_view_query()};
  std::vector<std::string> statements;
  const auto names = view_names();
  for (std::size_t i = 0; i < names.size(); ++i)
    statements.push_back(fmt::format("CREATE VIEW {} AS {}", names[i], queries[i]));
  return statements;
}

} // namespace aepro
