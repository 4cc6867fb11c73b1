#pragma once

/// Adapter: the store in PostgreSQL (15 or later), filled by binary COPY.

#include "actors/storage/ledger/group_plan.hpp"
#include "actors/storage/make_store.hpp"
#include "actors/storage/postgres_connection.hpp"
#include "actors/storage/postgres_copy.hpp"
#include "actors/storage/rows/plan_rows.hpp"

#include <deque>
#include <map>

namespace aepro {

/// One connection; connects again by itself at the next call after it broke.
///
/// An append first hopes that no key is known yet: it locks the streams' states and copies the
/// rows, which a known key ends with a unique violation; then it rolls back, looks the keys up and
/// starts again. After that it looks keys up first, until `clean_groups_until_hopeful` groups had
/// none.
class postgres_store final : public event_store {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit postgres_store(store_options options) : options_(std::move(options)) {}

  /// Connects and checks the schema. Errors: store_unavailable, store_broken.
  caf::error open();

  caf::expected<stream_claim> claim(const stream_name& stream) override;
  caf::expected<std::vector<append_outcome>>
  append(std::span<const std::shared_ptr<decided_batch>> group, time_point deadline) override;
  caf::expected<std::vector<subject_context_ptr>>
  load_subjects(std::span<const subject_key> keys) override;
  caf::expected<std::vector<stream_claim>> partitions() override;

private:
  using batches = std::span<const std::shared_ptr<decided_batch>>;

  /// What one try of an append came to.
  enum class attempt {
    committed,
    none_admitted,
    fewer_admitted,
    key_known,
    late_meanwhile,
    failed
  };
  struct append_state {
    batches group;
    std::vector<bool> admitted;
    std::vector<stream_claim> states; ///< As locked in this try.
    std::unique_ptr<group_plan> plan; ///< Of the admitted batches.
    insertion_instant at;             ///< Of the rows of this try.
    bool late_meanwhile = false;      ///< A row of this try that was in time is not any more.
    caf::error failure;
  };

  caf::error connect(time_point deadline);
  caf::error compare_clocks();
  caf::error intern_options(postgres_connection& connection);
  caf::expected<const stored_stream*> find_stream(const stream_name& name);
  const stored_stream* find_stream(std::int32_t id) const;
  caf::error load_streams();
  caf::expected<stream_claim> raise_epoch(const stored_stream& stream);
  caf::error end_holder(const stored_stream& stream);

  attempt try_append(append_state& state);
  attempt lock_and_copy(append_state& state);
  attempt finish(append_state& state);
  attempt fail(append_state& state, caf::error reason);
  caf::error make_plan(append_state& state);
  std::string opening_statements(const append_state& state) const;
  std::string shared_statements();
  std::string closing_statements(const append_state& state, bool has_subjects);
  caf::error read_states(append_state& state);
  caf::error copy_events(const append_state& state);
  caf::error copy_side_rows(const group_plan& plan, std::span<const planned_subject> subjects);
  caf::error copy_segments(append_state& state);
  caf::error copy(const row_layout& layout, const std::function<bool()>& write);
  caf::error expect(ExecStatusType status);
  caf::error find_known(const group_plan& plan);
  caf::expected<std::map<event_key, std::uint32_t>>
  latest_versions(std::span<const planned_subject> subjects);

  store_options options_;
  std::string options_digest_; ///< Of the decide options, for segments; empty: none.
  std::unique_ptr<postgres_connection> connection_;
  std::deque<stored_stream> streams_; ///< Addresses stay: plans point here.
  row_writer writer_;
  postgres_copy copy_;
  std::vector<known_event> known_; ///< Found by the last look-up.
  unsigned clean_groups_ = 0;
  bool look_up_first_ = false;
  insertion_instant begun_; ///< The present try of an append; from then on only the monotonic clock
                            ///< counts, for the other may be set while statements wait.
  bool commit_sent_ = false; ///< From here on a lost connection leaves the outcome unknown.
};

/// Groups without any known key after which an append hopes again.
inline constexpr unsigned clean_groups_until_hopeful = 8;

} // namespace aepro
