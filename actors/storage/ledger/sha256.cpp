#include "actors/storage/ledger/sha256.hpp"

#include "actors/storage/ledger/big_endian.hpp"

#include <openssl/evp.h>

#include <stdexcept>

namespace aepro {

struct sha256_hasher::state {
  EVP_MD* algorithm = nullptr;
  EVP_MD_CTX* context = nullptr;
  state() : algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context(EVP_MD_CTX_new()) {}
  state(const state&) = delete;
  state& operator=(const state&) = delete;
  ~state() {
    EVP_MD_CTX_free(context);
    EVP_MD_free(algorithm);
  }
};

sha256_hasher::sha256_hasher() : state_(std::make_unique<state>()) {
  if (state_->algorithm == nullptr || state_->context == nullptr)
    throw std::runtime_error("OpenSSL offers no SHA-256");
}

sha256_hasher::~sha256_hasher() = default;
sha256_hasher::sha256_hasher(sha256_hasher&&) noexcept = default;
sha256_hasher& sha256_hasher::operator=(sha256_hasher&&) noexcept = default;

sha256_digest sha256_hasher::digest(std::string_view bytes) {
  sha256_digest result;
  unsigned int length = 0;
  if (EVP_DigestInit_ex2(state_->context, state_->algorithm, nullptr) != 1
      || EVP_DigestUpdate(state_->context, bytes.data(), bytes.size()) != 1
      || EVP_DigestFinal_ex(state_->context, result.data(), &length) != 1)
    throw std::runtime_error("OpenSSL could not compute a SHA-256 digest");
  return result;
}

void put_headers(std::string& out, std::span<const header_view> headers) {
  for (const auto& header : headers) {
    put_big_endian(out, static_cast<std::uint32_t>(header.name.size()));
    out.append(header.name);
    if (header.is_null) {
      put_big_endian(out, std::int32_t{-1});
      continue;
    }
    put_big_endian(out, static_cast<std::int32_t>(header.value.size()));
    out.append(header.value);
  }
}

sha256_digest headers_digest(sha256_hasher& hasher, std::span<const header_view> headers) {
  thread_local std::string encoded;
  encoded.clear();
  put_headers(encoded, headers);
  return hasher.digest(encoded);
}

std::string to_hex(std::span<const std::uint8_t> bytes) {
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
