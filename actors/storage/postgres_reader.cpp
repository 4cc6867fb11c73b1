#include "actors/storage/postgres_reader.hpp"

#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/make_store_error.hpp"
#include "actors/storage/postgres_schema.hpp"
#include "actors/storage/postgres_schema_check.hpp"
#include "actors/storage/postgres_values.hpp"
#include "actors/storage/publication_queries.hpp"
#include "actors/storage/rows/row_writer.hpp"
#include "actors/storage/rows/summary_queries.hpp"
#include "actors/storage/schema/applied_versions.hpp"
#include "actors/validation/subject_context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace aepro {

namespace {

using steady = std::chrono::steady_clock;

/// Rows per round trip of a scan: bounds the memory.
constexpr int fetch_rows = 2'000;

/// Whoever changed a column's type may have done anything with it: the casts in the statements
/// below make it an error of the statement.
class postgres_reader final : public ledger_reader {
public:
  postgres_reader(std::unique_ptr<postgres_connection> connection,
                  std::chrono::milliseconds timeout)
      : connection_(std::move(connection)), timeout_(timeout) {}

  caf::error begin();
  caf::expected<std::string> store_id() override;
  caf::expected<std::optional<std::string>> find_options(const sha256_digest& digest) override;
  caf::expected<std::vector<stored_partition>> partitions() override { return partitions_; }
  caf::expected<std::optional<stored_segment>> next_segment(std::int32_t stream_id,
                                                            std::int64_t first_offset) override;
  caf::expected<void> scan(ledger_table table, const std::optional<scan_range>& range,
                           const row_visitor& visit) override {
    return scan_layout(ledger_layout(table), range, visit);
  }
  caf::expected<void> scan_shared(shared_table table, const row_visitor& visit) override {
    return scan_layout(shared_layout(table), std::nullopt, visit);
  }
  caf::expected<void> scan_side(side_table table, const row_visitor& visit) override {
    return scan_layout(side_layout(table), std::nullopt, visit);
  }
  caf::expected<std::vector<known_event>> find_events(std::span<const event_key> keys) override;
  caf::expected<subject_context_ptr> find_subject(const subject_key& key,
                                                  std::uint32_t version) override;
  caf::expected<std::optional<std::int64_t>> find_lateness(const event_key& key) override;
  caf::expected<std::optional<unix_milliseconds>> options_since() override;
  caf::expected<std::vector<std::string>> schema_differences() override;
  caf::expected<std::vector<summary_row>> summarize(summary_table table) override;
  caf::expected<std::vector<publication_lag>> publication_lags() override;

private:
  caf::expected<void> scan_layout(const row_layout& layout, const std::optional<scan_range>& range,
                                  const row_visitor& visit);
  void start_clock() { connection_->set_deadline(steady::now() + timeout_); }
  const stored_stream* stream(std::int64_t id) const;

  std::unique_ptr<postgres_connection> connection_;
  std::chrono::milliseconds timeout_;
  std::vector<stored_partition> partitions_; ///< Of the snapshot; events point here.
};

cell value_of(const PGresult* result, int row, int index, column_type type) {
  if (PQgetisnull(result, row, index) == 1)
    return {};
  switch (type) {
    case column_type::int16:
    case column_type::int32:
    case column_type::int64: return number_cell(integer_field(result, row, index));
    case column_type::date:
      return number_cell(integer_field(result, row, index) + days_from_1970_to_2000);
    case column_type::text:
    case column_type::bytes:
    case column_type::key: return text_cell(field(result, row, index));
  }
  return {};
}

Oid oid_of(column_type type) {
  switch (type) {
    case column_type::int16: return int2_oid;
    case column_type::int32: return int4_oid;
    case column_type::int64: return int8_oid;
    case column_type::date: return date_oid;
    case column_type::text: return text_oid;
    case column_type::bytes: return bytea_oid;
    case column_type::key: return uuid_oid;
  }
  return 0;
}

/// Returns the name of the first column whose type is not the layout's; empty: none.
std::string_view find_foreign_type(const PGresult* result, const row_layout& layout) {
  for (std::size_t i = 0; i < layout.columns.size(); ++i)
    if (PQftype(result, static_cast<int>(i)) != oid_of(layout.columns[i].type))
      return layout.columns[i].name;
  return {};
}

caf::error postgres_reader::begin() {
  start_clock();
  if (auto begun = connection_->run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
                                    "SET LOCAL idle_in_transaction_session_timeout = 0");
      !begun)
    return begun.error();
  auto rows = connection_->run(
      "SELECT stream_id::integer, topic, partition::integer, coalesce(next_offset, -1)::bigint, "
      "coalesce(epoch, 0)::bigint, chain_head, "
      "coalesce(accepted, 0)::bigint, coalesce(rejected, 0)::bigint, "
      "coalesce(duplicate, 0)::bigint, coalesce(conflict, 0)::bigint "
      "FROM stream LEFT JOIN partition_state USING (stream_id) ORDER BY topic COLLATE \"C\", "
      "partition");
  if (!rows)
    return rows.error();
  const auto* all = rows->get();
  for (int i = 0; i < PQntuples(all); ++i) {
    const auto count = [&](int index) {
      return static_cast<std::uint64_t>(integer_field(all, i, index));
    };
    const stream_name name{std::string(field(all, i, 1)),
                           static_cast<std::int32_t>(integer_field(all, i, 2))};
    partitions_.push_back({{static_cast<std::int32_t>(integer_field(all, i, 0)), name},
                           {name, count(4), integer_field(all, i, 3), digest_field(all, i, 5)},
                           {count(6), count(7), count(8), count(9)}});
  }
  return {};
}

const stored_stream* postgres_reader::stream(std::int64_t id) const {
  for (const auto& partition : partitions_)
    if (partition.stream.id == id)
      return &partition.stream;
  return nullptr;
}

caf::expected<std::string> postgres_reader::store_id() {
  start_clock();
  return postgres_store_id(*connection_);
}

caf::expected<std::optional<std::string>>
postgres_reader::find_options(const sha256_digest& digest) {
  start_clock();
  auto rows =
      connection_->run("SELECT text FROM decide_options WHERE digest = " + bytea_literal(digest));
  if (!rows)
    return rows.error();
  if (PQntuples(rows->get()) == 0)
    return std::optional<std::string>{};
  return std::optional(std::string(field(rows->get(), 0, 0)));
}

caf::expected<std::optional<stored_segment>>
postgres_reader::next_segment(std::int32_t stream_id, std::int64_t first_offset) {
  start_clock();
  std::string id, offset;
  put_big_endian(id, stream_id);
  put_big_endian(offset, first_offset);
  const std::array parameters{postgres_parameter{int4_oid, id},
                              postgres_parameter{int8_oid, offset}};
  auto rows =
      connection_->run("SELECT first_offset::bigint, last_offset::bigint, record_count::bigint, "
                       "rules_version::integer, chain_before, chain_after, stored_at::bigint, "
                       "decisions, records, options, due_at::bigint FROM ledger_segment "
                       "WHERE stream_id = $1 AND first_offset >= $2 "
                       "ORDER BY first_offset LIMIT 1",
                       parameters);
  if (!rows)
    return rows.error();
  const auto* row = rows->get();
  if (PQntuples(row) == 0)
    return std::optional<stored_segment>{};
  stored_segment segment;
  segment.first_offset = integer_field(row, 0, 0);
  segment.last_offset = integer_field(row, 0, 1);
  segment.record_count = integer_field(row, 0, 2);
  segment.rules_version = static_cast<std::uint32_t>(integer_field(row, 0, 3));
  segment.chain_before = digest_field(row, 0, 4);
  segment.chain_after = digest_field(row, 0, 5);
  segment.stored_at = integer_field(row, 0, 6);
  segment.decisions = field(row, 0, 7);
  segment.records = field(row, 0, 8);
  if (PQgetisnull(row, 0, 9) == 0)
    segment.options = digest_field(row, 0, 9);
  if (PQgetisnull(row, 0, 10) == 0)
    segment.due_at = integer_field(row, 0, 10);
  return std::optional(std::move(segment));
}

caf::expected<void> postgres_reader::scan_layout(const row_layout& layout,
                                                 const std::optional<scan_range>& range,
                                                 const row_visitor& visit) {
  std::string names;
  for (const auto& column : layout.columns)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
  const auto where = range ? fmt::format(" WHERE stream_id = {} AND record_offset BETWEEN {} AND "
                                         "{}",
                                         range->stream_id, range->first_offset, range->last_offset)
                           : std::string();
  start_clock();
  if (auto declared = connection_->run(
          fmt::format("DECLARE aepro_scan BINARY NO SCROLL CURSOR FOR SELECT {} FROM {}{}", names,
                      layout.table, where));
      !declared)
    return declared.error();
  std::vector<cell> row(layout.columns.size());
  bool more = true;
  while (more) {
    start_clock();
    auto rows = connection_->run(fmt::format("FETCH {} FROM aepro_scan", fetch_rows));
    if (!rows)
      return rows.error();
    if (const auto column = find_foreign_type(rows->get(), layout); !column.empty())
      return make_store_error(errc::store_broken,
                              fmt::format("{}: table {}: column {} is of another type than aepro "
                                          "makes",
                                          connection_->name(), layout.table, column));
    const auto count = PQntuples(rows->get());
    for (int i = 0; i < count && more; ++i) {
      for (std::size_t k = 0; k < row.size(); ++k)
        row[k] = value_of(rows->get(), i, static_cast<int>(k), layout.columns[k].type);
      more = visit(row);
    }
    more = more && count == fetch_rows;
  }
  if (auto closed = connection_->run("CLOSE aepro_scan"); !closed)
    return closed.error();
  return caf::unit;
}

caf::expected<std::vector<known_event>>
postgres_reader::find_events(std::span<const event_key> keys) {
  start_clock();
  const auto encoded = uuid_array(keys);
  const std::array parameters{postgres_parameter{uuid_array_oid, encoded}};
  auto rows = connection_->run(
      "SELECT event_key, content_check::bigint, stream_id::integer, record_offset::bigint "
      "FROM event WHERE event_key = ANY($1)",
      parameters);
  if (!rows)
    return rows.error();
  std::vector<known_event> found;
  for (int i = 0; i < PQntuples(rows->get()); ++i) {
    known_event known;
    std::ranges::copy(field(rows->get(), i, 0), known.key.begin());
    known.content_check = static_cast<std::uint64_t>(integer_field(rows->get(), i, 1));
    known.stream = stream(integer_field(rows->get(), i, 2));
    known.offset = integer_field(rows->get(), i, 3);
    found.push_back(known);
  }
  return found;
}

caf::expected<std::optional<std::int64_t>> postgres_reader::find_lateness(const event_key& key) {
  start_clock();
  const std::array parameters{postgres_parameter{uuid_oid, key_cell(key).text}};
  auto rows =
      connection_->run("SELECT lateness_ms::bigint FROM event WHERE event_key = $1", parameters);
  if (!rows)
    return rows.error();
  if (PQntuples(rows->get()) == 0 || PQgetisnull(rows->get(), 0, 0) == 1)
    return std::optional<std::int64_t>{};
  return std::optional(integer_field(rows->get(), 0, 0));
}

caf::expected<std::optional<unix_milliseconds>> postgres_reader::options_since() {
  start_clock();
  auto rows = connection_->run(
      "SELECT (extract(epoch FROM max(applied_at) FILTER (WHERE version = 1)) * 1000)::bigint, "
      "(extract(epoch FROM max(applied_at) FILTER (WHERE version = 2)) * 1000)::bigint "
      "FROM schema_version");
  if (!rows)
    return rows.error();
  const auto at = [&](int index) {
    return PQgetisnull(rows->get(), 0, index) == 1
               ? std::nullopt
               : std::optional(integer_field(rows->get(), 0, index));
  };
  return options_since_of(at(0), at(1));
}

caf::expected<std::vector<std::string>> postgres_reader::schema_differences() {
  start_clock();
  return postgres_schema_differences(*connection_);
}

caf::expected<subject_context_ptr> postgres_reader::find_subject(const subject_key& key,
                                                                 std::uint32_t version) {
  start_clock();
  const auto row_key = subject_row_key(key.study, key.subject);
  std::string number;
  put_big_endian(number, static_cast<std::int32_t>(version));
  const std::array parameters{postgres_parameter{uuid_oid, key_cell(row_key).text},
                              postgres_parameter{int4_oid, number}};
  auto rows = connection_->run(
      "SELECT coalesce(site, ''), bytes FROM subject WHERE subject_key = $1 AND version = $2",
      parameters);
  if (!rows)
    return rows.error();
  if (PQntuples(rows->get()) == 0)
    return make_unknown_subject(key.study, key.subject);
  return make_subject_context(key.study, key.subject, std::string(field(rows->get(), 0, 0)),
                              version, std::string(field(rows->get(), 0, 1)));
}

caf::expected<std::vector<summary_row>> postgres_reader::summarize(summary_table table) {
  std::string_view query;
  switch (table) {
    case summary_table::findings: query = findings_summary; break;
    case summary_table::scores: query = scores_summary; break;
    case summary_table::alerts: query = alerts_summary; break;
    case summary_table::rejections: query = rejections_summary; break;
  }
  start_clock();
  auto rows = connection_->run(std::string(query));
  if (!rows)
    return rows.error();
  const auto* all = rows->get();
  const int labels = PQnfields(all) - 1;
  std::vector<summary_row> answer(static_cast<std::size_t>(PQntuples(all)));
  for (int i = 0; i < PQntuples(all); ++i) {
    auto& row = answer[static_cast<std::size_t>(i)];
    for (int label = 0; label < labels; ++label)
      row.labels.emplace_back(PQgetvalue(all, i, label));
    row.count = std::strtoull(PQgetvalue(all, i, labels), nullptr, 10);
  }
  return answer;
}

caf::expected<std::vector<publication_lag>> postgres_reader::publication_lags() {
  start_clock();
  auto rows = connection_->run(std::string(publication_lag_rows) +
                               "ORDER BY s.topic COLLATE \"C\", s.partition");
  if (!rows)
    return rows.error();
  const auto* all = rows->get();
  std::vector<publication_lag> answer;
  for (int i = 0; i < PQntuples(all); ++i)
    answer.push_back(
        {{std::string(field(all, i, 0)), static_cast<std::int32_t>(integer_field(all, i, 1))},
         static_cast<std::uint64_t>(integer_field(all, i, 2)),
         static_cast<std::uint64_t>(integer_field(all, i, 3))});
  return answer;
}

} // namespace

caf::expected<std::unique_ptr<ledger_reader>>
make_postgres_reader(std::unique_ptr<postgres_connection> connection,
                     std::chrono::milliseconds operation_timeout) {
  auto reader = std::make_unique<postgres_reader>(std::move(connection), operation_timeout);
  if (auto failed = reader->begin())
    return failed;
  return std::unique_ptr<ledger_reader>(std::move(reader));
}

} // namespace aepro
