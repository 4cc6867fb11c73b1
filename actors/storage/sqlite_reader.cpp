#include "actors/storage/sqlite_reader.hpp"

#include "actors/storage/publication_queries.hpp"
#include "actors/storage/rows/row_writer.hpp"
#include "actors/storage/rows/summary_queries.hpp"
#include "actors/storage/schema/applied_versions.hpp"
#include "actors/storage/sqlite_schema.hpp"
#include "actors/storage/sqlite_schema_check.hpp"
#include "actors/storage/sqlite_statements.hpp"
#include "actors/validation/subject_context.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

class sqlite_reader final : public ledger_reader {
public:
  explicit sqlite_reader(std::unique_ptr<sqlite_connection> connection)
      : connection_(std::move(connection)) {}

  caf::error begin();
  caf::expected<std::string> store_id() override;
  caf::expected<std::optional<std::string>> find_options(const sha256_digest& digest) override;
  caf::expected<std::vector<stored_partition>> partitions() override;
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
  caf::expected<std::vector<std::string>> schema_differences() override {
    return sqlite_schema_differences(*connection_);
  }
  caf::expected<std::vector<summary_row>> summarize(summary_table table) override;
  caf::expected<std::vector<publication_lag>> publication_lags() override;

private:
  caf::expected<void> scan_layout(const row_layout& layout, const std::optional<scan_range>& range,
                                  const row_visitor& visit);
  const stored_stream* stream(std::int32_t id) const;

  std::unique_ptr<sqlite_connection> connection_;
  sqlite_statement next_segment_, find_event_, find_lateness_, find_subject_;
  std::vector<stored_partition> partitions_; ///< Of the snapshot; events point here.
};

caf::error sqlite_reader::begin() {
  if (auto failed = connection_->run("BEGIN"))
    return failed;
  auto select = connection_->prepare(
      "SELECT stream_id, topic, partition, coalesce(next_offset, -1), coalesce(epoch, 0), "
      "chain_head, "
      "coalesce(accepted, 0), coalesce(rejected, 0), coalesce(duplicate, 0), coalesce(conflict, 0) "
      "FROM stream LEFT JOIN partition_state USING (stream_id) ORDER BY topic, partition");
  if (!select)
    return select.error();
  const auto count = [&](int index) { return static_cast<std::uint64_t>(select->number(index)); };
  int code;
  while ((code = select->step()) == SQLITE_ROW) {
    const stream_name name{std::string(select->bytes(1)),
                           static_cast<std::int32_t>(select->number(2))};
    partitions_.push_back({{static_cast<std::int32_t>(select->number(0)), name},
                           {name, count(4), select->number(3), digest_from(select->bytes(5))},
                           {count(6), count(7), count(8), count(9)}});
  }
  if (code != SQLITE_DONE)
    return connection_->error("read the partitions");
  auto next = connection_->prepare(
      "SELECT first_offset, last_offset, record_count, rules_version, chain_before, chain_after, "
      "stored_at, "
      "decisions, records, options, due_at FROM ledger_segment "
      "WHERE stream_id = ? AND first_offset >= ? "
      "ORDER BY first_offset LIMIT 1");
  auto find = connection_->prepare(
      "SELECT content_check, stream_id, record_offset FROM event WHERE event_key = ?");
  auto lateness = connection_->prepare("SELECT lateness_ms FROM event WHERE event_key = ?");
  auto subject =
      connection_->prepare("SELECT site, bytes FROM subject WHERE subject_key = ? AND version = ?");
  if (!next || !find || !lateness || !subject)
    return connection_->error("prepare reading");
  next_segment_ = std::move(*next);
  find_event_ = std::move(*find);
  find_lateness_ = std::move(*lateness);
  find_subject_ = std::move(*subject);
  return {};
}

const stored_stream* sqlite_reader::stream(std::int32_t id) const {
  for (const auto& partition : partitions_)
    if (partition.stream.id == id)
      return &partition.stream;
  return nullptr;
}

caf::expected<std::string> sqlite_reader::store_id() {
  return sqlite_store_id(*connection_);
}

caf::expected<std::optional<std::string>> sqlite_reader::find_options(const sha256_digest& digest) {
  auto select = connection_->prepare("SELECT text FROM decide_options WHERE digest = ?");
  if (!select)
    return select.error();
  select->bind_bytes(1, {reinterpret_cast<const char*>(digest.data()), digest.size()});
  const auto code = select->step();
  if (code == SQLITE_DONE)
    return std::optional<std::string>{};
  if (code != SQLITE_ROW)
    return connection_->error("read decide options");
  return std::optional(std::string(select->bytes(0)));
}

caf::expected<std::vector<stored_partition>> sqlite_reader::partitions() {
  return partitions_;
}

caf::expected<std::optional<stored_segment>>
sqlite_reader::next_segment(std::int32_t stream_id, std::int64_t first_offset) {
  const sqlite_reset reset(next_segment_);
  next_segment_.bind(1, stream_id);
  next_segment_.bind(2, first_offset);
  const auto code = next_segment_.step();
  if (code == SQLITE_DONE)
    return std::optional<stored_segment>{};
  if (code != SQLITE_ROW)
    return connection_->error("read a ledger segment");
  stored_segment segment;
  segment.first_offset = next_segment_.number(0);
  segment.last_offset = next_segment_.number(1);
  segment.record_count = next_segment_.number(2);
  segment.rules_version = static_cast<std::uint32_t>(next_segment_.number(3));
  segment.chain_before = digest_from(next_segment_.bytes(4));
  segment.chain_after = digest_from(next_segment_.bytes(5));
  segment.stored_at = next_segment_.number(6);
  segment.decisions = next_segment_.bytes(7);
  segment.records = next_segment_.bytes(8);
  if (!next_segment_.is_null(9))
    segment.options = digest_from(next_segment_.bytes(9));
  if (!next_segment_.is_null(10))
    segment.due_at = next_segment_.number(10);
  return std::optional(std::move(segment));
}

caf::expected<void> sqlite_reader::scan_layout(const row_layout& layout,
                                               const std::optional<scan_range>& range,
                                               const row_visitor& visit) {
  std::string names;
  for (const auto& column : layout.columns)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
  auto select = connection_->prepare(
      fmt::format("SELECT {} FROM {}{}", names, layout.table,
                  range ? " WHERE stream_id = ? AND record_offset BETWEEN ? AND ?" : ""));
  if (!select)
    return select.error();
  if (range) {
    select->bind(1, range->stream_id);
    select->bind(2, range->first_offset);
    select->bind(3, range->last_offset);
  }
  std::vector<cell> row(layout.columns.size());
  int code;
  while ((code = select->step()) == SQLITE_ROW) {
    for (std::size_t i = 0; i < row.size(); ++i)
      row[i] = select->value(static_cast<int>(i), layout.columns[i].type);
    if (!visit(row))
      return caf::unit;
  }
  if (code != SQLITE_DONE)
    return connection_->error(fmt::format("read the table {}", layout.table));
  return caf::unit;
}

caf::expected<std::vector<known_event>>
sqlite_reader::find_events(std::span<const event_key> keys) {
  std::vector<known_event> found;
  for (const auto& key : keys) {
    const sqlite_reset reset(find_event_);
    find_event_.bind_bytes(1, key_cell(key).text);
    const auto code = find_event_.step();
    if (code == SQLITE_ROW)
      found.push_back({key, static_cast<std::uint64_t>(find_event_.number(0)),
                       stream(static_cast<std::int32_t>(find_event_.number(1))),
                       find_event_.number(2)});
    else if (code != SQLITE_DONE)
      return connection_->error("look up events");
  }
  return found;
}

caf::expected<std::optional<std::int64_t>> sqlite_reader::find_lateness(const event_key& key) {
  const sqlite_reset reset(find_lateness_);
  find_lateness_.bind_bytes(1, key_cell(key).text);
  const auto code = find_lateness_.step();
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return connection_->error("look up an event");
  if (code == SQLITE_DONE || find_lateness_.is_null(0))
    return std::optional<std::int64_t>{};
  return std::optional(find_lateness_.number(0));
}

caf::expected<std::optional<unix_milliseconds>> sqlite_reader::options_since() {
  auto select = connection_->prepare(
      "SELECT CAST(strftime('%s', max(CASE version WHEN 1 THEN applied_at END)) AS INTEGER) * "
      "1000, "
      "CAST(strftime('%s', max(CASE version WHEN 2 THEN applied_at END)) AS INTEGER) * 1000 "
      "FROM schema_version");
  if (!select)
    return select.error();
  if (select->step() != SQLITE_ROW)
    return connection_->error("read when the schema was made");
  const auto at = [&](int index) {
    return select->is_null(index) ? std::nullopt : std::optional(select->number(index));
  };
  return options_since_of(at(0), at(1));
}

caf::expected<subject_context_ptr> sqlite_reader::find_subject(const subject_key& key,
                                                               std::uint32_t version) {
  const auto row_key = subject_row_key(key.study, key.subject);
  const sqlite_reset reset(find_subject_);
  find_subject_.bind_bytes(1, key_cell(row_key).text);
  find_subject_.bind(2, version);
  const auto code = find_subject_.step();
  if (code == SQLITE_DONE)
    return make_unknown_subject(key.study, key.subject);
  if (code != SQLITE_ROW)
    return connection_->error("look up a subject");
  return make_subject_context(key.study, key.subject, std::string(find_subject_.bytes(0)), version,
                              std::string(find_subject_.bytes(1)));
}

caf::expected<std::vector<summary_row>> sqlite_reader::summarize(summary_table table) {
  std::string_view query;
  switch (table) {
    case summary_table::findings: query = findings_summary; break;
    case summary_table::scores: query = scores_summary; break;
    case summary_table::alerts: query = alerts_summary; break;
    case summary_table::rejections: query = rejections_summary; break;
  }
  auto select = connection_->prepare(std::string(query));
  if (!select)
    return select.error();
  std::vector<summary_row> answer;
  int code;
  while ((code = select->step()) == SQLITE_ROW) {
    auto& row = answer.emplace_back();
    const int labels = select->columns() - 1;
    for (int label = 0; label < labels; ++label)
      row.labels.emplace_back(select->bytes(label));
    row.count = static_cast<std::uint64_t>(select->number(labels));
  }
  if (code != SQLITE_DONE)
    return connection_->error("summarize");
  return answer;
}

caf::expected<std::vector<publication_lag>> sqlite_reader::publication_lags() {
  auto select =
      connection_->prepare(std::string(publication_lag_rows) + "ORDER BY s.topic, s.partition");
  if (!select)
    return select.error();
  std::vector<publication_lag> answer;
  int code;
  while ((code = select->step()) == SQLITE_ROW)
    answer.push_back({{std::string(select->bytes(0)), static_cast<std::int32_t>(select->number(1))},
                      static_cast<std::uint64_t>(select->number(2)),
                      static_cast<std::uint64_t>(select->number(3))});
  if (code != SQLITE_DONE)
    return connection_->error("read what is to be published");
  return answer;
}

} // namespace

caf::expected<std::unique_ptr<ledger_reader>>
make_sqlite_reader(std::unique_ptr<sqlite_connection> connection) {
  auto reader = std::make_unique<sqlite_reader>(std::move(connection));
  if (auto failed = reader->begin())
    return failed;
  return std::unique_ptr<ledger_reader>(std::move(reader));
}

} // namespace aepro
