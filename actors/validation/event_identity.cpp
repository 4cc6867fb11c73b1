#include "actors/validation/event_identity.hpp"

#include <algorithm>
#include <array>
#include <optional>

// The header-only form: inlined, and a hash state on the stack.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace aepro {

namespace {

/// The value of each hexadecimal digit, -1 for other bytes.
constexpr std::array<std::int8_t, 256> hex_values = [] {
  std::array<std::int8_t, 256> values;
  values.fill(-1);
  for (std::int8_t i = 0; i < 10; ++i)
    values[static_cast<std::size_t>('0' + i)] = i;
  for (std::int8_t i = 0; i < 6; ++i)
    values[static_cast<std::size_t>('a' + i)] = values[static_cast<std::size_t>('A' + i)] =
        static_cast<std::int8_t>(10 + i);
  return values;
}();

/// Parses 8-4-4-4-12 hexadecimal digits. Source: RFC 9562, section 4.
std::optional<event_key> parse_uuid(std::string_view text) {
  if (text.size() != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
    return std::nullopt;
  static constexpr std::array<std::uint8_t, 16> places{0,  2,  4,  6,  9,  11, 14, 16,
                                                       19, 21, 24, 26, 28, 30, 32, 34};
  event_key key;
  int all = 0; // Negative as soon as one digit is none.
  for (std::size_t i = 0; i < key.size(); ++i) {
    const auto* at = text.data() + places[i];
    const int high = hex_values[static_cast<std::uint8_t>(at[0])];
    const int low = hex_values[static_cast<std::uint8_t>(at[1])];
    all |= high | low;
    key[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  if (all < 0)
    return std::nullopt;
  return key;
}

template <class Integer>
char* put(char* at, Integer value) { // little-endian, whatever the machine is
  for (std::size_t i = 0; i < sizeof(Integer); ++i)
    *at++ = static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i)));
  return at;
}

} // namespace

event_identity identify(const event_view& event, sha256& hasher) {
  if (const auto uuid = parse_uuid(event.event_id))
    return {*uuid, true};
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
  return {key, false};
}

std::uint64_t check_content(const event_view& event) {
  const std::string_view texts[] = {event.study, event.site, event.subject, event.source_system};
  std::size_t size = 8 + 4 * 4 + 1 + 8 + 4 + 8;
  for (const auto text : texts)
    size += text.size();
  // Long texts are rare, and then the heap will do.
  constexpr std::size_t usual_size = 256;
  char buffer[usual_size];
  std::string large;
  if (size > usual_size)
    large.resize(size);
  char* const begin = size > usual_size ? large.data() : buffer;
  char* at = put(begin, static_cast<std::uint64_t>(event.kind));
  for (const auto text : texts) {
    at = put(at, static_cast<std::uint32_t>(text.size()));
    at = std::copy(text.begin(), text.end(), at);
  }
  *at++ = event.recorded_at.present ? 1 : 0;
  at = put(at, static_cast<std::uint64_t>(event.recorded_at.unix_ms));
  at = put(at, static_cast<std::uint32_t>(event.recorded_at.utc_offset_minutes));
  at = put(at, std::uint64_t{XXH3_64bits(event.body_bytes.data(), event.body_bytes.size())});
  return XXH3_64bits(begin, static_cast<std::size_t>(at - begin));
}

} // namespace aepro
