#include "actors/notifier/address_reach.hpp"

#include <algorithm>
#include <array>

namespace aepro {

namespace {

struct network {
  std::array<std::uint8_t, 16> prefix;
  unsigned bits;
};

constexpr network closed_v4[] = {
    {{0}, 8},                           // This network; 0.0.0.0 reaches this machine.
    {{10}, 8},        {{100, 64}, 10},  // Shared by providers.
    {{127}, 8},       {{169, 254}, 16}, // Link-local: the clouds' metadata services.
    {{172, 16}, 12},  {{192, 0, 0}, 24}, {{192, 0, 2}, 24},    {{192, 88, 99}, 24},
    {{192, 168}, 16}, {{198, 18}, 15},   {{198, 51, 100}, 24}, {{203, 0, 113}, 24},
    {{224}, 3}, // Multicast and reserved.
};

constexpr network closed_v6[] = {
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48}, // Local NAT64.
    {{0x01, 0x00}, 64},                         // Discard-only.
    {{0x20, 0x01, 0x00, 0x00}, 32},             // Teredo.
    {{0x20, 0x01, 0x0d, 0xb8}, 32},             // Documentation.
    {{0xfc}, 7},                                // Unique local.
    {{0xfe, 0x80}, 9},                          // Link-local and the former site-local.
    {{0xff}, 8},                                // Multicast.
};

/// IPv6 networks whose addresses hold an IPv4 address, and where in them it begins.
constexpr struct {
  network outer;
  std::size_t inner_at;
} holding_v4[] = {
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96}, 12}, // Mapped.
    {{{}, 96}, 12},                                         // Compatible; :: and ::1 among them.
    {{{0x00, 0x64, 0xff, 0x9b}, 96}, 12},                   // NAT64.
    {{{0x20, 0x02}, 16}, 2},                                // 6to4.
};

bool is_in(std::span<const std::uint8_t> bytes, const network& net) {
  for (unsigned bit = 0; bit < net.bits; bit += 8) {
    const auto mask = net.bits - bit >= 8 ? 0xffU : 0xffU << (8 - (net.bits - bit)) & 0xffU;
    if ((bytes[bit / 8] & mask) != net.prefix[bit / 8])
      return false;
  }
  return true;
}

} // namespace

bool is_public_address(std::span<const std::uint8_t> bytes) {
  const auto holds = [bytes](const network& net) { return is_in(bytes, net); };
  if (bytes.size() == 4)
    return std::ranges::none_of(closed_v4, holds);
  if (bytes.size() != 16)
    return false;
  for (const auto& [outer, inner_at] : holding_v4)
    if (is_in(bytes, outer))
      return is_public_address(bytes.subspan(inner_at, 4));
  return std::ranges::none_of(closed_v6, holds);
}

} // namespace aepro
