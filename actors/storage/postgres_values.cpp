#include "actors/storage/postgres_values.hpp"

#include "actors/storage/ledger/big_endian.hpp"
#include "actors/storage/ledger/hex.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace aepro {

namespace {

std::uint8_t nibble(char digit) {
  return static_cast<std::uint8_t>(digit >= 'a' ? digit - 'a' + 10 : digit - '0');
}

/// Without the value, which may be a patient's.
std::logic_error not_an_integer(const PGresult* result, int column) {
  return std::logic_error(fmt::format("PostgreSQL's column '{}' was read as an integer and is "
                                      "none: please report this as a defect of aepro",
                                      PQfname(result, column)));
}

} // namespace

std::string_view field(const PGresult* result, int row, int column) {
  return {PQgetvalue(result, row, column),
          static_cast<std::size_t>(PQgetlength(result, row, column))};
}

std::int64_t integer_field(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column) == 1)
    return 0;
  const auto bytes = field(result, row, column);
  if (PQfformat(result, column) == 1) {
    switch (bytes.size()) {
      case sizeof(std::int16_t): return get_big_endian<std::int16_t>(bytes);
      case sizeof(std::int32_t): return get_big_endian<std::int32_t>(bytes);
      case sizeof(std::int64_t): return get_big_endian<std::int64_t>(bytes);
      default: throw not_an_integer(result, column);
    }
  }
  std::int64_t number = 0;
  const auto* end = bytes.data() + bytes.size();
  const auto read = std::from_chars(bytes.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end)
    throw not_an_integer(result, column);
  return number;
}

verdict_counts counts_fields(const PGresult* result, int row, int column) {
  const auto at = [&](int i) {
    return static_cast<std::uint64_t>(integer_field(result, row, column + i));
  };
  return {at(0), at(1), at(2), at(3)};
}

sha256_digest digest_field(const PGresult* result, int row, int column) {
  sha256_digest digest{};
  const auto bytes = field(result, row, column);
  if (PQfformat(result, column) == 1) {
    if (bytes.size() == digest.size())
      std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
  }
  if (bytes.size() == 2 + 2 * digest.size())
    for (std::size_t i = 0; i < digest.size(); ++i)
      digest[i] =
          static_cast<std::uint8_t>(nibble(bytes[2 + 2 * i]) << 4U | nibble(bytes[3 + 2 * i]));
  return digest;
}

std::string bytea_literal(std::span<const std::uint8_t> bytes) {
  return "'\\x" + to_hex(bytes) + "'::bytea";
}

std::string text_literal(std::string_view text) {
  std::string out = "'";
  for (const char letter : text)
    out.append(letter == '\'' ? 2 : 1, letter);
  return out + "'";
}

std::string uuid_array(std::span<const event_key> keys) {
  std::string out;
  put_big_endian(out, std::int32_t{1}); // dimensions
  put_big_endian(out, std::int32_t{0}); // no NULLs
  put_big_endian(out, static_cast<std::int32_t>(uuid_oid));
  put_big_endian(out, static_cast<std::int32_t>(keys.size()));
  put_big_endian(out, std::int32_t{1}); // lower bound
  for (const auto& key : keys) {
    put_big_endian(out, static_cast<std::int32_t>(key.size()));
    out.append(reinterpret_cast<const char*>(key.data()), key.size());
  }
  return out;
}

} // namespace aepro
