#pragma once

/// Big-endian integers of fixed width, as docs/ledger-format.md and PostgreSQL's wire format use
/// them.

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace aepro {

/// Appends the bytes of `value` to `out`, most significant first; two's complement where signed.
template <std::integral Integer>
void put_big_endian(std::string& out, Integer value) {
  auto bits = static_cast<std::make_unsigned_t<Integer>>(value);
  char bytes[sizeof(Integer)];
  for (std::size_t i = sizeof(Integer); i-- > 0;) {
    bytes[i] = static_cast<char>(bits & 0xffU);
    if constexpr (sizeof(Integer) > 1)
      bits = static_cast<decltype(bits)>(bits >> 8U);
  }
  out.append(bytes, sizeof(bytes));
}

/// Returns the integer in the first bytes of `bytes`, which must hold at least its width.
template <std::integral Integer>
Integer get_big_endian(std::string_view bytes) {
  std::make_unsigned_t<Integer> bits = 0;
  for (std::size_t i = 0; i < sizeof(Integer); ++i) {
    if constexpr (sizeof(Integer) > 1)
      bits = static_cast<decltype(bits)>(bits << 8U);
    bits = static_cast<decltype(bits)>(bits | static_cast<std::uint8_t>(bytes[i]));
  }
  return static_cast<Integer>(bits);
}

} // namespace aepro
