#include "actors/validation/sha256.hpp"

#include <stdexcept>

namespace aepro {

namespace {

/// Fetched once: a fetch per digest costs more than the digest (OpenSSL 3, EVP_MD_fetch(3)).
const EVP_MD* algorithm() {
  static EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

void append_big_endian(std::uint32_t value, std::string& out) {
  for (int shift = 24; shift >= 0; shift -= 8)
    out += static_cast<char>(static_cast<std::uint8_t>(value >> shift));
}

} // namespace

sha256::sha256() : context_(EVP_MD_CTX_new()) {
  if (context_ == nullptr || EVP_DigestInit_ex2(context_.get(), algorithm(), nullptr) != 1)
    throw std::runtime_error("OpenSSL offers no SHA-256");
}

sha256_digest sha256::operator()(std::string_view bytes) {
  sha256_digest digest;
  // A null algorithm restarts the context with the one it has.
  if (EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) != 1 ||
      EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) != 1)
    throw std::runtime_error("OpenSSL failed to compute SHA-256");
  return digest;
}

void append_encoded_headers(std::span<const header_view> headers, std::string& out) {
  for (const auto& header : headers) {
    append_big_endian(static_cast<std::uint32_t>(header.name.size()), out);
    out += header.name;
    append_big_endian(header.is_null ? ~0u : static_cast<std::uint32_t>(header.value.size()), out);
    if (!header.is_null)
      out += header.value;
  }
}

} // namespace aepro
