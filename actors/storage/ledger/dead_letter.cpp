#include "actors/storage/ledger/dead_letter.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace aepro {

namespace {

std::optional<std::string> copy_of(const std::optional<std::string_view>& text) {
  return text ? std::optional(std::string(*text)) : std::nullopt;
}

dead_letter copy_of(const record_view& record, rejection reason) {
  dead_letter letter{record.offset,       record.timestamp,      reason,
                     copy_of(record.key), copy_of(record.value), {}};
  for (const auto& header : record.headers)
    letter.headers.push_back(
        {std::string(header.name),
         header.is_null ? std::nullopt : std::optional(std::string(header.value))});
  return letter;
}

} // namespace

std::size_t dead_letter::bytes() const {
  std::size_t sum = (key ? key->size() : 0) + (value ? value->size() : 0);
  for (const auto& header : headers)
    sum += header.name.size() + (header.value ? header.value->size() : 0);
  return sum;
}

std::variant<std::size_t, segment_damage> cut_dead_letters(const stored_segment& segment,
                                                           const stream_name& stream,
                                                           std::span<const dead_letter_row> rows,
                                                           std::size_t& bytes_left,
                                                           std::vector<dead_letter>& found) {
  if (rows.empty())
    return std::size_t{0};
  if (rows.front().offset < segment.first_offset || rows.front().offset > segment.last_offset)
    return segment_damage{
        fmt::format("no segment holds the rejected record at offset {}", rows.front().offset)};
  auto decoded =
      decode_evidence(segment.records, stream, segment.first_offset,
                      static_cast<std::size_t>(std::max<std::int64_t>(segment.record_count, 0)),
                      dead_letter_segment_bytes_max);
  if (auto* damage = std::get_if<segment_damage>(&decoded))
    return std::move(*damage);
  const auto& records = std::get<std::shared_ptr<record_batch>>(decoded)->records;
  std::size_t taken = 0;
  for (const auto& row : rows) {
    if (row.offset > segment.last_offset || bytes_left == 0)
      break;
    const auto record = std::ranges::lower_bound(records, row.offset, {}, &record_view::offset);
    if (record == records.end() || record->offset != row.offset)
      return segment_damage{fmt::format("segment {}..{} has no record at offset {}",
                                        segment.first_offset, segment.last_offset, row.offset)};
    found.push_back(copy_of(*record, row.reason));
    bytes_left -= std::min(bytes_left, std::max<std::size_t>(found.back().bytes(), 1));
    ++taken;
  }
  return taken;
}

} // namespace aepro
