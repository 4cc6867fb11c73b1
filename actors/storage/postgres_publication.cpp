#include "actors/storage/postgres_publication.hpp"

#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/make_store_error.hpp"
#include "actors/storage/postgres_schema.hpp"
#include "actors/storage/postgres_values.hpp"
#include "actors/storage/publication_queries.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

namespace aepro {

namespace {

class postgres_publication final : public publication_store {
public:
  postgres_publication(std::unique_ptr<postgres_connection> connection,
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
  caf::expected<stored_segment> segment_of(const publication_state& stream, std::int64_t offset);

  std::unique_ptr<postgres_connection> connection_;
  std::chrono::milliseconds timeout_;
};

caf::expected<std::string> postgres_publication::store_id() {
  start_clock();
  return postgres_store_id(*connection_);
}

caf::expected<std::vector<publication_state>> postgres_publication::states() {
  start_clock();
  auto rows = connection_->run(std::string(publication_states) +
                               "ORDER BY s.topic COLLATE \"C\", s.partition");
  if (!rows)
    return rows.error();
  const auto* all = rows->get();
  std::vector<publication_state> found;
  for (int i = 0; i < PQntuples(all); ++i) {
    const auto count = [&](int index) {
      return static_cast<std::uint64_t>(integer_field(all, i, index));
    };
    found.push_back({.stream_id = static_cast<std::int32_t>(integer_field(all, i, 0)),
                     .claim = {.stream = {std::string(field(all, i, 1)),
                                          static_cast<std::int32_t>(integer_field(all, i, 2))},
                               .epoch = count(4),
                               .next_offset = integer_field(all, i, 3),
                               .chain_head = digest_field(all, i, 5)},
                     .counts = {count(6), count(7), count(8), count(9)},
                     .dead_letters_next = integer_field(all, i, 10),
                     .anchored = integer_field(all, i, 11),
                     .has_dead_letters = integer_field(all, i, 12) == 1});
  }
  return found;
}

caf::expected<stored_segment> postgres_publication::segment_of(const publication_state& stream,
                                                               std::int64_t offset) {
  std::string id, before;
  put_big_endian(id, stream.stream_id);
  put_big_endian(before, offset);
  const std::array parameters{postgres_parameter{int4_oid, id},
                              postgres_parameter{int8_oid, before}};
  auto rows = connection_->run(
      "SELECT first_offset, last_offset, record_count, records FROM ledger_segment "
      "WHERE stream_id = $1 AND first_offset <= $2 ORDER BY first_offset DESC LIMIT 1",
      parameters);
  if (!rows)
    return rows.error();
  stored_segment segment{.last_offset = -1}; // Where there is none, the record is missing in it.
  if (PQntuples(rows->get()) == 1) {
    segment.first_offset = integer_field(rows->get(), 0, 0);
    segment.last_offset = integer_field(rows->get(), 0, 1);
    segment.record_count = integer_field(rows->get(), 0, 2);
    segment.records = field(rows->get(), 0, 3);
  }
  return segment;
}

caf::expected<std::vector<dead_letter>>
postgres_publication::dead_letters(const publication_state& stream,
                                   const dead_letter_limits& limits) {
  start_clock();
  auto rows = connection_->run(fmt::format(dead_letter_rows, stream.stream_id,
                                           stream.dead_letters_next, limits.records_max));
  if (!rows)
    return rows.error();
  std::vector<dead_letter_row> wanted;
  for (int i = 0; i < PQntuples(rows->get()); ++i)
    wanted.push_back({integer_field(rows->get(), i, 0),
                      static_cast<rejection>(integer_field(rows->get(), i, 1))});
  return collect_dead_letters<caf::expected<std::vector<dead_letter>>>(
      wanted, stream.claim.stream, limits.bytes_max,
      [&](std::int64_t offset) { return segment_of(stream, offset); },
      [&](const segment_damage& damage) {
        return make_store_error(errc::store_broken,
                                fmt::format("{}: {}[{}]: {}", connection_->name(),
                                            stream.claim.stream.topic,
                                            stream.claim.stream.partition, damage.message));
      });
}

caf::expected<bool> postgres_publication::advance(const publication_state& stream, publication what,
                                                  std::int64_t next_offset) {
  start_clock();
  auto moved =
      connection_->run(fmt::format(advance_publication, stream.stream_id, static_cast<int>(what),
                                   next_offset, stream.stream_id, stream.claim.epoch) +
                       " RETURNING next_offset");
  if (!moved)
    return moved.error();
  return PQntuples(moved->get()) == 1;
}

} // namespace

std::unique_ptr<publication_store>
make_postgres_publication(std::unique_ptr<postgres_connection> connection,
                          std::chrono::milliseconds operation_timeout) {
  return std::make_unique<postgres_publication>(std::move(connection), operation_timeout);
}

} // namespace aepro
