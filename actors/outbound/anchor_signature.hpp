#pragma once

/// Ed25519 signatures of anchors (RFC 8032), by OpenSSL. Pure.

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace aepro {

struct release_key {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using ed25519_key = std::unique_ptr<EVP_PKEY, release_key>;

/// May be used by several threads.
class anchor_signer {
public:
  /// Returns a signer for the PEM text of a private key (PKCS #8, without passphrase), or what is
  /// wrong with it, without a word of its content.
  static std::variant<anchor_signer, std::string> from_pem(std::string_view pem);

  /// Returns the 64 bytes of the signature. Throws std::runtime_error where OpenSSL cannot sign.
  std::string sign(std::string_view bytes) const;

  /// Returns which key it is: the first 16 hexadecimal digits of SHA-256 of the 32 bytes of the
  /// public key.
  const std::string& key_id() const { return key_id_; }

private:
  ed25519_key key_;
  std::string key_id_;
};

/// May be used by several threads.
class anchor_verifier {
public:
  /// Returns a verifier for the PEM text of a public key, or what is wrong with it.
  static std::variant<anchor_verifier, std::string> from_pem(std::string_view pem);

  /// Returns whether `signature` is this key's of exactly these bytes.
  bool verify(std::string_view bytes, std::string_view signature) const;

  /// As anchor_signer's.
  const std::string& key_id() const { return key_id_; }

private:
  ed25519_key key_;
  std::string key_id_;
};

} // namespace aepro
