#include "actors/storage/postgres_copy.hpp"

#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/postgres_values.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>

namespace aepro {

namespace {

/// Large enough that system calls do not count, small enough to stay in the cache.
constexpr std::size_t piece_bytes = 128 * 1024;

template <class Integer>
char* put(char* out, Integer value) {
  auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  if constexpr (std::endian::native == std::endian::little) {
    if constexpr (sizeof(Integer) == 2)
      bits = __builtin_bswap16(bits);
    else if constexpr (sizeof(Integer) == 4)
      bits = __builtin_bswap32(bits);
    else
      bits = __builtin_bswap64(bits);
  }
  std::memcpy(out, &bits, sizeof(bits));
  return out + sizeof(bits);
}

char* put_field(char* out, column_type type, const cell& value) {
  if (!value.present)
    return put(out, std::int32_t{-1});
  switch (type) {
    case column_type::int16:
      out = put(out, std::int32_t{2});
      return put(out, static_cast<std::int16_t>(value.number));
    case column_type::int32:
      out = put(out, std::int32_t{4});
      return put(out, static_cast<std::int32_t>(value.number));
    case column_type::date: // PostgreSQL counts from 2000-01-01.
      out = put(out, std::int32_t{4});
      return put(out, static_cast<std::int32_t>(value.number - days_from_1970_to_2000));
    case column_type::int64: out = put(out, std::int32_t{8}); return put(out, value.number);
    case column_type::text:
    case column_type::bytes:
    case column_type::key:
      out = put(out, static_cast<std::int32_t>(value.text.size()));
      if (!value.text.empty())
        std::memcpy(out, value.text.data(), value.text.size());
      return out + value.text.size();
  }
  return out;
}

} // namespace

std::string copy_statement(const row_layout& layout) {
  std::string names;
  for (const auto& column : layout.columns)
    names += fmt::format("{}{}", names.empty() ? "" : ", ", column.name);
  return fmt::format("COPY {} ({}) FROM STDIN (FORMAT binary)", layout.table, names);
}

void postgres_copy::begin(postgres_connection& connection, const row_layout& layout) {
  connection_ = &connection;
  layout_ = &layout;
  failure_ = {};
  buffer_.assign("PGCOPY\n\377\r\n\0", 11);
  put_big_endian(buffer_, std::int32_t{0}); // flags
  put_big_endian(buffer_, std::int32_t{0}); // length of the header's extension
}

bool postgres_copy::add(std::span<const cell> row) {
  const auto columns = layout_->columns;
  std::size_t bound = 2 + 12 * columns.size();
  for (const auto& value : row)
    bound += value.text.size();
  const auto used = buffer_.size();
  buffer_.resize(used + bound);
  auto* out = put(buffer_.data() + used, static_cast<std::int16_t>(columns.size()));
  for (std::size_t i = 0; i < columns.size(); ++i)
    out = put_field(out, columns[i].type, row[i]);
  buffer_.resize(static_cast<std::size_t>(out - buffer_.data()));
  if (buffer_.size() >= piece_bytes)
    failure_ = send_piece();
  return !failure_;
}

caf::error postgres_copy::send_piece() {
  auto failed = connection_->put_copy(buffer_);
  buffer_.clear();
  return failed;
}

caf::error postgres_copy::end() {
  put_big_endian(buffer_, std::int16_t{-1});
  if (auto failed = send_piece())
    return failed;
  return connection_->end_copy();
}

} // namespace aepro
