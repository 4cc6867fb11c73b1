#include "actors/notifier/secret_mask.hpp"

#include "actors/notifier/message_template.hpp"
#include "actors/storage/ledger/hex.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <span>
#include <vector>

namespace aepro {

namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string base64(std::string_view text) {
  std::string encoded(4 * ((text.size() + 2) / 3) + 1, '\0'); // OpenSSL ends it with a zero.
  encoded.resize(static_cast<std::size_t>(
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), bytes_of(text).data(),
                      static_cast<int>(text.size()))));
  return encoded;
}

/// What base64 makes of the secret `shift` bytes into something, without the letters that its
/// neighbours decide.
std::string base64_inside(std::string_view secret, std::size_t shift) {
  const auto encoded = base64(std::string(shift, '\0') + std::string(secret));
  const auto begin = (8 * shift + 5) / 6;
  const auto end = 8 * (shift + secret.size()) / 6;
  return encoded.substr(begin, end > begin ? end - begin : 0);
}

std::string percent_encoded(std::string_view secret, bool in_capitals) {
  std::string text;
  for (const char letter : secret) {
    const bool is_plain = (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= 'a' && letter <= 'z') ||
                          std::string_view("-._~").find(letter) != std::string_view::npos;
    const auto code = static_cast<unsigned>(static_cast<unsigned char>(letter));
    text += is_plain      ? std::string(1, letter)
            : in_capitals ? fmt::format("%{:02X}", code)
                          : fmt::format("%{:02x}", code);
  }
  return text;
}

void replace_all(std::string& text, std::string_view secret) {
  for (std::size_t at = 0; !secret.empty() && (at = text.find(secret, at)) != text.npos; at += 3)
    text.replace(at, secret.size(), "***");
}

} // namespace

std::string masked(std::string text, std::string_view secret) {
  constexpr std::size_t meaningful = 4; // Fewer letters of base64 stand anywhere.
  const auto hexadecimal = to_hex(bytes_of(secret));
  std::vector<std::string> forms{std::string(secret),
                                 percent_encoded(secret, true),
                                 percent_encoded(secret, false),
                                 escaped(secret, escaping::json),
                                 escaped(secret, escaping::markup),
                                 hexadecimal};
  std::string capitals = hexadecimal;
  std::ranges::transform(capitals, capitals.begin(),
                         [](char letter) { return letter >= 'a' ? letter - 32 : letter; });
  forms.push_back(std::move(capitals));
  for (std::size_t shift = 0; shift < 3; ++shift)
    if (auto inside = base64_inside(secret, shift); inside.size() >= meaningful) {
      auto url = inside;
      std::ranges::replace(url, '+', '-');
      std::ranges::replace(url, '/', '_');
      forms.push_back(std::move(inside));
      forms.push_back(std::move(url));
    }
  for (const auto& form : forms)
    replace_all(text, form);
  return text;
}

} // namespace aepro
