#include "actors/validation/event_identity.hpp"

#include <algorithm>
#include <optional>

// The header-only form: inlined, and a hash state on the stack.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace aepro {

namespace {

int hex_value(char digit) {
  if (digit >= '0' && digit <= '9')
    return digit - '0';
  const char lower = static_cast<char>(digit | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Parses 8-4-4-4-12 hexadecimal digits. Source: RFC 9562, section 4.
std::optional<event_key> parse_uuid(std::string_view text) {
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
    return std::nullopt;
  event_key key;
  std::size_t at = 0;
  for (auto& byte : key) {
    if (at == 8 || at == 13 || at == 18 || at == 23)
      ++at;
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0)
      return std::nullopt;
    byte = static_cast<std::uint8_t>(high << 4 | low);
    at += 2;
  }
  return key;
}

template <class Integer>
char* put(char* at, Integer value) { // little-endian, whatever the machine is
  for (std::size_t i = 0; i < sizeof(Integer); ++i)
    *at++ = static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i)));
  return at;
}

} // namespace

event_key identify(const event_view& event, sha256& hasher) {
  if (const auto key = parse_uuid(event.event_id))
    return *key;
  std::string name;
  name.reserve(5 + event.study.size() + event.event_id.size());
  name += static_cast<char>(event.kind);
  for (int shift = 24; shift >= 0; shift -= 8)
    name += static_cast<char>(static_cast<std::uint8_t>(event.study.size() >> shift));
  name += event.study;
  name += event.event_id;
  const auto digest = hasher(name);
  event_key key;
  std::copy_n(digest.begin(), key.size(), key.begin());
  return key;
}

std::uint64_t check_content(const event_view& event) {
  // Length and hash of each part, so that no byte can move from one part to the next unseen.
  char block[8 + 5 * 12 + 1 + 8 + 4];
  char* at = put(block, static_cast<std::uint64_t>(event.kind));
  for (const auto text :
       {event.study, event.site, event.subject, event.source_system, event.body_bytes}) {
    at = put(at, static_cast<std::uint32_t>(text.size()));
    at = put(at, static_cast<std::uint64_t>(XXH3_64bits(text.data(), text.size())));
  }
  *at++ = event.recorded_at.present ? 1 : 0;
  at = put(at, static_cast<std::uint64_t>(event.recorded_at.unix_ms));
  at = put(at, static_cast<std::uint32_t>(event.recorded_at.utc_offset_minutes));
  return XXH3_64bits(block, static_cast<std::size_t>(at - block));
}

} // namespace aepro
