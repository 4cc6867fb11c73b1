#pragma once

/// Bytes as people read them.

#include <cstdint>
#include <span>
#include <string>

namespace aepro {

/// Returns lower-case hexadecimal digits of `bytes`.
inline std::string to_hex(std::span<const std::uint8_t> bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out.push_back(digits[byte >> 4U]);
    out.push_back(digits[byte & 15U]);
  }
  return out;
}

} // namespace aepro
