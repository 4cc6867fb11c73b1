#include "actors/common/parts_digest.hpp"

#include "actors/storage/ledger/hex.hpp"
#include "actors/validation/sha256.hpp"

#include <fmt/format.h>

namespace aepro {

std::string parts_digest(std::initializer_list<std::string_view> parts, std::size_t digits) {
  std::string bytes;
  for (const auto part : parts)
    bytes += fmt::format("{}:{}", part.size(), part);
  return to_hex(sha256{}(bytes)).substr(0, digits);
}

} // namespace aepro
