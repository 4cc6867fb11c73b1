#pragma once

/// Adapter: the store in one SQLite file, write-ahead log, every commit synced.

#include "actors/storage/ledger/group_plan.hpp"
#include "actors/storage/make_store.hpp"
#include "actors/storage/rows/plan_rows.hpp"
#include "actors/storage/sqlite_statements.hpp"

#include <deque>

namespace aepro {

/// One connection. SQLite has one writer at a time: others wait for it until their deadline.
class sqlite_store final : public event_store {
public:
  sqlite_store(std::unique_ptr<sqlite_connection> connection, store_options options)
      : connection_(std::move(connection)), options_(std::move(options)) {}

  caf::error prepare();

  caf::expected<stream_claim> claim(const stream_name& stream) override;
  caf::expected<std::vector<append_outcome>>
  append(std::span<const std::shared_ptr<decided_batch>> group,
         std::chrono::steady_clock::time_point deadline) override;
  caf::expected<std::vector<subject_context_ptr>>
  load_subjects(std::span<const subject_key> keys) override;
  caf::expected<std::vector<stream_claim>> partitions() override;

private:
  caf::error intern_options();
  caf::error begin(std::chrono::steady_clock::time_point deadline);
  caf::error commit();
  caf::error roll_back(caf::error reason);
  caf::expected<stream_claim> read_state(const stored_stream& stream);
  caf::expected<const stored_stream*> find_stream(const stream_name& name, bool create);
  caf::expected<const stored_stream*> find_stream(std::int32_t id);
  caf::expected<std::vector<stream_claim>>
  read_states(std::span<const std::shared_ptr<decided_batch>> group);
  caf::error store(group_plan& plan, std::span<const stream_claim> states);
  caf::error insert_events(const group_plan& plan, const insertion_instant& at,
                           std::vector<known_event>& known);
  caf::error insert_side_rows(const group_plan& plan);
  caf::error insert_subjects(const group_plan& plan);
  caf::error insert_segments(const group_plan& plan, const insertion_instant& at);
  caf::error move_states(const group_plan& plan);
  caf::expected<known_event> find_event(const event_key& key);

  std::unique_ptr<sqlite_connection> connection_;
  store_options options_;
  sqlite_statements statements_;
  std::deque<stored_stream> streams_; ///< Addresses stay: plans point here.
  row_writer writer_;
};

} // namespace aepro
