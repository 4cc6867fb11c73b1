#include "actors/outbound/anchor_signature.hpp"

#include "actors/storage/ledger/hex.hpp"
#include "actors/validation/sha256.hpp"

#include <openssl/pem.h>

#include <array>
#include <stdexcept>

namespace aepro {

namespace {

constexpr std::size_t signature_bytes = 64, public_key_bytes = 32, key_id_bytes = 8;

struct release_bio {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct release_context {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using digest_context = std::unique_ptr<EVP_MD_CTX, release_context>;
using read_function = EVP_PKEY* (*)(BIO*, EVP_PKEY**, pem_password_cb*, void*);

/// Never asks a terminal: a key with a passphrase is refused.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Returns the key, null where it is no Ed25519 key in that form.
ed25519_key read_key(std::string_view pem, read_function read) {
  const std::unique_ptr<BIO, release_bio> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  ed25519_key key(bio ? read(bio.get(), nullptr, &no_passphrase, nullptr) : nullptr);
  return key && EVP_PKEY_id(key.get()) == EVP_PKEY_ED25519 ? std::move(key) : ed25519_key{};
}

std::string id_of(const EVP_PKEY& key) {
  std::array<unsigned char, public_key_bytes> raw{};
  std::size_t size = raw.size();
  if (EVP_PKEY_get_raw_public_key(&key, raw.data(), &size) != 1)
    throw std::runtime_error("OpenSSL does not give the public key");
  const auto digest = sha256{}({reinterpret_cast<const char*>(raw.data()), size});
  return to_hex(std::span(digest).first(key_id_bytes));
}

} // namespace

std::variant<anchor_signer, std::string> anchor_signer::from_pem(std::string_view pem) {
  anchor_signer signer;
  signer.key_ = read_key(pem, &PEM_read_bio_PrivateKey);
  if (!signer.key_)
    return "is not an Ed25519 private key in PEM without passphrase; "
           "`openssl genpkey -algorithm ed25519` makes one";
  signer.key_id_ = id_of(*signer.key_);
  return signer;
}

std::string anchor_signer::sign(std::string_view bytes) const {
  const digest_context context(EVP_MD_CTX_new());
  std::string signature(signature_bytes, '\0');
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes_of(bytes), bytes.size()) != 1 ||
      size != signature_bytes)
    throw std::runtime_error("OpenSSL cannot sign");
  return signature;
}

std::variant<anchor_verifier, std::string> anchor_verifier::from_pem(std::string_view pem) {
  anchor_verifier verifier;
  verifier.key_ = read_key(pem, &PEM_read_bio_PUBKEY);
  if (!verifier.key_)
    return "is not an Ed25519 public key in PEM; `openssl pkey -in PRIVATE.pem -pubout` makes it";
  verifier.key_id_ = id_of(*verifier.key_);
  return verifier;
}

bool anchor_verifier::verify(std::string_view bytes, std::string_view signature) const {
  const digest_context context(EVP_MD_CTX_new());
  return signature.size() == signature_bytes && context &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes),
                          bytes.size()) == 1;
}

} // namespace aepro
