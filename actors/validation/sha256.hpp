#pragma once

/// SHA-256 over one context that is used again and again.

#include "messages/record.hpp"

#include <openssl/evp.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace aepro {

/// One thread at a time.
class sha256 {
public:
  /// Throws std::runtime_error where the machine's OpenSSL has no SHA-256.
  sha256();

  /// Returns the digest of `bytes`.
  sha256_digest operator()(std::string_view bytes);

private:
  struct release {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, release> context_;
};

/// Appends the headers in the encoding of docs/ledger-format.md, "Digests".
void append_encoded_headers(std::span<const header_view> headers, std::string& out);

} // namespace aepro
