#include "actors/storage/sqlite_statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace aepro {

namespace {

std::string_view view_of(const sha256_digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

} // namespace

sha256_digest digest_from(std::string_view bytes) {
  sha256_digest digest{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), digest.size()), digest.begin());
  return digest;
}

caf::error sqlite_insert::prepare(sqlite_connection& connection, const row_layout& layout,
                                  std::string_view on_conflict) {
  std::string names, marks;
  for (const auto& column : layout.columns) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
    marks += marks.empty() ? "?" : ", ?";
    types_.push_back(column.type);
  }
  auto prepared = connection.prepare(
      fmt::format("INSERT INTO {} ({}) VALUES ({}) {}", layout.table, names, marks, on_conflict));
  if (!prepared)
    return prepared.error();
  statement_ = std::move(*prepared);
  return {};
}

bool sqlite_insert::add(std::span<const cell> row) {
  for (std::size_t i = 0; i < types_.size(); ++i)
    statement_.bind(static_cast<int>(i) + 1, types_[i], row[i]);
  const auto done = statement_.step() == SQLITE_DONE;
  statement_.reset();
  return done;
}

caf::error sqlite_statements::prepare(sqlite_connection& connection) {
  const std::array<std::pair<sqlite_statement*, std::string_view>, 13> plain{{
      {&begin, "BEGIN IMMEDIATE"},
      {&commit, "COMMIT"},
      {&insert_stream,
       "INSERT INTO stream (topic, partition) VALUES (?, ?) ON CONFLICT DO NOTHING"},
      {&find_stream, "SELECT stream_id FROM stream WHERE topic = ? AND partition = ?"},
      {&find_stream_by_id, "SELECT topic, partition FROM stream WHERE stream_id = ?"},
      {&claim, "INSERT INTO partition_state (stream_id, next_offset, epoch, chain_head) "
               "VALUES (?, -1, 1, zeroblob(32)) ON CONFLICT DO UPDATE SET epoch = epoch + 1"},
      {&read_state,
       "SELECT next_offset, epoch, chain_head, accepted, rejected, duplicate, conflict "
       "FROM partition_state WHERE stream_id = ?"},
      {&read_states, "SELECT topic, partition, next_offset, epoch, chain_head, accepted, rejected, "
                     "duplicate, conflict "
                     "FROM partition_state "
                     "JOIN stream USING (stream_id) ORDER BY topic, partition"},
      {&move_state,
       "UPDATE partition_state SET next_offset = ?, chain_head = ?, accepted = accepted + ?, "
       "rejected = rejected + ?, duplicate = duplicate + ?, conflict = conflict + ? "
       "WHERE stream_id = ? AND next_offset = ? AND epoch = ?"},
      {&find_event,
       "SELECT content_check, stream_id, record_offset FROM event WHERE event_key = ?"},
      {&find_subject, "SELECT version, site, bytes FROM subject WHERE subject_key = ? "
                      "ORDER BY version DESC LIMIT 1"},
      {&latest_subject_version,
       "SELECT coalesce(max(version), 0) FROM subject WHERE subject_key = ?"},
      {&insert_segment,
       "INSERT INTO ledger_segment (stream_id, first_offset, last_offset, record_count, "
       "rules_version, chain_before, chain_after, stored_at, decisions, records, options, "
       "due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
  }};
  for (const auto& [statement, sql] : plain) {
    auto prepared = connection.prepare(sql);
    if (!prepared)
      return prepared.error();
    *statement = std::move(*prepared);
  }
  for (const auto kind :
       {event_kind::adverse_event, event_kind::questionnaire_response, event_kind::subject})
    if (auto failed = insert_event(kind).prepare(connection, event_layout(kind),
                                                 "ON CONFLICT (event_key) DO NOTHING"))
      return failed;
  for (const auto table : shared_tables)
    if (auto failed = insert_shared[static_cast<std::size_t>(table)].prepare(
            connection, shared_layout(table), "ON CONFLICT DO NOTHING"))
      return failed;
  const std::array<std::pair<sqlite_insert*, const row_layout*>, 5> inserts{{
      {&insert_finding, &finding_layout()},
      {&insert_alert, &alert_layout()},
      {&insert_dead_letter, &dead_letter_layout()},
      {&insert_conflict, &conflict_layout()},
      {&insert_subject, &subject_layout()},
  }};
  for (const auto& [insert, layout] : inserts)
    if (auto failed = insert->prepare(connection, *layout))
      return failed;
  return {};
}

sqlite_insert& sqlite_statements::insert_event(event_kind kind) {
  switch (kind) {
    case event_kind::adverse_event: return insert_adverse_event;
    case event_kind::questionnaire_response: return insert_response;
    case event_kind::none:
    case event_kind::subject: return insert_subject_event;
  }
  return insert_subject_event;
}

bool sqlite_statements::insert_shared_rows(const shared_rows& shared) {
  std::vector<cell> cells;
  for (const auto& row : shared.fresh()) {
    cells.assign(1, number_cell(row.id));
    for (const auto& text : row.texts)
      cells.push_back(optional_text_cell(text));
    if (!insert_shared[static_cast<std::size_t>(row.table)].add(cells))
      return false;
  }
  return true;
}

bool sqlite_statements::insert_segment_row(const decided_batch& batch, std::int32_t stream_id,
                                           const planned_batch& planned,
                                           const insertion_instant& at) {
  const auto& records = batch.raw->records;
  insert_segment.bind(1, stream_id);
  insert_segment.bind(2, records.front().offset);
  insert_segment.bind(3, records.back().offset);
  insert_segment.bind(4, static_cast<std::int64_t>(records.size()));
  insert_segment.bind(5, batch.rules_version);
  insert_segment.bind_bytes(6, view_of(planned.chain_before));
  insert_segment.bind_bytes(7, view_of(planned.chain_after));
  insert_segment.bind(8, at.wall);
  insert_segment.bind_bytes(9, planned.decisions);
  insert_segment.bind_bytes(10, batch.evidence);
  if (!options.empty())
    insert_segment.bind_bytes(11, options);
  if (const auto due = due_at(*batch.raw, at))
    insert_segment.bind(12, *due);
  const auto done = insert_segment.step() == SQLITE_DONE;
  insert_segment.reset();
  return done;
}

bool sqlite_statements::move_state_row(std::int32_t stream_id, const record_batch& raw,
                                       const planned_batch& planned) {
  move_state.bind(1, raw.end_offset);
  move_state.bind_bytes(2, view_of(planned.chain_after));
  move_state.bind(3, static_cast<std::int64_t>(planned.counts.accepted));
  move_state.bind(4, static_cast<std::int64_t>(planned.counts.rejected));
  move_state.bind(5, static_cast<std::int64_t>(planned.counts.duplicate));
  move_state.bind(6, static_cast<std::int64_t>(planned.counts.conflict));
  move_state.bind(7, stream_id);
  move_state.bind(8, raw.begin_offset);
  move_state.bind(9, static_cast<std::int64_t>(raw.epoch));
  const auto done = move_state.step() == SQLITE_DONE;
  move_state.reset();
  return done;
}

caf::expected<std::vector<stream_claim>>
sqlite_statements::all_states(sqlite_connection& connection) {
  const sqlite_reset reset(read_states);
  std::vector<stream_claim> states;
  int code;
  while ((code = read_states.step()) == SQLITE_ROW)
    states.push_back({.stream = {std::string(read_states.bytes(0)),
                                 static_cast<std::int32_t>(read_states.number(1))},
                      .epoch = static_cast<std::uint64_t>(read_states.number(3)),
                      .next_offset = read_states.number(2),
                      .chain_head = digest_from(read_states.bytes(4)),
                      .totals = read_states.counts(5)});
  if (code != SQLITE_DONE)
    return connection.error("read the partitions");
  return states;
}

} // namespace aepro
