#pragma once

/// The statements of a SQLite store, prepared once.

#include "actors/storage/ledger/group_plan.hpp"
#include "actors/storage/rows/plan_rows.hpp"
#include "actors/storage/sqlite_connection.hpp"

#include <array>
#include <vector>

namespace aepro {

/// Inserts the rows of one layout.
class sqlite_insert final : public row_sink {
public:
  /// `on_conflict` follows the values, for example "ON CONFLICT DO NOTHING". Errors: as classified.
  caf::error prepare(sqlite_connection& connection, const row_layout& layout,
                     std::string_view on_conflict = "");
  bool add(std::span<const cell> row) override;

private:
  sqlite_statement statement_;
  std::vector<column_type> types_;
};

struct sqlite_statements {
  /// Prepares all of them. Errors: as classified.
  caf::error prepare(sqlite_connection& connection);

  sqlite_insert& insert_event(event_kind kind);
  /// Stores the fresh shared rows; `settle` is up to the caller.
  bool insert_shared_rows(const shared_rows& shared);
  bool insert_segment_row(const decided_batch& batch, std::int32_t stream_id,
                          const planned_batch& planned, const insertion_instant& at);
  bool move_state_row(std::int32_t stream_id, const record_batch& raw,
                      const planned_batch& planned);
  caf::expected<std::vector<stream_claim>> all_states(sqlite_connection& connection);

  std::string options; ///< Digest of the decide options, for segments; empty: none.
  sqlite_statement begin, commit;
  sqlite_statement insert_stream, find_stream,
      find_stream_by_id; ///< By topic and partition; by id.
  sqlite_statement claim, read_state, read_states, move_state;
  sqlite_statement find_event, find_subject, latest_subject_version, insert_segment;
  std::array<sqlite_insert, 4> insert_shared; ///< By shared_table.
  sqlite_insert insert_adverse_event, insert_response, insert_subject_event;
  sqlite_insert insert_finding, insert_alert, insert_dead_letter, insert_conflict, insert_subject;
};

/// Returns the 32 bytes of `bytes` as a digest; what is missing is zero.
sha256_digest digest_from(std::string_view bytes);

} // namespace aepro
