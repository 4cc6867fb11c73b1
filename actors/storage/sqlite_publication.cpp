#include "actors/storage/sqlite_publication.hpp"

#include "actors/storage/make_store_error.hpp"
#include "actors/storage/publication_queries.hpp"
#include "actors/storage/sqlite_schema.hpp"
#include "actors/storage/sqlite_statements.hpp"

#include <fmt/format.h>

namespace aepro {

namespace {

class sqlite_publication final : public publication_store {
public:
  sqlite_publication(std::unique_ptr<sqlite_connection> connection,
                     std::chrono::milliseconds timeout)
      : connection_(std::move(connection)), timeout_(timeout) {}

  caf::expected<std::string> store_id() override;
  caf::expected<std::vector<publication_state>> states() override;
  caf::expected<std::vector<dead_letter>> dead_letters(const publication_state& stream,
                                                       const dead_letter_limits& limits) override;
  caf::expected<bool> advance(const publication_state& stream, publication what,
                              std::int64_t next_offset) override;

private:
  void start_clock() { connection_->set_deadline(std::chrono::steady_clock::now() + timeout_); }
  caf::expected<std::vector<dead_letter_row>> rows(const publication_state& stream,
                                                   std::size_t records_max);
  caf::expected<stored_segment> segment_of(const publication_state& stream, std::int64_t offset);

  std::unique_ptr<sqlite_connection> connection_;
  std::chrono::milliseconds timeout_;
};

caf::expected<std::string> sqlite_publication::store_id() {
  start_clock();
  return sqlite_store_id(*connection_);
}

caf::expected<std::vector<publication_state>> sqlite_publication::states() {
  start_clock();
  auto select =
      connection_->prepare(std::string(publication_states) + "ORDER BY s.topic, s.partition");
  if (!select)
    return select.error();
  std::vector<publication_state> found;
  const auto count = [&](int index) { return static_cast<std::uint64_t>(select->number(index)); };
  int code;
  while ((code = select->step()) == SQLITE_ROW)
    found.push_back({.stream_id = static_cast<std::int32_t>(select->number(0)),
                     .claim = {.stream = {std::string(select->bytes(1)),
                                          static_cast<std::int32_t>(select->number(2))},
                               .epoch = count(4),
                               .next_offset = select->number(3),
                               .chain_head = digest_from(select->bytes(5))},
                     .counts = {count(6), count(7), count(8), count(9)},
                     .dead_letters_next = select->number(10),
                     .anchored = select->number(11),
                     .has_dead_letters = select->number(12) == 1});
  if (code != SQLITE_DONE)
    return connection_->error("read what is to be published");
  return found;
}

caf::expected<std::vector<dead_letter_row>>
sqlite_publication::rows(const publication_state& stream, std::size_t records_max) {
  auto select = connection_->prepare(
      fmt::format(dead_letter_rows, stream.stream_id, stream.dead_letters_next, records_max));
  if (!select)
    return select.error();
  std::vector<dead_letter_row> found;
  int code;
  while ((code = select->step()) == SQLITE_ROW)
    found.push_back({select->number(0), static_cast<rejection>(select->number(1))});
  if (code != SQLITE_DONE)
    return connection_->error("read dead letters");
  return found;
}

caf::expected<stored_segment> sqlite_publication::segment_of(const publication_state& stream,
                                                             std::int64_t offset) {
  auto select =
      connection_->prepare(fmt::format("SELECT first_offset, last_offset, record_count, records "
                                       "FROM ledger_segment WHERE stream_id = {} "
                                       "AND first_offset <= {} ORDER BY first_offset DESC LIMIT 1",
                                       stream.stream_id, offset));
  if (!select)
    return select.error();
  const auto code = select->step();
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return connection_->error("read a ledger segment");
  stored_segment segment{.last_offset = -1}; // Where there is none, the record is missing in it.
  if (code == SQLITE_ROW) {
    segment.first_offset = select->number(0);
    segment.last_offset = select->number(1);
    segment.record_count = select->number(2);
    segment.records = select->bytes(3);
  }
  return segment;
}

caf::expected<std::vector<dead_letter>>
sqlite_publication::dead_letters(const publication_state& stream,
                                 const dead_letter_limits& limits) {
  start_clock();
  const auto wanted = rows(stream, limits.records_max);
  if (!wanted)
    return wanted.error();
  return collect_dead_letters<caf::expected<std::vector<dead_letter>>>(
      *wanted, stream.claim.stream, limits.bytes_max,
      [&](std::int64_t offset) { return segment_of(stream, offset); },
      [&](const segment_damage& damage) {
        return make_store_error(errc::store_broken,
                                fmt::format("sqlite:{}: {}[{}]: {}", connection_->path(),
                                            stream.claim.stream.topic,
                                            stream.claim.stream.partition, damage.message));
      });
}

caf::expected<bool> sqlite_publication::advance(const publication_state& stream, publication what,
                                                std::int64_t next_offset) {
  start_clock();
  auto insert = connection_->prepare(fmt::format(advance_publication, stream.stream_id,
                                                 static_cast<int>(what), next_offset,
                                                 stream.stream_id, stream.claim.epoch));
  if (!insert)
    return insert.error();
  if (insert->step() != SQLITE_DONE)
    return connection_->error("move what is published");
  return sqlite3_changes(connection_->handle()) == 1;
}

} // namespace

std::unique_ptr<publication_store>
make_sqlite_publication(std::unique_ptr<sqlite_connection> connection,
                        std::chrono::milliseconds operation_timeout) {
  return std::make_unique<sqlite_publication>(std::move(connection), operation_timeout);
}

} // namespace aepro
