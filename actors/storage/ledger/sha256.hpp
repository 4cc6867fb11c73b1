#pragma once

/// SHA-256 with one OpenSSL context for many digests; a context of its own per call costs twice as much.

#include "messages/record.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace aepro {

/// Used by one thread at a time.
class sha256_hasher {
public:
  /// Throws std::runtime_error where OpenSSL offers no SHA-256: nothing can be stored then.
  sha256_hasher();
  ~sha256_hasher();
  sha256_hasher(sha256_hasher&&) noexcept;
  sha256_hasher& operator=(sha256_hasher&&) noexcept;

  /// Returns the digest of `bytes` (FIPS 180-4).
  sha256_digest digest(std::string_view bytes);

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// Appends `headers` as docs/ledger-format.md encodes them.
void put_headers(std::string& out, std::span<const header_view> headers);

/// Returns SHA-256 of the encoded headers; of nothing where there are none.
sha256_digest headers_digest(sha256_hasher& hasher, std::span<const header_view> headers);

/// Returns lower-case hexadecimal digits of `bytes`.
std::string to_hex(std::span<const std::uint8_t> bytes);

} // namespace aepro
