#pragma once

/// Which network addresses lead out of our own network. Pure.

#include <cstdint>
#include <span>

namespace aepro {

/// Returns whether 4 (IPv4) or 16 bytes (IPv6) in network order are a public unicast address: not
/// of this machine, of a private or local network, shared by a provider, for documentation or
/// benchmarks, multicast or reserved (RFC 6890). An IPv6 address that holds an IPv4 one (mapped,
/// compatible, NAT64, 6to4) is as public as that. False for other lengths.
bool is_public_address(std::span<const std::uint8_t> bytes);

} // namespace aepro
