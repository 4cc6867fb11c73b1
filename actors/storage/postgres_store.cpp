#include "actors/storage/postgres_store.hpp"

#include "actors/common/log.hpp"
#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/make_store_error.hpp"
#include "actors/storage/postgres_schema.hpp"
#include "actors/storage/postgres_values.hpp"
#include "actors/validation/subject_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace aepro {

namespace {

using steady = std::chrono::steady_clock;

/// Each try ends the session that is in the way; more than one can be.
constexpr int claim_tries_max = 5;

} // namespace

caf::error postgres_store::open() {
  return connect(steady::now() + options_.connect_timeout);
}

caf::error postgres_store::connect(time_point deadline) {
  if (connection_ && connection_->usable() && !connection_->refused_writes()) {
    connection_->set_deadline(deadline);
    return compare_clocks();
  }
  connection_.reset();
  auto opened = postgres_connection::open(options_, deadline);
  if (!opened)
    return opened.error();
  (*opened)->set_deadline(std::min(steady::now() + options_.connect_timeout, deadline));
  // Where the cancel of a look-up does not get through, the server ends it by itself.
  const auto statement_max = options_.idle_in_transaction_max.count();
  if (auto set = (*opened)->run(fmt::format("SET statement_timeout = {}", statement_max)); !set)
    return std::move(set.error());
  if (auto failed = check_postgres_schema(**opened))
    return failed;
  if (auto failed = intern_options(**opened))
    return failed;
  connection_ = std::move(*opened);
  connection_->set_deadline(deadline);
  return compare_clocks();
}

/// A round trip a minute, of one of the node's connections.
caf::error postgres_store::compare_clocks() {
  if (!options_.clock->is_due(steady::now(), options_.wall()))
    return {};
  const auto before = options_.wall();
  auto rows = connection_->run("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
  if (!rows)
    return std::move(rows.error());
  if (const auto warning =
          options_.clock->compare(before, integer_field(rows->get(), 0, 0), options_.wall()))
    log::warn("storage", "clock-differs", "{}: {}", connection_->name(), *warning);
  return {};
}

caf::error postgres_store::intern_options(postgres_connection& connection) {
  if (options_.decide_options.empty() || !options_digest_.empty())
    return {};
  const auto digest = sha256{}(options_.decide_options);
  auto added =
      connection.run(fmt::format("INSERT INTO decide_options (digest, text) VALUES ({}, {}) "
                                 "ON CONFLICT DO NOTHING",
                                 bytea_literal(digest), text_literal(options_.decide_options)));
  if (!added)
    return added.error();
  options_digest_.assign(reinterpret_cast<const char*>(digest.data()), digest.size());
  return {};
}

const stored_stream* postgres_store::find_stream(std::int32_t id) const {
  for (const auto& stream : streams_)
    if (stream.id == id)
      return &stream;
  return nullptr;
}

caf::error postgres_store::load_streams() {
  auto rows = connection_->run("SELECT stream_id, topic, partition FROM stream");
  if (!rows)
    return rows.error();
  for (int i = 0; i < PQntuples(rows->get()); ++i) {
    const auto id = static_cast<std::int32_t>(integer_field(rows->get(), i, 0));
    if (find_stream(id) == nullptr)
      streams_.push_back({id,
                          {std::string(field(rows->get(), i, 1)),
                           static_cast<std::int32_t>(integer_field(rows->get(), i, 2))}});
  }
  return {};
}

caf::expected<const stored_stream*> postgres_store::find_stream(const stream_name& name) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    for (const auto& stream : streams_)
      if (stream.name == name)
        return &stream;
    if (attempt == 0)
      if (auto failed = load_streams())
        return failed;
  }
  return nullptr;
}

caf::expected<stream_claim> postgres_store::claim(const stream_name& name) {
  const auto deadline = steady::now() + options_.operation_timeout;
  if (auto failed = connect(deadline))
    return failed;
  auto stream = find_stream(name);
  if (!stream)
    return stream.error();
  if (*stream == nullptr) {
    std::string encoded_partition;
    put_big_endian(encoded_partition, name.partition);
    const std::array parameters{postgres_parameter{25, name.topic},
                                postgres_parameter{int4_oid, encoded_partition}};
    auto added = connection_->run(
        "INSERT INTO stream (topic, partition) VALUES ($1, $2) ON CONFLICT DO NOTHING", parameters);
    if (!added)
      return added.error();
    stream = find_stream(name);
    if (!stream)
      return stream.error();
    if (*stream == nullptr)
      return make_store_error(errc::store_broken,
                              fmt::format("{}: stream {}[{}] is not there after its insert",
                                          connection_->name(), name.topic, name.partition));
  }
  for (int tries = 1;; ++tries) {
    auto claimed = raise_epoch(**stream);
    if (claimed || connection_->last_sqlstate() != lock_not_available || tries == claim_tries_max)
      return claimed;
    if (auto failed = connect(deadline))
      return failed;
    if (auto failed = end_holder(**stream))
      return failed;
  }
}

caf::expected<stream_claim> postgres_store::raise_epoch(const stored_stream& stream) {
  auto rows = connection_->run(fmt::format(
      "BEGIN; SET LOCAL lock_timeout = {}; SET LOCAL statement_timeout = {}; "
      "INSERT INTO partition_state (stream_id, next_offset, epoch, chain_head) VALUES ({}, -1, 1, "
      "{}) "
      "ON CONFLICT (stream_id) DO UPDATE SET epoch = partition_state.epoch + 1 "
      "RETURNING next_offset, epoch, chain_head, accepted, rejected, duplicate, conflict; COMMIT",
      options_.claim_wait.count(), milliseconds_left(connection_->deadline()), stream.id,
      bytea_literal(sha256_digest{})));
  if (!rows) {
    connection_->roll_back();
    return rows.error();
  }
  const auto* row = rows->get();
  return stream_claim{.stream = stream.name,
                      .epoch = static_cast<std::uint64_t>(integer_field(row, 0, 1)),
                      .next_offset = integer_field(row, 0, 0),
                      .chain_head = digest_field(row, 0, 2),
                      .totals = counts_fields(row, 0, 3)};
}

/// A writer that was paused in mid-transaction holds the row for as long as it likes. Its session
/// is ended: the claim takes its right to write anyway.
caf::error postgres_store::end_holder(const stored_stream& stream) {
  auto ended = connection_->run(
      fmt::format("SELECT pg_terminate_backend(pid, 1000) FROM pg_locks WHERE locktype = "
                  "'transactionid' AND granted "
                  "AND pid <> pg_backend_pid() "
                  "AND transactionid = (SELECT xmax FROM partition_state WHERE stream_id = {})",
                  stream.id));
  return ended ? caf::error{} : std::move(ended.error());
}

caf::expected<std::vector<subject_context_ptr>>
postgres_store::load_subjects(std::span<const subject_key> keys) {
  if (auto failed = connect(steady::now() + options_.operation_timeout))
    return failed;
  std::vector<event_key> row_keys;
  for (const auto& key : keys)
    row_keys.push_back(subject_row_key(key.study, key.subject));
  const auto encoded = uuid_array(row_keys);
  const std::array parameters{postgres_parameter{uuid_array_oid, encoded}};
  auto rows = connection_->run(
      "SELECT DISTINCT ON (subject_key) subject_key, version, coalesce(site, ''), bytes "
      "FROM subject WHERE subject_key = ANY($1) "
      "ORDER BY subject_key, version DESC",
      parameters);
  if (!rows)
    return rows.error();
  std::map<std::string_view, int> found;
  for (int i = 0; i < PQntuples(rows->get()); ++i)
    found.emplace(field(rows->get(), i, 0), i);
  std::vector<subject_context_ptr> contexts;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto row = found.find(key_cell(row_keys[i]).text);
    if (row == found.end())
      contexts.push_back(make_unknown_subject(keys[i].study, keys[i].subject));
    else
      contexts.push_back(make_subject_context(
          keys[i].study, keys[i].subject, std::string(field(rows->get(), row->second, 2)),
          static_cast<std::uint32_t>(integer_field(rows->get(), row->second, 1)),
          std::string(field(rows->get(), row->second, 3))));
  }
  return contexts;
}

caf::expected<std::vector<stream_claim>> postgres_store::partitions() {
  if (auto failed = connect(steady::now() + options_.operation_timeout))
    return failed;
  auto rows = connection_->run(
      "SELECT topic, partition, next_offset, epoch, chain_head, accepted, rejected, duplicate, "
      "conflict FROM partition_state "
      "JOIN stream USING (stream_id) ORDER BY topic COLLATE \"C\", partition");
  if (!rows)
    return rows.error();
  std::vector<stream_claim> states;
  for (int i = 0; i < PQntuples(rows->get()); ++i)
    states.push_back({.stream = {std::string(field(rows->get(), i, 0)),
                                 static_cast<std::int32_t>(integer_field(rows->get(), i, 1))},
                      .epoch = static_cast<std::uint64_t>(integer_field(rows->get(), i, 3)),
                      .next_offset = integer_field(rows->get(), i, 2),
                      .chain_head = digest_field(rows->get(), i, 4),
                      .totals = counts_fields(rows->get(), i, 5)});
  return states;
}

} // namespace aepro
