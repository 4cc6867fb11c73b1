#include "actors/common/uuid.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>

namespace aepro {

namespace {

constexpr uuid name_space = {0x0f, 0x1c, 0x2d, 0x6e, 0x5b, 0x3a, 0x5e, 0x0d,
                             0x9a, 0x54, 0x6d, 0x1c, 0x7e, 0x8f, 0x9b, 0x20};

} // namespace

void write_uuid(const uuid& id, char* out) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10)
      *out++ = '-';
    *out++ = digits[id[i] >> 4];
    *out++ = digits[id[i] & 15];
  }
}

std::string to_string(const uuid& id) {
  std::string text(36, '-');
  write_uuid(id, text.data());
  return text;
}

uuid with_version(uuid id, std::uint8_t version) {
  id[6] = static_cast<std::uint8_t>((id[6] & 0x0f) | (version << 4));
  id[8] = static_cast<std::uint8_t>((id[8] & 0x3f) | 0x80);
  return id;
}

uuid named_uuid(std::string_view name) {
  std::string text(name_space.begin(), name_space.end());
  text += name;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr) != 1)
    throw std::runtime_error("SHA-1 is not available in this OpenSSL");
  uuid id{};
  std::copy_n(digest.begin(), id.size(), id.begin());
  return with_version(id, 5);
}

} // namespace aepro
