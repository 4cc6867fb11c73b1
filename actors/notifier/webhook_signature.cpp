#include "actors/notifier/webhook_signature.hpp"

#include "actors/storage/ledger/hex.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace aepro {

std::string hmac_sha256(std::string_view key, std::string_view data) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data(),
           &size) == nullptr)
    throw std::runtime_error("OpenSSL cannot compute HMAC-SHA256");
  return to_hex(std::span(digest).first(size));
}

std::string webhook_signature(std::string_view key, std::chrono::sys_seconds at,
                              std::string_view body) {
  const auto instant = std::to_string(at.time_since_epoch().count());
  return fmt::format("t={},v1={}", instant, hmac_sha256(key, fmt::format("{}.{}", instant, body)));
}

} // namespace aepro
